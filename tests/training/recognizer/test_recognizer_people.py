"""Rendered people of a recognizer: plans, and frames that are rendered once and gone on with."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from enface.cli.train_recognizer import Args, run
from enface.faces.multipie import CAMERAS
from enface.recognizers.registry import load_recognizer
from enface.rendering.dataset.plan import FREE
from enface.rendering.errors import RenderingError
from enface.training.recognizer import frames
from enface.training.recognizer.crops import load_crops, make_labels
from enface.training.recognizer.curve import read_curve
from enface.training.recognizer.frames import FramePhotographer, open_people
from enface.training.recognizer.people import RenderedPeople, plan_pictures
from enface.training.recognizer.recipe import RECIPES
from enface.training.rendered_presets import PRESETS
from enface.training.supervised.options import RunOptions

PEOPLE = RenderedPeople(seed=9_000_206, people=3, looks=2, studio=1, wild=1, size=48)


def test_a_plan_has_what_its_numbers_say() -> None:
    people = RenderedPeople(seed=4, people=9, looks=3, studio=17, wild=4)
    planned = plan_pictures(people, 7)
    assert len(planned) == people.pictures == 3 * (1 + 17 + 4)
    assert people.images == 9 * people.pictures
    assert len({(picture.session, picture.index) for picture in planned}) == len(planned)
    assert [picture.session for picture in planned if picture.gallery] == [1, 2, 3]
    assert sum(picture.camera == FREE for picture in planned) == 3 * 4
    first = [picture.camera for picture in planned if picture.session == 1 and not picture.gallery][:15]
    assert sorted(first) == sorted(CAMERAS)


def test_a_smaller_set_of_the_same_seed_is_part_of_a_larger_one() -> None:
    large = RenderedPeople(seed=4, people=9, studio=17, wild=4)
    small = dataclasses.replace(large, people=2, looks=1, studio=3, wild=2)
    assert set(plan_pictures(small, 2)) < set(plan_pictures(large, 2))
    assert set(plan_pictures(small, 2)) != set(plan_pictures(dataclasses.replace(small, seed=5), 2))


def test_no_two_sets_share_a_seed() -> None:
    """Who is in a picture follows from seed and number, so people are apart where seeds are."""
    validation = {recipe.validation.seed for recipe in RECIPES.values()}
    training = [recipe.people.seed for recipe in RECIPES.values()]
    elsewhere = {2019, 77, 11, 9_000_000, 9_000_001, 9_000_006, 9_000_007, 9_000_010, 9_000_100, 9_000_300}
    assert len({*training, *validation, *elsewhere}) == len(training) + len(validation) + len(elsewhere)


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(RenderingError, match="looks 0 of rendered people is below 1"):
        RenderedPeople(seed=1, people=1, looks=0)


@pytest.mark.resources
@pytest.mark.slow
def test_a_stopped_rendering_goes_on_and_gives_the_same_frames(
    tmp_path: Path, renderer: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = open_people(PEOPLE, tmp_path / "whole", frame_size=40, progress=False)
    photograph, asked = FramePhotographer.photograph, []

    def fails_once(self: FramePhotographer, person: int) -> int:
        asked.append(person)
        if asked == [1, 2]:
            raise KeyboardInterrupt
        return photograph(self, person)

    monkeypatch.setattr(frames.FramePhotographer, "photograph", fails_once)
    with pytest.raises(KeyboardInterrupt):
        open_people(PEOPLE, tmp_path / "parts", frame_size=40, progress=False)
    parts = open_people(PEOPLE, tmp_path / "parts", frame_size=40, progress=False)
    assert asked == [1, 2, 2, 3]
    assert np.array_equal(parts.frames, whole.frames)
    assert [r.path for r in parts.records] == [r.path for r in whole.records]
    assert parts.frames.std(axis=(1, 2, 3)).min() > 5
    assert make_labels(parts.records).looks == 6
    open_people(PEOPLE, tmp_path / "parts", frame_size=40, progress=False)
    assert asked == [1, 2, 2, 3]
    with pytest.raises(RenderingError, match="holds other frames"):
        open_people(dataclasses.replace(PEOPLE, seed=1), tmp_path / "parts", frame_size=40, progress=False)


@pytest.mark.resources
@pytest.mark.slow
def test_one_command_renders_trains_and_publishes(
    tmp_path: Path, renderer: None, capsys: pytest.CaptureFixture[str]
) -> None:
    args = Args(recipe="recognizer_smoke", output=tmp_path / "run", data=tmp_path / "sets", quiet=True)
    assert run(args) == 0
    recipe = RECIPES["recognizer_smoke"]
    assert {path.name for path in (tmp_path / "sets").iterdir()} == {
        recipe.people.name,
        recipe.validation.name,
    }
    folder = tmp_path / "run" / "recognizer"
    assert capsys.readouterr().out == f"recognizer_smoke: {folder}\n"
    card = load_recognizer(str(folder)).card
    assert "18 pictures of 3 rendered people" in card.training_data
    assert [line["images"] for line in read_curve(tmp_path / "run")[1]] == [16, 32]
    assert "skin tone" in (folder / "README.md").read_text()

    options = RunOptions(tmp_path / "run", data=tmp_path / "sets", workers=1, device="cpu", progress=False)
    assert PRESETS["recognizer_smoke"].train(options) == folder  # the same run, which is finished
    assert load_recognizer(str(folder)).card == card


@pytest.mark.resources
@pytest.mark.slow
def test_pictures_without_files_become_frames(tmp_path: Path, renderer: None) -> None:
    crops = load_crops(
        "render:mini,people=4,size=48,seed=3",
        split="train",
        frame_size=40,
        cache=tmp_path / "frames.npy",
        progress=False,
    )
    assert crops.frames.shape == (3 * 8, 40, 40, 3)
    assert make_labels(crops.records).people == 3

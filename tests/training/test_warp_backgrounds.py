"""Other pictures behind heads, and recipes that go on from a model."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from enface.cli.main import main
from enface.errors import ConfigError
from enface.models.warp.confidence import Confidence
from enface.models.warp.folder import WarpConfig, load_warp, save_warp
from enface.models.warp.model import WarpModel
from enface.networks.warp import WarpNetwork
from enface.networks.warp.finisher import Finisher
from enface.rendering.truth.layers import SEGMENTS
from enface.training.supervised.options import RunOptions
from enface.training.warp.backgrounds import with_other_backgrounds
from enface.training.warp.presets import RECIPES
from enface.training.warp.run import train_warp

BACKGROUND, FACE = SEGMENTS.index("background"), SEGMENTS.index("face")


def two_people(side: int = 40) -> tuple[Tensor, Tensor]:
    """A dark and a light head of half the width, each before its own grey."""
    segmentation = torch.full((2, side, side), BACKGROUND, dtype=torch.uint8)
    segmentation[:, :, : side // 2] = FACE
    pictures = torch.tensor([40, 200], dtype=torch.uint8)[:, None, None, None].repeat(1, side, side, 3)
    pictures[0, :, side // 2 :], pictures[1, :, side // 2 :] = 90, 250
    return pictures, segmentation


def swapped(share: float, seed: int = 0) -> tuple[Tensor, Tensor]:
    pictures, segmentation = two_people()
    generator = torch.Generator().manual_seed(seed)
    return pictures, with_other_backgrounds(pictures, segmentation, share=share, generator=generator)


def test_heads_stay_and_backgrounds_are_the_neighbours() -> None:
    pictures, found = swapped(1.0)
    assert torch.equal(found[:, :, :19], pictures[:, :, :19])
    behind = found[0, :, 21:].float()
    # Of the light person's picture, or of that in the dark head's colour; 90 was there before.
    assert not ((behind - 90).abs() < 1).all()
    neighbours = {200, 250}
    unblurred = [swapped(1.0, seed)[1][0, :, 21:] for seed in range(12)]
    assert any(set(part.unique().tolist()) <= neighbours for part in unblurred)


def test_half_of_the_backgrounds_take_the_heads_colour() -> None:
    means = torch.tensor([swapped(1.0, seed)[1][0, :, 21:].float().mean() for seed in range(40)])
    like_the_head = (means - 40).abs() < 12
    assert 8 <= int(like_the_head.sum()) <= 32


def test_without_a_share_pictures_are_what_they_were() -> None:
    pictures, found = swapped(0.0)
    assert torch.equal(found, pictures)


def test_the_same_draws_give_the_same_pictures() -> None:
    assert torch.equal(swapped(0.5, 3)[1], swapped(0.5, 3)[1])


@pytest.fixture
def some_model(tmp_path: Path) -> Path:
    """Untrained, of the recipes' shape."""
    torch.manual_seed(0)
    folder = tmp_path / "first"
    config = WarpConfig(
        name="first",
        size=128,
        components=8,
        guides=(),
        seeds=(1,),
        confidence=Confidence(judge="rendered_b", offset=0.5, spread=0.0, invented=0.0, mirrored=0.0),
    )
    save_warp(folder, WarpModel(WarpNetwork(components=8), Finisher()), config=config, card="")
    return folder


def test_a_recipe_that_goes_on_wants_the_very_model(some_model: Path, tmp_path: Path) -> None:
    smoke = RECIPES["photo_warp_smoke"]
    other = replace(smoke, start_sha256="0" * 64)
    with pytest.raises(ConfigError, match="give its folder as --start"):
        train_warp(other, RunOptions(tmp_path / "run"))
    with pytest.raises(ConfigError, match=load_warp(some_model).sha256):
        train_warp(other, RunOptions(tmp_path / "run", start=some_model))
    with pytest.raises(ConfigError, match="draws its first weights"):
        train_warp(smoke, RunOptions(tmp_path / "run", start=some_model))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("preset", "complaint"),
    [
        ("photo_warp_v2", "those in .* have"),
        ("photo_warp_smoke", "draws its first weights; leave out --start"),
        ("recognizer_smoke", "draws its first weights; leave out --start"),
        ("finder_smoke", "draws its first weights; leave out --start"),
        ("smoke", "schedule.start_from"),
    ],
)
def test_the_command_refuses_a_start_that_does_not_fit(
    preset: str, complaint: str, some_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    arguments = ["train", "--preset", preset, "--start", str(some_model), "--output", str(run)]
    assert main(arguments) == 2
    assert re.search(complaint, capsys.readouterr().err)
    assert not run.exists()

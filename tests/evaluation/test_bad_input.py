"""What would make numbers worthless ends an evaluation: people who trained the model, broken embeddings."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from enface.config.schema import Data, Experiment
from enface.data.manifest import read_manifest, write_manifest
from enface.data.records import Manifest
from enface.errors import ConfigError, JudgeError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.overlap import refuse_overlap
from enface.evaluation.protocols import (
    PAIR_PROTOCOLS,
    PairsProtocol,
    Protocol,
    Sighting,
    Template,
    TemplatesProtocol,
)
from enface.evaluation.runner import evaluate
from enface.evaluation.subject import WarpSubject
from enface.evaluation.template_runner import evaluate_templates
from enface.evaluation.template_search import TemplateSearch
from enface.evaluation.verification import evaluate_pairs
from enface.faces.detectors.registry import make_detector
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer
from enface.rendering.dataset.card import CARD

Make = Callable[..., FrozenRecognizer]
FEW = Bootstrap(resamples=20)


def trained_on(folder: Path) -> Experiment:
    return Experiment(data=Data(manifest=str(folder / "manifest.csv")))


def copy_of(people_folder: Path, folder: Path, *, pictures_of: dict[str, str]) -> Path:
    """The same names in another folder, where people have the frontal pictures of others."""
    shutil.copytree(people_folder, folder)
    for person, other in pictures_of.items():
        for file in folder.glob(f"{person}_*.png"):
            shutil.copy(people_folder / f"{other}_front.png", file)
    return folder


def test_people_of_the_training_are_refused(people_folder: Path) -> None:
    pictures = [("t1", "t1_front.png"), ("p1", "p1_0.png")]
    with pytest.raises(ConfigError, match=r"1 of the 2 people .* also trained the model, for example 't1'"):
        refuse_overlap(trained_on(people_folder), root=people_folder, pictures=pictures)
    told = refuse_overlap(trained_on(people_folder), root=people_folder, pictures=pictures[1:])
    assert told == "None of the 1 test people is in the training data."


def test_the_same_picture_in_another_folder_is_found(people_folder: Path, tmp_path: Path) -> None:
    elsewhere = copy_of(people_folder, tmp_path / "copy", pictures_of={})
    with pytest.raises(ConfigError, match="also trained the model"):
        refuse_overlap(trained_on(people_folder), root=elsewhere, pictures=[("t1", "t1_front.png")])


def test_the_same_name_with_other_pictures_is_told(people_folder: Path, tmp_path: Path) -> None:
    elsewhere = copy_of(people_folder, tmp_path / "others", pictures_of={"t1": "p1"})
    told = refuse_overlap(trained_on(people_folder), root=elsewhere, pictures=[("t1", "t1_front.png")])
    assert "1 of the 1 test people have names that the training data uses too, for example 't1'" in told


def test_training_data_that_is_gone_is_told(people_folder: Path, tmp_path: Path) -> None:
    told = refuse_overlap(trained_on(tmp_path), root=people_folder, pictures=[("t1", "t1_front.png")])
    assert "could not be looked up" in told


def test_overlap_found_in_one_set_is_not_forgotten_over_another(people_folder: Path, tmp_path: Path) -> None:
    data = Data(manifest=str(people_folder / "manifest.csv"), frontal_manifest=str(tmp_path / "gone.csv"))
    with pytest.raises(ConfigError, match=r"1 of the 1 people .* also trained the model"):
        refuse_overlap(Experiment(data=data), root=people_folder, pictures=[("t1", "t1_front.png")])
    told = refuse_overlap(Experiment(data=data), root=people_folder, pictures=[("p1", "p1_front.png")])
    assert told.startswith("None of the 1 test people is in the part of the training data that could be read")
    assert "the rest could not be looked up: " in told and "gone.csv" in told


def pairs_of(root: Path, *rows: str) -> PairsProtocol:
    (root / "pairs.csv").write_text("\n".join(["first,second,same", *rows]) + "\n")
    return PAIR_PROTOCOLS["pairs"](root / "pairs.csv")


def test_pictures_of_the_training_are_found_in_pairs_that_name_nobody(
    ignorant: LoadedModel, recognizer: Make, people_folder: Path, tmp_path: Path
) -> None:
    elsewhere = copy_of(people_folder, tmp_path / "copy", pictures_of={})
    (elsewhere / "t1_front.png").rename(elsewhere / "x.png")
    model = replace(ignorant, experiment=trained_on(people_folder))
    rows = ("p1_front.png,p1_0.png,1", "p1_0.png,x.png,0")
    with pytest.raises(ConfigError, match=r"1 of the 3 pictures of the test also trained .* 'x\.png'"):
        evaluate_pairs(
            model,
            protocol=pairs_of(elsewhere, *rows),
            judge=recognizer("judge"),
            detector=make_detector("aligned"),
            name="m",
            detector_name="aligned",
        )


def test_pairs_inside_the_training_folder_are_refused(
    ignorant: LoadedModel, recognizer: Make, people_folder: Path, tmp_path: Path
) -> None:
    root = copy_of(people_folder, tmp_path / "training", pictures_of={})
    protocol = pairs_of(root, "t1_front.png,t1_0.png,1", "t2_0.png,t1_0.png,0")
    with pytest.raises(ConfigError, match="3 of the 3 pictures of the test also trained the model"):
        evaluate_pairs(
            replace(ignorant, experiment=trained_on(root)),
            protocol=protocol,
            judge=recognizer("judge"),
            detector=make_detector("aligned"),
            name="m",
            detector_name="aligned",
        )


def test_what_cannot_be_known_of_people_without_names_is_told(people_folder: Path) -> None:
    pictures = [("person 1", "p1_front.png"), ("person 1", "p1_0.png")]
    told = refuse_overlap(trained_on(people_folder), root=people_folder, pictures=pictures, named=False)
    assert told == (
        "The protocol names nobody: none of its 2 pictures is among the 18 pictures of the training data; "
        "whether other pictures show the same people cannot be told."
    )


def test_a_person_whose_enrolled_picture_trained_the_model_is_found(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Make, people_folder: Path, tmp_path: Path
) -> None:
    """In another folder, among others' pictures: only the one that is enrolled is the same."""
    root = copy_of(people_folder, tmp_path / "other", pictures_of={"p2": "t1"})
    shutil.copy(people_folder / "p2_front.png", root / "p2_front.png")
    records = tuple(
        replace(record, split="train")
        for record in read_manifest(people_folder / "manifest.csv").records
        if record.subject == "p2"
    )
    write_manifest(Manifest(root, records), root / "manifest.csv")
    model = replace(ignorant, experiment=trained_on(root))
    oblique = replace(protocol, probes=tuple(probe for probe in protocol.probes if probe.yaw))
    with pytest.raises(ConfigError, match=r"1 of the 4 people of the test also trained .* 'p2'"):
        evaluate(model, protocol=oblique, judge=recognizer("judge"), name="m", bootstrap=FEW)


def test_rendered_people_of_a_training_seed_are_refused(tmp_path: Path) -> None:
    subject = WarpSubject(SimpleNamespace(config=SimpleNamespace(seeds=(5, 7)), guides=()))  # type: ignore[arg-type]
    assert "other seeds" in subject.refuse_overlap(root=tmp_path, pictures=[])
    (tmp_path / CARD).write_text('{"settings": {"seed": 7}}')
    with pytest.raises(ConfigError, match=r"seed 7, which also trained the model.*--seed than 5, 7"):
        subject.refuse_overlap(root=tmp_path, pictures=[])


def test_an_evaluation_on_people_of_the_training_does_not_start(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Make, people_folder: Path, tmp_path: Path
) -> None:
    whole = read_manifest(people_folder / "manifest.csv")
    records = tuple(replace(record, split="train") for record in whole.records)
    (tmp_path / "all").mkdir()
    for file in people_folder.glob("*.png"):
        shutil.copy(file, tmp_path / "all")
    write_manifest(Manifest(tmp_path / "all", records), tmp_path / "all" / "manifest.csv")
    model = replace(ignorant, experiment=trained_on(tmp_path / "all"))
    judge = recognizer("judge")
    with pytest.raises(ConfigError, match="4 of the 4 people of the test also trained the model"):
        evaluate(model, protocol=protocol, judge=judge, name="m", bootstrap=FEW)
    assert judge.network.seen == 0  # type: ignore[union-attr]


def test_embeddings_that_are_not_finite_end_the_evaluation(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Make, tmp_path: Path
) -> None:
    judge = recognizer("judge")
    judge.gain *= float("nan")
    with pytest.raises(
        JudgeError, match=r"judge gives 20 of 20 faces \(probes raw\) an embedding .* not finite"
    ):
        evaluate(ignorant, protocol=protocol, judge=judge, name="m", bootstrap=FEW, cache=tmp_path)
    assert not list(tmp_path.rglob("judge*/*.npz"))


def templates(root: Path, *, comparisons: bool) -> TemplatesProtocol:
    """Two frontal-most pictures as one enrolled template of each person, oblique ones as probes."""

    def side(names: tuple[str, ...], people: tuple[str, ...]) -> tuple[Template, ...]:
        return tuple(Template(p, p, tuple(Sighting(f"{p}_{name}.png") for name in names)) for p in people)

    gallery = side(("front", "0"), ("p1", "p2", "p3"))
    probes = side(("45", "-45"), ("p1", "p2", "p3", "p4"))
    asked = tuple((g.name, p.name) for g in gallery for p in probes) if comparisons else None
    return TemplatesProtocol("templates", root, gallery, probes, asked)


def test_templates_are_searched_and_verified(
    oracle: LoadedModel, people_folder: Path, recognizer: Make
) -> None:
    shared = {
        "judge": recognizer("judge"),
        "detector": make_detector("aligned"),
        "name": "m",
        "detector_name": "aligned",
        "bootstrap": FEW,
    }
    found = evaluate_templates(oracle, protocol=templates(people_folder, comparisons=False), **shared)  # type: ignore[arg-type]
    assert isinstance(found, TemplateSearch)
    counts = found.results.counts
    assert (counts.gallery, counts.mated, counts.unmated, counts.lost) == (3, 3, 1, 0)
    rows = {row.arm: row for row in found.results.arms}
    assert rows["raw"].rank1.value == 1.0
    pairs = evaluate_templates(oracle, protocol=templates(people_folder, comparisons=True), **shared)  # type: ignore[arg-type]
    numbers = pairs.results.counts
    assert (numbers.pairs, numbers.genuine, numbers.impostors) == (12, 3, 9)  # type: ignore[union-attr]
    assert pairs.results.setup.overlap == "None of the 4 test people is in the training data."
    embeddings_agree = pairs.judged.scores["raw"][[pair.same for pair in pairs.pairs]]  # type: ignore[union-attr]
    assert np.all(embeddings_agree > 0.5)


def test_templates_of_people_of_the_training_are_refused(
    oracle: LoadedModel, people_folder: Path, recognizer: Make, tmp_path: Path
) -> None:
    whole = read_manifest(people_folder / "manifest.csv")
    root = copy_of(people_folder, tmp_path / "all", pictures_of={})
    records = tuple(replace(record, split="train") for record in whole.records)
    write_manifest(Manifest(root, records), root / "manifest.csv")
    with pytest.raises(ConfigError, match="4 of the 4 people of the test also trained the model"):
        evaluate_templates(
            replace(oracle, experiment=trained_on(root)),
            protocol=templates(root, comparisons=False),
            judge=recognizer("judge"),
            detector=make_detector("aligned"),
            name="m",
            detector_name="aligned",
        )

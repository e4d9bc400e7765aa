"""Saving and loading a model; every way a folder can be wrong is an error that says so."""

import json
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from enface.config.schema import Experiment, Guide, ThreeScaleGenerator
from enface.errors import CheckpointError
from enface.models import guide as guide_module
from enface.models.folder import load_model, save_model
from enface.models.guide import GuideRecord
from enface.networks.generators import Generator, build_generator

FEATURE_SIZE = 5
EXPERIMENT = Experiment(
    guide=Guide(recognizer="small", weights="/photos/small.safetensors", layer="pool"),
    generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.125, norm="batch"),
)
GUIDE = GuideRecord("small", "pool", "a" * 64)


class SmallRecognizer(nn.Module):
    """Stands in for a frozen recognizer of the registry."""

    feature_size = FEATURE_SIZE
    maps: ClassVar[dict[str, int]] = {}
    weights_sha256 = "a" * 64

    def forward(self, images: Tensor) -> Tensor:
        return images.flatten(1)[:, :FEATURE_SIZE]


@pytest.fixture(autouse=True)
def loads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Replaces the registry; gives what it was asked for."""
    asked: list[tuple[Any, ...]] = []

    def load_recognizer(name: str, *, weights: str | None, layer: str | None) -> SmallRecognizer:
        asked.append((name, weights, layer))
        return SmallRecognizer()

    monkeypatch.setattr(guide_module, "load_recognizer", load_recognizer)
    return asked


def trained(experiment: Experiment = EXPERIMENT) -> Generator:
    generator = build_generator(experiment.generator, feature_size=FEATURE_SIZE)
    generator(torch.randn(4, FEATURE_SIZE))  # moves the running statistics
    return generator.eval()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "run" / "generator"
    save_model(target, generator=trained(), experiment=EXPERIMENT, guide=GUIDE, card="# A face model\n")
    return target


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_round_trip_is_exact(tmp_path: Path, loads: list[tuple[Any, ...]]) -> None:
    generator = trained()
    generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    save_model(tmp_path, generator=generator, experiment=EXPERIMENT, guide=GUIDE, card="# Card\n")
    assert {file.name for file in tmp_path.iterdir()} == {"config.json", "model.safetensors", "README.md"}
    assert (tmp_path / "README.md").read_text() == "# Card\n"

    model = load_model(tmp_path)
    assert model.experiment == EXPERIMENT
    assert model.guide == GUIDE
    assert loads == [("small", "/photos/small.safetensors", "pool")]
    assert not model.normalizer.training
    found = model.normalizer.generator.state_dict()
    assert found.keys() == generator.state_dict().keys()
    for name, value in generator.state_dict().items():
        assert torch.equal(found[name], value)

    features = torch.randn(2, FEATURE_SIZE)
    for size, image in model.normalizer.decode(features).items():
        torch.testing.assert_close(image, generator(features)[size])


def test_loaded_parameters_can_be_trained_on(folder: Path) -> None:
    parameters = list(load_model(folder).normalizer.generator.parameters())
    assert parameters
    assert all(p.requires_grad and not p.is_meta for p in parameters)


def test_loading_draws_no_random_numbers(folder: Path) -> None:
    state = torch.get_rng_state()
    load_model(folder)
    assert torch.equal(torch.get_rng_state(), state)


def test_a_run_folder_stands_for_its_model(folder: Path) -> None:
    (folder.parent / "config.json").write_text("{}")  # of the run
    assert load_model(folder.parent).experiment == EXPERIMENT


def test_weights_of_the_guide_can_have_moved(folder: Path, loads: list[tuple[Any, ...]]) -> None:
    load_model(folder, guide_weights="elsewhere.safetensors")
    assert loads == [("small", "elsewhere.safetensors", "pool")]


def test_another_recognizer_is_refused(folder: Path) -> None:
    edit(folder / "config.json", lambda document: document["guide"].update(weights_sha256="b" * 64))
    with pytest.raises(CheckpointError, match=r"small.*bbbb.*aaaa"):
        load_model(folder)


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_missing_files(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(CheckpointError, match=missing):
        load_model(folder)


def test_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nowhere is not a model"):
        load_model(tmp_path / "nowhere")


@pytest.mark.parametrize("kept", [0, 4, 100, -1])
def test_truncated_weights(folder: Path, kept: int) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:kept])
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing, truncated"):
        load_model(folder)


def test_weights_of_another_configuration(folder: Path) -> None:
    other = replace(EXPERIMENT, generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.25, norm="batch"))
    state = {name: value.contiguous() for name, value in trained(other).state_dict().items()}
    save_file(state, folder / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"expected float32 \[.*\], found float32 \["):
        load_model(folder)


def test_extra_and_missing_tensors(folder: Path) -> None:
    state = load_file(folder / "model.safetensors")
    state["zebra"] = state.pop("large.rgb.weight")
    save_file(state, folder / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"large\.rgb\.weight.*found nothing.*zebra: expected nothing"):
        load_model(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(schema_version=99), "99"),
        (lambda d: d.pop("guide"), "expected the keys"),
        (lambda d: d["experiment"].update(sede=1), "sede"),
        (lambda d: d["guide"].pop("layer"), "guide.*layer"),
        (lambda d: d["experiment"]["generator"].update(sizes=[7, 14, 30]), "double"),
    ],
)
def test_configuration_that_does_not_fit(
    folder: Path, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    edit(folder / "config.json", change)
    with pytest.raises(CheckpointError, match=message):
        load_model(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_configuration_that_is_no_json_object(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        load_model(folder)


def test_a_failed_save_leaves_the_old_model(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Files end at 1000 bytes, as on a disk that is full from there on.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            save_model(folder, generator=trained(), experiment=EXPERIMENT, guide=GUIDE, card="other")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before

"""A trained model as a folder: `config.json`, `model.safetensors` and `README.md`, the model card.

`config.json` says how to build the generator and which recognizer's feature it decodes; the recognizer's
weights are not copied into the folder. Nothing in it is pickled.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from enface.config.codec import from_json, to_json
from enface.config.migrations import migrate
from enface.config.schema import SCHEMA_VERSION, Experiment
from enface.errors import CheckpointError, ConfigError
from enface.models.guide import GuideRecord, load_guide
from enface.models.normalizer import FaceNormalizer
from enface.networks.generators import Generator, build_generator
from enface.recognizers.frozen import FrozenRecognizer
from enface.resources.atomic import atomic_write

CONFIG, WEIGHTS, CARD = "config.json", "model.safetensors", "README.md"
GENERATOR_FOLDER = "generator"
"""Where a run folder keeps its model."""


@dataclass(frozen=True)
class LoadedModel:
    """What `load_model` gives back."""

    normalizer: FaceNormalizer
    """Ready for inference: in eval mode, on the device asked for."""
    experiment: Experiment
    guide: GuideRecord


def save_model(
    folder: str | Path, *, generator: nn.Module, experiment: Experiment, guide: GuideRecord, card: str
) -> None:
    """Writes a model folder; each file is replaced atomically, `config.json` last.

    Args:
        folder: created when absent.
        generator: trained, built from `experiment.generator`.
        experiment: the run that trained it.
        guide: the recognizer it was trained with.
        card: text of `README.md`.

    Raises:
        OSError: when the folder cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # safetensors stores contiguous tensors only; weights may be channels_last.
    tensors = {name: value.detach().cpu().contiguous() for name, value in generator.state_dict().items()}
    document = {"schema_version": SCHEMA_VERSION, "experiment": to_json(experiment), "guide": to_json(guide)}
    with atomic_write(folder / WEIGHTS) as path:
        # Not save_file: of a full disk it raises something of its own, which is no OSError.
        path.write_bytes(save(tensors, metadata={"format": "pt"}))
    with atomic_write(folder / CARD) as path:
        path.write_text(card, encoding="utf-8")
    with atomic_write(folder / CONFIG) as path:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def load_model(
    folder: str | Path, *, device: str | torch.device = "cpu", guide_weights: str | None = None
) -> LoadedModel:
    """Reads a model folder, or the model inside a run folder, and loads the recognizer that guided it.

    Args:
        folder: of a model or of a run.
        device: where the model goes.
        guide_weights: path of the recognizer's weights, when they are no longer where training found them.

    Raises:
        CheckpointError: a file is missing, truncated or of another model, or the recognizer's weights are
            not those of training.
        ResourceError: the recognizer's weights are not there.
    """
    folder = _model_folder(Path(folder))
    experiment, guide = _read_config(folder / CONFIG)
    recognizer = load_guide(guide, weights=guide_weights or experiment.guide.weights)
    generator = _load_generator(folder / WEIGHTS, experiment, recognizer=recognizer)
    encoding = experiment.encoding
    normalizer = FaceNormalizer(recognizer, generator, mirror_sum=encoding.mirror_sum, noise=encoding.noise)
    normalizer.eval().to(device)
    normalizer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # absent from torch's stubs
    return LoadedModel(normalizer, experiment, guide)


def _model_folder(folder: Path) -> Path:
    inside = folder / GENERATOR_FOLDER
    if (inside / CONFIG).is_file():
        return inside
    missing = [name for name in (CONFIG, WEIGHTS) if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(
            f"{folder} is not a model: it has no {' and no '.join(missing)}, nor a folder {GENERATOR_FOLDER} "
            "with them; give the folder of a model or of a run that has saved one"
        )
    return folder


def _read_config(path: Path) -> tuple[Experiment, GuideRecord]:
    keys = ("schema_version", "experiment", "guide")
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CheckpointError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(document, dict) or set(document) != set(keys):
        found = ", ".join(map(str, document)) if isinstance(document, dict) else type(document).__name__
        raise CheckpointError(
            f"{path} is not the configuration of a model: expected the keys {', '.join(keys)}, found {found}"
        )
    try:
        experiment = migrate(document["experiment"], document["schema_version"], str(path))
        return from_json(Experiment, experiment), from_json(GuideRecord, document["guide"], "guide")
    except ConfigError as error:
        raise CheckpointError(f"{path}: {error}") from error


def _load_generator(path: Path, experiment: Experiment, *, recognizer: FrozenRecognizer) -> Generator:
    # On the meta device building costs neither time nor random numbers; the file supplies every tensor.
    try:
        with torch.device("meta"):
            generator = build_generator(
                experiment.generator,
                feature_size=recognizer.feature_size,
                maps=recognizer.maps,
                noise=experiment.encoding.noise,
            )
    except ConfigError as error:
        raise CheckpointError(f"{path.with_name(CONFIG)}: {error}") from error
    generator.load_state_dict(_read_tensors(path, expected=generator.state_dict()), assign=True)
    return generator


def _read_tensors(path: Path, *, expected: dict[str, Tensor]) -> dict[str, Tensor]:
    try:
        found = load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} is missing, truncated or no safetensors file: {error}") from error
    problems = [
        f"{name}: expected {_describe(expected.get(name))}, found {_describe(found.get(name))}"
        for name in sorted(expected.keys() | found.keys())
        if _describe(expected.get(name)) != _describe(found.get(name))
    ]
    if problems:
        raise CheckpointError(
            f"{path} belongs to another configuration than the {CONFIG} beside it; {len(problems)} of "
            f"{len(expected)} tensors differ, first {'; '.join(problems[:3])}"
        )
    return found


def _describe(tensor: Tensor | None) -> str:
    return "nothing" if tensor is None else f"{str(tensor.dtype).removeprefix('torch.')} {list(tensor.shape)}"

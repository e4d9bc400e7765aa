"""From a loaded model to a file and its cards."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError, EnfaceError
from enface.export import formats, parity
from enface.export.card import Source, card_json, card_markdown, facts_of
from enface.export.graphs import graph_of
from enface.models.library import is_shipped, load_turner, model_card
from enface.recognizers.registry import card_of
from enface.resources.atomic import atomic_write, remove_leftovers

NOT_STATED = "not stated; ask whoever trained the weights"
SHIPPED_LICENCE = "Apache-2.0"


@dataclass(frozen=True)
class ExportedModel:
    """What was written."""

    file: Path
    card: Path
    """JSON."""
    text: Path
    """Markdown, with a program that needs no enface."""
    sha256: str
    """Of `file`."""
    differences: dict[str, float]
    """Largest absolute difference of each output from the model's, on rendered faces."""


def export_model(
    model: str | Path,
    output: str | Path,
    *,
    size: int | None = None,
    licence: str | None = None,
    guide_weights: str | None = None,
) -> ExportedModel:
    """Writes a model as one graph that needs no enface, beside it `FILE.json` and `FILE.md`.

    The written file is run and compared with the model before it appears. Files are replaced atomically.

    Args:
        model: name of a shipped model, or folder of a model or of a run.
        output: file; .onnx for onnxruntime and others, .pt2 for torch.
        size: side of the frame that a warp model is given, pixels; None is 250, for faces of 224 px.
        licence: of the weights, for the card; None knows that of shipped models.
        guide_weights: path of the guiding recognizer's weights, when they are not where training found them.

    Raises:
        ConfigError: no such model, size or suffix, missing packages, or an output that cannot be written.
        CheckpointError: a broken model, or a graph that computes something else.
        ResourceError: the recognizer needs a file that was not fetched.
    """
    output = Path(output)
    formats.check_format(output)
    _check_folder(output)
    turner = load_turner(model, guide_weights=guide_weights)
    graph = graph_of(turner, size=size)
    if licence is None:
        licence = SHIPPED_LICENCE if is_shipped(model) else NOT_STATED
    source = Source(
        name=turner.name,
        # Both modes of a warp model are in the graph.
        fingerprint=turner.fingerprint.removesuffix("/kept"),
        licence=licence,
        guides={name: _licence_of(name) for name in turner.guides},
        text=model_card(model),
    )
    facts = facts_of(graph, source, versions=formats.versions(output))
    pictures = parity.faces_for(graph)
    card, text = (output.with_name(f"{output.name}.{suffix}") for suffix in ("json", "md"))
    try:
        with atomic_write(output) as path:
            program = formats.trace(graph, pictures=pictures)
            formats.write(program, path, graph=graph, facts=json.dumps(facts))
            differences = parity.compare(formats.open_graph(path), graph, pictures=pictures)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with atomic_write(text) as path:
            words = card_markdown(facts, source, file=output, differences=differences)
            path.write_text(words, encoding="utf-8")
        with atomic_write(card) as path:
            path.write_text(card_json(facts, sha256=digest, differences=differences), encoding="utf-8")
    except OSError as error:
        raise _unwritable(output, error) from error
    return ExportedModel(output, card, text, digest, differences)


def _check_folder(output: Path) -> None:
    """Says at once what would otherwise fail after the work."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(output.parent)
        if output.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        probe = output.with_name(f".{output.name}.probe")
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _unwritable(output, error) from error


def _unwritable(output: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{output} cannot be written ({error.strerror or error}); give another --output")


def _licence_of(guide: str) -> str:
    try:
        return card_of(guide).licence
    except EnfaceError:
        return NOT_STATED

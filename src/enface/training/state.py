"""Checkpoints: written atomically, the last few kept, readable without running code from the file."""

import json
import logging
import pickle
import re
import zipfile
from pathlib import Path
from typing import Any

import torch

from enface.config.codec import from_json, to_json
from enface.config.flat import differing_fields
from enface.config.migrations import migrate
from enface.config.schema import SCHEMA_VERSION, Experiment
from enface.errors import CheckpointError, ConfigError
from enface.models.guide import GuideRecord
from enface.recognizers.registry import card_of
from enface.resources.atomic import atomic_write

FORMAT = 1
_NAME = re.compile(r"step-(\d{8})\.pt")
_UNREADABLE = (RuntimeError, EOFError, OSError, pickle.UnpicklingError, zipfile.BadZipFile, KeyError)

MAY_CHANGE = (
    "schedule.images",
    "schedule.log_every",
    "schedule.sample_every",
    "schedule.checkpoint_every",
    "schedule.keep_checkpoints",
    "data.workers",
    "performance.compile_recognizer",
    "performance.threads",
)
"""Fields that a resumed run may set anew: how long, how fast and how talkative, never what is learnt."""

log = logging.getLogger(__name__)


def checkpoints(folder: Path) -> list[Path]:
    """All checkpoints of a state folder, oldest first; leftovers of interrupted writes are not among them."""
    return sorted(path for path in folder.glob("step-*.pt") if _NAME.fullmatch(path.name))


def describe_last(folder: Path) -> str:
    """What an error message says about where one can go on from."""
    last = checkpoints(folder)
    return f"the last good checkpoint is {last[-1]}" if last else "there is no checkpoint yet"


def save_checkpoint(
    folder: Path,
    *,
    step: int,
    experiment: Experiment,
    guide_sha256: str,
    data_sha256: str,
    state: dict[str, Any],
    keep: int,
) -> Path:
    """Writes `step-XXXXXXXX.pt` and removes all but the newest `keep`.

    Args:
        folder: the run's `state` folder.
        step: steps done.
        experiment: what is being trained; stored to refuse another one on resume.
        guide_sha256: hash of the recognizer's weights.
        data_sha256: hash of the training faces (`faces_sha256`).
        state: tensors and primitives only.
        keep: checkpoints to keep, at least 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{step:08d}.pt"
    content = {
        "format": FORMAT,
        "step": step,
        "schema_version": SCHEMA_VERSION,
        "experiment": json.dumps(to_json(experiment)),
        "guide_sha256": guide_sha256,
        "data_sha256": data_sha256,
        "state": state,
    }
    with atomic_write(path) as temporary:
        torch.save(content, temporary)
    for old in checkpoints(folder)[: -max(1, keep)]:
        old.unlink(missing_ok=True)
    return path


def load_newest(
    folder: Path, *, experiment: Experiment, guide_sha256: str, data_sha256: str
) -> tuple[int, dict[str, Any]] | None:
    """Reads the newest checkpoint that is whole; None where there is none at all.

    Returns:
        The number of steps done, and the state given to `save_checkpoint`.

    Raises:
        CheckpointError: no checkpoint is readable, or it belongs to another experiment, recognizer or set of
            faces.
    """
    found = _newest_whole(folder)
    if found is None:
        return None
    path, content = found
    _check(path, content, experiment=experiment, guide_sha256=guide_sha256, data_sha256=data_sha256)
    return content["step"], content["state"]


def load_networks(folder: Path, *, guide: GuideRecord) -> tuple[Path, dict[str, Any]]:
    """The newest whole checkpoint of another run: its path, and the state given to `save_checkpoint`.

    Args:
        folder: the other run's `state` folder.
        guide: what the networks will decode; fc7 and relu7 have the same shape and not the same meaning.

    Raises:
        CheckpointError: there is none, none that is readable, or one whose networks decode another feature.
    """
    found = _newest_whole(folder)
    if found is None:
        raise CheckpointError(f"{folder} holds no checkpoint to start from; name the folder of a run")
    path, content = found
    theirs = _experiment_of(path, content, advice="name another run").guide
    if content["guide_sha256"] != guide.weights_sha256:
        raise CheckpointError(
            f"schedule.start_from names {path}, which decodes {theirs.recognizer} with weights of SHA-256 "
            f"{content['guide_sha256'][:12]}…; those of {guide.recognizer} here have "
            f"{guide.weights_sha256[:12]}…; give the same guide"
        )
    layer = theirs.layer or card_of(guide.recognizer).embedding_layer
    if layer != guide.layer:
        raise CheckpointError(
            f"schedule.start_from names {path}, which decodes layer {layer} of {guide.recognizer}, and "
            f"guide.layer is {guide.layer}; give the same layer"
        )
    return path, content["state"]


def _newest_whole(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    found = checkpoints(folder)
    for path in reversed(found):
        try:
            content = torch.load(path, map_location="cpu", weights_only=True)
            content["step"], content["state"], content["experiment"]
        except _UNREADABLE as error:
            log.warning("%s is truncated or damaged (%s); trying the one before", path, _first_line(error))
            continue
        return path, content
    if found:
        raise CheckpointError(
            f"no checkpoint in {folder} can be read: {', '.join(p.name for p in found)}, "
            "all truncated or damaged; start over with --fresh"
        )
    return None


def _experiment_of(path: Path, content: dict[str, Any], *, advice: str) -> Experiment:
    """The experiment that a checkpoint was written for."""
    if content.get("format") != FORMAT:
        raise CheckpointError(
            f"{path} has checkpoint format {content.get('format')!r}, this version reads {FORMAT}; {advice}"
        )
    try:
        # Checkpoints of schema version 1 did not say so.
        version = content.get("schema_version", 1)
        return from_json(Experiment, migrate(json.loads(content["experiment"]), version, str(path)))
    except (ConfigError, json.JSONDecodeError) as error:
        raise CheckpointError(
            f"{path} was written for another configuration schema: {error}; {advice}"
        ) from error


def _check(
    path: Path, content: dict[str, Any], *, experiment: Experiment, guide_sha256: str, data_sha256: str
) -> None:
    advice = "use another --output, or --fresh to discard this run"
    saved = _experiment_of(path, content, advice=advice)
    differing = {
        name: values for name, values in differing_fields(saved, experiment).items() if name not in MAY_CHANGE
    }
    if differing:
        listed = "; ".join(
            f"{name} is {ours!r} now and was {theirs!r}" for name, (theirs, ours) in differing.items()
        )
        raise CheckpointError(f"{path} belongs to another experiment: {listed}; {advice}")
    if content["guide_sha256"] != guide_sha256:
        raise CheckpointError(
            f"{path} was trained with other weights of {experiment.guide.recognizer}: "
            f"SHA-256 {content['guide_sha256'][:12]}… then, {guide_sha256[:12]}… now; {advice}"
        )
    # Older checkpoints did not say which faces.
    if content.get("data_sha256", data_sha256) != data_sha256:
        manifest = experiment.data.manifest or "the set inside the package"
        raise CheckpointError(
            f"{path} was trained on other faces than {manifest} lists now: SHA-256 of its training rows "
            f"{content['data_sha256'][:12]}… then, {data_sha256[:12]}… now; {advice}"
        )


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

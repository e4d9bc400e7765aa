"""A geometry set as files: one safetensors file for every few people, rendered when it is asked for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
from numpy import ndarray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from enface.rendering.asset.store import find_asset, load_asset
from enface.rendering.errors import RenderingError
from enface.rendering.geometry_set.plan import GeometrySet
from enface.rendering.geometry_set.sample import GeometrySample, SampleRenderer
from enface.rendering.kernels.compiler import require_compiler
from enface.rendering.set_folder import claim_folder, render_missing, writing_to
from enface.resources import atomic_write, remove_leftovers

CARD = "geometry-set.json"


def render_geometry_set(
    plan: GeometrySet,
    folder: Path,
    *,
    asset: Path | None = None,
    workers: int = 1,
    progress: bool = True,
) -> Path:
    """Renders the shards that a folder lacks; a run that was stopped goes on with the same call.

    Args:
        plan: The set.
        folder: Made if absent; holds this set only.
        asset: The head's file; the built one by default.
        workers: Processes.
        progress: Show a bar on standard error.

    Returns:
        The folder.

    Raises:
        RenderingError: No compiler or asset, a folder of another set, or a folder that cannot be written.
        WorkerError: A worker was killed.
    """
    require_compiler()
    asset = find_asset(asset)
    source = load_asset(asset).source
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        claim_folder(folder / CARD, {"plan": asdict(plan), "asset": source}, otherwise="another geometry set")
        render_missing(
            _open_worker,
            (asset, folder, plan),
            {number: shard_path(folder, number) for number in range(plan.shards)},
            unit="shard",
            compiles=lambda: SampleRenderer(load_asset(asset), plan).render(0),
            workers=workers,
            progress=progress,
        )
    return folder


def read_plan(folder: Path) -> GeometrySet:
    """The set that a folder holds.

    Raises:
        RenderingError: The folder holds none.
    """
    try:
        return GeometrySet(**json.loads((folder / CARD).read_text(encoding="utf-8"))["plan"])
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise RenderingError(f"{folder} holds no geometry set ({error})") from error


def shard_path(folder: Path, number: int) -> Path:
    """File of a shard."""
    return folder / f"shard-{number:05d}.safetensors"


def open_geometry_set(
    plan: GeometrySet, folder: Path, *, workers: int = 1, progress: bool = True
) -> "ShardReader":
    """Renders what a folder lacks of a set, and opens it; as `render_geometry_set`."""
    return ShardReader(render_geometry_set(plan, folder, workers=workers, progress=progress))


class ShardReader:
    """Samples of a rendered folder, read where they lie.

    Args:
        folder: Of `render_geometry_set`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = read_plan(folder)
        self._each = len(self.plan.shard(0))
        self._open: dict[int, safe_open] = {}

    def read(self, samples: Sequence[int], names: Sequence[str]) -> dict[str, ndarray]:
        """Stacked arrays of some samples, in their order.

        Args:
            samples: Numbers.
            names: Of `stacked`.

        Raises:
            RenderingError: A shard is missing or broken.
        """
        rows: dict[str, list[ndarray]] = {name: [] for name in names}
        for sample in samples:
            number, row = divmod(int(sample), self._each)
            shard = self._shard(number)
            for name in names:
                rows[name].append(shard.get_slice(name)[row])  # type: ignore[no-untyped-call]
        return {name: np.stack(values) for name, values in rows.items()}

    def _shard(self, number: int) -> safe_open:
        if number not in self._open:
            path = shard_path(self.folder, number)
            try:
                self._open[number] = safe_open(path, framework="np")
            except (OSError, SafetensorError) as error:
                raise RenderingError(
                    f"{path} is missing or broken ({error}); delete it and render the set again to mend it"
                ) from error
        return self._open[number]


def stacked(samples: Sequence[GeometrySample]) -> dict[str, ndarray]:
    """Arrays by name, samples along the first axis; frontals have the prefixes `kept.` and `neutral.`."""
    columns: dict[str, list[ndarray]] = {}
    for sample in samples:
        flat: Mapping[str, object] = {
            **{k: v for k, v in sample._asdict().items() if k not in ("kept", "neutral")},
            **{f"kept.{k}": v for k, v in sample.kept._asdict().items()},
            **{f"neutral.{k}": v for k, v in sample.neutral._asdict().items()},
        }
        for name, value in flat.items():
            columns.setdefault(name, []).append(np.asarray(value))
    return {name: np.stack(values) for name, values in columns.items()}


def _write_shard(renderer: SampleRenderer, folder: Path, number: int) -> int:
    samples = [renderer.render(sample) for sample in renderer.plan.shard(number)]
    with atomic_write(shard_path(folder, number)) as part:
        save_file(stacked(samples), part)
    return len(samples)


def _open_worker(asset: Path, folder: Path, plan: GeometrySet) -> Callable[[int], int]:
    return partial(_write_shard, SampleRenderer(load_asset(asset), plan), folder)

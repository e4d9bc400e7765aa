"""Renders a data set with several workers, and goes on where an earlier run stopped."""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from enface.rendering.asset.store import load_asset
from enface.rendering.dataset.card import Settings, check_card, write_card
from enface.rendering.dataset.photographer import PARTS, Photographer, part_path
from enface.rendering.dataset.rows import MANIFEST, read_rows, write_rows
from enface.rendering.dataset.settings import settle
from enface.rendering.errors import RenderingError
from enface.rendering.set_folder import render_missing, writing_to
from enface.rendering.studio import SMALLEST, Studio
from enface.resources import remove_leftovers

MOST_WORKERS = 256


def render_dataset(
    name: str,
    output: Path,
    *,
    people: int | None = None,
    size: int | None = None,
    seed: int = 1,
    samples: int = 2,
    quality: int | None = None,
    truth: bool = False,
    asset: Path | None = None,
    workers: int = 1,
    progress: bool = True,
) -> Path:
    """Renders a preset into a folder: the same bytes for the same settings and version, with any workers.

    A run that was stopped goes on with the same call: finished people are kept, the others begun anew. The
    manifest appears when every picture is there.

    Args:
        name: Preset.
        output: Folder of pictures, manifest and data card; made if absent.
        people: How many; the preset's number by default.
        size: Width and height of the pictures, pixels; the preset's by default.
        seed: Of everything drawn.
        samples: Samples per pixel and axis.
        quality: Of the JPEG files; the preset's by default.
        truth: Also write layers, landmarks and the correspondence field of each picture as `truth/*.npz`.
        asset: The head's file; the built one by default.
        workers: Processes.
        progress: Show a progress bar on standard error.

    Returns:
        The manifest's path.

    Raises:
        RenderingError: No compiler or asset, an impossible value, a folder of another data set or of other
            files, or one that cannot be written.
        WorkerError: A worker was killed.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise RenderingError(f"workers {workers} is outside 1 to {MOST_WORKERS}")
    settings, asset = settle(
        name,
        people=people,
        size=size,
        seed=seed,
        samples=samples,
        quality=quality,
        truth=truth,
        asset=asset,
    )
    with writing_to(output):
        _prepare(output, settings)
        _render(asset, output, settings, workers=workers, progress=progress)
        return _finish(output, settings)


def _prepare(output: Path, settings: Settings) -> None:
    output.mkdir(parents=True, exist_ok=True)
    remove_leftovers(output)
    check_card(output, settings)
    # Before anything else: the card tells a folder that was begun from one that holds other files.
    write_card(output, settings, {"complete": False})
    for folder in ("images", PARTS, "truth") if settings.truth else ("images", PARTS):
        (output / folder).mkdir(exist_ok=True)
        remove_leftovers(output / folder)
    for part in (output / "images").glob(".*.part"):
        part.unlink(missing_ok=True)


def _render(asset: Path, output: Path, settings: Settings, *, workers: int, progress: bool) -> None:
    if (output / MANIFEST).exists():
        return
    render_missing(
        _open,
        (asset, output, settings),
        {person: part_path(output, person) for person in range(1, settings.people + 1)},
        unit="person",
        compiles=lambda: Studio(load_asset(asset), size=SMALLEST, seed=0).shoot(1, 1),
        workers=workers,
        label=f"render {settings.preset}",
        progress=progress,
    )


def _open(asset: Path, output: Path, settings: Settings) -> Callable[[int], int]:
    return Photographer(asset, output, settings).photograph


def _finish(output: Path, settings: Settings) -> Path:
    manifest = output / MANIFEST
    if not manifest.exists():
        rows = [row for n in range(1, settings.people + 1) for row in read_rows(part_path(output, n))]
        write_rows(manifest, rows, header=True)
    with manifest.open(encoding="utf-8") as stream:
        lines = sum(1 for _ in stream) - 1
    write_card(output, settings, {"complete": True, "pictures": lines, "people": settings.people})
    with contextlib.suppress(OSError):
        shutil.rmtree(output / PARTS)
    return manifest

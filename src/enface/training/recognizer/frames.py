"""Rendered people as aligned frames in one file, rendered where they are missing."""

import io
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from enface.data.faceset import aligned_window
from enface.data.manifest import read_manifest
from enface.rendering.asset.store import find_asset, load_asset
from enface.rendering.dataset.photographer import encode_picture, part_path, subject_name, take_picture
from enface.rendering.dataset.plan import Planned, preset
from enface.rendering.dataset.rows import read_rows, row_of, write_rows
from enface.rendering.kernels.compiler import require_compiler
from enface.rendering.people.occluder import can_occlude
from enface.rendering.set_folder import claim_folder, render_missing, writing_to
from enface.rendering.studio import SMALLEST, Studio
from enface.rendering.truth.landmarks import five_landmarks
from enface.resources import atomic_write, remove_leftovers
from enface.training.recognizer.crops import Crops
from enface.training.recognizer.people import COVERINGS, RenderedPeople, plan_pictures

CARD, FRAMES, ROWS = "people.json", "frames.npy", "people.csv"
_QUALITY = preset("session-looks").quality


def open_people(
    people: RenderedPeople, folder: Path, *, frame_size: int, workers: int = 1, progress: bool = True
) -> Crops:
    """Renders what a folder lacks of a set, aligned by the exact landmarks, and opens it.

    A run that was stopped goes on with the same call: finished people are kept. Pictures pass through the
    JPEG encoder as those of `enface render` do; no picture is kept but its aligned frame.

    Args:
        people: The set.
        folder: Made if absent; holds this set only. `people.csv` in it has the columns of a manifest; its
            paths are names, there are no files behind them.
        frame_size: Side of the alignment frame, pixels.
        workers: Processes.
        progress: Show a bar.

    Raises:
        RenderingError: No compiler or head, a folder of another set, or one that cannot be written.
        WorkerError: A worker was killed.
    """
    require_compiler()
    asset = find_asset()
    card = {
        "people": asdict(people),
        "frame_size": frame_size,
        "coverings": COVERINGS,
        "asset": load_asset(asset).source,
    }
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        claim_folder(folder / CARD, card, otherwise="other frames")
        if not (folder / ROWS).exists():
            _render(people, folder, frame_size=frame_size, asset=asset, workers=workers, progress=progress)
    return Crops(np.load(folder / FRAMES, mmap_mode="r"), read_manifest(folder / ROWS).records)


class FramePhotographer:
    """Renders people of one set into its file of frames.

    Args:
        asset: The head's file.
        folder: Of the set; the file of frames is there, at its full length.
        people: The set.
    """

    def __init__(self, asset: Path, folder: Path, people: RenderedPeople) -> None:
        self.folder = folder
        self.people = people
        self.frames: UInt8[np.ndarray, "count frame frame 3"] = np.load(folder / FRAMES, mmap_mode="r+")
        self.studio = Studio(load_asset(asset), size=people.size, seed=people.seed, coverings=COVERINGS)

    def photograph(self, person: int) -> int:
        """Writes a person's frames, then the rows that say so. Returns the number of pictures."""
        planned = plan_pictures(self.people, person)
        first = (person - 1) * len(planned)
        rows = []
        for place, picture in enumerate(planned, start=first):
            row, self.frames[place] = self._taken(person, picture)
            rows.append(row)
        write_rows(part_path(self.folder, person), rows, header=False)
        return len(rows)

    def _taken(self, person: int, planned: Planned) -> tuple[list[str], UInt8[np.ndarray, "frame frame 3"]]:
        taken, picture = take_picture(self.studio, person, planned)
        points = five_landmarks(picture.landmarks)
        frame = aligned_window(
            _through_jpeg(picture.pixels),
            points=points.points,
            frame=float(self.frames.shape[1]),
            margin=0.0,
            size=self.frames.shape[1],
        )
        subject = subject_name(person, self.people.people)
        look, occluder = self.studio.person(person, planned.session).look, taken.shot.occluder
        row = row_of(
            planned,
            subject=subject,
            split="train",
            camera=taken.shot.camera,
            points=points,
            identity=self.studio.identity(person),
            look=look,
            occluder=occluder.kind if occluder and can_occlude(look, occluder) else "none",
        )
        # Passes over the cameras may repeat what a picture is named after, but not its index.
        return [f"{subject}_{planned.session:02d}_{planned.index:05d}", *row[1:]], frame


def _render(
    people: RenderedPeople, folder: Path, *, frame_size: int, asset: Path, workers: int, progress: bool
) -> None:
    parts = part_path(folder, 1).parent
    parts.mkdir(exist_ok=True)
    remove_leftovers(parts)
    if not (folder / FRAMES).exists():
        shape = (people.images, frame_size, frame_size, 3)
        with atomic_write(folder / FRAMES) as temporary:
            np.lib.format.open_memmap(temporary, mode="w+", dtype=np.uint8, shape=shape).flush()
    render_missing(
        _open,
        (asset, folder, people),
        {person: part_path(folder, person) for person in range(1, people.people + 1)},
        unit="person",
        compiles=lambda: Studio(load_asset(asset), size=SMALLEST, seed=0).shoot(1, 1),
        workers=workers,
        progress=progress,
    )
    rows = [row for n in range(1, people.people + 1) for row in read_rows(part_path(folder, n))]
    write_rows(folder / ROWS, rows, header=True)
    shutil.rmtree(parts, ignore_errors=True)


def _open(asset: Path, folder: Path, people: RenderedPeople) -> Callable[[int], int]:
    return FramePhotographer(asset, folder, people).photograph


def _through_jpeg(pixels: UInt8[np.ndarray, "size size 3"]) -> UInt8[np.ndarray, "size size 3"]:
    stream = io.BytesIO()
    encode_picture(stream, pixels, quality=_QUALITY)
    with Image.open(stream) as image:
        return np.array(image)

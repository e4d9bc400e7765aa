"""All pictures of one person, written to the folder; the unit of work and of resuming."""

import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray
from PIL import Image

from enface.rendering.asset import load_asset
from enface.rendering.dataset.card import Settings
from enface.rendering.dataset.plan import Planned, Taken, draw_shot, plan_person, preset
from enface.rendering.dataset.rows import row_of, write_rows
from enface.rendering.degrade import degrade
from enface.rendering.people.occluder import can_occlude
from enface.rendering.studio import Picture, Studio, Truth
from enface.rendering.truth.landmarks import five_landmarks
from enface.resources import atomic_write

PARTS = ".people"
"""Folder of the rows of finished people."""


class Photographer:
    """Renders people of one data set into one folder."""

    def __init__(self, asset: Path, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        self.studio = Studio(
            load_asset(asset),
            size=settings.size,
            seed=settings.seed,
            samples=settings.samples,
            coverings=preset(settings.preset).coverings,
        )

    def photograph(self, person: int) -> int:
        """Writes a person's pictures, then the rows that say so. Returns the number of pictures."""
        settings, recipe = self.settings, preset(self.settings.preset)
        subject = subject_name(person, settings.people)
        split = recipe.split(person, settings.people)
        identity = self.studio.identity(person)
        rows = []
        for planned in plan_person(recipe, seed=settings.seed, person=person, split=split):
            taken, picture = take_picture(self.studio, person, planned)
            path = self.folder / planned.path(subject)
            _write_picture(path, picture.pixels, quality=settings.quality)
            if settings.truth:
                truth = self.studio.truth(person, planned.session, taken.shot)
                _write_truth(self.folder / "truth" / f"{path.stem}.npz", truth, picture.landmarks.points)
            look, occluder = self.studio.person(person, planned.session).look, taken.shot.occluder
            rows.append(
                row_of(
                    planned,
                    subject=subject,
                    split=split,
                    camera=taken.shot.camera,
                    points=five_landmarks(picture.landmarks),
                    identity=identity,
                    look=look,
                    occluder=occluder.kind if occluder and can_occlude(look, occluder) else "none",
                )
            )
        write_rows(part_path(self.folder, person), rows, header=False)
        return len(rows)


def take_picture(studio: Studio, person: int, planned: Planned) -> tuple[Taken, Picture]:
    """Draws what a plan leaves open and takes the picture, with what a camera does to it."""
    taken = draw_shot(planned, studio.asset, seed=studio.seed, person=person, size=studio.size)
    picture = studio.shoot(person, planned.session, taken.shot)
    if taken.degradation is None:
        return taken, picture
    return taken, picture._replace(pixels=degrade(picture.pixels, taken.degradation))


def encode_picture(target: Path | BinaryIO, pixels: UInt8[ndarray, "size size 3"], *, quality: int) -> None:
    """Writes a picture as JPEG."""
    Image.fromarray(pixels).save(target, "JPEG", quality=quality)


def subject_name(person: int, people: int) -> str:
    """Number with leading zeros, at least three digits."""
    return f"{person:0{max(3, len(str(people)))}d}"


def part_path(folder: Path, person: int) -> Path:
    """Where the rows of a finished person wait for the manifest."""
    return folder / PARTS / f"{person}.csv"


def _write_picture(path: Path, pixels: UInt8[ndarray, "size size 3"], *, quality: int) -> None:
    """Under its name only when whole. Not flushed to the disk one by one, which would take most of the time:
    a person whose rows are missing is rendered again anyway."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        encode_picture(part, pixels, quality=quality)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_truth(path: Path, truth: Truth, points: np.ndarray) -> None:
    layers, match = truth
    with atomic_write(path) as part, part.open("wb") as stream:
        np.savez_compressed(
            stream,
            landmarks=points.astype(np.float32),
            segmentation=layers.segmentation,
            depth=layers.depth.astype(np.float32),
            normals=np.round(layers.normals * 127.0).astype(np.int8),
            field=match.field.astype(np.float32),
            classes=match.classes,
        )

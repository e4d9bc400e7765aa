"""A set's pictures without its files: each is rendered when it is asked for."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, UInt8
from numpy import ndarray
from PIL import Image

from enface.rendering.asset import load_asset
from enface.rendering.dataset.card import Settings
from enface.rendering.dataset.photographer import encode_picture, subject_name, take_picture
from enface.rendering.dataset.plan import Planned, Preset, Split, plan_person, preset
from enface.rendering.studio import SMALLEST, Studio
from enface.rendering.truth.landmarks import five_landmarks


class Listed(NamedTuple):
    """A picture before it is taken."""

    planned: Planned
    person: int
    subject: str
    split: Split


class LivePicture(NamedTuple):
    """What file and manifest of the same set would give."""

    pixels: UInt8[ndarray, "size size 3"]
    points: Float64[ndarray, "5 2"]


class LiveSet:
    """Pictures by number, in the order of the manifest that `enface render` writes for the same settings.

    A picture passes through the JPEG encoder and its landmarks are rounded as in the manifest, so that
    training sees the same with files and without. The people used last are kept (`Studio`). Processes that
    start with a copy of a set open a studio of their own.

    Args:
        settings: Of the set.
        asset: The head's file.
    """

    def __init__(self, settings: Settings, asset: Path) -> None:
        self.settings = settings
        self._asset = asset
        self._recipe: Preset = preset(settings.preset)
        self._studio: Studio | None = None
        self._plan: tuple[int, list[Planned]] | None = None
        self._trained = sum(self._recipe.split(n, settings.people) == "train" for n in _all(settings))
        self._each = {split: self._pictures_of(split) for split in ("train", "test")}

    def __len__(self) -> int:
        tests = self.settings.people - self._trained
        return self._trained * self._each["train"] + tests * self._each["test"]

    def listed(self) -> Iterator[Listed]:
        """All pictures in their order; none is rendered."""
        for person in _all(self.settings):
            subject, split = self._subject(person), self._recipe.split(person, self.settings.people)
            for planned in self._planned(person):
                yield Listed(planned, person, subject, split)

    def picture(self, index: int) -> LivePicture:
        """Renders a picture; the same settings and number give the same bytes in any order.

        Args:
            index: From 0.

        Raises:
            IndexError: There is no such picture.
        """
        person, at = self._address(index)
        if self._plan is None or self._plan[0] != person:
            self._plan = person, self._planned(person)
        _, picture = take_picture(self._opened(), person, self._plan[1][at])
        stream = io.BytesIO()
        encode_picture(stream, picture.pixels, quality=self.settings.quality)
        points = [
            [float(f"{value:.2f}") for value in point] for point in five_landmarks(picture.landmarks).points
        ]
        with Image.open(stream) as image:
            return LivePicture(np.array(image), np.array(points))

    def compile(self) -> None:
        """Compiles once, here, so that other processes find the machine code in the cache."""
        Studio(load_asset(self._asset), size=SMALLEST, seed=0).shoot(1, 1)

    def __getstate__(self) -> dict[str, object]:
        return self.__dict__ | {"_studio": None}

    def _opened(self) -> Studio:
        if self._studio is None:
            settings = self.settings
            self._studio = Studio(
                load_asset(self._asset),
                size=settings.size,
                seed=settings.seed,
                samples=settings.samples,
                coverings=self._recipe.coverings,
            )
        return self._studio

    def _address(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise IndexError(f"picture {index} is outside 0 to {len(self) - 1}")
        first_test = self._trained * self._each["train"]
        if index < first_test:
            person, at = divmod(index, self._each["train"])
            return person + 1, at
        person, at = divmod(index - first_test, self._each["test"])
        return self._trained + person + 1, at

    def _planned(self, person: int) -> list[Planned]:
        settings = self.settings
        split = self._recipe.split(person, settings.people)
        return plan_person(self._recipe, seed=settings.seed, person=person, split=split)

    def _pictures_of(self, split: Split) -> int:
        return len(plan_person(self._recipe, seed=self.settings.seed, person=1, split=split))

    def _subject(self, person: int) -> str:
        return subject_name(person, self.settings.people)


def _all(settings: Settings) -> range:
    return range(1, settings.people + 1)

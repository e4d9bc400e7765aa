"""Landmarks, visibility and pose of faces in photographs, by a shipped network."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import torch
from jaxtyping import Float, UInt8
from numpy import ndarray
from torch import Tensor

from enface.errors import FaceError
from enface.faces import geometry
from enface.faces.detectors.protocol import FaceBox
from enface.faces.geometry import Pixels
from enface.faces.landmarks68 import Landmarks68
from enface.faces.loose_crop import LooseCrop, loose_crop, upright_crop
from enface.images import hwc_to_tensor, to_unit
from enface.models.shipped_folder import CARD_FILE, fill_from, folder_of, read_card
from enface.networks.landmarks import LandmarkNetwork, LandmarkOutput

LANDMARKS = "landmarks_v1"
"""Name of the shipped landmark network."""

_LEAST_SIDE = 4.0
"""Pixels; smaller crops are looked at as if they were this large."""


@dataclass(frozen=True)
class Confidence:
    """Logistic regression of "the points fit a face" on what the network says of both looks."""

    bias: float = 0.0
    first_face: float = 1.0
    """Of the first look's face logit."""
    second_face: float = 0.0
    """Of the second look's."""
    log_distance: float = 0.0
    """Of the logarithm of the second look's mean expected distance, in half sides of the crop."""

    def of(self, first: LandmarkOutput, second: LandmarkOutput) -> Float[Tensor, " batch"]:
        """Probabilities."""
        weights = torch.tensor([self.first_face, self.second_face, self.log_distance])
        return torch.sigmoid(self.bias + self.features(first, second) @ weights)

    @staticmethod
    def features(first: LandmarkOutput, second: LandmarkOutput) -> Float[Tensor, "batch 3"]:
        """What the weights multiply."""
        distance = second.log_distance.exp().mean(1).log()
        return torch.stack([first.face, second.face, distance], dim=1)


@dataclass(frozen=True)
class LandmarkCard:
    """What must be known about a set of landmark weights to use them."""

    name: str
    input_size: int
    """Side of the crops, pixels; RGB in [-1, 1]."""
    confidence: Confidence
    licence: str
    source: str
    training_data: str
    sha256: str
    """Of the file with the weights."""


class Look(NamedTuple):
    """A face in an image, and the part that the network sees of it."""

    image: Pixels
    crop: LooseCrop


class Landmarker:
    """Finds landmarks in the boxes of a detector.

        landmarker = Landmarker.load()
        found = landmarker.landmarks(image, detection.box)

    Every face is looked at twice: in the loose crop around the box, then in the crop that the first look's
    points and roll give, upright and of the size that the network knows best.

    Args:
        card: of the weights.
        network: with the weights.
    """

    def __init__(self, card: LandmarkCard, network: LandmarkNetwork) -> None:
        self.card = card
        self.network = network.eval().requires_grad_(False)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @classmethod
    def load(cls, name: str | Path = LANDMARKS) -> Self:
        """A shipped landmark network, or a folder written by `enface train --preset landmarks_v1`.

        Raises:
            ConfigError: neither.
            ResourceError: the weights are missing, or are those of something else.
        """
        folder = folder_of(name, "landmarks")
        card = cls.card_of(folder)
        network = LandmarkNetwork(input_size=card.input_size)
        fill_from(folder, network, card=card)
        return cls(card, network)

    @staticmethod
    def card_of(name: str | Path = LANDMARKS) -> LandmarkCard:
        """The card of what `load` gives, without the weights; its errors too."""
        return read_card(LandmarkCard, folder_of(name, "landmarks") / CARD_FILE)

    def landmarks(self, image: Pixels, box: FaceBox) -> Landmarks68:
        """Landmarks of one face; a box without a face gives a low confidence, never an error.

        Args:
            image: photograph, uint8 RGB.
            box: of a detector; may reach over the image's edge, or lie beside it.

        Raises:
            FaceError: a box that is not finite.
        """
        return self.batch([(image, box)])[0]

    def batch(self, faces: Sequence[tuple[Pixels, FaceBox]]) -> list[Landmarks68]:
        """As `landmarks`, for faces of one photograph or of many, in one pass of the network per look."""
        return self._report(*self.looks(faces)) if faces else []

    def looks(
        self, faces: Sequence[tuple[Pixels, FaceBox]]
    ) -> tuple[list[Look], LandmarkOutput, LandmarkOutput]:
        """What the network says at its first and its second look, and where the second one fell."""
        once = [Look(image, _first_crop(box)) for image, box in faces]
        first = self._look(once)
        points, rolls = self._in_images(once, first), self._rolls(once, first)
        twice = [
            Look(look.image, _second_crop(look.crop, where, roll))
            for look, where, roll in zip(once, points, rolls, strict=True)
        ]
        return twice, first, self._look(twice)

    @torch.inference_mode()
    def _look(self, looks: Sequence[Look]) -> LandmarkOutput:
        size = self.card.input_size
        crops = torch.stack([hwc_to_tensor(_cut(look, size)) for look in looks])
        images = to_unit(crops).contiguous(memory_format=torch.channels_last)
        output: LandmarkOutput = self.network(images)
        return output

    def _report(
        self, looks: Sequence[Look], first: LandmarkOutput, second: LandmarkOutput
    ) -> list[Landmarks68]:
        confidence = self.card.confidence.of(first, second).tolist()
        visible = second.visible.sigmoid().double().numpy()
        distance = second.log_distance.exp().double().numpy()
        yaw, pitch, _ = second.pose.double().unbind(1)
        return [
            Landmarks68(
                points=points,
                visible=visible[k],
                uncertainty=distance[k] * looks[k].crop.side / 2,
                yaw=float(yaw[k]),
                pitch=float(pitch[k]),
                roll=roll,
                confidence=confidence[k] if _touches(looks[k]) else 0.0,
            )
            for k, (points, roll) in enumerate(
                zip(self._in_images(looks, second), self._rolls(looks, second), strict=True)
            )
        ]

    def _in_images(self, looks: Sequence[Look], output: LandmarkOutput) -> list[Float[ndarray, "68 2"]]:
        size = self.card.input_size
        pixels = (output.points.double().numpy() + 1) * (size / 2) - 0.5
        return [
            geometry.apply(geometry.invert(look.crop.matrix(size)), points)
            for look, points in zip(looks, pixels, strict=True)
        ]

    def _rolls(self, looks: Sequence[Look], output: LandmarkOutput) -> list[float]:
        rolls = output.pose[:, 2].tolist()
        return [
            (roll + look.crop.turn + 180.0) % 360.0 - 180.0 for look, roll in zip(looks, rolls, strict=True)
        ]


@cache
def shipped_landmarker() -> Landmarker:
    """The shipped network, loaded once in a process for all who look with it; nobody may change it.

    Raises:
        ResourceError: the weights are missing, or are those of something else.
    """
    return Landmarker.load()


def _first_crop(box: FaceBox) -> LooseCrop:
    if not np.isfinite(box).all():
        raise FaceError(f"a face's box must be finite, this one is {tuple(box)}")
    crop = loose_crop(box)
    return LooseCrop(crop.x, crop.y, max(crop.side, _LEAST_SIDE))


def _second_crop(first: LooseCrop, points: Float[ndarray, "68 2"], roll: float) -> LooseCrop:
    """Where the points stand upright; a look that found nothing sane is repeated as it was."""
    crop = upright_crop(points, roll=roll)
    return crop if 0.25 < crop.side / first.side < 4 else first


def _touches(look: Look) -> bool:
    """Whether any of the image lies under the crop."""
    height, width = look.image.shape[:2]
    crop, reach = look.crop, look.crop.side / 2
    across = -reach < crop.x < width - 1 + reach
    down = -reach < crop.y < height - 1 + reach
    return bool(across and down and min(height, width) > 1)


def _cut(look: Look, size: int) -> UInt8[ndarray, "size size 3"]:
    grey = np.full((size, size, 3), 128, dtype=np.uint8)
    if not _touches(look):
        return grey
    try:
        return geometry.warp(look.image, look.crop.matrix(size), height=size, width=size)
    except FaceError:  # the crop's corner alone reached the image
        return grey

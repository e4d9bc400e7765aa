"""Faces in photographs by enface's own finder: nothing has to be fetched for it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from numpy import ndarray
from PIL import Image
from torch import Tensor

from enface.errors import FaceError
from enface.faces.detectors.protocol import Detection, FaceBox, largest_first
from enface.faces.detectors.suppression import suppress
from enface.faces.geometry import Pixels
from enface.faces.landmarks import FivePoints
from enface.faces.landmarks68 import BOX_EXTENT
from enface.images import hwc_to_tensor, to_unit
from enface.models.shipped_folder import CARD_FILE, fill_from, folder_of, read_card
from enface.networks.finder import MIDDLE_SIDE, STRIDE, FinderNetwork, FinderOutput, cell_middles
from enface.recognizers.folding import fold_batch_norms

FINDER = "finder_v2"
"""Name of the shipped finder."""

_STEP = 0.5
"""Of the pyramid; the network knows faces of more than an octave."""
_MARGIN = 16
"""Grey pixels around the picture, at every size, for faces that reach over its edge."""
_ASPECT = BOX_EXTENT[0] / BOX_EXTENT[1]
_FIVE = np.array([[0.264, 0.403], [0.736, 0.403], [0.5, 0.568], [0.303, 0.746], [0.697, 0.746]])
"""The five points in a box: means over nearly frontal rendered faces."""


@dataclass(frozen=True)
class FinderCard:
    """What must be known about a set of finder weights to use them."""

    name: str
    sides: tuple[float, float]
    """Longer sides of the boxes that the network finds in one picture, pixels."""
    threshold: float
    """Score from which a cell shows a face."""
    proposal: float
    """Lower score from which it may show one; what is found there needs confirming."""
    licence: str
    source: str
    training_data: str
    sha256: str
    """Of the file with the weights."""


class Finder:
    """Finds faces from a quarter-turned to the other, in a pyramid of sizes of the photograph.

        finder = Finder.load()
        faces = finder.detect(image)

    Boxes follow YuNet's convention: brow to chin with some margin. The five points are those of a frontal
    face in the box, a guess that the landmark network replaces (`enface.models.landmark_detector`).

    Args:
        card: of the weights.
        network: with the weights.
        score: lowest score of a face, 0 to 1; None takes the card's.
        overlap: faces that cover each other by more than this (intersection over union) are one.
        least_face: pixels of the longer side of the smallest faces, after the photograph was shrunk.
        longest: larger photographs are shrunk until their longer side has this many pixels.

    Raises:
        FaceError: a value out of its range.
    """

    def __init__(
        self,
        card: FinderCard,
        network: FinderNetwork,
        *,
        score: float | None = None,
        overlap: float = 0.3,
        least_face: float = 24.0,
        longest: int = 640,
    ) -> None:
        self.score = card.threshold if score is None else score
        for name, value in (("score", self.score), ("overlap", overlap)):
            if not 0 < value < 1:
                raise FaceError(
                    f"{name} {value} of the finder is out of range; give a number between 0 and 1"
                )
        if least_face < 8 or longest < 32:
            raise FaceError(
                f"least_face {least_face} or longest {longest} of the finder is too small; "
                "give at least 8 and 32 pixels"
            )
        self.card = card
        self.network = network.eval().requires_grad_(False)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.overlap = overlap
        self.least_face = least_face
        self.longest = longest

    @classmethod
    def load(
        cls,
        name: str | Path = FINDER,
        *,
        score: float | None = None,
        overlap: float = 0.3,
        least_face: float = 24.0,
        longest: int = 640,
    ) -> Self:
        """A shipped finder, or a folder written by `enface train --preset finder_v2`; options of the class.

        Raises:
            ConfigError: neither.
            ResourceError: the weights are missing, or are those of something else.
        """
        folder = folder_of(name, "finder")
        card = cls.card_of(folder)
        network = FinderNetwork().eval()
        fill_from(folder, network, card=card)
        fold_batch_norms(network)
        return cls(card, network, score=score, overlap=overlap, least_face=least_face, longest=longest)

    @staticmethod
    def card_of(name: str | Path = FINDER) -> FinderCard:
        """The card of what `load` gives, without the weights; its errors too."""
        return read_card(FinderCard, folder_of(name, "finder") / CARD_FILE)

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces of an image, largest first (`Detector.detect`)."""
        return self._found(image, least=self.score)

    def propose(self, image: Pixels) -> list[Detection]:
        """As `detect`, with all that the card's lower score lets through."""
        return self._found(image, least=min(self.score, self.card.proposal))

    def _found(self, image: Pixels, *, least: float) -> list[Detection]:
        height, width = image.shape[:2]
        if not height or not width:
            return []
        found = [self._at(image, scale, least) for scale in self._scales(max(height, width))]
        boxes = np.concatenate([boxes for boxes, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        kept = suppress(boxes, scores, overlap=self.overlap)
        return largest_first(
            [
                Detection(box=FaceBox(*box.tolist()), points=_points(box), score=float(score))
                for box, score in zip(boxes[kept], scores[kept], strict=True)
            ]
        )

    def _scales(self, longer: int) -> list[float]:
        """From the size at which the smallest faces are found to that at which the whole picture is one."""
        least, most = self.card.sides
        scale = min(1.0, self.longest / longer) * 1.2 * least / self.least_face
        scales = [max(scale, most / longer)]
        while scales[-1] * longer > most:
            scales.append(scales[-1] * _STEP)
        return scales

    @torch.inference_mode()
    def _at(
        self, image: Pixels, scale: float, least: float
    ) -> tuple[Float[ndarray, "faces 4"], Float[ndarray, " faces"]]:
        """Boxes (x, y, width, height) and scores in the picture at one size, pixels of the image."""
        canvas, factors = _shrunk(image, scale)
        output: FinderOutput = self.network(canvas)
        boxes, scores = decode(output, least=least)
        # Picture and image share their outer edges, half a pixel off the first pixel's centre.
        corners = (boxes[:, :2] - _MARGIN + 0.5) / factors - 0.5
        return np.concatenate([corners, boxes[:, 2:] / factors], axis=1), scores


def decode(
    output: FinderOutput, *, least: float
) -> tuple[Float[ndarray, "faces 4"], Float[ndarray, " faces"]]:
    """Boxes (x, y, width, height, pixels of the input) and scores of the cells above `least`.

    Args:
        output: of the network, for one picture.
        least: lowest score.
    """
    scores = output.face[0].sigmoid()
    rows, columns = (scores >= least).nonzero(as_tuple=True)
    x = cell_middles(scores.shape[1])[columns] + STRIDE * output.offset[0, 0, rows, columns]
    y = cell_middles(scores.shape[0])[rows] + STRIDE * output.offset[0, 1, rows, columns]
    height = MIDDLE_SIDE * output.log_side[0, rows, columns].exp()
    width = _ASPECT * height
    boxes = torch.stack([x - width / 2, y - height / 2, width, height], dim=1)
    return boxes.double().numpy(), scores[rows, columns].double().numpy()


def _shrunk(image: Pixels, scale: float) -> tuple[Float[Tensor, "1 3 rows columns"], Float[ndarray, "2"]]:
    """The image at one size amid grey, as the network wants it, and the exact factors in x and y."""
    rows, columns = image.shape[:2]
    height, width = (max(1, round(side * scale)) for side in (rows, columns))
    if (height, width) != (rows, columns):
        image = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC))
    canvas = to_unit(hwc_to_tensor(np.ascontiguousarray(image))[None])
    right, below = (_MARGIN + -(side + 2 * _MARGIN) % STRIDE for side in (width, height))
    canvas = F.pad(canvas, (_MARGIN, right, _MARGIN, below))
    return (
        canvas.contiguous(memory_format=torch.channels_last),
        np.array([width / columns, height / rows]),
    )


def _points(box: Float[ndarray, "4"]) -> FivePoints:
    return np.asarray(box[:2] + _FIVE * box[2:])

"""What belongs into a file: everything from the aligned picture on, as one module with named inputs."""

from dataclasses import dataclass
from typing import Protocol

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.models.decoding import DecodingTurner
from enface.models.folder import LoadedModel
from enface.models.turner import FaceTurner
from enface.models.warp.confidence import Confidence
from enface.models.warp.evidence import centre, maps_of, shares_of
from enface.models.warp.model import WarpModel
from enface.models.warp.turner import SIDES, WarpTurner

FRAME = 250
"""Default side of the frame that warp graphs take: faces of 224 px."""
_LEAST, _MOST = 128, 1000
_LEVELS = "-1 to 1, RGB: level / 127.5 - 1"
_WHOLE = "the alignment template's whole frame, cut from the photograph"
_CENTRE = "the centre crop (224 of 250) of the alignment template's frame, cut from the photograph"
_DRAWN = "synthesised face, all of it drawn from the guide's feature"
_TRUST = "expected cosine ({}) to a true frontal picture of the same person and day"


@dataclass(frozen=True)
class Port:
    """An input or output of a graph."""

    name: str
    dtype: str
    shape: tuple[str | int, ...]
    """"batch" is open."""
    values: str
    """Range."""
    meaning: str


class Graph(Protocol):
    """A module that can be written to a file."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    """In the order of what `__call__` returns."""
    whole_frame: bool
    """Whether the first input is the template's whole frame, or its centre crop (224 of 250)."""
    size: int
    """Side of the first input, pixels."""

    def example(self, pictures: Float[Tensor, "batch 3 s s"]) -> tuple[Tensor, ...]:
        """All inputs for pictures in [-1, 1]."""


class WarpGraph(nn.Module):
    """A warp model with the looking-up of the picture's own pixels, its evidence and its confidence.

    Finding, aligning and cutting the face stay outside: they depend on a photograph of any size and on
    landmarks. The frame's side is fixed, because the pyramid that continues colours over the face's outline
    is as deep as the side asks for; the number of faces is open.

    Args:
        model: on the CPU.
        confidence: fitted to it.
        size: side of the frame, pixels.
    """

    whole_frame = True

    def __init__(self, model: WarpModel, *, confidence: Confidence, size: int) -> None:
        super().__init__()
        if not _LEAST <= size <= _MOST:
            frames = ", ".join(str(side * 250 // 224) for side in SIDES)
            raise ConfigError(
                f"a frame of {size} px is not possible; give {_LEAST} to {_MOST}, best one of {frames}"
            )
        self.size = size
        self._model = model
        self._confidence = confidence
        crop = centre(torch.empty(1, 1, size, size)).shape[-1]
        picture, number = ("batch", 3, crop, crop), ("batch",)
        self.inputs = (
            Port("frame", "float32", ("batch", 3, size, size), _LEVELS, _WHOLE),
            Port(
                "neutral", "bool", number, "false or true", "even light, neutral expression; false keeps both"
            ),
        )
        self.outputs = (
            Port("frontal", "float32", picture, "-1 to 1, RGB", "synthesised face: the frame's centre crop"),
            Port(
                "evidence",
                "float32",
                picture,
                "0 to 1, sum 1",
                "seen, mirrored, invented, where there is a head",
            ),
            Port("head", "float32", ("batch", 1, crop, crop), "0 to 1", "probability of a head"),
            Port("shares", "float32", ("batch", 3), "0 to 1, sum 1", "means of the evidence over the head"),
            Port("confidence", "float32", number, "0 to 1", _TRUST.format(confidence.judge)),
        )

    def example(self, pictures: Float[Tensor, "batch 3 s s"]) -> tuple[Tensor, ...]:
        """Every second one neutral."""
        return pictures, torch.arange(pictures.shape[0]) % 2 == 1

    def forward(
        self, frame: Float[Tensor, "batch 3 s s"], neutral: Bool[Tensor, " batch"]
    ) -> dict[str, Tensor]:
        """See `inputs` and `outputs`."""
        result = self._model(frame, neutral=neutral)
        maps, shares = maps_of(result), shares_of(result)
        return {
            "frontal": centre(result.face),
            "evidence": maps[:, :3],
            "head": maps[:, 3:],
            "shares": shares,
            "confidence": self._confidence.of_shares(shares, result.spread),
        }


class DecodingGraph(nn.Module):
    """A guide and the generator that decodes its feature: all of the face is drawn.

    Args:
        model: with its guide.
    """

    whole_frame = False

    def __init__(self, model: LoadedModel) -> None:
        super().__init__()
        self.size = model.experiment.data.crop_size
        self._model = model.normalizer
        with torch.inference_mode():
            side = self(torch.zeros(1, 3, self.size, self.size))["frontal"].shape[-1]
        self.inputs = (Port("crop", "float32", ("batch", 3, self.size, self.size), _LEVELS, _CENTRE),)
        self.outputs = (Port("frontal", "float32", ("batch", 3, side, side), "-1 to 1, RGB", _DRAWN),)

    def example(self, pictures: Float[Tensor, "batch 3 s s"]) -> tuple[Tensor, ...]:
        """The pictures alone."""
        return (pictures,)

    def forward(self, crop: Float[Tensor, "batch 3 s s"]) -> dict[str, Tensor]:
        """See `inputs` and `outputs`."""
        faces = self._model(crop)
        return {"frontal": faces[max(faces)]}


def graph_of(turner: FaceTurner, *, size: int | None) -> WarpGraph | DecodingGraph:
    """The graph of a loaded model, in evaluation mode and frozen: who runs a `.pt2` file wants no gradients.

    Args:
        turner: on the CPU.
        size: side of a warp model's frame, pixels; None is `FRAME`. Other models have but one size.

    Raises:
        ConfigError: a size that is not possible, or a kind of model that cannot be written.
    """
    if isinstance(turner, WarpTurner):
        confidence = turner.config.confidence
        warp = WarpGraph(turner.model, confidence=confidence, size=FRAME if size is None else size)
        return warp.eval().requires_grad_(False)
    if not isinstance(turner, DecodingTurner):
        raise ConfigError(f"a {type(turner).__name__} cannot be exported; give a warp model or a generator")
    graph = DecodingGraph(turner.model).eval().requires_grad_(False)
    if size not in (None, graph.size):
        raise ConfigError(f"{turner.name} works on crops of {graph.size} px alone; leave the size out")
    return graph

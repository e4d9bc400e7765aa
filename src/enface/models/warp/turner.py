"""Warp models as turners of faces: the photograph's own resolution in, and out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from enface.faces.templates import CROP_FRACTION
from enface.images import hwc_to_tensor, to_uint8, to_unit
from enface.models.precision import Precision, at_precision, marked
from enface.models.turner import Crop, Origin, TurnedFace
from enface.models.warp.evidence import evidence_of, evidence_pictures
from enface.models.warp.folder import LoadedWarp, load_warp

SIDES = (224, 448, 896)
"""Centre crops that are worked in: their frames (250, 500, 1000) have whole margins."""


def working_side(available: float) -> int:
    """The smallest of `SIDES` that loses nothing, at most the largest.

    Args:
        available: side of the centre crop in the photograph, in the photograph's pixels.
    """
    return next((side for side in SIDES if side >= available), SIDES[-1])


class WarpTurner:
    """A warp model (`FaceTurner`).

    Args:
        loaded: on `device`.
        neutral: make the expression neutral and the light even, instead of keeping the photograph's.
        device: where it computes.
        precision: of its networks.
    """

    whole_frame = True

    def __init__(
        self,
        loaded: LoadedWarp,
        *,
        neutral: bool = False,
        device: torch.device | str = "cpu",
        precision: Precision = "float32",
    ) -> None:
        self.model = loaded.model
        self.config = loaded.config
        self.name = loaded.config.name
        self.guides = loaded.config.guides
        self.neutral = neutral
        self.fingerprint = marked(f"{loaded.sha256}/{'neutral' if neutral else 'kept'}", precision)
        self._device = torch.device(device)
        self._precision: Precision = precision

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        neutral: bool = False,
        device: torch.device | str = "cpu",
        precision: Precision = "float32",
    ) -> "WarpTurner":
        """Reads a model folder; errors as of `enface.models.warp.folder.load_warp`."""
        return cls(load_warp(folder, device=device), neutral=neutral, device=device, precision=precision)

    def crop_side(self, available: float) -> int:
        """`working_side`."""
        return working_side(available)

    def turn(self, images: Sequence[Crop]) -> list[TurnedFace]:
        """Turns a batch of whole frames."""
        frames = torch.stack([hwc_to_tensor(image) for image in images]).to(self._device)
        side = frames.shape[-1]
        margin = round(side * (1 - CROP_FRACTION) / 2)
        with torch.inference_mode():
            with at_precision(self._precision, device=self._device):
                result = self.model(to_unit(frames), neutral=self.neutral)
            faces = to_uint8(result.face[..., margin : side - margin, margin : side - margin])
            evidence = evidence_of(result)
            pictures = evidence_pictures(result)
            confidence = self.config.confidence.of(evidence, result.spread)
        frontals = np.ascontiguousarray(faces.permute(0, 2, 3, 1).cpu().numpy())
        return [
            TurnedFace(frontal, Origin(shares, picture, trust))
            for frontal, shares, picture, trust in zip(frontals, evidence, pictures, confidence, strict=True)
        ]

"""One number that says how far a frontal face may be trusted, from what the model knows of its own work."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from enface.models.warp.evidence import Evidence

_LEAST_SPREAD = 0.05


@dataclass(frozen=True)
class Confidence:
    """Expected cosine similarity of a frontal face to a true frontal picture of the same person and day.

    A linear function of the signals, fitted by least squares on rendered people who were not trained on
    (`enface.training.warp.calibration`).
    """

    judge: str
    """Recognizer whose similarity is predicted."""
    offset: float
    spread: float
    """Weight of the logarithm of the disagreement between the picture and its mirror image."""
    invented: float
    """Weight of the invented share."""
    mirrored: float
    """Weight of the mirrored share."""

    def of(self, evidence: Sequence[Evidence], spread: Float[Tensor, " batch"]) -> list[float]:
        """Confidences from 0 to 1; an input that is not finite has none.

        Args:
            evidence: of each face.
            spread: of each face, as `WarpResult.spread`.
        """
        weights = torch.tensor([self.offset, self.spread, self.invented, self.mirrored], dtype=torch.float64)
        values = signals(evidence, spread) @ weights
        return [min(1.0, max(0.0, v)) if math.isfinite(v) else 0.0 for v in values.tolist()]


def signals(evidence: Sequence[Evidence], spread: Float[Tensor, " batch"]) -> Float[Tensor, "batch 4"]:
    """What the confidence is a linear function of: 1, log spread, invented share, mirrored share."""
    logarithm = spread.detach().double().cpu().clamp_min(_LEAST_SPREAD).log()
    shares = torch.tensor([[e.invented, e.mirrored] for e in evidence], dtype=torch.float64)
    return torch.cat([torch.ones_like(logarithm)[:, None], logarithm[:, None], shares.view(-1, 2)], dim=1)

"""One number that says how far a frontal face may be trusted, from what the model knows of its own work."""

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
        return self._of_signals(signals(evidence, spread)).tolist()

    def of_shares(
        self, shares: Float[Tensor, "batch 3"], spread: Float[Tensor, " batch"]
    ) -> Float[Tensor, " batch"]:
        """As `of`, in tensors: what an exported graph computes.

        Args:
            shares: of each face: seen, mirrored, invented.
            spread: of each face, as `WarpResult.spread`.
        """
        return self._of_signals(_signals(shares, spread))

    def _of_signals(self, signals: Float[Tensor, "batch 4"]) -> Float[Tensor, " batch"]:
        one, spread, invented, mirrored = signals.unbind(dim=1)
        values = self.offset * one + self.spread * spread + self.invented * invented
        values = values + self.mirrored * mirrored
        return torch.where(values.isfinite(), values.clamp(0.0, 1.0), 0.0)


def signals(evidence: Sequence[Evidence], spread: Float[Tensor, " batch"]) -> Float[Tensor, "batch 4"]:
    """What the confidence is a linear function of: 1, log spread, invented share, mirrored share."""
    shares = torch.tensor([[e.seen, e.mirrored, e.invented] for e in evidence], dtype=torch.float64)
    return _signals(shares.view(-1, 3), spread.detach().double().cpu())


def _signals(shares: Float[Tensor, "batch 3"], spread: Float[Tensor, " batch"]) -> Float[Tensor, "batch 4"]:
    logarithm = spread.clamp_min(_LEAST_SPREAD).log()
    return torch.stack([torch.ones_like(logarithm), logarithm, shares[:, 2], shares[:, 1]], dim=1)

"""Additive-margin softmax."""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn


class MarginSoftmax(nn.Module):
    """Cross entropy of s * (cos - m at the true class) (Wang et al. 2018, Additive Margin Softmax, eq. 6)."""

    def __init__(self, size: int, *, classes: int, scale: float, margin: float) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.empty(classes, size))
        self.scale = scale
        self.margin = margin
        nn.init.normal_(self.centres, std=size**-0.5)

    def cosines(self, features: Float[Tensor, "batch size"]) -> Float[Tensor, "batch classes"]:
        """Cosine between each feature and each class centre."""
        return F.normalize(features) @ F.normalize(self.centres).T

    def forward(
        self, features: Float[Tensor, "batch size"], labels: Int[Tensor, " batch"]
    ) -> Float[Tensor, ""]:
        """Mean loss over the batch; `labels` are class indices."""
        cosines = self.cosines(features)
        target = F.one_hot(labels, cosines.shape[1])
        return F.cross_entropy(self.scale * (cosines - self.margin * target), labels)

"""What the landmark network's answers cost; closed forms, no network in them."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from enface.networks.landmarks import DEGREES, LandmarkOutput
from enface.training.landmarks.framing import Crops
from enface.training.landmarks.recipe import LandmarkRecipe

_LEAST = 1e-6


def landmark_losses(output: LandmarkOutput, crops: Crops, recipe: LandmarkRecipe) -> dict[str, Tensor]:
    """Weighted terms, scalars; wrong crops take part in `face` only.

    Args:
        output: of the network.
        crops: with the truth.
        recipe: weights.
    """
    right = crops.face.float()
    share = right / right.sum().clamp(min=1)
    likelihood = point_likelihood(output.points, output.log_distance, crops.points)
    weights = torch.where(crops.visible, 1.0, recipe.hidden_weight)
    points = (likelihood * weights).sum(1) / weights.sum(1)
    seen = F.binary_cross_entropy_with_logits(output.visible, crops.visible.float(), reduction="none")
    angles = (output.pose - crops.pose).abs().mean(1) / DEGREES
    return {
        "points": (points * share).sum(),
        "visible": recipe.visible_weight * (seen.mean(1) * share).sum(),
        "pose": recipe.pose_weight * (angles * share).sum(),
        "face": recipe.face_weight * F.binary_cross_entropy_with_logits(output.face, right),
    }


def point_likelihood(
    points: Float[Tensor, "batch n 2"],
    log_distance: Float[Tensor, "batch n"],
    truth: Float[Tensor, "batch n 2"],
) -> Float[Tensor, "batch n"]:
    """Negative log-likelihood of the truth, up to a constant, under p(r) ~ exp(-2 |r| / d) / d².

    d is the expected distance: the density's mean |r| is d, and the likelihood is largest where d is the
    distance itself.
    """
    distance = ((points - truth).square().sum(-1) + _LEAST**2).sqrt()
    return 2 * log_distance + 2 * distance * torch.exp(-log_distance)

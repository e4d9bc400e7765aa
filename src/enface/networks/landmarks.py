"""A small convolutional network that finds 68 landmarks, their visibility and the pose in a loose crop."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

POINTS = 68
DEGREES = 45.0
"""Pose leaves the last layer in units of this many degrees."""
_LOG_LIMITS = (-7.0, 1.0)
_REACH = 1.6
"""The maps span this many half crops to either side, so that they can point beyond the crop's edge."""


class LandmarkOutput(NamedTuple):
    """What the network says of a batch of crops, float32."""

    points: Float[Tensor, "batch 68 2"]
    """x and y from -1 (left, upper edge of the crop) to 1; points outside the crop lie beyond."""
    log_distance: Float[Tensor, "batch 68"]
    """Logarithm of the expected distance from the truth, in the units of `points`."""
    visible: Float[Tensor, "batch 68"]
    """Logit: the point is seen."""
    pose: Float[Tensor, "batch 3"]
    """Yaw, pitch, roll in degrees."""
    face: Float[Tensor, " batch"]
    """Logit: the crop shows one upright face of about the right size."""


class LandmarkNetwork(nn.Module):
    """Strided stem, three stages of residual blocks; maps and a dense head place the points together.

    For inputs of 96 px the stages work at 24, 12 and 6 px. Each point is the mean of a soft map (softmax over
    12 x 12 places, Sun et al. 2018, "Integral human pose regression"), which follows the picture, plus a
    displacement by the dense head, which knows the whole face. The head runs in float32 under autocast too:
    bfloat16 would round points to a quarter pixel.

    Args:
        widths: channels of the stem and of the three stages.
        blocks: residual blocks of each stage.
        joined: channels in which the maps of the last two stages are added.
        squeezed: channels to which the last map is reduced before the dense head.
        hidden: width of the dense head.
        input_size: side of the crops, pixels, a multiple of 16.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, int, int, int] = (32, 48, 96, 160),
        blocks: tuple[int, int, int] = (1, 2, 2),
        joined: int = 64,
        squeezed: int = 48,
        hidden: int = 256,
        input_size: int = 96,
    ) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.stem = nn.Sequential(*_convolution(3, first, stride=2), *_convolution(first, second, stride=2))
        self.fine = nn.Sequential(*_stage(second, second, blocks=blocks[0]))
        self.middle = nn.Sequential(*_stage(second, third, blocks=blocks[1], stride=2))
        self.coarse = nn.Sequential(*_stage(third, fourth, blocks=blocks[2], stride=2))
        self.from_middle = nn.Sequential(*_convolution(third, joined, kernel=1)[:2])
        self.from_coarse = nn.Sequential(*_convolution(fourth, joined, kernel=1)[:2])
        self.maps = nn.Sequential(*_convolution(joined, joined), nn.Conv2d(joined, POINTS, 1))
        self.squeeze = nn.Sequential(*_convolution(fourth, squeezed, kernel=1))
        self.hidden = nn.Linear(squeezed * (input_size // 16) ** 2, hidden)
        self.out = nn.Linear(hidden, POINTS * 4 + 4)
        with torch.no_grad():
            self.out.weight.mul_(0.1)
            self.out.bias.zero_()

    def forward(self, images: Float[Tensor, "batch 3 size size"]) -> LandmarkOutput:
        """Landmarks of crops in [-1, 1] RGB."""
        middle = self.middle(self.fine(self.stem(images)))
        coarse = self.coarse(middle)
        joined = F.relu(self.from_middle(middle) + F.interpolate(self.from_coarse(coarse), scale_factor=2.0))
        maps, squeezed = self.maps(joined), self.squeeze(coarse)
        with torch.autocast(images.device.type, enabled=False):
            dense = _split(self.out(F.relu(self.hidden(squeezed.float().flatten(1)))))
            return dense._replace(points=dense.points + _places(maps.float()))


class ResidualBlock(nn.Module):
    """conv-bn-relu-conv-bn plus the shortcut, then relu (He et al. 2016, figure 2)."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_convolution(inputs, outputs, stride=stride), *_convolution(outputs, outputs)[:2]
        )
        same = stride == 1 and inputs == outputs
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(*_convolution(inputs, outputs, kernel=1, stride=stride)[:2])
        )

    def forward(self, x: Float[Tensor, "batch inputs height width"]) -> Tensor:
        """Map of `outputs` channels, smaller by the stride."""
        return F.relu(self.body(x) + self.shortcut(x))


def _stage(inputs: int, outputs: int, *, blocks: int, stride: int = 1) -> list[ResidualBlock]:
    return [
        ResidualBlock(outputs if k else inputs, outputs, stride=1 if k else stride) for k in range(blocks)
    ]


def _convolution(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def _places(maps: Float[Tensor, "batch 68 side side"]) -> Float[Tensor, "batch 68 2"]:
    """Mean places of the maps' softmax."""
    side = maps.shape[-1]
    share = maps.flatten(2).softmax(-1).view(-1, POINTS, side, side)
    places = _REACH * ((torch.arange(side, device=maps.device) + 0.5) * (2 / side) - 1)
    return torch.stack([share.sum(2) @ places, share.sum(3) @ places], dim=2)


def _split(raw: Float[Tensor, "batch 276"]) -> LandmarkOutput:
    points, log_distance, visible, pose, face = torch.split(raw, [2 * POINTS, POINTS, POINTS, 3, 1], dim=1)
    return LandmarkOutput(
        points=points.reshape(-1, POINTS, 2),
        log_distance=(log_distance - 2.0).clamp(*_LOG_LIMITS),
        visible=visible,
        pose=pose * DEGREES,
        face=face.squeeze(1),
    )

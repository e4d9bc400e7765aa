"""Convolutions of the warp network, and looking a feature map up through a field."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


def block(inputs: int, outputs: int, kernel: int = 3, *, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    """Convolution, batch norm, ReLU."""
    padding = dilation * (kernel - 1) // 2
    convolution = nn.Conv2d if dilation == 1 else _Float32Convolution
    return nn.Sequential(
        convolution(inputs, outputs, kernel, stride, padding, dilation=dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Float32Convolution(nn.Conv2d):
    """In float32 under autocast too: the CPU's bfloat16 gradient of a dilated kernel (torch 2.13, channels no
    multiple of 32) reads memory that nothing wrote, and now and then is not a number."""

    def forward(self, input: Tensor) -> Tensor:
        """As its base."""
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.float())


class Residual(nn.Module):
    """x + two convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = block(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c h w"]:
        """Same shape."""
        return F.relu(x + self.second(self.first(x)))


def look_up(
    features: Float[Tensor, "batch c h w"], field: Float[Tensor, "batch 2 rows columns"]
) -> Float[Tensor, "batch c rows columns"]:
    """Features at the places of a field (x and y from -1 to 1, edges of the map); float32."""
    return F.grid_sample(
        features.float(), field.float().permute(0, 2, 3, 1), align_corners=False, padding_mode="border"
    )


def mirrored(field: Float[Tensor, "batch 2 h w"]) -> Float[Tensor, "batch 2 h w"]:
    """The field of the mirrored picture in the mirrored frame."""
    flipped = field.flip(3)
    return torch.cat([-flipped[:, :1], flipped[:, 1:]], dim=1)


def identity(size: int, *, like: Tensor) -> Float[Tensor, "1 2 s s"]:
    """The field in which every pixel lies where it is."""
    line = (torch.arange(size, dtype=like.dtype, device=like.device) + 0.5) * (2.0 / size) - 1.0
    return torch.stack(torch.meshgrid(line, line, indexing="ij")[::-1])[None]


def enlarged_field(field: Float[Tensor, "batch 2 h h"], size: int) -> Float[Tensor, "batch 2 s s"]:
    """The field at another size. What differs from the identity is interpolated: cubic interpolation does not
    reproduce a slope exactly, and a photograph shows it."""
    moved = field - identity(field.shape[-1], like=field)
    return identity(size, like=field) + enlarge_cubic(moved, size)


def enlarge_cubic(x: Float[Tensor, "batch c h h"], size: int) -> Float[Tensor, "batch c s s"]:
    """Bicubic at another size, float32, as two matrix products, which cost a third of the time."""
    with torch.autocast(x.device.type, enabled=False):
        unit = torch.eye(x.shape[-1], dtype=x.dtype, device=x.device)[None, None]
        rows = F.interpolate(unit, size=(size, x.shape[-1]), mode="bicubic", align_corners=False)[0, 0]
        return rows @ x @ rows.T


def enlarge(x: Float[Tensor, "batch c h w"]) -> Float[Tensor, "batch c 2h 2w"]:
    """Twice the size, bilinear."""
    return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)

"""Convolutions padded as TensorFlow's SAME, and dense layers, without bias unless asked for (A.3, A.8)."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


def same_padding(length: int, *, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after an axis so that the output has ceil(length / stride) values (specification A.8).

    The odd zero goes after, which torch's symmetric `padding` cannot say: it is (1, 2) for k4 s1 and for
    k4 s2 on odd lengths, (1, 1) for k4 s2 on even ones, (0, 1) for k3 s2 on even ones.
    """
    outputs = -(-length // stride)
    total = max((outputs - 1) * stride + kernel - length, 0)
    return total // 2, total - total // 2


class SameConv2d(nn.Conv2d):
    """Convolution; the output is ceil(size / stride), padded as TensorFlow's SAME."""

    def __init__(
        self, in_channels: int, out_channels: int, *, kernel: int = 4, stride: int = 1, bias: bool = False
    ) -> None:
        super().__init__(in_channels, out_channels, kernel, stride, bias=bias)

    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch out h w"]:
        kernel, stride = self.kernel_size[0], self.stride[0]
        top, bottom = same_padding(x.shape[2], kernel=kernel, stride=stride)
        left, right = same_padding(x.shape[3], kernel=kernel, stride=stride)
        # The convolution pads the symmetric part itself; only a surplus at the end costs a copy.
        if bottom > top or right > left:
            x = F.pad(x, (0, right - left, 0, bottom - top))
        return F.conv2d(x, self.weight, self.bias, self.stride, (top, left))


class DoublingConv2d(nn.ConvTranspose2d):
    """Transposed convolution k4 s2 "same": doubles height and width, exact in torch with padding 1 (A.8)."""

    def __init__(self, in_channels: int, out_channels: int, *, bias: bool = False) -> None:
        super().__init__(in_channels, out_channels, 4, stride=2, padding=1, bias=bias)


class GrowingConv2d(nn.ConvTranspose2d):
    """Transposed convolution: "same" gives stride x size, "valid" the whole (size - 1) stride + kernel.

    TensorFlow crops the whole result at its edges and takes the odd pixel from the end: 1 before and 2 after
    for k5 s2, 0 and 1 for k3 s2 (A.8). torch's `padding=2, output_padding=1` shifts that by a pixel.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel: int,
        stride: int,
        valid: bool = False,
        bias: bool = False,
    ) -> None:
        surplus = 0 if valid else max(0, kernel - stride)
        super().__init__(in_channels, out_channels, kernel, stride, bias=bias)
        self.crop = surplus // 2
        self.end = surplus - 2 * self.crop

    def forward(  # type: ignore[override]  # the base takes an output_size that this layer never needs
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out h w"]:
        y = F.conv_transpose2d(x, self.weight, self.bias, self.stride, self.crop)
        return y[:, :, : y.shape[2] - self.end, : y.shape[3] - self.end] if self.end else y


class WideningConv2d(nn.ConvTranspose2d):
    """Transposed convolution k4 s1 "valid": every side grows by three, 1 -> 4 -> 7 (specification A.3)."""

    def __init__(self, in_channels: int, out_channels: int, *, bias: bool = False) -> None:
        super().__init__(in_channels, out_channels, 4, bias=bias)

    def forward(  # type: ignore[override]  # the base takes an output_size that this layer never needs
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out height+3 width+3"]:
        if x.shape[2:] == (1, 1):
            y = _on_one_pixel(x.flatten(1), self.weight)
            return y if self.bias is None else y + self.bias[:, None, None]
        return F.conv_transpose2d(x, self.weight, self.bias)


def _on_one_pixel(
    x: Float[Tensor, "batch channels"], kernel: Float[Tensor, "channels out height width"]
) -> Float[Tensor, "batch out height width"]:
    """A transposed convolution of a single pixel is one matrix product, in the kernel's own memory format.

    dconv0 of specification A.3 has 16.8 million weights; any reordering of them would cost a copy per pass.
    """
    if kernel.is_contiguous(memory_format=torch.channels_last):
        height, width, out = kernel.shape[2], kernel.shape[3], kernel.shape[1]
        rows = kernel.permute(0, 2, 3, 1).flatten(1)
        return _product(x, rows).view(-1, height, width, out).permute(0, 3, 1, 2)
    return _product(x, kernel.flatten(1)).view(-1, *kernel.shape[1:])


class Dense(nn.Linear):
    """Matrix product, never in reduced precision."""

    def __init__(self, in_features: int, out_features: int, *, bias: bool = False) -> None:
        super().__init__(in_features, out_features, bias=bias)

    def forward(self, x: Float[Tensor, "batch features"]) -> Float[Tensor, "batch out"]:
        y = _product(x, self.weight.T)
        return y if self.bias is None else y + self.bias


def _product(
    x: Float[Tensor, "batch inner"], matrix: Float[Tensor, "inner out"]
) -> Float[Tensor, "batch out"]:
    """Matrix product in the dtype of the weights, also under autocast.

    A few rows times millions of weights take the time of reading the weights once; casting them first
    reads and writes them once more.
    """
    with torch.autocast(x.device.type, enabled=False):
        return x.to(matrix.dtype) @ matrix

"""Convolutions padded as TensorFlow's SAME, and dense layers, all without bias (specification A.3, A.8)."""

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
    """Convolution without bias; the output is ceil(size / stride), padded as TensorFlow's SAME."""

    def __init__(self, in_channels: int, out_channels: int, *, kernel: int = 4, stride: int = 1) -> None:
        super().__init__(in_channels, out_channels, kernel, stride, bias=False)

    def forward(self, x: Float[Tensor, "batch channels height width"]) -> Float[Tensor, "batch out h w"]:
        kernel, stride = self.kernel_size[0], self.stride[0]
        top, bottom = same_padding(x.shape[2], kernel=kernel, stride=stride)
        left, right = same_padding(x.shape[3], kernel=kernel, stride=stride)
        # The convolution pads the symmetric part itself; only a surplus at the end costs a copy.
        if bottom > top or right > left:
            x = F.pad(x, (0, right - left, 0, bottom - top))
        return F.conv2d(x, self.weight, None, self.stride, (top, left))


class DoublingConv2d(nn.ConvTranspose2d):
    """Transposed convolution k4 s2 "same": doubles height and width, exact in torch with padding 1 (A.8)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, stride=2, padding=1, bias=False)


class WideningConv2d(nn.ConvTranspose2d):
    """Transposed convolution k4 s1 "valid": every side grows by three, 1 -> 4 -> 7 (specification A.3)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(in_channels, out_channels, 4, bias=False)

    def forward(  # type: ignore[override]  # the base takes an output_size that this layer never needs
        self, x: Float[Tensor, "batch channels height width"]
    ) -> Float[Tensor, "batch out height+3 width+3"]:
        if x.shape[2:] == (1, 1):
            return _on_one_pixel(x.flatten(1), self.weight)
        return F.conv_transpose2d(x, self.weight)


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
    """Matrix product without bias, never in reduced precision."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(in_features, out_features, bias=False)

    def forward(self, x: Float[Tensor, "batch features"]) -> Float[Tensor, "batch out"]:
        return _product(x, self.weight.T)


def _product(
    x: Float[Tensor, "batch inner"], matrix: Float[Tensor, "inner out"]
) -> Float[Tensor, "batch out"]:
    """Matrix product in the dtype of the weights, also under autocast.

    A few rows times millions of weights take the time of reading the weights once; casting them first
    reads and writes them once more.
    """
    with torch.autocast(x.device.type, enabled=False):
        return x.to(matrix.dtype) @ matrix

"""Convolutions padded as TensorFlow's SAME, and dense layers, all without bias (specification A.3, A.8)."""

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
            # One input pixel is a matrix product, without the reordering of the large kernel (A.3 dconv0).
            return (x.flatten(1) @ self.weight.flatten(1)).view(-1, *self.weight.shape[1:])
        return F.conv_transpose2d(x, self.weight)


class Dense(nn.Linear):
    """Matrix product without bias."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(in_features, out_features, bias=False)

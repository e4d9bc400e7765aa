"""Padding follows TensorFlow's SAME on every size that occurs (specification A.8)."""

import pytest
import torch
from torch.nn import functional as F

from enface.networks.convolutions import DoublingConv2d, SameConv2d, WideningConv2d, same_padding

ODD_SIZES = [31, 9, 7, 65, 37, 33, 17, 5, 15, 29]
EVEN_SIZES = [224, 36, 124, 44, 74, 30, 116, 62, 18, 4, 2]


@pytest.mark.parametrize(
    ("kernel", "stride", "parity", "expected"),
    [
        (4, 2, "even", (1, 1)),
        (4, 2, "odd", (1, 2)),
        (4, 1, "even", (1, 2)),
        (4, 1, "odd", (1, 2)),
        (3, 2, "even", (0, 1)),
        (3, 2, "odd", (1, 1)),
        (5, 2, "even", (1, 2)),
        (1, 1, "odd", (0, 0)),
    ],
)
def test_padding_table(kernel: int, stride: int, parity: str, expected: tuple[int, int]) -> None:
    for length in EVEN_SIZES if parity == "even" else ODD_SIZES:
        assert same_padding(length, kernel=kernel, stride=stride) == expected


@pytest.mark.parametrize("size", [*ODD_SIZES, 36, 44])
@pytest.mark.parametrize("kernel", [3, 4])
@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_equals_explicit_padding(size: int, kernel: int, stride: int) -> None:
    other = 22  # the other axis has its own parity
    layer = SameConv2d(2, 3, kernel=kernel, stride=stride)
    x = torch.randn(2, 2, size, other)
    top, bottom = same_padding(size, kernel=kernel, stride=stride)
    left, right = same_padding(other, kernel=kernel, stride=stride)
    expected = F.conv2d(F.pad(x, (left, right, top, bottom)), layer.weight, stride=stride)
    assert layer(x).shape == (2, 3, -(-size // stride), -(-other // stride))
    torch.testing.assert_close(layer(x), expected)


def test_doubling_is_the_adjoint_of_the_stride_two_convolution() -> None:
    """TensorFlow defines the transposed convolution as the gradient of the SAME convolution."""
    doubling, convolution = DoublingConv2d(3, 2).double(), SameConv2d(2, 3, stride=2).double()
    convolution.weight.data.copy_(doubling.weight.data)
    x, y = torch.randn(1, 3, 7, 9).double(), torch.randn(1, 2, 14, 18).double()
    torch.testing.assert_close((doubling(x) * y).sum(), (x * convolution(y)).sum())


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_widening_adds_three_pixels(size: int, memory_format: torch.memory_format) -> None:
    layer = WideningConv2d(5, 6).to(memory_format=memory_format)  # type: ignore[call-overload]
    x = torch.randn(2, 5, size, size)
    assert layer(x).shape == (2, 6, size + 3, size + 3)
    torch.testing.assert_close(layer(x), F.conv_transpose2d(x, layer.weight))


def test_no_layer_has_a_bias() -> None:
    layers = [SameConv2d(2, 3), DoublingConv2d(2, 3), WideningConv2d(2, 3)]
    assert all(layer.bias is None for layer in layers)

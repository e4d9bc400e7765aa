"""The operations of the supported models as torch modules (OpenVINO operation set 1)."""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from enface.errors import ResourceError
from enface.recognizers.openvino_ir.reader import IrLayer

Constants = list[np.ndarray | None]
"""Per input port: the value where it is a constant, else None."""


class Arithmetic(nn.Module):
    """Add, Multiply or Subtract with numpy's broadcasting, of two inputs or of one and a constant."""

    def __init__(self, kind: Literal["Add", "Multiply", "Subtract"], constants: Constants) -> None:
        super().__init__()
        self.kind = kind
        left, right = constants
        constant = left if left is not None else right
        self.value = None if constant is None else nn.Parameter(torch.from_numpy(constant))
        self.constant_is_left = left is not None

    def forward(self, *inputs: Tensor) -> Tensor:
        """Element by element."""
        if self.value is None:
            left, right = inputs
        else:
            left, right = (self.value, inputs[0]) if self.constant_is_left else (inputs[0], self.value)
        if self.kind == "Add":
            return left + right
        return left * right if self.kind == "Multiply" else left - right


class MatMul(nn.Module):
    """Matrix product, either side transposed on request, either side constant."""

    def __init__(self, layer: IrLayer, constants: Constants) -> None:
        super().__init__()
        self.transpose = [layer.attributes.get(f"transpose_{side}", "false") == "true" for side in "ab"]
        self.values = nn.ParameterList(torch.from_numpy(value) for value in constants if value is not None)
        self.constant = [value is not None for value in constants]

    def forward(self, *inputs: Tensor) -> Tensor:
        """Product of the two sides."""
        given, known = iter(inputs), iter(self.values)
        sides = [next(known) if constant else next(given) for constant in self.constant]
        left, right = (
            side.transpose(-1, -2) if transposed else side
            for side, transposed in zip(sides, self.transpose, strict=True)
        )
        return left @ right


class Reshape(nn.Module):
    """Reshape to a constant shape: -1 is what remains, 0 (with `special_zero`) keeps a size."""

    def __init__(self, shape: list[int], *, special_zero: bool) -> None:
        super().__init__()
        self.shape = shape
        self.special_zero = special_zero

    def forward(self, x: Tensor) -> Tensor:
        """The same values in the new shape."""
        keep = self.special_zero
        return x.reshape([x.shape[i] if size == 0 and keep else size for i, size in enumerate(self.shape)])


class MaxPool(nn.Module):
    """Max pooling whose border counts as minus infinity; sizes round up or down."""

    def __init__(self, layer: IrLayer) -> None:
        super().__init__()
        self.kernel, self.strides = _pair(layer, "kernel"), _pair(layer, "strides")
        self.begin, self.end = _pair(layer, "pads_begin"), _pair(layer, "pads_end")
        self.ceil = layer.attributes.get("rounding_type", "floor") == "ceil"

    def forward(self, x: Tensor) -> Tensor:
        """Maximum of every window."""
        padding = (self.begin[1], self.end[1], self.begin[0], self.end[0])
        if any(padding):
            x = F.pad(x, padding, value=-math.inf)
        return F.max_pool2d(x, self.kernel, self.strides, ceil_mode=self.ceil)


def convolution(layer: IrLayer, constants: Constants) -> nn.Module:
    """Convolution, or GroupConvolution with kernels (groups, out / groups, in / groups, h, w)."""
    _explicit_padding(layer)
    kernel = constants[1]
    if kernel is None:
        raise ResourceError(f"{layer.name}: a {layer.kind} without constant kernel is not supported")
    groups = kernel.shape[0] if layer.kind == "GroupConvolution" else 1
    kernel = kernel.reshape(-1, *kernel.shape[-3:])
    begin, end = _pair(layer, "pads_begin"), _pair(layer, "pads_end")
    module = nn.Conv2d(
        kernel.shape[1] * groups,
        kernel.shape[0],
        (kernel.shape[2], kernel.shape[3]),
        stride=_pair(layer, "strides"),
        padding=begin if begin == end else 0,
        dilation=_pair(layer, "dilations"),
        groups=groups,
        bias=False,
    )
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(kernel))
    if begin == end:
        return module
    return nn.Sequential(nn.ZeroPad2d((begin[1], end[1], begin[0], end[0])), module)


def _average_pool(layer: IrLayer, constants: Constants) -> nn.Module:
    _explicit_padding(layer)
    begin, end = _pair(layer, "pads_begin"), _pair(layer, "pads_end")
    if begin != end:
        raise ResourceError(f"{layer.name}: AvgPool with uneven padding is not supported")
    return nn.AvgPool2d(
        _pair(layer, "kernel"),
        _pair(layer, "strides"),
        padding=begin,
        ceil_mode=layer.attributes.get("rounding_type", "floor") == "ceil",
        count_include_pad=layer.attributes.get("exclude-pad", "true") != "true",
    )


def _prelu(layer: IrLayer, constants: Constants) -> nn.Module:
    slope = constants[1]
    if slope is None:
        raise ResourceError(f"{layer.name}: a PReLU without constant slope is not supported")
    module = nn.PReLU(slope.size)
    with torch.no_grad():
        module.weight.copy_(torch.from_numpy(slope.reshape(-1)))
    return module


def _reshape(layer: IrLayer, constants: Constants) -> nn.Module:
    shape = constants[1]
    if shape is None:
        raise ResourceError(f"{layer.name}: a Reshape to a computed shape is not supported")
    special_zero = layer.attributes.get("special_zero", "false") == "true"
    return Reshape([int(size) for size in shape.reshape(-1)], special_zero=special_zero)


def _max_pool(layer: IrLayer, constants: Constants) -> nn.Module:
    _explicit_padding(layer)
    return MaxPool(layer)


OPERATIONS: dict[str, Callable[[IrLayer, Constants], nn.Module]] = {
    "Add": lambda layer, constants: Arithmetic("Add", constants),
    "Multiply": lambda layer, constants: Arithmetic("Multiply", constants),
    "Subtract": lambda layer, constants: Arithmetic("Subtract", constants),
    "Convolution": convolution,
    "GroupConvolution": convolution,
    "PReLU": _prelu,
    "ReLU": lambda layer, constants: nn.ReLU(),
    "Sigmoid": lambda layer, constants: nn.Sigmoid(),
    "AvgPool": _average_pool,
    "MaxPool": _max_pool,
    "MatMul": MatMul,
    "Reshape": _reshape,
}
"""How each kind of layer becomes a module; Const, Convert, Parameter and Result belong to the graph."""


def _pair(layer: IrLayer, name: str) -> tuple[int, int]:
    first, second = layer.attributes[name].split(",")
    return int(first), int(second)


def _explicit_padding(layer: IrLayer) -> None:
    kind = layer.attributes.get("auto_pad", "explicit")
    if kind != "explicit":
        raise ResourceError(f"{layer.name}: auto_pad {kind!r} is not supported, only 'explicit'")

"""Small models written here, against results worked out by hand."""

from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from enface.errors import ResourceError
from enface.recognizers.openvino_ir import IrGraph, read_ir

CONV = {"strides": "1, 1", "dilations": "1, 1", "pads_begin": "0, 0", "pads_end": "0, 0"}
POOL = {"strides": "2, 2", "pads_begin": "0, 0", "pads_end": "0, 0", "auto_pad": "explicit"}


class Writer:
    """Collects layers and constants, then writes both files."""

    def __init__(self, shape: str = "1,1,4,4") -> None:
        self.layers: list[str] = []
        self.edges: list[str] = []
        self.weights = b""
        self.add("x", "Parameter", {"shape": shape, "element_type": "f32"})

    def add(self, name: str, kind: str, attributes: dict[str, str], *inputs: str) -> str:
        data = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
        self.layers.append(f'<layer id="{name}" name="{name}" type="{kind}"><data {data}/></layer>')
        for port, source in enumerate(inputs):
            self.edges.append(
                f'<edge from-layer="{source}" from-port="0" to-layer="{name}" to-port="{port}"/>'
            )
        return name

    def constant(self, name: str, values: np.ndarray) -> str:
        kind = {"float16": "f16", "float32": "f32", "int64": "i64"}[values.dtype.name]
        shape = ", ".join(map(str, values.shape))
        attributes = {"element_type": kind, "shape": shape, "offset": str(len(self.weights))}
        self.weights += values.tobytes()
        return self.add(name, "Const", attributes)

    def graph(self, folder: Path, output: str) -> IrGraph:
        xml = folder / "model.xml"
        xml.write_text(
            f'<net name="t" version="11"><layers>{"".join(self.layers)}</layers>'
            f"<edges>{''.join(self.edges)}</edges></net>"
        )
        return IrGraph(read_ir(xml, self.weights), outputs={"out": output})


def _run(graph: IrGraph, x: torch.Tensor) -> torch.Tensor:
    return graph(x, ("out",))["out"]


X = torch.arange(16.0).view(1, 1, 4, 4)


def test_half_precision_constants_are_widened_by_convert(tmp_path: Path) -> None:
    model = Writer()
    model.constant("c", np.array([[[[0.5]]]], dtype=np.float16))
    model.add("convert", "Convert", {"destination_type": "f32"}, "c")
    model.add("out", "Multiply", {}, "x", "convert")
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), X), (X * 0.5).flatten(1))


@pytest.mark.parametrize(("order", "expected"), [(("x", "c"), X - 3), (("c", "x"), 3 - X)])
def test_subtract_keeps_the_order_of_its_inputs(
    order: tuple[str, str], expected: torch.Tensor, tmp_path: Path
) -> None:
    model = Writer()
    model.constant("c", np.full((1, 1, 1, 1), 3, dtype=np.float32))
    model.add("out", "Subtract", {}, *order)
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), X), expected.flatten(1))


def test_convolution_with_uneven_padding_and_merged_bias(tmp_path: Path) -> None:
    model = Writer()
    model.constant("k", np.ones((1, 1, 2, 2), dtype=np.float32))
    model.constant("b", np.full((1, 1, 1, 1), 100, dtype=np.float32))
    model.add("conv", "Convolution", {**CONV, "pads_end": "1, 1"}, "x", "k")
    model.add("out", "Add", {}, "conv", "b")
    result = _run(model.graph(tmp_path, "out"), X).view(4, 4)
    assert result[0, 0] == 0 + 1 + 4 + 5 + 100
    assert result[3, 3] == 15 + 100


def test_bias_is_merged_only_where_nothing_else_reads_the_convolution(tmp_path: Path) -> None:
    model = Writer()
    model.constant("k", np.full((1, 1, 1, 1), 2, dtype=np.float32))
    model.constant("b", np.full((1, 1, 1, 1), 1, dtype=np.float32))
    model.add("conv", "Convolution", CONV, "x", "k")
    model.add("biased", "Add", {}, "conv", "b")
    model.add("out", "Multiply", {}, "conv", "biased")
    graph = model.graph(tmp_path, "out")
    torch.testing.assert_close(_run(graph, X), (2 * X * (2 * X + 1)).flatten(1))


def test_group_convolution_keeps_groups_apart(tmp_path: Path) -> None:
    model = Writer("1,2,4,4")
    model.constant("k", np.array([1, 10], dtype=np.float32).reshape(2, 1, 1, 1, 1))
    model.add("out", "GroupConvolution", {**CONV, "strides": "2, 2"}, "x", "k")
    x = torch.cat([X, X], dim=1)
    expected = torch.cat([X[:, :, ::2, ::2], 10 * X[:, :, ::2, ::2]], dim=1)
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), x), expected.flatten(1))


def test_activations(tmp_path: Path) -> None:
    model = Writer()
    model.constant("shift", np.full((1, 1, 1, 1), -8, dtype=np.float32))
    model.constant("slope", np.array([0.25], dtype=np.float32))
    model.add("moved", "Add", {}, "x", "shift")
    model.add("prelu", "PReLU", {}, "moved", "slope")
    model.add("relu", "ReLU", {}, "moved")
    model.add("sum", "Add", {}, "prelu", "relu")
    model.add("out", "Sigmoid", {}, "sum")
    moved = X - 8
    expected = (torch.where(moved > 0, moved, 0.25 * moved) + moved.clamp(min=0)).sigmoid()
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), X), expected.flatten(1))


def test_pooling_rounds_sizes_as_told(tmp_path: Path) -> None:
    model = Writer()
    model.add("out", "MaxPool", {**POOL, "kernel": "3, 3", "rounding_type": "ceil"}, "x")
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), X), torch.tensor([[10.0, 11, 14, 15]]))
    model = Writer()
    model.add("out", "MaxPool", {**POOL, "kernel": "3, 3", "rounding_type": "floor"}, "x")
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), X), torch.tensor([[10.0]]))
    model = Writer()
    attributes = {**POOL, "kernel": "2, 2", "rounding_type": "floor", "exclude-pad": "true"}
    model.add("out", "AvgPool", {**attributes, "pads_begin": "1, 1", "pads_end": "1, 1"}, "x")
    corners = _run(model.graph(tmp_path, "out"), X).view(3, 3)
    assert corners[0, 0] == 0  # the padding does not count, so it is the pixel itself
    assert corners[1, 1] == (5 + 6 + 9 + 10) / 4


def test_reshape_and_transposed_matrix_product_work_for_any_batch(tmp_path: Path) -> None:
    model = Writer()
    weight = np.arange(32, dtype=np.float32).reshape(2, 16)
    model.constant("shape", np.array([-1, 16], dtype=np.int64))
    model.constant("w", weight)
    model.add("flat", "Reshape", {"special_zero": "true"}, "x", "shape")
    model.add("out", "MatMul", {"transpose_a": "false", "transpose_b": "true"}, "flat", "w")
    x = torch.randn(3, 1, 4, 4)
    expected = F.linear(x.flatten(1), torch.from_numpy(weight))
    torch.testing.assert_close(_run(model.graph(tmp_path, "out"), x), expected)


def test_gradient_reaches_the_input(tmp_path: Path) -> None:
    model = Writer()
    model.constant("k", np.full((1, 1, 1, 1), 2, dtype=np.float32))
    model.add("out", "Convolution", CONV, "x", "k")
    x = X.clone().requires_grad_()
    _run(model.graph(tmp_path, "out"), x).sum().backward()
    torch.testing.assert_close(x.grad, torch.full_like(X, 2))


def test_what_is_not_supported_is_named(tmp_path: Path) -> None:
    model = Writer()
    model.add("magic", "DetectionOutput", {}, "x")
    with pytest.raises(ResourceError, match="magic: layers of kind DetectionOutput are not supported"):
        model.graph(tmp_path, "magic")
    with pytest.raises(ResourceError, match="has no layer 'gone'"):
        Writer().graph(tmp_path, "gone")


def test_broken_files_are_refused(tmp_path: Path) -> None:
    model = Writer()
    model.constant("k", np.ones((1, 1, 2, 2), dtype=np.float32))
    model.add("out", "Convolution", CONV, "x", "k")
    model.weights = model.weights[:8]
    with pytest.raises(ResourceError, match="not an OpenVINO model"):
        model.graph(tmp_path, "out")
    (tmp_path / "model.xml").write_text("<html>")
    with pytest.raises(ResourceError, match="not an OpenVINO model"):
        read_ir(tmp_path / "model.xml", b"")
    with pytest.raises(ResourceError, match="cannot read"):
        read_ir(tmp_path / "none.xml", b"")

"""The file format: layers in XML, constants in a binary file beside it."""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from jaxtyping import Shaped

from enface.errors import ResourceError

_TYPES: dict[str, type[np.generic]] = {
    "f16": np.float16,
    "f32": np.float32,
    "i32": np.int32,
    "i64": np.int64,
}


@dataclass(frozen=True)
class IrLayer:
    """One operation."""

    id: str
    kind: str
    """For example "Convolution"."""
    name: str
    attributes: dict[str, str]
    inputs: tuple[str, ...]
    """Ids of the layers that it reads, in the order of its ports."""


@dataclass(frozen=True)
class IrModel:
    """Layers in an order in which every layer comes after those it reads, and the constants among them."""

    layers: tuple[IrLayer, ...]
    constants: dict[str, Shaped[np.ndarray, "..."]]
    """Values by layer id; FP16 is widened to float32."""


def read_ir(xml: Path, weights: bytes) -> IrModel:
    """Reads a model.

    Args:
        xml: the topology.
        weights: content of the `.bin` file.

    Raises:
        ResourceError: not such a file, or the weights are too short for it.
    """
    try:
        root = ElementTree.parse(xml).getroot()
        nodes = root.findall("layers/layer")
        inputs = _inputs(root)
        layers = [_layer(node, inputs) for node in nodes]
        constants = {
            node.attrib["id"]: _constant(node, weights) for node in nodes if node.get("type") == "Const"
        }
    except OSError as error:
        raise ResourceError(f"cannot read {xml}: {error.strerror}") from error
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise ResourceError(f"{xml} and its weights are not an OpenVINO model: {error}") from error
    if not layers:
        raise ResourceError(f"{xml} is not an OpenVINO model: it has no layers")
    return IrModel(tuple(_ordered(layers, xml)), constants)


def _inputs(root: ElementTree.Element) -> dict[str, dict[int, str]]:
    """Which layer feeds which port of a layer."""
    inputs: dict[str, dict[int, str]] = {}
    for edge in root.findall("edges/edge"):
        inputs.setdefault(edge.attrib["to-layer"], {})[int(edge.attrib["to-port"])] = edge.attrib[
            "from-layer"
        ]
    return inputs


def _layer(node: ElementTree.Element, inputs: dict[str, dict[int, str]]) -> IrLayer:
    data = node.find("data")
    ports = inputs.get(node.attrib["id"], {})
    return IrLayer(
        id=node.attrib["id"],
        kind=node.attrib["type"],
        name=node.attrib["name"],
        attributes=dict(data.attrib) if data is not None else {},
        inputs=tuple(ports[port] for port in sorted(ports)),
    )


def _constant(node: ElementTree.Element, weights: bytes) -> Shaped[np.ndarray, "..."]:
    data = node.find("data")
    if data is None or data.attrib["element_type"] not in _TYPES:
        raise ValueError(f"constant {node.attrib['name']} has no readable type")
    dtype = np.dtype(_TYPES[data.attrib["element_type"]]).newbyteorder("<")
    shape = [int(size) for size in data.attrib["shape"].split(",") if size.strip()]
    count = int(np.prod(shape, dtype=np.int64))
    values = np.frombuffer(weights, dtype, count=count, offset=int(data.attrib["offset"])).reshape(shape)
    return values.astype(np.float32 if values.dtype.kind == "f" else np.int64)


def _ordered(layers: list[IrLayer], xml: Path) -> list[IrLayer]:
    waiting, done, ordered = list(layers), set[str](), list[IrLayer]()
    while waiting:
        ready = [layer for layer in waiting if done.issuperset(layer.inputs)]
        if not ready:
            raise ResourceError(f"{xml} is not an OpenVINO model: its layers wait for one another")
        ordered += ready
        done |= {layer.id for layer in ready}
        waiting = [layer for layer in waiting if layer.id not in done]
    return ordered

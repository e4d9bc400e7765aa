"""Writes tiny ONNX files without the onnx package: protocol buffers of a few numbers and names."""

import json
from pathlib import Path
from typing import Any

FLOAT, INT64 = 1, 7


def number(value: int) -> bytes:
    """A varint."""
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def field(place: int, value: int | str | bytes) -> bytes:
    """A number, or text or a message with its length."""
    if isinstance(value, int):
        return number(place << 3) + number(value)
    content = value.encode() if isinstance(value, str) else value
    return number(place << 3 | 2) + number(len(content)) + content


def tensor(name: str, shape: tuple[int | str, ...], *, kind: int = FLOAT) -> bytes:
    """Name, type and shape of an input or output."""
    sizes = b"".join(field(1, field(1 if isinstance(size, int) else 2, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, sizes)))


def node(operation: str, given: str, made: str, **attributes: int | tuple[int, ...]) -> bytes:
    """One operation."""
    content = field(1, given) + field(2, made) + field(4, operation)
    for name, value in attributes.items():
        if isinstance(value, int):
            content += field(5, field(1, name) + field(3, value) + field(20, 2))
        else:
            content += field(5, field(1, name) + b"".join(field(8, v) for v in value) + field(20, 7))
    return content


def model(
    *,
    size: int = 28,
    batch: int | str = "n",
    kind: int = FLOAT,
    outputs: tuple[str, ...] = ("vector",),
    open_sides: bool = False,
) -> bytes:
    """Means of 7 x 7 pixels, flattened: an embedding of 3 (size / 7)^2 numbers.

    With open sides they are taken of pictures of any even size.
    """
    side = size // 7
    sides: tuple[int | str, int | str] = ("h", "w") if open_sides else (size, size)
    nodes = []
    if open_sides:
        nodes.append(node("SpaceToDepth", "picture", "folded", blocksize=2))
        nodes.append(node("DepthToSpace", "folded", "even", blocksize=2))
    given = "even" if open_sides else "picture"
    nodes.append(node("AveragePool", given, "map", kernel_shape=(7, 7), strides=(7, 7)))
    nodes += [node("Flatten", "map", name, axis=1) for name in outputs]
    graph = b"".join(field(1, some) for some in nodes) + field(2, "tiny")
    graph += field(11, tensor("picture", (batch, 3, *sides), kind=kind))
    graph += b"".join(field(12, tensor(name, (batch, 3 * side * side))) for name in outputs)
    return field(1, 8) + field(8, field(1, "") + field(2, 13)) + field(7, graph)


CARD: dict[str, Any] = {
    "input_size": [28, 28],
    "colour": "RGB",
    "mean": [127.5, 127.5, 127.5],
    "scale": [1 / 128, 1 / 128, 1 / 128],
    "points": None,
}


def write_onnx(path: Path, *, card: dict[str, Any] | None = None, **graph: Any) -> Path:
    """The file, and its card beside it unless that is empty."""
    path.write_bytes(model(**graph))
    if card is None or card:
        path.with_suffix(".json").write_text(json.dumps(CARD if card is None else card))
    return path

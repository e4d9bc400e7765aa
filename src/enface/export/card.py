"""What somebody who has only the file needs to know: `FILE.json` for programs, `FILE.md` for people."""

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from enface.export import standalone
from enface.export.graphs import DecodingGraph, WarpGraph
from enface.faces.landmarks import LANDMARKS
from enface.faces.templates import CROP_FRACTION, DEFAULT_TEMPLATE, get_template
from enface.images.mark import png_options

KIND, FORMAT = "enface-export", 1
GUESS = (
    "The unseen half of a face is a guess, not evidence. Every output must be marked as synthesised; never "
    "use one to identify anybody on its own."
)


@dataclass(frozen=True)
class Source:
    """The model that a file was made of."""

    name: str
    fingerprint: str
    """Hash of its weights and of those of its guide."""
    licence: str
    guides: dict[str, str]
    """Licences by the names of the recognizers that took part in the training; they may not judge outputs."""
    text: str
    """Its model card."""


def facts_of(graph: WarpGraph | DecodingGraph, source: Source, *, versions: dict[str, str]) -> dict[str, Any]:
    """What is known before the file is written; it is stored inside of it, too."""
    template = get_template(DEFAULT_TEMPLATE)
    side = template.size if graph.whole_frame else round(template.size * CROP_FRACTION)
    return {
        "kind": KIND,
        "format": FORMAT,
        "notice": GUESS,
        "model": source.name,
        "weights": source.fingerprint,
        "licence": source.licence,
        "guides": source.guides,
        "versions": versions,
        "inputs": [asdict(port) for port in graph.inputs],
        "outputs": [asdict(port) for port in graph.outputs],
        "alignment": {
            "template": template.name,
            "landmarks": LANDMARKS,
            "size": template.size,
            "window": [(template.size - side) // 2, side],
            "points": template.points.tolist(),
            "depth": template.depth.tolist(),
            "pivot": template.pivot,
        },
        "mark": _png_text({"model": source.name}),
    }


def card_json(facts: dict[str, Any], *, sha256: str, differences: dict[str, float]) -> str:
    """`FILE.json`.

    Args:
        facts: of `facts_of`.
        sha256: of the file.
        differences: of its outputs from the model's, of `enface.export.parity.compare`.
    """
    return json.dumps({**facts, "sha256": sha256, "differences": differences}, indent=2) + "\n"


def card_markdown(facts: dict[str, Any], source: Source, *, file: Path, differences: dict[str, float]) -> str:
    """`FILE.md`."""
    guides = ", ".join(f"{name} ({licence})" for name, licence in source.guides.items())
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    alignment = facts["alignment"]
    left, side = alignment["window"]
    program = Path(standalone.__file__).read_text(encoding="utf-8")
    return f"""# `{file.name}`: face frontalisation model `{source.name}`

{GUESS}

| | |
|---|---|
| weights | `{source.fingerprint}` |
| licence | {source.licence} |
| guides | {f"{guides}; who guided may not judge outputs" if guides else "none"} |
| written by | {versions} |

| input | type | shape | values | meaning |
|---|---|---|---|---|
{_rows(facts["inputs"])}

| output | type | shape | values | meaning | differs from the model's by at most |
|---|---|---|---|---|---|
{_rows(facts["outputs"], differences)}

Differences were measured on three rendered faces when the file was written. `batch` is open.

## Alignment

Template `{alignment["template"]}`: a frame of {alignment["size"]} px, of which the model sees the square of
{side} px from ({left}, {left}) on, scaled to its input's size. Landmarks, in this order:
{", ".join(LANDMARKS)} (the right eye is on the picture's left in a frontal view).
The template's mean face is turned to the face's yaw; the similarity (rotation, one scale, shift) that
brings eyes and mouth corners there in least squares maps the photograph into the frame. Values are those of
`alignment` in `{file.name}.json`; the program below does it.

## Use without enface

```python
{program.rstrip()}
```

## The model's own card

{source.text.strip()}
"""


def _rows(ports: list[dict[str, Any]], differences: dict[str, float] | None = None) -> str:
    lines = []
    for port in ports:
        shape = " x ".join(map(str, port["shape"]))
        row = f"| `{port['name']}` | {port['dtype']} | {shape} | {port['values']} | {port['meaning']} |"
        lines.append(row if differences is None else f"{row} {differences[port['name']]:.1e} |")
    return "\n".join(lines)


def _png_text(details: dict[str, str]) -> dict[str, str]:
    """Text chunks of a PNG that say that it was synthesised."""
    stream = BytesIO()
    Image.new("L", (1, 1)).save(stream, "PNG", **png_options(details))
    with Image.open(stream) as image:
        return {str(key): str(text) for key, text in image.info.items()}

"""Writes docs/presets.md: every preset, where it comes from, what it changes, how large it is.

python tools/make_presets_page.py docs/presets.md
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from torch import nn

from enface.config.flat import differing_fields
from enface.config.presets import PRESETS
from enface.config.schema import Experiment, Preset
from enface.networks.critics import build_critics
from enface.networks.generators import build_generator
from enface.recognizers.registry import CARDS
from enface.resources import atomic_write
from enface.training.assembly import layer_shape_of
from enface.training.rendered_presets import PRESETS as RENDERED

_BASE = "seed_default"
_ALWAYS = ("seed",)
_HEAD = """# Presets

`enface train --preset NAME` trains one, `enface presets show NAME` prints every field, and
`enface presets diff A B` what B changes against A. Letters are generations of the log, because its numbers
were used again and again: `net` and `run` the first ones, `a` and `b` the paired ones, `c` the log's own
document, `d` and `e` those that led to the release, `f` the release of 2019, `p` the paper. Parameters count
what is trained, generator / critics; recognizers stand still. This page is written by
`python tools/make_presets_page.py docs/presets.md` and checked by a test. Every preset is built at its real
size, stepped twice, saved, resumed and used by `tests/recipes/test_every_preset.py`.

| preset | what it is | generator / critics |
| --- | --- | --- |
"""


def sizes(experiment: Experiment) -> tuple[int, int]:
    """Parameters of generator and critics."""
    card = CARDS[experiment.guide.recognizer]
    with torch.device("meta"):
        generator = build_generator(
            experiment.generator,
            feature_size=card.layers[experiment.guide.layer or card.embedding_layer],
            maps=card.maps,
            noise=experiment.encoding.noise,
        )
        critics = build_critics(
            experiment.critics, sizes=generator.sizes, layer_shape=layer_shape_of(experiment)
        )
    return _count(generator), _count(critics)


def _count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def _value(value: Any) -> str:
    return "-" if value is None else json.dumps(value)


def _section(preset: Preset) -> str:
    base = PRESETS[_BASE].experiment
    changes = {
        name: values
        for name, values in differing_fields(base, preset.experiment).items()
        if name not in _ALWAYS
    }
    lines = [f"## {preset.name}", "", preset.summary + ".", "", f"From: {preset.provenance}.", ""]
    lines += [f"Cost: {preset.cost}.", ""]
    if preset.name == _BASE:
        return "\n".join([*lines, "The others are told by how they differ from this one.", ""])
    lines += [f"| field | {_BASE} | {preset.name} |", "| --- | --- | --- |"]
    lines += [f"| {name} | {_value(a)} | {_value(b)} |" for name, (a, b) in changes.items()]
    return "\n".join([*lines, ""])


def page() -> str:
    """The page as Markdown."""
    rows = []
    for preset in PRESETS.values():
        generator, critics = sizes(preset.experiment)
        rows.append(f"| [{preset.name}](#{preset.name}) | {preset.summary} | {generator:,} / {critics:,} |")
    fixed = [
        "\n## Networks trained against the renderer\n",
        "Fixed recipes without fields to override; the same command.\n",
        "| preset | what it is | cost |",
        "| --- | --- | --- |",
        *(f"| {preset.name} | {preset.summary} | {preset.cost} |" for preset in RENDERED.values()),
        "",
    ]
    return _HEAD + "\n".join([*rows, *fixed, *map(_section, PRESETS.values())])


def main(output: Path) -> None:
    """Writes the page."""
    with atomic_write(output) as part:
        part.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

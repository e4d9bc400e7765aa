"""Writes docs/presets.md: every preset, where it comes from, what it changes, how large it is.

python tools/make_presets_page.py docs/presets.md
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from enface.config.flat import differing_fields
from enface.config.presets import PRESETS
from enface.config.presets.costs import SECONDS_PER_1000_IMAGES
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
size, stepped twice, saved, resumed and used by `tests/recipes/test_every_preset.py`. Price: processor
seconds of one core per 1,000 images at that size, batches of four (`benchmarks/preset_cost.py`). Status:
*tested*, by that test; *reduced*, also trained at reduced size ([ablation](ablation.md)); *whole*, trained as
it stands.

| preset | what it is | generator / critics | price | status |
| --- | --- | --- | --- | --- |
"""

_REDUCED = {
    *("seed_default", "c_1_8", "c_1_1", "c_1_2", "c_1_3", "c_1_4", "c_1_5", "c_wgan_gp_0", "f_release"),
}
_WHOLE = {"small_rendered", "fnm_v1", "smoke"}


_HERE = "tests/training/test_todo_items.py"
_DATA = "tests/data/test_ground_truth.py"


@dataclass(frozen=True)
class ToDo:
    """One of the sixteen items of the log's to-do list (specification E)."""

    number: int
    meaning: str
    options: tuple[str, ...]
    """Overrides that `enface train` takes with any preset; together, where one needs another."""
    test: str
    """Name of the test that shows the difference it makes."""
    file: str = _HERE


TO_DO = (
    ToDo(
        1,
        "another adversarial loss: cross entropy with smoothed labels",
        ("objective.adversarial.kind=bce", "objective.adversarial.label_smoothing=0.1"),
        "test_todo_1_cross_entropy_with_smoothing_is_least_where_real_faces_score_the_label",
    ),
    ToDo(
        2,
        "mask of the face, from the variance of aligned frontals (`enface face-mask`)",
        ("objective.pixel.mask=mask.png",),
        "test_todo_2_pixels_that_the_mask_hides_do_not_count",
    ),
    ToDo(
        3,
        "relu7 instead of fc7",
        ("guide.recognizer=vgg_face", "guide.layer=relu7"),
        "test_todo_3_relu7_has_no_negative_values_and_fc7_has",
    ),
    ToDo(
        4,
        "no feature loss",
        ("objective.feature.weight=0",),
        "test_todo_4_without_the_feature_term_nothing_keeps_the_person",
    ),
    ToDo(
        5,
        "squared errors, of pixels or of features",
        ("objective.pixel.metric=l2_mean", "objective.feature.metric=mse"),
        "test_todo_5_squared_differences_punish_one_large_error_more_than_many_small_ones",
    ),
    ToDo(
        6,
        "leaky units in the generator",
        ("generator.activation=leaky",),
        "test_todo_6_leaky_units_let_negative_values_through",
    ),
    ToDo(
        7,
        "pixel term in 0..1 or 0..255",
        ("objective.pixel.range=255",),
        "test_todo_7_grey_levels_make_the_pixel_term_255_times_larger",
    ),
    ToDo(
        8,
        "bridges from the feature to the maps, or a U-Net from the guide's maps",
        ("generator.kind=plain", "generator.bridges=64,64"),
        "test_todo_8_bridges_and_joins_bring_the_feature_past_the_first_map",
    ),
    ToDo(
        9,
        "Wasserstein loss",
        ("objective.adversarial.kind=wgan", "objective.adversarial.clip=0.01"),
        "test_todo_9_wasserstein_critics_are_clipped_and_least_squares_are_not",
    ),
    ToDo(
        10,
        "dropout in the generator",
        ("generator.dropout=0.5",),
        "test_todo_10_dropout_draws_in_training_and_stands_still_in_use",
    ),
    ToDo(
        11,
        "ground truth: illumination 07, the mean over lights, or the input's own light",
        ("data.ground_truth=mean_lights",),
        "test_todo_11_the_mean_over_lights_is_the_mean_of_their_pictures",
        _DATA,
    ),
    ToDo(
        12,
        "a lower share of the pixel term after the warm-up",
        ("objective.pixel.after_warmup=0.1",),
        "test_todo_12_the_pixel_terms_share_falls_when_the_warm_up_is_over",
    ),
    ToDo(
        13,
        "sum of the features of a face and its mirror image",
        ("encoding.mirror_sum=true", "data.mirror=false"),
        "test_todo_13_a_face_and_its_mirror_image_become_the_same_face",
    ),
    ToDo(
        14,
        "both sides updated together",
        ("schedule.simultaneous=true",),
        "test_todo_14_both_sides_gradients_are_taken_before_either_moves",
    ),
    ToDo(
        15,
        "residual decoder",
        ("generator.kind=residual",),
        "test_todo_15_residual_blocks_pass_their_input_on",
    ),
    ToDo(
        16,
        "noise vector beside the feature",
        ("encoding.noise=8",),
        "test_todo_16_noise_moves_the_face_in_training_and_is_zero_in_use",
    ),
)


def _to_do() -> str:
    lines = [
        "## The to-do list",
        "",
        "Each of the log's sixteen items (specification, section E) is an option of any preset; the test",
        "shows the difference that it makes.",
        "",
        "| # | what | options | test |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {item.number} | {item.meaning} | {' '.join(f'`--{option}`' for option in item.options)} | "
        f"`{item.test}` in [{item.file}](../{item.file}) |"
        for item in TO_DO
    ]
    return "\n".join([*lines, ""])


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
        name = preset.name
        status = "whole" if name in _WHOLE else "reduced" if name in _REDUCED else "tested"
        price = SECONDS_PER_1000_IMAGES.get(name)
        cells = [
            f"[{name}](#{name})",
            preset.summary,
            f"{generator:,} / {critics:,}",
            "" if price is None else f"{price:,} s",
            status,
        ]
        rows.append(f"| {' | '.join(cells)} |")
    fixed = [
        "\n## Networks trained against the renderer\n",
        "Fixed recipes without fields to override; the same command.\n",
        "| preset | what it is | cost |",
        "| --- | --- | --- |",
        *(f"| {preset.name} | {preset.summary} | {preset.cost} |" for preset in RENDERED.values()),
        "",
    ]
    return _HEAD + "\n".join([*rows, *fixed, *map(_section, PRESETS.values()), _to_do()])


def main(output: Path) -> None:
    """Writes the page."""
    with atomic_write(output) as part:
        part.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

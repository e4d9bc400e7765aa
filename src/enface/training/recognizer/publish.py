"""A trained recognizer as a folder: weights, card, model card."""

import dataclasses
import hashlib
from pathlib import Path

import torch
from safetensors.torch import save
from torch import nn

from enface.recognizers.architectures.small import SMALL_SIZES
from enface.recognizers.card import RecognizerCard, synthetic_input, write_card
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.rendered import CARD_FILE, WEIGHTS_FILE
from enface.resources import atomic_write
from enface.training.recognizer.recipe import Recipe
from enface.training.recognizer.settings import RunSettings
from enface.training.recognizer.validation import GroupRow, YawRow

_GOLDEN_VALUES = 16
_RENDERED = """\
- It has seen rendered people only, of one geometry model and one renderer; its figures here say nothing about
  real faces, on which it is far worse than recognizers trained on photographs.
- Rendered people resemble one another more than real people do."""
_GIVEN = """\
- Its figures here are of the people of one manifest and say nothing about others.
- Whether it may be passed on depends on the licence of the pictures and the consent of the people in them."""


def publish(
    network: nn.Module,
    recipe: Recipe,
    *,
    folder: Path,
    settings: RunSettings,
    minutes: float,
    tables: dict[str, list[YawRow]],
    groups: list[GroupRow],
) -> RecognizerCard:
    """Writes `model.safetensors`, `config.json` and `README.md`; the network is put into evaluation mode.

    Args:
        network: trained, float32.
        recipe: what trained it.
        folder: where to; it exists.
        settings: what it was trained on, and what to type to train it again.
        minutes: time spent in training steps.
        tables: rank-1 by yaw under a title each; may be empty.
        groups: rank-1 by group of people, of the first table's faces; may be empty.
    """
    network.eval()
    state = {
        name: tensor.detach().contiguous()
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    content = save(state)
    card = RecognizerCard(
        name=recipe.name,
        architecture=recipe.architecture,
        input_size=(recipe.input_size, recipe.input_size),
        colour="RGB",
        mean=(127.5, 127.5, 127.5),
        scale=(1 / 127.5, 1 / 127.5, 1 / 127.5),
        points=None,
        embedding_layer="embedding",
        layers=SMALL_SIZES[recipe.architecture],
        maps={},
        licence="Apache-2.0" if settings.rendered else "not stated: it follows from the training pictures",
        source=f"trained by enface: {settings.command}",
        training_data=settings.training_data,
        resource=None,
        shipped=f"weights/{recipe.name}/{WEIGHTS_FILE}",
        sha256=hashlib.sha256(content).hexdigest(),
        golden=(),
        golden_source="this implementation, at the end of the training that made the weights",
        may_guide=recipe.may_guide,
    )
    card = dataclasses.replace(card, golden=_golden(network, card))
    with atomic_write(folder / WEIGHTS_FILE) as temporary:
        temporary.write_bytes(content)
    with atomic_write(folder / CARD_FILE) as temporary:
        write_card(card, temporary)
    text = _model_card(
        card, recipe, network, settings=settings, minutes=minutes, tables=tables, groups=groups
    )
    with atomic_write(folder / "README.md") as temporary:
        temporary.write_text(text, encoding="utf-8")
    return card


def _golden(network: nn.Module, card: RecognizerCard) -> tuple[float, ...]:
    recognizer = FrozenRecognizer(card, network, weights_sha256=card.sha256)
    levels = synthetic_input(card)
    with torch.no_grad():
        embedding = recognizer(levels / 127.5 - 1)
    network.requires_grad_(True)
    return tuple(round(value, 6) for value in embedding[0, :_GOLDEN_VALUES].tolist())


def _model_card(
    card: RecognizerCard,
    recipe: Recipe,
    network: nn.Module,
    *,
    settings: RunSettings,
    minutes: float,
    tables: dict[str, list[YawRow]],
    groups: list[GroupRow],
) -> str:
    parameters = sum(parameter.numel() for parameter in network.parameters())
    use = (
        "May guide the training of a generator."
        if card.may_guide
        else "Judges only: it never takes part in a training loss."
    )
    layers = ", ".join(f"`{name}` {size}" for name, size in card.layers.items())
    extra = ""
    if recipe.look_weight or recipe.picture_weight:
        extra = (
            f"\nBeside identity, its pool layer was trained to tell looks of one person apart (weight "
            f"{recipe.look_weight}) and to let a linear readout draw the frontal picture at "
            f"{recipe.picture_size} px (weight {recipe.picture_weight}), so it keeps hair, beard and skin as "
            "well as identity. The heads for both are not part of the weights.\n"
        )
    measured = "\n".join([*(_table(title, rows) for title, rows in tables.items()), *_groups(groups)])
    schedule = recipe.schedule
    who = "rendered people" if settings.rendered else "the faces of a manifest"
    return f"""# {card.name}

A small face recognizer trained from scratch on {who}. {use}

| | |
|---|---|
| architecture | `{card.architecture}`, {parameters:,} parameters |
| input | {card.input_size[0]} px, RGB, [-1, 1], the centre crop of enface's alignment |
| layers | {layers}; embedding: `{card.embedding_layer}` |
| training data | {card.training_data} |
| training | {schedule.steps * schedule.batch_size:,} images in batches of {schedule.batch_size}, seed \
{schedule.seed}, {schedule.precision}, one thread, weights averaged with a half-life of \
{schedule.ema_images:,.0f} images, {minutes:.1f} minutes of wall clock in training steps |
| loss | additive-margin softmax, s = {recipe.scale:g}, m = {recipe.margin:g} |
| weights SHA-256 | `{card.sha256}` |
| licence | {card.licence} |
{extra}
Made with `{settings.command}`.

## Measured
{measured or "Nothing was measured."}

## Limits
{_RENDERED if settings.rendered else _GIVEN}
- Out of bounds: identifying or verifying anybody, watching people, deciding anything about a person.
- It expects enface's alignment; other crops will lower its figures.
"""


def _table(title: str, rows: list[YawRow]) -> str:
    lines = [
        f"\n{title}\n",
        "| yaw (absolute, degrees) | probes | rank-1 %, gallery of the same look | rank-1 %, other look |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row.yaw} | {row.probes} | {_percent(row.same_look)} | {_percent(row.other_look)} |"
        for row in rows
    ]
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    """A dash where nobody could be compared."""
    return "-" if share is None else f"{100 * share:.1f}"


def _groups(rows: list[GroupRow]) -> list[str]:
    if not rows:
        return []
    lines = [
        "\nBy group of people, all yaws together, image and mirrored image added\n",
        "| group | people | probes | rank-1 %, gallery of the same look | rank-1 %, other look |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.attribute}: {row.group} | {row.people} | {row.probes} | {_percent(row.same_look)} "
        f"| {_percent(row.other_look)} |"
        for row in rows
    ]
    return ["\n".join(lines)]

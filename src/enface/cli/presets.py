"""`enface presets list|show NAME|diff A B`, each also with `--json`."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import tyro

from enface.cli.preset_names import READ, setting
from enface.config import presets
from enface.config.codec import to_json
from enface.config.flat import differing_fields, experiment_fields
from enface.config.schema import Preset
from enface.training.rendered_presets import PRESETS as RECIPES
from enface.training.rendered_presets import RenderedPreset


@dataclass(frozen=True)
class List:
    """One line per preset."""

    json: bool = False
    """Print JSON."""


@dataclass(frozen=True)
class Show:
    """Every field of one preset, with its history and cost; of a fixed recipe, where to read about it."""

    name: tyro.conf.Positional[str]
    json: bool = False
    """Print JSON."""


@dataclass(frozen=True)
class Diff:
    """The fields in which two presets differ."""

    first: tyro.conf.Positional[str]
    second: tyro.conf.Positional[str]
    json: bool = False
    """Print JSON."""


@dataclass(frozen=True)
class Args:
    """The settings and recipes that `enface train` knows by name."""

    action: (
        Annotated[List, tyro.conf.subcommand("list")]
        | Annotated[Show, tyro.conf.subcommand("show")]
        | Annotated[Diff, tyro.conf.subcommand("diff")]
    )


def run(args: Args) -> int:
    """Prints what was asked for."""
    match args.action:
        case List():
            _list(as_json=args.action.json)
        case Show():
            _show(args.action.name, as_json=args.action.json)
        case Diff():
            _diff(args.action.first, args.action.second, as_json=args.action.json)
    return 0


def _list(*, as_json: bool) -> None:
    rows = [_row(preset, "setting") for preset in presets.PRESETS.values()]
    recipes = [_row(preset, "recipe") for preset in RECIPES.values()]
    if as_json:
        _print_json([*rows, *recipes])
        return
    _print_rows(rows)
    print("\nFixed recipes against the renderer's answers, without fields, for `enface train` alone:\n")
    _print_rows(recipes)


def _row(preset: Preset | RenderedPreset, kind: str) -> dict[str, str]:
    return {"name": preset.name, "kind": kind, "summary": preset.summary, "cost": preset.cost}


def _print_rows(rows: list[dict[str, str]]) -> None:
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        print(f"{row['name']:<{width}}  {row['summary']}\n{'':<{width}}  cost: {row['cost']}")


def _show(name: str, *, as_json: bool) -> None:
    if name in RECIPES:
        _show_recipe(RECIPES[name], as_json=as_json)
        return
    preset = setting(name)
    if as_json:
        _print_json(to_json(preset))
        return
    print(f"{preset.name}: {preset.summary}\nfrom: {preset.provenance}\ncost: {preset.cost}\n")
    for field, value in experiment_fields(preset.experiment).items():
        print(f"--{field} {_text(value)}")


def _show_recipe(preset: RenderedPreset, *, as_json: bool) -> None:
    if as_json:
        _print_json({**_row(preset, "recipe"), "read": READ})
        return
    print(
        f"{preset.name}: {preset.summary}\ncost: {preset.cost}\n\n"
        f"A fixed recipe against the renderer's answers, without fields to set. Read {READ}.\n"
        f"enface train --preset {preset.name} --output RUN"
    )


def _diff(first: str, second: str, *, as_json: bool) -> None:
    left, right = setting(first).experiment, setting(second).experiment
    differences = differing_fields(left, right)
    if as_json:
        _print_json({field: {first: a, second: b} for field, (a, b) in differences.items()})
        return
    if not differences:
        print(f"{first} and {second} are the same experiment")
        return
    # A field that one side lacks is not null there: the other member of a union has it.
    fields, others = experiment_fields(left), experiment_fields(right)
    rows = [("field", first, second)] + [
        (field, _text(a) if field in fields else "-", _text(b) if field in others else "-")
        for field, (a, b) in differences.items()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for field, a, b in rows:
        print(f"{field:<{widths[0]}}  {a:<{widths[1]}}  {b}")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2))

"""`enface presets list|show NAME|diff A B`, each also with `--json`."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

import tyro

from enface.config import presets
from enface.config.codec import to_json
from enface.config.flat import differing_fields, experiment_fields


@dataclass(frozen=True)
class List:
    """One line per preset."""

    json: bool = False
    """Print JSON."""


@dataclass(frozen=True)
class Show:
    """Every field of one preset, with its history and cost."""

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
    """The settings that `enface train` knows by name."""

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
    if as_json:
        _print_json(
            [{"name": p.name, "summary": p.summary, "cost": p.cost} for p in presets.PRESETS.values()]
        )
        return
    width = max(map(len, presets.names()))
    for preset in presets.PRESETS.values():
        print(f"{preset.name:<{width}}  {preset.summary}\n{'':<{width}}  cost: {preset.cost}")


def _show(name: str, *, as_json: bool) -> None:
    preset = presets.get(name)
    if as_json:
        _print_json(to_json(preset))
        return
    print(f"{preset.name}: {preset.summary}\nfrom: {preset.provenance}\ncost: {preset.cost}\n")
    for field, value in experiment_fields(preset.experiment).items():
        print(f"--{field} {_text(value)}")


def _diff(first: str, second: str, *, as_json: bool) -> None:
    left, right = presets.get(first).experiment, presets.get(second).experiment
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

"""`enface models list|info NAME`: the networks that are part of the package."""

import json
from dataclasses import dataclass
from typing import Annotated

import tyro

from enface.config.suggest import did_you_mean
from enface.errors import ConfigError
from enface.models.shipped import SHIPPED, ShippedNetwork
from enface.resources import shipped


@dataclass(frozen=True)
class List:
    """One line per network."""

    json: bool = False
    """Print JSON."""


@dataclass(frozen=True)
class Info:
    """The model card: what the network saw, how long it was trained, its numbers, its limits."""

    name: tyro.conf.Positional[str]


@dataclass(frozen=True)
class Args:
    """The networks that enface ships, trained on rendered people."""

    action: Annotated[List, tyro.conf.subcommand("list")] | Annotated[Info, tyro.conf.subcommand("info")]


def run(args: Args) -> int:
    """Prints what was asked for."""
    match args.action:
        case List():
            _list(as_json=args.action.json)
        case Info():
            _info(args.action.name)
    return 0


def _list(*, as_json: bool) -> None:
    rows = [
        {"name": entry.name, "kind": entry.kind, "megabytes": _megabytes(entry), "summary": entry.summary}
        for entry in SHIPPED.values()
    ]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    width = max(map(len, SHIPPED))
    for row in rows:
        print(f"{row['name']:<{width}}  {row['kind']:<10}  {row['megabytes']:4.1f} MB  {row['summary']}")


def _info(name: str) -> None:
    if name not in SHIPPED:
        known = ", ".join(SHIPPED)
        raise ConfigError(f"unknown network {name!r}{did_you_mean(name, SHIPPED)}; known: {known}")
    folder = shipped(SHIPPED[name].folder)
    print((folder / "README.md").read_text(encoding="utf-8"))
    print(folder)


def _megabytes(entry: ShippedNetwork) -> float:
    size = sum(path.stat().st_size for path in shipped(entry.folder).glob("*.safetensors"))
    return round(size / 1e6, 1)

"""Command lines from dataclasses, through tyro, imported only when a verb runs."""

import shlex
from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")

_POSITIONAL = ("runs", "a", "b")
"""Arguments that are written without their names."""


def parse(cls: type[T], arguments: list[str], *, verb: str) -> T:
    """Builds the verb's `Args` from its command line; `--help` and errors end the process as tyro does."""
    import tyro

    parsed: T = tyro.cli(cls, args=arguments, **_options(cls, verb))
    return parsed


def parse_with_overrides(cls: type[T], arguments: list[str], *, verb: str) -> tuple[T, list[str]]:
    """As `parse`, and returns what the dataclass does not know: dotted overrides of an experiment."""
    import tyro

    parsed: tuple[T, list[str]] = tyro.cli(
        cls, args=arguments, return_unknown_args=True, **_options(cls, verb)
    )
    return parsed


def command_line(args: Any, *, verb: str) -> str:
    """The command that gives these arguments: what differs from the defaults, quoted for a shell."""
    words = ["enface", verb]
    for field in fields(args):
        value = getattr(args, field.name)
        if value == field.default:
            continue
        option = "--" + field.name.replace("_", "-")
        values = [str(item) for item in value] if isinstance(value, tuple) else [str(value)]
        if isinstance(value, bool):
            words.append(option if value else option.replace("--", "--no-", 1))
        elif field.name in _POSITIONAL:
            words += values
        else:
            words += [option, *values]
    return shlex.join(words)


def _options(cls: type, verb: str) -> dict[str, Any]:
    import tyro

    # Subcommands and their flags are short names: `presets diff A B`, not `presets action:diff`.
    config = (tyro.conf.OmitSubcommandPrefixes, tyro.conf.OmitArgPrefixes, tyro.conf.FlagCreatePairsOff)
    return {"prog": f"enface {verb}", "description": cls.__doc__, "config": config}

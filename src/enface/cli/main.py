"""The `enface` command: finds the verb, and imports only what that verb needs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from enface import __version__
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError, EnfaceError


@dataclass(frozen=True)
class Verb:
    """One subcommand."""

    module: str
    summary: str


VERBS: dict[str, Verb] = {
    "demo": Verb("enface.cli.demo", "train the small model on rendered faces, judge it, write a report"),
    "frontalize": Verb("enface.cli.frontalize", "turn the faces of photographs to the front"),
    "faces": Verb(
        "enface.cli.faces", "show faces, landmarks, pose and quality that enface sees in photographs"
    ),
    "train": Verb("enface.cli.train", "train a preset"),
    "evaluate": Verb("enface.cli.evaluate", "judge a trained model by a recognizer it never saw"),
    "compare": Verb(
        "enface.cli.compare", "say whether one of two evaluated models is better, or whether it was chance"
    ),
    "experiments": Verb("enface.cli.experiments", "train several presets under one budget and compare them"),
    "train-recognizer": Verb("enface.cli.train_recognizer", "train a small recognizer on rendered people"),
    "render": Verb("enface.cli.render", "render invented people as a data set (extra `render`)"),
    "prepare": Verb(
        "enface.cli.prepare", "find and align faces of Multi-PIE, CASIA, LFW or your own folders"
    ),
    "face-mask": Verb("enface.cli.face_mask", "mask of the pixel term, from how much frontal faces differ"),
    "export": Verb("enface.cli.export", "write a model as one file that runs without enface"),
    "models": Verb("enface.cli.models", "list the shipped networks, show their model cards"),
    "presets": Verb("enface.cli.presets", "list, show or compare the settings"),
    "fetch": Verb("enface.cli.fetch", "download models from their official source, hash checked"),
    "doctor": Verb("enface.cli.doctor", "what is installed, present and missing"),
}


def help_text() -> str:
    """The first screen."""
    width = max(map(len, VERBS))
    lines = [f"  {name:<{width}}  {verb.summary}" for name, verb in VERBS.items()]
    return "\n".join(
        [
            f"enface {__version__}: a face seen from any angle, turned to the front.",
            "",
            "usage: enface VERB [options]        enface VERB --help",
            "",
            *lines,
            "",
            "The unseen half of a face is a guess, not evidence.",
        ]
    )


def _run(name: str, rest: list[str]) -> int:
    from enface.cli.arguments import parse, parse_with_overrides

    module = import_module(VERBS[name].module)
    if getattr(module, "TAKES_OVERRIDES", False):
        args, overrides = parse_with_overrides(module.Args, rest, verb=name)
        return int(module.run(args, overrides))
    return int(module.run(parse(module.Args, rest, verb=name)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns its exit code: 0 all went well, 1 some or all failed, 2 unusable arguments."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help", "help"}:
        print(help_text())
        return 0
    if given[0] in {"-V", "--version"}:
        print(__version__)
        return 0
    name, rest = given[0], given[1:]
    if name not in VERBS:
        print(
            f"enface: unknown verb {name!r}{did_you_mean(name, VERBS)}; verbs: {', '.join(VERBS)}",
            file=sys.stderr,
        )
        return 2
    try:
        return _run(name, rest)
    except ConfigError as error:
        print(f"enface {name}: {error}", file=sys.stderr)
        return 2
    except EnfaceError as error:
        print(f"enface {name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nenface {name}: stopped; the same command goes on where it can", file=sys.stderr)
        return 130

"""`enface train-recognizer RECIPE --output FOLDER`."""

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Args:
    """Train a small recognizer on rendered people; the same command goes on where it stopped.

    The recognizer folder `OUTPUT/recognizer` can be named wherever a recognizer is asked for.
    """

    recipe: tyro.conf.Positional[str]
    """rendered_a, rendered_b, or recognizer_smoke, which takes seconds and knows nobody."""
    output: Path
    """Run folder: checkpoint, curve and its picture, recognizer."""
    manifest: str | None = None
    """Your own training faces: manifest.csv (rows of split "train"), or render:PRESET[,people=N][,seed=N].
    None renders the recipe's people."""
    validation: str | None = None
    """With --manifest: faces of other people (rows of split "test"); none takes the training manifest."""
    data: Path | None = None
    """Folder of the recipe's rendered people, completed where they are missing; none is OUTPUT/rendered."""
    name: str | None = None
    """Name on the card; none is the recipe's."""
    seed: int | None = None
    """Of the weights; none is the recipe's."""
    images: int | None = None
    """Length of the training; none is the recipe's."""
    training_data: Annotated[str | None, tyro.conf.arg(name="training-data")] = None
    """What the model card says about the training faces."""
    workers: int = 1
    """Processes that render."""
    device: str = "cpu"
    """cpu, cuda or cuda:N."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Trains and prints the folder of the recognizer."""
    from enface.config.suggest import did_you_mean
    from enface.errors import ConfigError
    from enface.training.recognizer.recipe import RECIPES
    from enface.training.recognizer.run import train_on_manifest, train_recognizer
    from enface.training.recognizer.settings import RunSettings

    if args.recipe not in RECIPES:
        raise ConfigError(
            f"unknown recipe {args.recipe!r}{did_you_mean(args.recipe, RECIPES)}; known: {', '.join(RECIPES)}"
        )
    if args.manifest is None and args.validation is not None:
        raise ConfigError("--validation goes with --manifest; the recipe's own people have their validation")
    if args.manifest is not None and args.data is not None:
        raise ConfigError("--manifest and --data name two sets of faces; give one of them")
    changes = {
        field: value for field in ("name", "seed", "images") if (value := getattr(args, field)) is not None
    }
    recipe = RECIPES[args.recipe]
    schedule = replace(recipe.schedule, **{f: v for f, v in changes.items() if f != "name"})
    recipe = replace(recipe, name=args.name or recipe.name, schedule=schedule)
    faces = "" if args.manifest is None else f"--manifest {_shown(args.manifest)} "
    options = faces + "--output RUN"
    options += "".join(f" --{field} {shlex.quote(str(value))}" for field, value in changes.items())
    settings = RunSettings(
        args.output,
        device=args.device,
        training_data=args.training_data or "",
        command=f"enface train-recognizer {args.recipe} {options}",
        progress=not args.quiet,
    )
    if args.manifest is None:
        folder = train_recognizer(recipe, settings, data=args.data, workers=args.workers)
    else:
        folder = train_on_manifest(recipe, args.manifest, settings, validation=args.validation)
    print(f"{recipe.name}: {folder}")
    return 0


def _shown(manifest: str) -> str:
    """What a model card may say about where faces came from: no path of this machine."""
    from enface.data.rendered_source import is_rendered

    return manifest if is_rendered(manifest) else "MANIFEST.csv"

"""`enface train-recognizer RECIPE --manifest FILE --output FOLDER`."""

import dataclasses
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Args:
    """Train a small recognizer on rendered people; the same command goes on where it stopped.

    The recognizer folder `OUTPUT/recognizer` can be named wherever a recognizer is asked for.
    """

    recipe: tyro.conf.Positional[str]
    """rendered_a or rendered_b."""
    manifest: Path
    """manifest.csv of the training faces (rows of split "train")."""
    output: Path
    """Run folder: checkpoint, curve, aligned frames, recognizer."""
    validation: Path | None = None
    """manifest.csv of other people (rows of split "test"); none takes the training manifest."""
    name: str | None = None
    """Name on the card; none is the recipe's."""
    seed: int | None = None
    """None is the recipe's."""
    images: int | None = None
    """Length of the training; none is the recipe's."""
    data: Annotated[str | None, tyro.conf.arg(name="training-data")] = None
    """What the model card says about the training faces."""


def run(args: Args) -> int:
    """Trains and prints the folder of the recognizer."""
    from enface.config.suggest import did_you_mean
    from enface.errors import ConfigError
    from enface.training.recognizer.recipe import RECIPES
    from enface.training.recognizer.run import train_recognizer

    if args.recipe not in RECIPES:
        raise ConfigError(
            f"unknown recipe {args.recipe!r}{did_you_mean(args.recipe, RECIPES)}; known: {', '.join(RECIPES)}"
        )
    changes = {
        field: value for field in ("name", "seed", "images") if (value := getattr(args, field)) is not None
    }
    recipe = dataclasses.replace(RECIPES[args.recipe], **changes)
    options = "--manifest MANIFEST.csv --output RUN "
    options += " ".join(f"--{field} {shlex.quote(str(value))}" for field, value in changes.items())
    card = train_recognizer(
        recipe,
        manifest=args.manifest,
        output=args.output,
        validation=args.validation,
        training_data=args.data,
        command=f"enface train-recognizer {args.recipe} {options}".strip(),
    )
    print(f"{card.name}: {args.output / 'recognizer'}")
    return 0

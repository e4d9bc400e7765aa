"""`enface train`: trains a preset, or goes on where it was stopped."""

from dataclasses import dataclass, replace
from pathlib import Path

from enface.errors import ConfigError

TAKES_OVERRIDES = True


@dataclass(frozen=True)
class Args:
    """Train a model. Any field can be set by its dotted name, for example --objective.feature.weight 4.

    Stopped at any moment, the same command goes on bit-exactly. Several processes: start it by torchrun.
    """

    preset: str | None = None
    """Name from `enface presets list`."""
    config: Path | None = None
    """A run's config.json, to repeat that run, instead of a preset."""
    data: str | None = None
    """Manifest (or its folder) of the faces; default: the preset's, mostly the set inside the package."""
    output: Path | None = None
    """The run's folder; default: runs/PRESET."""
    images: int | None = None
    """Input images to train on, in place of the preset's number."""
    fresh: bool = False
    """Discard what an earlier run left in the output folder."""
    device: str = "cpu"
    """cpu, cuda or cuda:N."""
    tensorboard: bool = False
    """Write TensorBoard events too (extra `tensorboard`)."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args, overrides: list[str]) -> int:
    """Trains and prints the run folder as the last line."""
    from enface.config import overrides as dotted
    from enface.config import presets
    from enface.config.codec import read_experiment

    if (args.preset is None) == (args.config is None):
        raise ConfigError(f"give one of --preset ({', '.join(presets.names())}) and --config run/config.json")
    if args.config is not None:
        experiment, name = read_experiment(args.config), args.config.resolve().parent.name
    else:
        experiment, name = presets.get(str(args.preset)).experiment, str(args.preset)
    if args.data is not None:
        experiment = replace(experiment, data=replace(experiment.data, manifest=args.data))
    if args.images is not None:
        experiment = replace(experiment, schedule=replace(experiment.schedule, images=args.images))
    experiment = dotted.apply(experiment, overrides)

    from enface.training.loop import train

    folder = train(
        experiment,
        output=args.output or Path("runs") / name,
        preset=args.preset,
        device=args.device,
        progress=not args.quiet,
        resume=not args.fresh,
        tensorboard=args.tensorboard,
    )
    print(folder)
    return 0

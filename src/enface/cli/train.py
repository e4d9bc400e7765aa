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
    """Manifest (or its folder) of the faces, or render:PRESET[,people=N][,size=PIXELS][,seed=N] to render
    them when they are needed, without files; default: the preset's, mostly the set inside the package. For
    presets that learn from the renderer's answers: folder of the rendered set, completed where it is not."""
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
    workers: int = 1
    """Processes that render, for presets that learn from the renderer's answers."""
    start: Path | None = None
    """Folder of the model that the preset goes on from (photo_warp_v2). Presets of the log name a run as
    --schedule.start_from."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args, overrides: list[str]) -> int:
    """Trains and prints the run folder as the last line."""
    from enface.cli.preset_names import all_names, setting
    from enface.config import overrides as dotted
    from enface.config.codec import read_experiment
    from enface.training import rendered_presets

    if args.preset in rendered_presets.PRESETS:
        return _run_rendered(args, overrides)
    if (args.preset is None) == (args.config is None):
        raise ConfigError(f"give one of --preset ({', '.join(all_names())}) and --config run/config.json")
    if args.config is not None:
        experiment, name = read_experiment(args.config), args.config.resolve().parent.name
    else:
        experiment, name = setting(str(args.preset)).experiment, str(args.preset)
    if args.data is not None:
        experiment = replace(experiment, data=replace(experiment.data, manifest=args.data))
    if args.images is not None:
        experiment = replace(experiment, schedule=replace(experiment.schedule, images=args.images))
    experiment = dotted.apply(experiment, overrides)
    if args.start is not None:
        raise ConfigError(f"give the run to start from as --schedule.start_from {args.start}, not as --start")

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


def _run_rendered(args: Args, overrides: list[str]) -> int:
    """Trains a network against the renderer's answers and prints the model folder as the last line."""
    from enface.data.rendered_source import is_rendered
    from enface.training.rendered_presets import PRESETS
    from enface.training.supervised.options import RunOptions

    preset = PRESETS[str(args.preset)]
    refused = {
        "--images": args.images is not None,
        "--config": args.config is not None,
        "--fresh": args.fresh,
        "--tensorboard": args.tensorboard,
        " ".join(overrides): bool(overrides),
    }
    if given := [option for option, present in refused.items() if present]:
        raise ConfigError(
            f"{preset.name} is a fixed recipe and takes no {', '.join(given)}; "
            "give --data, --output, --start, --device, --workers, --quiet, or change a copy of the recipe in "
            "Python"
        )
    if is_rendered(args.data):
        raise ConfigError(
            f"{preset.name} renders what it needs; --data is the folder for it, not {args.data!r}"
        )
    options = RunOptions(
        output=args.output or Path("runs") / preset.name,
        data=None if args.data is None else Path(args.data),
        workers=args.workers,
        device=args.device,
        progress=not args.quiet,
        start=args.start,
    )
    print(preset.train(options))
    return 0

"""`enface frontalize`: turns the faces of photographs to the front."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro

from enface.cli.batch_summary import summarise
from enface.cli.own_finder import tell_of_own_finder
from enface.errors import ConfigError, EnfaceError

if TYPE_CHECKING:
    from enface.inference.frontalizer import Frontalizer


@dataclass(frozen=True)
class Args:
    """Write, per face, the aligned input, the synthesised frontal face, where its pixels come from, and a row
    of report.csv.

    Pictures that an earlier run into the same folder finished are skipped, so a run that was stopped goes on.
    Exit code: 0 all went well, 1 some pictures failed, 2 unusable arguments.
    """

    inputs: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="INPUT...")]
    """Pictures and folders of pictures."""
    output: Path
    """Folder of the results, created when absent; not a folder of the inputs itself, but it may lie in
    one."""
    model: str = "photo"
    """photo (shipped: copies what the photograph shows), or the folder of a trained model or of a run."""
    neutral: bool = False
    """With `photo`: make the expression neutral and the light even, instead of keeping the photograph's."""
    paste: bool = False
    """Also write each photograph with its frontal faces pasted back."""
    all_faces: bool = False
    """Every face of a picture."""
    largest: bool = False
    """Only the largest face of a picture (the default)."""
    detector: Literal["yunet", "finder", "sidecar", "aligned"] | None = None
    """yunet and finder find faces, finder without any download; sidecar takes the landmarks of --landmarks;
    aligned takes pictures that are aligned already. Default: sidecar when --landmarks is given, else yunet
    where it is fetched, else finder."""
    landmarks: Path | None = None
    """CSV or JSON file of five landmarks per face."""
    detector_points: bool = False
    """Take the detector's own five landmarks instead of those of enface's landmark network."""
    frame: Literal["whole", "crop"] = "whole"
    """What aligned pictures show: the template's whole 250 px frame, or its centre crop (224 of 250)."""
    guide_weights: Path | None = None
    """Weights of the recognizer that guided the model, when they are not where training found them."""
    device: str = "cpu"
    """cpu, cuda or cuda:N."""
    precision: Literal["float32", "bfloat16"] = "float32"
    """bfloat16 is faster on processors that multiply it, and changes grey levels by a fraction of one on
    average (docs/speed.md)."""
    batch_size: int = 16
    """Faces that go through the network together."""
    overwrite: bool = False
    """Do finished pictures again."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Works through the inputs and prints where the report lies as the last line."""
    if not args.inputs:
        raise ConfigError("no inputs; give at least one picture or folder")
    if args.largest and args.all_faces:
        raise ConfigError("--largest and --all-faces exclude each other; give one of them")
    if args.batch_size < 1:
        raise ConfigError(f"--batch-size {args.batch_size} is too small; give at least 1")

    from enface.inference.files import frontalize_files

    frontalizer, detector_name, detector_settings = _load(args)
    result = frontalize_files(
        args.inputs,
        frontalizer=frontalizer,
        output=args.output,
        all_faces=args.all_faces,
        paste=args.paste,
        batch_size=args.batch_size,
        overwrite=args.overwrite,
        detector_name=detector_name,
        detector_settings=detector_settings,
        progress=not args.quiet,
    )
    return summarise(result, verb="frontalize")


def _load(args: Args) -> "tuple[Frontalizer, str, str]":
    """Model and detector, the detector's name, and the text that identifies it; whatever fails here is an
    argument."""
    from enface.inference.frontalizer import Frontalizer
    from enface.models.landmark_detector import detector_label, load_detector

    name, options, settings = _detector(args)
    tell_of_own_finder(name, asked=args.detector, verb="frontalize")
    network = not args.detector_points
    try:
        frontalizer = Frontalizer.load(
            args.model,
            detector=load_detector(name, network=network, **options),
            neutral=args.neutral,
            device=args.device,
            precision=args.precision,
            guide_weights=None if args.guide_weights is None else str(args.guide_weights),
        )
    except EnfaceError as error:
        raise ConfigError(str(error)) from error
    return frontalizer, name, settings or detector_label(name, network=network)


def _detector(args: Args) -> tuple[str, dict[str, Any], str]:
    """Name, options and, where the name does not say it all, identifying text of the detector asked for."""
    from enface.models.landmark_detector import default_detector, detector_label

    name = args.detector or (default_detector() if args.landmarks is None else "sidecar")
    if (name == "sidecar") != (args.landmarks is not None):
        needs = "needs" if name == "sidecar" else "takes no"
        raise ConfigError(f"--detector {name} {needs} --landmarks FILE")
    if args.landmarks is not None:
        try:
            label = detector_label(name, file=args.landmarks)
        except OSError as error:
            raise ConfigError(f"--landmarks {args.landmarks}: {error.strerror or error}") from error
        return name, {"file": args.landmarks}, label
    if name == "aligned":
        return name, {"frame": args.frame}, f"aligned {args.frame}"
    return name, {}, ""

"""`enface faces`: what enface sees of the faces of photographs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from enface.cli.batch_summary import summarise
from enface.cli.own_finder import tell_of_own_finder
from enface.errors import ConfigError, EnfaceError


@dataclass(frozen=True)
class Args:
    """Find the faces of photographs and write their landmarks, pose and quality.

    Per face a row of faces.csv and 68 points in landmarks.json, per photograph NAME-faces.jpg, where all of
    it is drawn. Pictures that an earlier run into the same folder finished are skipped, so a run that was
    stopped goes on. Exit code: 0 all went well, 1 some pictures failed, 2 unusable arguments.
    """

    inputs: Annotated[tuple[Path, ...], tyro.conf.Positional, tyro.conf.arg(metavar="INPUT...")]
    """Pictures and folders of pictures."""
    output: Path
    """Folder of the results, created when absent; not a folder of the inputs itself, but it may lie in
    one."""
    largest: bool = False
    """Only the largest face of a picture; the default is every face."""
    no_pictures: bool = False
    """Write the table and the landmarks alone."""
    detector: Literal["yunet", "finder"] | None = None
    """yunet or finder, which needs no download. Default: yunet where it is fetched, else finder."""
    detector_points: bool = False
    """Show what `frontalize --detector-points` works with: faces and five points of the detector alone. The
    68 landmarks are the landmark network's all the same."""
    overwrite: bool = False
    """Do finished pictures again."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Works through the inputs and prints where the table lies as the last line."""
    if not args.inputs:
        raise ConfigError("no inputs; give at least one picture or folder")

    from enface.inference.describe import describe_files
    from enface.inference.observer import FaceObserver
    from enface.models.landmark_detector import default_detector, detector_label

    name = args.detector or default_detector()
    tell_of_own_finder(name, asked=args.detector, verb="faces")
    network = not args.detector_points
    try:
        observer = FaceObserver.load(name, network=network)
    except EnfaceError as error:
        raise ConfigError(str(error)) from error
    result = describe_files(
        args.inputs,
        observer=observer,
        output=args.output,
        largest=args.largest,
        pictures=not args.no_pictures,
        overwrite=args.overwrite,
        detector_name=name,
        detector_settings=detector_label(name, network=network),
        progress=not args.quiet,
    )
    return summarise(result, verb="faces")

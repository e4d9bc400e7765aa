"""`enface prepare SOURCE --from DIR --to DIR`: somebody else's pictures into a set of aligned faces."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import tyro

from enface.cli.own_finder import tell_of_own_finder
from enface.errors import ConfigError


@dataclass(frozen=True)
class Args:
    """Find and align faces, write crops, manifest.csv, tables and a data card. The source is never changed.

    Stopped at any moment, the same command goes on. Exit code: 0 every picture has a crop, 1 some have none
    (report.csv says which and why), 2 unusable arguments.
    """

    source: tyro.conf.Positional[Literal["multipie", "casia", "lfw", "folder", "rendered"]]
    """Layout: multipie (raw or flat), casia, lfw, folder (one folder per person) or rendered."""
    folder: Annotated[Path, tyro.conf.arg(name="from", metavar="DIR")]
    """Folder of the pictures, or a manifest for rendered."""
    output: Annotated[Path, tyro.conf.arg(name="to", metavar="DIR")]
    """Folder of the prepared set; what is there already is kept."""
    protocol: str | None = None
    """Lists that decide what is prepared, and who is trained on, enrolled and shown: log_setting1,
    log_session01, paper_setting1 or literature_setting2. For multipie and rendered."""
    split: Literal["train", "test"] | None = None
    """Everybody's split; default: test for lfw, train for casia and folder, the manifest's for rendered."""
    frontal_yaw: float | None = None
    """Degrees: faces turned by no more become gallery (normal faces), all others probes."""
    detector: Literal["yunet", "finder", "sidecar", "aligned", "manifest"] | None = None
    """yunet and finder, which is part of the package, find faces; sidecar reads --landmarks; aligned takes
    pictures that are aligned already; manifest takes the landmarks of a rendered set. Default: manifest for
    rendered, sidecar with --landmarks, else yunet where it is fetched, else finder."""
    detector_points: bool = False
    """Take yunet's own five landmarks instead of those of enface's landmark network."""
    landmarks: Path | None = None
    """CSV or JSON file of five landmarks per face."""
    face: Literal["central", "largest"] | None = None
    """Which face of a picture counts; default: central for casia and lfw, else largest."""
    size: int = 250
    """Side of the crops, pixels."""
    quality: int = 95
    """Of the JPEG files, 1 to 95."""
    against: tuple[Path, ...] = ()
    """Other prepared sets in which the same people and pictures are looked for."""
    workers: int = 1
    """Processes."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Prepares, prints what came of it and the manifest's path as the last line."""
    for name, value, low, high in (
        ("size", args.size, 32, 2048),
        ("quality", args.quality, 1, 95),
        ("workers", args.workers, 1, 256),
    ):
        if not low <= value <= high:
            raise ConfigError(f"--{name} is {value}; allowed: {low} to {high}")

    from enface.preparation.plan import Roles
    from enface.preparation.prepare import prepare_set
    from enface.preparation.sources import get_source
    from enface.preparation.worker import Crops

    detector, options = _detector(args, own_landmarks=get_source(args.source).landmarks)
    prepared = prepare_set(
        args.source,
        args.folder,
        args.output,
        crops=Crops(
            detector=detector,
            options=options,
            network=not args.detector_points,
            face=args.face or get_source(args.source).face,
            size=args.size,
            quality=args.quality,
        ),
        roles=Roles(protocol=args.protocol, split=args.split, frontal_yaw=args.frontal_yaw),
        against=args.against,
        workers=args.workers,
        progress=not args.quiet and sys.stderr.isatty(),
    )
    print(summary(prepared.card, done=prepared.done))
    print(prepared.manifest)
    return 1 if prepared.failed else 0


def summary(card: dict[str, Any], *, done: int) -> str:
    """The card in a few lines."""
    counts, doubles, shared = card["counts"], card["duplicates"], card["people of other sets"]
    statuses = ("ok", "no face", "unreadable", "not aligned", "not written")
    states = ", ".join(f"{counts[name]:,} {name}" for name in statuses if name in counts)
    lines = [
        f"{counts['pictures']:,} pictures ({done:,} worked on now): {states}",
        f"{counts['people']:,} people; " + _listed(counts["by split and role"]),
        f"{counts['several faces']:,} pictures with several faces",
        f"duplicates: {doubles['exact']:,} exact, {doubles['near']:,} near; "
        f"{doubles['across people']:,} across people, {doubles['across splits']:,} across splits",
    ]
    if card["source findings"]:
        lines.append("in the source: " + _listed(card["source findings"]))
    if shared["shared"]:
        lines.append(
            f"{shared['shared']:,} people are in other sets by name, "
            f"{shared['across splits']:,} across splits"
        )
    if card["protocol"]:
        protocol = card["protocol"]
        lines.append(f"{protocol['name']}: {_listed(protocol['prepared'])} prepared")
        published = {name: count for name, count in protocol["published"].items() if count is not None}
        lines.append(f"published: {_listed(published)}")
    sides = card["yaw by label and by landmarks"]
    if sides["other side"] > sides["same side"]:
        lines.append(
            "note: most turned faces look to the other side than their camera's label says; results by "
            "absolute yaw do not depend on it"
        )
    return "\n".join(lines)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _detector(args: Args, *, own_landmarks: bool) -> tuple[str, dict[str, Any]]:
    from enface.models.landmark_detector import default_detector

    default = "sidecar" if args.landmarks else "manifest" if own_landmarks else default_detector()
    name = args.detector or default
    tell_of_own_finder(name, asked=args.detector, verb="prepare")
    if (name == "sidecar") != (args.landmarks is not None):
        needs = "needs" if name == "sidecar" else "takes no"
        raise ConfigError(f"--detector {name} {needs} --landmarks FILE")
    if name == "manifest" and not own_landmarks:
        raise ConfigError(f"--detector manifest: {args.source} brings no landmarks; use yunet or finder")
    return name, {} if args.landmarks is None else {"file": str(args.landmarks)}

"""`enface render --preset NAME --output DIR`: invented people as a data set."""

import sys
from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError


@dataclass(frozen=True)
class Args:
    """Invented people under many cameras and lights, with exact landmarks, as a folder with a manifest."""

    preset: str = ""
    """multipie-like, session-looks, covered-looks, mini or in-the-wild; --list tells what they are."""
    output: Path | None = None
    """Folder of the pictures; a folder that was begun is gone on with."""
    people: int | None = None
    """How many people; the preset's number by default."""
    size: int | None = None
    """Width and height in pixels; the preset's by default."""
    seed: int = 1
    """The same seed gives the same people and pictures."""
    samples: int = 2
    """Samples per pixel and axis."""
    quality: int | None = None
    """Of the JPEG files, 1 to 95; the preset's by default."""
    truth: bool = False
    """Also write segmentation, depth, normals, landmarks and the field from the frontal picture."""
    workers: int = 1
    """Processes that render."""
    asset: Path | None = None
    """The head's file, if not the one of `enface fetch ict-facekit`."""
    build_asset: Path | None = None
    """FaceXModel of any ICT-FaceKit: build the head from it into --asset, unverified, and stop."""
    list: bool = False
    """Tell the presets and stop."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Lists presets, builds the head, or renders."""
    if args.list:
        return _list()
    if args.build_asset is not None:
        return _build(args.build_asset, args.asset)
    if not args.preset or args.output is None:
        raise ConfigError("give --preset NAME and --output DIR, or --list, or --build-asset DIR")
    from enface.rendering.dataset.writer import render_dataset

    manifest = render_dataset(
        args.preset,
        args.output,
        people=args.people,
        size=args.size,
        seed=args.seed,
        samples=args.samples,
        quality=args.quality,
        truth=args.truth,
        asset=args.asset,
        workers=args.workers,
        progress=not args.quiet and sys.stderr.isatty(),
    )
    print(manifest)
    return 0


def _list() -> int:
    from enface.rendering.dataset.plan import PRESETS

    width = max(map(len, PRESETS))
    for preset in PRESETS.values():
        print(
            f"{preset.name:<{width}}  {preset.summary}; {preset.people} people at {preset.size} px by default"
        )
    return 0


def _build(source: Path, target: Path | None) -> int:
    if target is None:
        raise ConfigError(
            "--build-asset needs --asset FILE, where the head goes; for the verified one run "
            f"`enface fetch ict-facekit --archive {source}`"
        )
    from enface.rendering.asset.archive import build_from_archive

    target.parent.mkdir(parents=True, exist_ok=True)
    build_from_archive(source, target)
    print(target)
    return 0

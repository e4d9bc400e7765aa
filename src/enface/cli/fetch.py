"""`enface fetch NAME...`: brings files of other projects from their official addresses."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from enface.errors import ConfigError, ResourceError
from enface.rendering.errors import RenderingError
from enface.resources import CATALOG, fetch, home, inventory, mirror, resource

BUILT = "ict-facekit"
"""The resource that is built from an archive."""


@dataclass(frozen=True)
class Args:
    """Download models from their official source and verify their SHA-256.

    They go to ENFACE_HOME (default: the user's cache folder). With ENFACE_MIRROR set to a folder they are
    copied from there instead.
    """

    names: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="NAME...")] = ()
    """What to fetch; see --list."""
    all: bool = False
    """Fetch everything."""
    archive: Path | None = None
    """For ict-facekit: its zip archive or a checkout of it that you have, instead of a download."""
    list: bool = False
    """Show what there is, with licence and use, and fetch nothing."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Fetches one after the other; a failure does not keep the others from arriving."""
    if args.list:
        _list()
        return 0
    if bool(args.names) == args.all:
        raise ConfigError(f"give names ({', '.join(CATALOG)}), or --all, or --list")
    names = tuple(CATALOG) if args.all else tuple(dict.fromkeys(args.names))
    try:
        entries = [resource(name) for name in names]
    except ResourceError as error:
        raise ConfigError(str(error)) from error
    if args.archive is not None and names != (BUILT,):
        raise ConfigError(f"--archive is for `enface fetch {BUILT}` alone")
    failures = 0
    for entry in entries:
        try:
            paths = fetch(
                entry.name,
                progress=not args.quiet and mirror() is None,
                build=_builder() if entry.name == BUILT else None,
                archive=args.archive,
            )
        except (ResourceError, RenderingError) as error:
            print(f"enface fetch: {error}", file=sys.stderr)
            failures += 1
            continue
        print(f"{entry.name}: {entry.licence} ({entry.licence_note})")
        for path in paths:
            print(f"  {path}")
    return 1 if failures else 0


def _builder() -> Callable[[Path, Path], None]:
    from enface.rendering.asset.archive import build_from_archive

    return build_from_archive


def _list() -> None:
    width = max(map(len, CATALOG))
    print(f"into {home()}" + (f", from the mirror {mirror()}" if mirror() else ""))
    for entry in inventory():
        about = entry.resource
        size = sum(file.size for file in about.files) / 1e6
        print(f"{about.name:<{width}}  {entry.state:<7}  {about.summary}; {size:.1f} MB, {about.licence}")
        print(f"{'':<{width}}           enables {about.enables}")

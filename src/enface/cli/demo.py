"""`enface demo`: everything once, from nothing to a report."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Args:
    """Train the small model on rendered faces, judge it, turn a photograph, write a report.

    Stopped at any moment, the same command goes on. The report's path is the last line.
    """

    output: Path = Path("demo")
    """Folder for the run, the results and the report."""
    preset: str = "small_rendered"
    """What to train: small_rendered, or smoke to see it work in seconds."""
    images: int | None = None
    """Training images, in place of the preset's number."""
    quiet: bool = False
    """No progress bars."""


def run(args: Args) -> int:
    """Prints the report's path as the last line."""
    from enface.app.demo import run_demo

    report = run_demo(args.output, preset=args.preset, images=args.images, progress=not args.quiet)
    print(report.resolve())
    return 0

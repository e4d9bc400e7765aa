"""Tables beside a prepared set: what became of pictures, what is wrong with the source, what is double."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from enface.data.source_set import Finding
from enface.preparation.duplicates import Duplicate
from enface.preparation.outcome import Outcome
from enface.preparation.overlap import SharedPerson
from enface.resources.atomic import atomic_write

REPORT, FINDINGS, DUPLICATES, OVERLAP = "report.csv", "source.csv", "duplicates.csv", "overlap.csv"


def write_report(folder: Path, outcomes: Iterable[Outcome]) -> None:
    """One row per picture: prepared or why not, how many faces, which angle."""
    rows = (
        (o.path, o.status, o.detail, o.faces, o.score or "", "" if o.yaw is None else o.yaw, o.crop)
        for o in outcomes
    )
    _write(folder / REPORT, ("path", "status", "detail", "faces", "score", "yaw", "crop"), rows)


def write_findings(folder: Path, findings: Iterable[Finding]) -> None:
    """What in the source is not as its layout promises."""
    _write(
        folder / FINDINGS,
        tuple(field.name for field in fields(Finding)),
        (tuple(asdict(finding).values()) for finding in findings),
    )


def write_duplicates(folder: Path, duplicates: Iterable[Duplicate]) -> None:
    """Pairs of pictures that are one, by paths of the source; `second_set` names another prepared set."""
    columns = ("kind", "bits", "across_people", "across_splits", "first", "first_subject", "first_split")
    _write(
        folder / DUPLICATES,
        (*columns, "second", "second_subject", "second_split", "second_set"),
        (
            (
                *(pair.kind, pair.bits, int(pair.across_people), int(pair.across_splits)),
                *(pair.first.path, pair.first.subject, pair.first.split),
                *(pair.second.path, pair.second.subject, pair.second.split, pair.second.set_name),
            )
            for pair in duplicates
        ),
    )


def write_overlap(folder: Path, people: Iterable[SharedPerson]) -> None:
    """People who are in another prepared set by name."""
    _write(
        folder / OVERLAP,
        tuple(field.name for field in fields(SharedPerson)),
        (tuple(asdict(person).values()) for person in people),
    )


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (
        atomic_write(path) as temporary,
        # Paths that are no valid Unicode survive a round trip this way.
        temporary.open("w", newline="", encoding="utf-8", errors="surrogateescape") as stream,
    ):
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)

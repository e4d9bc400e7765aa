"""What a prepared set shares with itself and with other prepared sets: pictures, and people by name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord
from enface.errors import ConfigError
from enface.preparation.duplicates import Looks
from enface.preparation.ledger import read_outcomes
from enface.preparation.outcome import Outcome


@dataclass(frozen=True)
class SharedPerson:
    """One name in two sets."""

    subject: str
    split: str
    other_set: str
    other_subject: str
    other_split: str


def looks_of(
    rows: Sequence[tuple[FaceRecord, Outcome]], *, set_name: str = "", studio: bool = False
) -> list[Looks]:
    """Prepared pictures for comparison; in a studio those of one person and session are one group."""
    return [
        Looks(
            path=outcome.path,
            subject=record.subject,
            split=record.split,
            sha256=outcome.sha256,
            fingerprint=bytes.fromhex(outcome.fingerprint),
            group=f"{record.subject} {record.session}" if studio else "",
            set_name=set_name,
        )
        for record, outcome in rows
    ]


def read_prepared(folder: Path) -> list[tuple[FaceRecord, Outcome]]:
    """Rows of a finished prepared set, each with what became of its picture.

    Raises:
        ConfigError: the folder holds no finished prepared set.
    """
    manifest = folder / "manifest.csv"
    outcomes = {outcome.crop: outcome for outcome in read_outcomes(folder) if outcome.status == "ok"}
    if not outcomes or not manifest.is_file():
        raise ConfigError(f"--against {folder}: no finished set of `enface prepare` is there")
    return [(r, outcomes[r.path]) for r in read_manifest(manifest).records if r.path in outcomes]


def shared_people(
    records: Sequence[FaceRecord], other: Sequence[FaceRecord], *, set_name: str
) -> list[SharedPerson]:
    """People with the same name in two sets; case, accents, spaces and underscores do not matter.

    Numbers are no names: people who are called by a number are left out.
    """
    theirs: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for record in other:
        theirs[_plain(record.subject)].add((record.subject, record.split))
    ours = sorted({(record.subject, record.split) for record in records})
    return [
        SharedPerson(subject, split, set_name, other_subject, other_split)
        for subject, split in ours
        if _plain(subject)
        for other_subject, other_split in sorted(theirs.get(_plain(subject), ()))
    ]


def _plain(subject: str) -> str:
    letters = unicodedata.normalize("NFKD", subject).casefold()
    plain = re.sub(r"[\W_]+", "", "".join(c for c in letters if not unicodedata.combining(c)))
    return "" if plain.isdecimal() else plain

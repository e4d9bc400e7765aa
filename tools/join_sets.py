"""Joins rendered sets into one manifest, to train on several at once.

    python tools/join_sets.py SETS/manifest.csv SETS/looks SETS/wild ...

Sets lie below the manifest's folder. Those of one seed show the same people, who stay one person: named by
seed and number, in training if any of the sets trains on them, with one gallery picture of each look.

A session is one look, except that presets put something on different shares of the heads: where a set's
gallery picture shows another look than an earlier set's, its pictures become a session of their own, "01-2".
"""

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from enface.data.manifest import read_manifest, write_manifest
from enface.data.records import FaceRecord, Manifest

Look = tuple[object, ...]


def records_of(folder: Path, *, root: Path) -> Iterator[FaceRecord]:
    """A set's rows with paths from `root` and people named by seed."""
    seed = json.loads((folder / "data-card.json").read_text(encoding="utf-8"))["settings"]["seed"]
    below = Path(os.path.relpath(folder, root))
    for record in read_manifest(folder / "manifest.csv").records:
        path = (below / record.path).as_posix()
        yield replace(record, path=path, subject=f"{seed}-{int(record.subject):04d}")


def joined(sets: list[Path], *, root: Path) -> Manifest:
    """One manifest of all sets."""
    enrolled: dict[tuple[str, str], list[Look]] = {}
    found = [record for folder in sets for record in by_look(records_of(folder, root=root), enrolled)]
    trained = {record.subject for record in found if record.split == "train"}
    records = (replace(r, split="train" if r.subject in trained else "test") for r in found)
    return Manifest(root=root, records=tuple(records))


def by_look(
    records: Iterable[FaceRecord], enrolled: dict[tuple[str, str], list[Look]]
) -> Iterator[FaceRecord]:
    """A set's rows without the gallery pictures of looks that have one already; other looks are told apart.

    Args:
        records: of one set, each session's gallery picture before its probes, as `enface render` writes them.
        enrolled: looks by person and session, in the order in which sets brought them; added to.
    """
    session_of: dict[tuple[str, str], str] = {}
    for record in records:
        key = (record.subject, record.session)
        new = False
        if record.role == "gallery":
            looks, look = enrolled.setdefault(key, []), look_of(record)
            new = look not in looks
            if new:
                looks.append(look)
            place = looks.index(look)
            session_of[key] = f"{record.session}-{place + 1}" if place else record.session
        if new or record.role == "probe":
            yield replace(record, session=session_of.get(key, record.session))


def look_of(record: FaceRecord) -> Look:
    """What of a person can differ between two pictures of one session number."""
    return record.hair, record.beard, record.glasses, record.makeup, record.covering


def main() -> None:
    """Writes the manifest and tells what is in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    args = parser.parse_args()
    manifest = joined(args.sets, root=args.manifest.parent)
    write_manifest(manifest, args.manifest)
    for split in ("train", "test"):
        rows = [record for record in manifest.records if record.split == split]
        print(f"{split}: {len(rows):,} pictures of {len({record.subject for record in rows}):,} people")


if __name__ == "__main__":
    main()

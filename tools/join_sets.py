"""Joins rendered sets into one manifest, to train on several at once.

    python tools/join_sets.py SETS/manifest.csv SETS/looks SETS/wild ...

Sets lie below the manifest's folder. Those of one seed show the same people, who stay one person: named by
seed and number, in training if any of the sets trains on them, with one gallery picture of each session.
"""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from enface.data.manifest import read_manifest, write_manifest
from enface.data.records import FaceRecord, Manifest


def records_of(folder: Path, *, root: Path) -> Iterator[FaceRecord]:
    """A set's rows with paths from `root` and people named by seed."""
    seed = json.loads((folder / "data-card.json").read_text(encoding="utf-8"))["settings"]["seed"]
    below = Path(os.path.relpath(folder, root))
    for record in read_manifest(folder / "manifest.csv").records:
        path = (below / record.path).as_posix()
        yield replace(record, path=path, subject=f"{seed}-{int(record.subject):04d}")


def joined(sets: list[Path], *, root: Path) -> Manifest:
    """One manifest of all sets."""
    found = [record for folder in sets for record in records_of(folder, root=root)]
    trained = {record.subject for record in found if record.split == "train"}
    kept: list[FaceRecord] = []
    enrolled: set[tuple[str, str]] = set()
    for record in found:
        look = (record.subject, record.session)
        if record.role == "gallery" and look in enrolled:
            continue
        if record.role == "gallery":
            enrolled.add(look)
        kept.append(replace(record, split="train" if record.subject in trained else "test"))
    return Manifest(root=root, records=tuple(kept))


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

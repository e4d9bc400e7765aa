"""Did people of the test also train the model? Looked up in the model's own record of its data."""

import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from enface.config.schema import Experiment
from enface.data.loader import read_set
from enface.data.records import Manifest
from enface.data.rendered_source import is_rendered, parse_source
from enface.errors import ConfigError, ManifestError
from enface.rendering.dataset.card import CARD
from enface.rendering.errors import RenderingError


def refuse_overlap(
    experiment: Experiment, *, root: Path, pictures: Iterable[tuple[str, str]], named: bool = True
) -> str:
    """Ends the evaluation when somebody of the test is in the training data.

    A name in both is one person when both sets are the same folder, were rendered from the same seed, or hold
    the same picture of that name; otherwise it may be chance (two sets have a "001") and is only told. Where
    the test names nobody, its pictures are looked for among all training pictures.

    Args:
        experiment: that trained the model; its manifests are read.
        root: folder of the test's pictures.
        pictures: (person, path from `root`) of the test.
        named: whether the persons are names that other data could use too.

    Returns:
        What was found, as a sentence for the record.

    Raises:
        ConfigError: test people trained the model.
    """
    tested: dict[str, list[str]] = {}
    for person, path in pictures:
        tested.setdefault(person if named else path, []).append(path)
    sets = [experiment.data.manifest]
    if experiment.data.frontal_manifest is not None:
        sets.append(experiment.data.frontal_manifest)
    same: set[str] = set()
    alike: set[str] = set()
    unread: list[str] = []
    compared = 0
    for source in sets:
        try:
            manifest = read_set(source)
        except (ManifestError, RenderingError) as error:
            unread.append(str(error))
            continue
        train = manifest.select(split="train")
        if named:
            trained: dict[str, list[str]] = {}
            for record in train.records:
                if record.subject in tested:
                    trained.setdefault(record.subject, []).append(record.path)
            alike |= trained.keys()
            same |= _confirmed(train.root, trained, root=root, tested=tested)
        else:
            found, number = _pictured(train, root=root, paths=tested.keys())
            same |= found
            compared += number
    if same:
        raise ConfigError(
            f"{len(same)} of the {len(tested)} {'people' if named else 'pictures'} of the test also trained "
            f"the model, for example {min(same)!r}; test on people whom the training never saw"
        )
    if len(unread) == len(sets):
        return f"The people in the training data could not be looked up: {'; '.join(unread)}"
    data, rest = "the training data", "."
    if unread:
        data = "the part of the training data that could be read"
        rest = f"; the rest could not be looked up: {'; '.join(unread)}"
    if not named:
        return (
            f"The protocol names nobody: none of its {len(tested)} pictures is among the {compared} pictures "
            f"of {data}; whether other pictures show the same people cannot be told{rest}"
        )
    if alike:
        return (
            f"{len(alike)} of the {len(tested)} test people have names that {data} uses too, for example "
            f"{min(alike)!r}, with other pictures from another place: taken for other people{rest}"
        )
    return f"None of the {len(tested)} test people is in {data}{rest}"


def _confirmed(
    folder: Path, trained: dict[str, list[str]], *, root: Path, tested: dict[str, list[str]]
) -> set[str]:
    """Names in both sets that are one person."""
    if not trained:
        return set()
    if _one_place(folder, root):
        return set(trained)
    return {
        person
        for person, paths in trained.items()
        if _contents(folder, paths) & _contents(root, tested[person])
    }


def _pictured(train: Manifest, *, root: Path, paths: Collection[str]) -> tuple[set[str], int]:
    """Paths of the test whose pictures trained the model, and how many trained it."""
    sizes = {record.path: _size(train.file(record)) for record in train.records}
    found = {path for path in paths if path in sizes} if _one_place(train.root, root) else set()
    # Only files of equal length can be equal: a large training set is not read for a few pictures.
    lengths = {_size(root / path) for path in paths} - {None}
    known = _contents(train.root, [path for path, size in sizes.items() if size in lengths])
    found |= {path for path in paths if _contents(root, [path]) & known}
    return found, sum(size is not None for size in sizes.values())


def _one_place(folder: Path, root: Path) -> bool:
    """Whether names and paths mean the same in both: one folder, or sets rendered from one seed."""
    seeds = _seed(folder), _seed(root)
    return folder.resolve() == root.resolve() or (seeds[0] is not None and seeds[0] == seeds[1])


def _size(file: Path) -> int | None:
    """In bytes; None where there is no file."""
    return file.stat().st_size if file.is_file() else None


def _seed(folder: Path) -> Any:
    """Seed of a rendered set: people of one seed and number are the same; None for other sets."""
    if is_rendered(str(folder)):
        return parse_source(str(folder)).seed
    try:
        return json.loads((folder / CARD).read_text(encoding="utf-8"))["settings"]["seed"]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _contents(root: Path, paths: Iterable[str]) -> set[bytes]:
    found = set()
    for path in paths:
        file = root / path
        if file.is_file():
            found.add(hashlib.sha256(file.read_bytes()).digest())
    return found

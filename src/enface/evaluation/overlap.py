"""Did people of the test also train the model? Looked up in the model's own record of its data."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from enface.config.schema import Experiment
from enface.data.loader import read_set
from enface.data.records import Manifest
from enface.data.rendered_source import is_rendered, parse_source
from enface.errors import ConfigError, ManifestError
from enface.rendering.dataset.card import CARD
from enface.rendering.errors import RenderingError


def refuse_overlap(experiment: Experiment, *, root: Path, pictures: Iterable[tuple[str, str]]) -> str:
    """Ends the evaluation when somebody of the test is in the training data.

    A name in both is one person when both sets are the same folder, were rendered from the same seed, or hold
    the same picture of that name; otherwise it may be chance (two sets have a "001") and is only told.

    Args:
        experiment: that trained the model; its manifests are read.
        root: folder of the test's pictures.
        pictures: (person, path from `root`) of the test.

    Returns:
        What was found, as a sentence for the record.

    Raises:
        ConfigError: test people trained the model.
    """
    tested: dict[str, list[str]] = {}
    for person, path in pictures:
        tested.setdefault(person, []).append(path)
    sets = [experiment.data.manifest]
    if experiment.data.frontal_manifest is not None:
        sets.append(experiment.data.frontal_manifest)
    same: set[str] = set()
    named: set[str] = set()
    for source in sets:
        try:
            manifest = read_set(source)
        except (ManifestError, RenderingError) as error:
            return f"The people in the training data could not be looked up: {error}"
        trained: dict[str, list[str]] = {}
        for record in manifest.select(split="train").records:
            if record.subject in tested:
                trained.setdefault(record.subject, []).append(record.path)
        named |= trained.keys()
        same |= _confirmed(manifest, trained, root=root, tested=tested)
    if same:
        raise ConfigError(
            f"{len(same)} of the {len(tested)} people of the test also trained the model, for example "
            f"{min(same)!r}; test on people whom the training never saw"
        )
    if named:
        return (
            f"{len(named)} of the {len(tested)} test people have names that the training data uses too, for "
            f"example {min(named)!r}, with other pictures from another place: taken for other people."
        )
    return f"None of the {len(tested)} test people is in the training data."


def _confirmed(
    manifest: Manifest, trained: dict[str, list[str]], *, root: Path, tested: dict[str, list[str]]
) -> set[str]:
    """Names in both sets that are one person."""
    if not trained:
        return set()
    seeds = _seed(manifest.root), _seed(root)
    if manifest.root.resolve() == root.resolve() or (seeds[0] is not None and seeds[0] == seeds[1]):
        return set(trained)
    return {
        person
        for person, paths in trained.items()
        if _contents(manifest.root, paths) & _contents(root, tested[person])
    }


def _seed(folder: Path) -> Any:
    """Seed of a rendered set: people of one seed and number are the same; None for other sets."""
    if is_rendered(str(folder)):
        return parse_source(str(folder)).seed
    try:
        return json.loads((folder / CARD).read_text(encoding="utf-8"))["settings"]["seed"]
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _contents(root: Path, paths: list[str]) -> set[bytes]:
    found = set()
    for path in paths:
        file = root / path
        if file.is_file():
            found.add(hashlib.sha256(file.read_bytes()).digest())
    return found

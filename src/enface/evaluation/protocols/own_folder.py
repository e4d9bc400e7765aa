"""Your own photographs, one folder for each person: which pairs are made of them, and who is enrolled.

Pairs: every two photographs of one person, and every two of different people. Of more than `MOST_PAIRS` of
either kind, that many are taken at even steps through their list; nothing is drawn by chance.

Search: with the folders `gallery` and `probe`, each of one folder a person, those are enrolled and looked
for; all photographs of a person in the gallery are one template. Without them the alphabetically first
photograph of each person is enrolled and every other one is a probe.
"""

from itertools import accumulate
from pathlib import Path

import numpy as np

from enface.data.manifest import PICTURES
from enface.errors import ManifestError
from enface.evaluation.protocols.pairs import FacePair, PairsProtocol
from enface.evaluation.protocols.templates import Sighting, Template, TemplatesProtocol

MOST_PAIRS = 20_000


def pairs(folder: Path) -> PairsProtocol:
    """Pairs by the rule above.

    Raises:
        ManifestError: no folder, fewer than two people, or nobody with two photographs.
    """
    people = _people(folder)
    photos = [(photo, person) for person, found in people.items() for photo in found]
    ends = list(accumulate(len(found) for found in people.values()))
    end = np.repeat(ends, [len(found) for found in people.values()])
    place = np.arange(len(photos))
    chosen = [
        *_thinned(first=place + 1, counts=end - place - 1),
        *_thinned(first=end, counts=len(photos) - end),
    ]
    return PairsProtocol(
        "folder_pairs",
        folder,
        tuple(FacePair(photos[i][0], photos[j][0], (photos[i][1], photos[j][1])) for i, j in chosen),
    )


def search(folder: Path) -> TemplatesProtocol:
    """Gallery and probes by the rule above.

    Raises:
        ManifestError: no folder, one person only, nobody to look for, or probes of somebody not enrolled.
    """
    if (folder / "gallery").is_dir() and (folder / "probe").is_dir():
        gallery = tuple(
            Template(f"gallery/{person}", person, tuple(Sighting(f"gallery/{photo}") for photo in photos))
            for person, photos in _people(folder / "gallery").items()
        )
        probes = tuple(
            Template(f"probe/{photo}", person, (Sighting(f"probe/{photo}"),))
            for person, photos in _people(folder / "probe").items()
            for photo in photos
        )
    else:
        people = _people(folder)
        gallery = tuple(
            Template(photos[0], person, (Sighting(photos[0]),)) for person, photos in people.items()
        )
        probes = tuple(
            Template(photo, person, (Sighting(photo),))
            for person, photos in people.items()
            for photo in photos[1:]
        )
    return TemplatesProtocol("folder_search", folder, gallery=gallery, probes=probes)


def _people(folder: Path) -> dict[str, list[str]]:
    """Photographs from `folder`, by the name of the folder directly below it."""
    if not folder.is_dir():
        raise ManifestError(f"{folder} is not a folder; give one that holds a folder for each person")
    people: dict[str, list[str]] = {}
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        hidden = any(part.startswith(".") for part in parts)
        if len(parts) > 1 and not hidden and file.suffix.lower() in PICTURES and file.is_file():
            people.setdefault(parts[0], []).append("/".join(parts))
    if not people:
        raise ManifestError(
            f"no photographs in folders below {folder}; put those of each person into a folder of their own"
        )
    return people


def _thinned(*, first: np.ndarray, counts: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (i, first[i] + k) with 0 <= k < counts[i], at even steps where there are too many."""
    total = int(counts.sum())
    chosen = np.arange(total)
    if total > MOST_PAIRS:
        chosen = np.linspace(0, total - 1, MOST_PAIRS).round().astype(np.int64)
    ends = np.cumsum(counts)
    i = np.searchsorted(ends, chosen, side="right")
    j = first[i] + chosen - (ends[i] - counts[i]) if total else chosen
    return list(zip(i.tolist(), j.tolist(), strict=True))

"""Whether what a protocol lists is really there, before an hour is spent on it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from enface.data.records import FaceRecord
from enface.errors import ImageError, ManifestError
from enface.evaluation.protocols.pairs import PairsProtocol
from enface.evaluation.protocols.protocol import Protocol
from enface.evaluation.protocols.templates import TemplatesProtocol
from enface.images import read_image

AnyProtocol = Protocol | PairsProtocol | TemplatesProtocol
MOST_NAMED = 10
"""Photographs named for each problem; the others are counted."""


@dataclass(frozen=True)
class Inspection:
    """What was found out about the files of a protocol."""

    facts: tuple[str, ...]
    problems: tuple[str, ...]
    """None where the evaluation can start."""


def require_files(protocol: AnyProtocol) -> None:
    """Ends an evaluation that lacks photographs before it starts; nothing is opened.

    Raises:
        ManifestError: some are missing; the message says how many and names one.
    """
    files = _files(protocol)
    missing = [file for file in files.values() if not file.is_file()]
    if missing:
        raise ManifestError(
            f"protocol {protocol.name}: {len(missing)} of {len(files)} photographs are missing, for example "
            f"{missing[0]}; complete the folder, point --data elsewhere, or list them all with --check"
        )


def inspect(protocol: AnyProtocol, *, progress: bool = False) -> Inspection:
    """Opens every photograph of a protocol.

    Args:
        protocol: any.
        progress: whether to show a progress bar.

    Returns:
        Counts, and every problem: photographs that are missing, cannot be read or have another size than the
        published set, a list that is not the published one, landmarks outside of their picture.
    """
    files = _files(protocol)
    missing, unreadable, wrong = [], [], []
    sizes: Counter[tuple[int, int]] = Counter()
    records = _records(protocol)
    for photo, file in tqdm(files.items(), desc="check", unit="photo", disable=not progress):
        if not file.is_file():
            missing.append(photo)
            continue
        try:
            height, width = read_image(file).shape[:2]
        except ImageError as error:
            unreadable.append(f"{photo} ({error})")
            continue
        sizes[width, height] += 1
        if text := _misfit(protocol, records.get(photo), width=width, height=height):
            wrong.append(f"{photo} ({text})")
    common = ", ".join(f"{w} x {h}" for (w, h), _ in sizes.most_common(3))
    return Inspection(
        facts=(
            _counts(protocol),
            f"photographs: {sum(sizes.values()):,} of {len(files):,} can be read"
            + (f"; {len(sizes)} sizes, the commonest {common}" if sizes else ""),
        ),
        problems=(
            *_unofficial(protocol),
            *_named(missing, "missing", "complete the folder or point --data elsewhere"),
            *_named(unreadable, "not readable", "replace the files"),
            *_named(wrong, "of another size than they should be", "take the files of the published set"),
        ),
    )


def _files(protocol: AnyProtocol) -> dict[str, Path]:
    if isinstance(protocol, Protocol):
        return {path: protocol.manifest.root / path for path in sorted(_records(protocol))}
    return {photo: protocol.root / photo for photo in protocol.photos}


def _records(protocol: AnyProtocol) -> Mapping[str, FaceRecord]:
    if not isinstance(protocol, Protocol):
        return {}
    probes = (record for probe in protocol.probes for record in (probe.record, probe.truth) if record)
    return {record.path: record for record in (*protocol.gallery, *probes, *protocol.train_frontals)}


def _misfit(protocol: AnyProtocol, record: FaceRecord | None, *, width: int, height: int) -> str | None:
    """What is wrong with a picture of this size."""
    if isinstance(protocol, PairsProtocol) and protocol.size not in (None, (width, height)):
        return f"{width} x {height}"
    if record is None:
        return None
    if record.points is None:
        return None if width == height else f"{width} x {height}, without landmarks it must be square"
    x, y = record.points.T
    # Half a face may lie outside; a landmark further off belongs to another picture.
    if min(x.min() + width / 2, y.min() + height / 2) < 0 or x.max() > 1.5 * width or y.max() > 1.5 * height:
        return f"{width} x {height}, landmarks lie far outside"
    return None


def _counts(protocol: AnyProtocol) -> str:
    if isinstance(protocol, PairsProtocol):
        same = sum(pair.same for pair in protocol.pairs)
        people = len({person for pair in protocol.pairs for person in pair.people})
        folds = f" in {len({pair.fold for pair in protocol.pairs})} folds" if protocol.folded else ""
        return f"pairs: {same:,} same and {len(protocol.pairs) - same:,} different{folds}, {people:,} people"
    if isinstance(protocol, TemplatesProtocol):
        if protocol.comparisons is None:
            asked = f"{len(protocol.mated):,} of them of people who are enrolled"
        else:
            asked = f"{len(protocol.comparisons):,} comparisons"
        return f"templates: {len(protocol.gallery):,} enrolled, {len(protocol.probes):,} probes, {asked}"
    probed = len({probe.record.subject for probe in protocol.probes})
    return (
        f"pictures: {len(protocol.probes):,} probes of {probed:,} people, {len(protocol.gallery):,} gallery "
        f"pictures of {protocol.people:,} people"
    )


def _unofficial(protocol: AnyProtocol) -> Iterable[str]:
    if isinstance(protocol, Protocol):
        yield from protocol.notes
    if not isinstance(protocol, PairsProtocol) or protocol.official is None:
        return
    same = sum(pair.same for pair in protocol.pairs)
    different = len(protocol.pairs) - same
    if (same, different) != (protocol.official, protocol.official):
        yield (
            f"{same:,} same and {different:,} different pairs are not the published protocol, which has "
            f"{protocol.official:,} of each; do not quote numbers as {protocol.name}"
        )


def _named(photos: list[str], what: str, step: str) -> Iterable[str]:
    if photos:
        more = f", and {len(photos) - MOST_NAMED:,} more" if len(photos) > MOST_NAMED else ""
        yield f"{len(photos):,} {what}: {', '.join(photos[:MOST_NAMED])}{more}; {step}"

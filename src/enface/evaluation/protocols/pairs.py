"""A verification protocol is data: pairs of photographs, and whether each shows one person."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from enface.errors import ManifestError


@dataclass(frozen=True)
class FacePair:
    """Two photographs to compare."""

    first: str
    """Relative to the protocol's root, with forward slashes."""
    second: str
    people: tuple[str, str]
    """Who is shown; equal exactly when the pair is of one person."""
    fold: int | None = None
    """Group that gets its threshold from the other groups."""

    @property
    def same(self) -> bool:
        """Whether both photographs show one person."""
        return self.people[0] == self.people[1]


@dataclass(frozen=True)
class PairsProtocol:
    """Pairs, and where and how their faces are found.

    Raises:
        ManifestError: only one kind of pair, a photograph under two names, or folds for some pairs only.
    """

    name: str
    root: Path
    """Every path starts here."""
    pairs: tuple[FacePair, ...]
    face: Literal["central", "largest"] = "largest"
    """Which face of a photograph is meant."""
    official: int | None = None
    """Pairs of each kind in the published protocol, where there is one."""
    size: tuple[int, int] | None = None
    """Width and height of every photograph of the published set, pixels, where they are all alike."""
    named: bool = True
    """Whether `people` are names; made-up ones mean nothing beside those of other data."""

    def __post_init__(self) -> None:
        kinds = {pair.same for pair in self.pairs}
        if kinds != {True, False}:
            raise ManifestError(
                f"protocol {self.name}: need pairs of the same person and pairs of different people; "
                f"found {sum(p.same for p in self.pairs)} and {sum(not p.same for p in self.pairs)}"
            )
        if len({pair.fold is None for pair in self.pairs}) == 2:
            raise ManifestError(
                f"protocol {self.name}: some pairs have a fold and some have none; number all"
            )
        owner: dict[str, str] = {}
        for pair in self.pairs:
            for photo, person in zip((pair.first, pair.second), pair.people, strict=True):
                if owner.setdefault(photo, person) != person:
                    raise ManifestError(
                        f"protocol {self.name}: {photo!r} shows both {owner[photo]!r} and {person!r}; "
                        "correct the pairs"
                    )

    @property
    def photos(self) -> tuple[str, ...]:
        """Every photograph once, sorted."""
        return tuple(sorted({photo for pair in self.pairs for photo in (pair.first, pair.second)}))

    @property
    def folded(self) -> bool:
        """Whether the pairs have folds."""
        return self.pairs[0].fold is not None

    def fingerprint(self) -> str:
        """SHA-256 over pairs, folds and the bytes of every photograph.

        Raises:
            OSError: a photograph vanished.
        """
        digest = hashlib.sha256(f"{self.name} {self.face}".encode())
        for pair in self.pairs:
            digest.update(f"\n{pair.first}\t{pair.second}\t{pair.same}\t{pair.fold}".encode())
        for photo in self.photos:
            digest.update(hashlib.sha256((self.root / photo).read_bytes()).digest())
        return digest.hexdigest()

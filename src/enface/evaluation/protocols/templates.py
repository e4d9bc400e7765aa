"""Templates: a person as several pictures and frames of video, compared with another or searched for."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from enface.errors import ManifestError
from enface.faces.detectors.protocol import FaceBox


class Sighting(NamedTuple):
    """One face in one picture."""

    photo: str
    """Relative to the protocol's root, with forward slashes."""
    box: FaceBox | None = None
    """The face that is meant, pixels; None is the largest one."""
    medium: str | None = None
    """Joins frames of one video; None stands alone."""


@dataclass(frozen=True)
class Template:
    """What is known of a person on one side of a comparison."""

    name: str
    """Unique within its side of the protocol."""
    person: str
    sightings: tuple[Sighting, ...]


@dataclass(frozen=True)
class TemplatesProtocol:
    """Templates, and which of them are compared.

    Raises:
        ManifestError: an empty side, one person only, comparisons of templates that do not exist or of one
            kind only or listed twice, or, for a search, nobody who could be found.
    """

    name: str
    root: Path
    """Every path starts here."""
    gallery: tuple[Template, ...]
    """What is enrolled."""
    probes: tuple[Template, ...]
    comparisons: tuple[tuple[str, str], ...] | None = None
    """Names of an enrolled template and a probe, to verify; None searches every probe in the gallery."""

    def __post_init__(self) -> None:
        for side, templates in (("gallery", self.gallery), ("set of probes", self.probes)):
            if not templates:
                raise ManifestError(f"protocol {self.name}: the {side} is empty; list pictures of both")
        if len({template.person for template in (*self.gallery, *self.probes)}) < 2:
            raise ManifestError(
                f"protocol {self.name}: there is one person only, {self.gallery[0].person!r}; add others"
            )
        if self.comparisons is None:
            self._check_search()
        else:
            self._check_comparisons(self.comparisons)

    def _check_search(self) -> None:
        enrolled = {template.person for template in self.gallery}
        if not self.mated:
            raise ManifestError(
                f"protocol {self.name}: nobody on a probe is enrolled; correct the names of the people, for "
                f"example {self.probes[0].person!r}"
            )
        if len(enrolled) < len(self.gallery):
            people = [template.person for template in self.gallery]
            twice = next(person for i, person in enumerate(people) if person in people[:i])
            raise ManifestError(
                f"protocol {self.name}: person {twice!r} is enrolled with several templates; join them to one"
            )
        if len(enrolled) < 2:
            raise ManifestError(
                f"protocol {self.name}: the gallery holds one person only, {min(enrolled)!r}, who is always "
                "found; enrol at least two people"
            )

    def _check_comparisons(self, comparisons: tuple[tuple[str, str], ...]) -> None:
        known = ({t.name: t.person for t in self.gallery}, {t.name: t.person for t in self.probes})
        for pair in comparisons:
            for side, name, names in zip(("enrolled", "probe"), pair, known, strict=True):
                if name not in names:
                    raise ManifestError(
                        f"protocol {self.name}: the comparison {pair[0]}, {pair[1]} names {name!r}, which is "
                        f"no {side} template; correct the comparisons or complete the templates"
                    )
        if len(set(comparisons)) < len(comparisons):
            twice = next(pair for i, pair in enumerate(comparisons) if pair in comparisons[:i])
            raise ManifestError(
                f"protocol {self.name}: the comparison {twice[0]}, {twice[1]} is listed twice; remove one"
            )
        same = sum(known[0][a] == known[1][b] for a, b in comparisons)
        if same in (0, len(comparisons)):
            raise ManifestError(
                f"protocol {self.name}: need comparisons of the same person and of different people; found "
                f"{same} and {len(comparisons) - same}"
            )

    @property
    def mated(self) -> tuple[Template, ...]:
        """Probes of people who are enrolled; the others can only be taken for somebody else."""
        enrolled = {template.person for template in self.gallery}
        return tuple(template for template in self.probes if template.person in enrolled)

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """Every sighting once, sorted; a face counts once however many media name it."""
        found = {
            Sighting(sighting.photo, sighting.box)
            for template in (*self.gallery, *self.probes)
            for sighting in template.sightings
        }
        return tuple(sorted(found, key=lambda sighting: (sighting.photo, sighting.box or ())))

    @property
    def photos(self) -> tuple[str, ...]:
        """Every photograph once, sorted."""
        return tuple(sorted({sighting.photo for sighting in self.sightings}))

    def fingerprint(self) -> str:
        """SHA-256 over templates, comparisons and the bytes of every photograph.

        Raises:
            OSError: a photograph is missing.
        """
        digest = hashlib.sha256(self.name.encode())
        for side in (self.gallery, self.probes):
            for template in side:
                digest.update(f"\n{template.name}\t{template.person}\t{template.sightings}".encode())
        for pair in self.comparisons or ():
            digest.update(f"\n{pair[0]}\t{pair[1]}".encode())
        for photo in self.photos:
            digest.update(hashlib.sha256((self.root / photo).read_bytes()).digest())
        return digest.hexdigest()

"""Which frontal face and which ground truth go with an input (specification A.1-3 and A.1-5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Int64

from enface.data.randomness import Stream, generator_at
from enface.data.records import FaceRecord, Manifest, Split
from enface.data.sampler import shuffled_index
from enface.errors import ConfigError, ManifestError

Mode = Literal["unpaired", "paired", "same_identity"]
Truth = Literal["gallery", "mean_lights", "same_light"]
Indices = Int64[np.ndarray, "n"]


class Draw(NamedTuple):
    """Indices of one sample."""

    profile: int
    """The input, in the manifest."""
    frontal: int
    """The real face for the critics, in the manifest, or in the separate one of frontals."""
    truth: int | None
    """The frontal face of the input's person and look, in the manifest; None when unpaired."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """A pairing rule as index arrays; made by `make_pairs`."""

    probes: Indices
    frontals: Indices
    """Candidates of every input."""
    truths: Indices | None
    """One per probe."""
    own_frontals: tuple[Indices, ...] | None
    """Per probe the frontals of the same person, which replace `frontals`."""
    lights: dict[int, Indices] | None = None
    """Ground truth -> the pictures whose mean replaces it."""
    run: int = 1
    """Successive probes that stay together in every order."""

    def __len__(self) -> int:
        """Inputs per pass."""
        return len(self.probes)

    def pictures_of(self, truth: int) -> Indices:
        """The pictures whose mean is a ground truth: itself, or the same under all lights."""
        return np.array([truth]) if self.lights is None else self.lights[truth]

    def draw(self, position: int, seed: int) -> Draw:
        """The sample at a position; a function of its two arguments only.

        Inputs and frontals are shuffled per pass, each in its own order, so every input and every frontal is
        used equally often.

        Args:
            position: 0 or more.
            seed: 0 or more.
        """
        at = shuffled_index(position, length=len(self.probes), seed=seed, run=self.run)
        if self.own_frontals is not None:
            own = self.own_frontals[at]
            choice = generator_at(position, seed=seed, stream=Stream.FRONTAL_CHOICE).integers(len(own))
            frontal = own[choice]
        else:
            frontal = self.frontals[
                shuffled_index(position, length=len(self.frontals), seed=seed, stream=Stream.FRONTAL_ORDER)
            ]
        return Draw(
            profile=int(self.probes[at]),
            frontal=int(frontal),
            truth=None if self.truths is None else int(self.truths[at]),
        )


def make_pairs(
    manifest: Manifest,
    mode: Mode,
    *,
    split: Split = "train",
    frontals: Manifest | None = None,
    run: int = 1,
    truth: Truth = "gallery",
) -> Pairs:
    """Works out who can be paired with whom.

    Inputs are the probes of the split. The ground truth of a probe is the gallery record of its subject and
    session: the first, or where there are several under the light of the first, that of its expression.

    Args:
        manifest: where inputs and ground truth are looked up.
        mode: unpaired: the frontal is anybody, no ground truth; paired: ground truth of the same person and
            look, frontal anybody; same_identity: as paired, and the frontal is the same person as well.
        split: which records take part.
        frontals: separate set for the frontal draw; its galleries of the split are used.
        run: successive probes that stay together when the order is shuffled.
        truth: gallery: that gallery record; mean_lights: the mean of all pictures that show its person,
            session and expression from its camera; same_light: the one under the probe's illumination.

    Raises:
        ManifestError: no probe, no frontal, or a probe without ground truth in a paired mode.
        ConfigError: an unknown mode, or same_identity with a separate set of frontals.
    """
    if mode not in ("unpaired", "paired", "same_identity"):
        raise ConfigError(f"pairing {mode!r} is unknown; allowed: unpaired, paired, same_identity")
    if mode == "same_identity" and frontals is not None:
        raise ConfigError(
            "pairing same_identity takes frontals of the input's own person, so it cannot use a separate"
            " frontal manifest; remove data.frontal_manifest or choose pairing paired"
        )
    probes = _indices(manifest, split=split, role="probe")
    source = manifest if frontals is None else frontals
    gallery = _indices(source, split=split, role="gallery")
    if not probes:
        raise ManifestError(f"no record of {manifest.root} is a probe of split {split}; there is no input")
    if not gallery:
        raise ManifestError(
            f"no record of {source.root} has role gallery in split {split}, so there is no frontal face;"
            " mark frontal, neutral pictures with role gallery, or name a set in data.frontal_manifest"
        )
    truths = None if mode == "unpaired" else _truths(manifest, probes, split=split)
    lights = None
    if truths is not None and truth != "gallery":
        lights = _lights(manifest, truths, split=split)
        if truth == "same_light":
            truths, lights = _same_light(manifest, probes, truths, lights), None
    return Pairs(
        probes=np.array(probes),
        frontals=np.array(gallery),
        truths=truths,
        own_frontals=_own(manifest, probes, gallery) if mode == "same_identity" else None,
        lights=lights,
        run=run,
    )


def _indices(manifest: Manifest, *, split: Split, role: str) -> list[int]:
    return [i for i, record in enumerate(manifest.records) if record.split == split and record.role == role]


def _truths(manifest: Manifest, probes: Sequence[int], *, split: Split) -> Indices:
    truth_of: dict[tuple[str, ...], int] = {}
    for i in _indices(manifest, split=split, role="gallery"):
        record = manifest.records[i]
        first = manifest.records[truth_of.setdefault((record.subject, record.session), i)]
        if record.illumination == first.illumination:
            truth_of.setdefault((record.subject, record.session, record.expression), i)
    truths = []
    for i in probes:
        record = manifest.records[i]
        look = (record.subject, record.session)
        truth = truth_of.get((*look, record.expression), truth_of.get(look))
        if truth is None:
            raise ManifestError(
                f"{record.path!r} has no ground truth: no gallery record of subject {record.subject!r},"
                f" session {record.session!r} in split {split}; add one, or choose pairing unpaired"
            )
        truths.append(truth)
    return np.array(truths)


def _lights(manifest: Manifest, truths: Indices, *, split: Split) -> dict[int, Indices]:
    """Ground truth -> all pictures that differ from it in the light alone, itself among them."""
    alike: dict[tuple[str, str, str, str], list[int]] = {}
    for i, record in enumerate(manifest.records):
        if record.split == split:
            alike.setdefault(_scene(record), []).append(i)
    return {int(i): np.array(alike[_scene(manifest.records[i])]) for i in np.unique(truths)}


def _scene(record: FaceRecord) -> tuple[str, str, str, str]:
    return record.subject, record.session, record.expression, record.camera


def _same_light(
    manifest: Manifest, probes: Sequence[int], truths: Indices, lights: dict[int, Indices]
) -> Indices:
    chosen = []
    for probe, truth in zip(probes, truths, strict=True):
        record, frontal = manifest.records[probe], manifest.records[truth]
        same = [i for i in lights[int(truth)] if manifest.records[i].illumination == record.illumination]
        if not same or not record.illumination:
            raise ManifestError(
                f"{record.path!r} has no ground truth under its own illumination {record.illumination!r}: no "
                f"picture like {frontal.path!r} was taken under it; choose data.ground_truth gallery or "
                "mean_lights"
            )
        chosen.append(same[0])
    return np.array(chosen)


def _own(manifest: Manifest, probes: Sequence[int], gallery: Sequence[int]) -> tuple[Indices, ...]:
    by_subject: dict[str, list[int]] = {}
    for i in gallery:
        by_subject.setdefault(manifest.records[i].subject, []).append(i)
    # Paired modes have checked that every probe's person has a gallery record.
    arrays = {subject: np.array(indices) for subject, indices in by_subject.items()}
    return tuple(arrays[manifest.records[i].subject] for i in probes)

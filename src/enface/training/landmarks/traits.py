"""Errors by what a person looks like: skin tone, age, sex presentation, glasses, beard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from enface.data.attributes import AGES, SKIN_TONES
from enface.rendering.studio import Studio
from enface.training.landmarks.validation import Errors, Truth


@dataclass(frozen=True)
class TraitRow:
    """Means over the faces of a group, all yaws together."""

    group: str
    people: int
    faces: int
    every: float
    """All points, per cent of the frontal inter-ocular distance."""
    yaw: float
    """Mean absolute error, degrees."""


def rows_by_trait(errors: Errors, truth: Truth, studio: Studio) -> list[TraitRow]:
    """One row for each group that has faces.

    Args:
        errors: of the faces.
        truth: about them.
        studio: that took the pictures; it knows the people.
    """
    groups = groups_of(truth.person.tolist(), truth.session.tolist(), studio)
    return [
        TraitRow(
            group=group,
            people=len(np.unique(truth.person[here])),
            faces=int(here.sum()),
            every=float(errors.points[here].mean()),
            yaw=float(np.abs(errors.pose[here, 0]).mean()),
        )
        for group, here in groups.items()
    ]


def groups_of(
    people: Sequence[int], sessions: Sequence[int], studio: Studio
) -> dict[str, Bool[ndarray, " faces"]]:
    """Which faces belong to each group that has some, by its name.

    Args:
        people: number of the person of each face.
        sessions: of the session.
        studio: that took the pictures.
    """
    groups: dict[str, Bool[ndarray, " faces"]] = {}
    for index, (person, session) in enumerate(zip(people, sessions, strict=True)):
        for group in _groups(studio, person, session):
            groups.setdefault(group, np.zeros(len(people), dtype=bool))[index] = True
    return dict(sorted(groups.items()))


def _groups(studio: Studio, person: int, session: int) -> list[str]:
    identity, look = studio.identity(person), studio.look(person, session)
    groups = [
        "skin: " + ("light", "medium", "dark")[np.searchsorted(SKIN_TONES, identity.melanin)],
        "age: " + ("young", "middle", "old")[np.searchsorted(AGES, identity.age)],
        "sex: " + ("female" if identity.female else "male"),
        "glasses: " + ("no" if look.glasses is None else "yes"),
    ]
    if not identity.female:
        bearded = look.beard not in ("none", "shadow")
        groups.append("beard, of the men: " + ("yes" if bearded else "no"))
    return groups

"""Errors by what a person looks like: skin tone, age, sex presentation, glasses, beard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from enface.data.attributes import groups_of
from enface.data.records import FaceRecord
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
    records = records_of(truth.person.tolist(), truth.session.tolist(), studio)
    return [
        TraitRow(
            group=f"{attribute}: {group}",
            people=len(np.unique(truth.person[here])),
            faces=int(here.sum()),
            every=float(errors.points[here].mean()),
            yaw=float(np.abs(errors.pose[here, 0]).mean()),
        )
        for (attribute, group), here in groups_of(records).items()
    ]


def records_of(people: Sequence[int], sessions: Sequence[int], studio: Studio) -> list[FaceRecord]:
    """What a manifest would say about who is on the pictures of a geometry set.

    Args:
        people: number of the person of each face.
        sessions: of the session.
        studio: that took the pictures.
    """
    known: dict[tuple[int, int], FaceRecord] = {}
    for person, session in sorted(set(zip(people, sessions, strict=True))):
        identity, look = studio.identity(person), studio.look(person, session)
        known[person, session] = FaceRecord(
            path="",
            subject=str(person),
            session=str(session),
            skin_tone=identity.melanin,
            age=identity.age,
            sex="female" if identity.female else "male",
            glasses=look.glasses is not None,
            beard=look.bearded,
        )
    return [known[face] for face in zip(people, sessions, strict=True)]

"""Groups of people and pictures by what a record says about them."""

from collections.abc import Callable, Sequence
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool

from enface.data.records import FaceRecord

SKIN_TONES = (0.35, 0.9)
"""Melanin that parts rendered people into equal thirds: light, medium, dark."""
AGES = (0.3, 0.55)
"""Ages of the renderer between young, middle and old."""

Grouping = Callable[[FaceRecord], str | None]


def _skin_tone(record: FaceRecord) -> str | None:
    return _binned(record.skin_tone, SKIN_TONES, ("light", "medium", "dark"))


def _age(record: FaceRecord) -> str | None:
    return _binned(record.age, AGES, ("young", "middle", "old"))


def _beard(record: FaceRecord) -> str | None:
    """Of men only, where the sex is known: the others would make it a comparison of the sexes."""
    return None if record.sex == "female" else _yes_no(record.beard)


def _makeup(record: FaceRecord) -> str | None:
    return None if record.sex == "male" else _yes_no(record.makeup)


ATTRIBUTES: MappingProxyType[str, Grouping] = MappingProxyType(
    {
        "skin tone": _skin_tone,
        "age": _age,
        "sex": lambda record: record.sex or None,
        "glasses": lambda record: _yes_no(record.glasses),
        "beard, of men": _beard,
        "make-up, of women": _makeup,
        "covering": lambda record: record.covering or None,
        "occluder": lambda record: record.occluder or None,
        "expression": lambda record: record.expression or None,
    }
)
"""Name of a record's group by attribute; None where the record does not say it."""

ORDER: MappingProxyType[str, int] = MappingProxyType(
    {name: i for i, name in enumerate(("light", "medium", "dark", "young", "middle", "old", "no", "none"))}
)
"""Groups that stand in an order of their own come first, the others follow by name."""

OF_PEOPLE = ("skin tone", "age", "sex", "glasses", "beard, of men")
"""Attributes that the pages of networks divide people by."""


def groups_of(records: Sequence[FaceRecord]) -> dict[tuple[str, str], Bool[np.ndarray, " records"]]:
    """Which pictures belong to each group of `OF_PEOPLE` that has some, by attribute and group, in order."""
    groups = {}
    for attribute in OF_PEOPLE:
        names = np.array([ATTRIBUTES[attribute](record) or "" for record in records], dtype=np.str_)
        for group in sorted(set(names.tolist()) - {""}, key=lambda name: (ORDER.get(name, 99), name)):
            groups[attribute, group] = names == group
    return groups


def _binned(value: float | None, edges: tuple[float, ...], names: tuple[str, ...]) -> str | None:
    return None if value is None else names[sum(value >= edge for edge in edges)]


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else ("no", "yes")[value]

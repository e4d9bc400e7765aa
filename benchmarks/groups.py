"""Measures by group of people, each group against everybody else, with intervals over people.

Used by `finder.py`, `landmarks.py`, `quality.py` and `recognizers.py`; not run by itself.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from enface.data.attributes import groups_of
from enface.data.records import FaceRecord
from enface.metrics.bootstrap import Estimate, contrasts_over_people, means_over_people
from enface.rendering.asset.store import find_asset, load_asset
from enface.rendering.geometry_set.shards import ShardReader
from enface.rendering.studio import Studio
from enface.training.landmarks.traits import records_of

Groups = Mapping[str, Bool[np.ndarray, " faces"]]


def named_groups(records: Sequence[FaceRecord]) -> Groups:
    """Groups by the name that tables give them."""
    return {f"{attribute}: {group}": here for (attribute, group), here in groups_of(records).items()}


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(map(str, row)) + " |")
    print(flush=True)


def print_groups(
    groups: Groups, values: Mapping[str, Float[np.ndarray, " faces"]], *, people: Sequence[str]
) -> list[list[str]]:
    """All people's means, then for each group how far its mean lies from that of everybody else.

    Args:
        groups: whose faces belong to each, by name.
        values: one number for each face, by what it measures.
        people: whose face it is.

    Returns:
        The table's rows.
    """
    columns = np.stack([np.asarray(column, dtype=np.float64) for column in values.values()], axis=1)
    names = np.array(people)
    rows = [["all", str(len(set(people))), str(len(people))]]
    rows[0] += [_mean(estimate) for estimate in means_over_people(columns, people=people)]
    for name, inside in groups.items():
        if inside.all():
            continue
        contrasts = contrasts_over_people(columns, inside=inside, people=people)
        rows.append([name, str(len(set(names[inside].tolist()))), str(int(inside.sum()))])
        rows[-1] += [_contrast(estimate) for estimate in contrasts]
    table(["group", "people", "faces", *values], rows)
    return rows


def print_groups_of_set(
    reader: ShardReader,
    values: Mapping[str, Float[np.ndarray, " faces"]],
    *,
    person: Int[np.ndarray, " faces"],
    session: Int[np.ndarray, " faces"],
) -> None:
    """The same of a geometry set's people, whose traits the renderer knows.

    Args:
        reader: of the set.
        values: one number for each face, by what it measures.
        person: number of each face's.
        session: of each face.
    """
    studio = Studio(load_asset(find_asset()), size=reader.plan.size, seed=reader.plan.seed)
    records = records_of(person.tolist(), session.tolist(), studio)
    print_groups(named_groups(records), values, people=[record.subject for record in records])


def _mean(estimate: Estimate) -> str:
    return f"{estimate.value:.1f} [{estimate.low:.1f}, {estimate.high:.1f}]"


def _contrast(estimate: Estimate) -> str:
    """Bold where the interval leaves 0 out."""
    text = f"{estimate.value:+.1f} [{estimate.low:+.1f}, {estimate.high:+.1f}]"
    return f"**{text}**" if estimate.low > 0 or estimate.high < 0 else text

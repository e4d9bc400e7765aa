"""Best and worst cases as pictures: where the frontal face moved the decision most, either way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from enface.evaluation.pair_evaluation import PairEvaluation
from enface.evaluation.report import words
from enface.evaluation.report.pictures import Shown, shown
from enface.evaluation.runner import Evaluation


@dataclass(frozen=True)
class Case:
    """One probe or pair."""

    text: str
    pictures: tuple[Shown, ...]


@dataclass(frozen=True)
class Cases:
    """Both ends; nobody is shown twice at one end."""

    best: tuple[Case, ...]
    worst: tuple[Case, ...]


def probe_cases(evaluation: Evaluation, *, count: int) -> Cases:
    """Probes whose margin the frontal face raised and lowered most."""
    before, after = (evaluation.probes[arm] for arm in ("raw", "frontalised"))
    change = np.asarray(after.margins - before.margins, dtype=np.float64)
    people = [(probe.record.subject,) for probe in evaluation.protocol.probes]

    def case(i: int) -> Case:
        probe = evaluation.protocol.probes[i]
        who, where = probe.record.subject, words.degrees(probe.yaw)
        faces = evaluation.faces
        pictures = [
            shown(faces.inputs[i], f"Person {who} at {where}, as the camera saw it"),
            shown(faces.outputs[i], f"Synthesised frontal face of person {who}", synthesised=True),
        ]
        if faces.truth_of:
            pictures.append(shown(faces.truths[faces.truth_of[i]], f"True frontal picture of person {who}"))
        return Case(
            f"{who} at {where}: rank {before.places[i]} to {after.places[i]}, margin "
            f"{words.signed(float(before.margins[i]), digits=2)} to "
            f"{words.signed(float(after.margins[i]), digits=2)}",
            tuple(pictures),
        )

    return _ends(change, people, case=case, count=count)


def pair_cases(evaluation: PairEvaluation, *, count: int) -> Cases:
    """Pairs whose score the frontal faces moved most to the right side and to the wrong one."""
    pairs, crops = evaluation.pairs, evaluation.crops
    before, after = (evaluation.judged.scores[arm] for arm in ("raw", "frontalised"))
    same = np.array([pair.same for pair in pairs])
    change = np.where(same, after - before, before - after)
    change[[pair.first not in crops for pair in pairs]] = 0.0  # templates have no pictures

    def case(i: int) -> Case:
        pair = pairs[i]
        kind = "one person" if pair.same else "two people"
        pictures = []
        for photo in (pair.first, pair.second):
            pictures.append(shown(crops[photo], f"Aligned face of {photo}"))
            text = f"Synthesised frontal face of {photo}"
            pictures.append(shown(evaluation.frontals[photo], text, synthesised=True))
        return Case(f"{kind}: cosine {before[i]:.2f} to {after[i]:.2f}", tuple(pictures))

    return _ends(change, [pair.people for pair in pairs], case=case, count=count)


def _ends(
    change: Float[np.ndarray, " n"],
    people: Sequence[tuple[str, ...]],
    *,
    case: Callable[[int], Case],
    count: int,
) -> Cases:
    def chosen(order: Iterable[int]) -> tuple[Case, ...]:
        seen: set[str] = set()
        found: list[Case] = []
        for i in order:
            if len(found) == count:
                break
            if not seen & set(people[i]):
                seen |= set(people[i])
                found.append(case(i))
        return tuple(found)

    rising = np.argsort(change, kind="stable").tolist()
    return Cases(
        best=chosen(i for i in reversed(rising) if change[i] > 0),
        worst=chosen(i for i in rising if change[i] < 0),
    )

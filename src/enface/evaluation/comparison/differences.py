"""Paired differences of every number that two evaluations have in common."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.comparison.evaluations import StoredEvaluation
from enface.evaluation.comparison.findings import FRONTALS, Difference, Measure, MovedCase, Outcomes
from enface.evaluation.pair_draws import PairDraws, ScoredPairs
from enface.evaluation.report.cases_table import NEARNESS as _COLUMNS
from enface.metrics.paired import paired_bootstrap, sign_test
from enface.metrics.verification import resolves

_MOVED = 8
"""Cases shown of either kind."""
_MOVED_ARM = "frontalised"
NEARNESS: dict[Measure, str] = {"L1": _COLUMNS[0], "SSIM": _COLUMNS[1]}
"""Columns of the table of cases."""
_OF_ARMS: tuple[Measure, ...] = ("rank-1", "rank-5", "margin")
_RATES: dict[float, Measure] = {1e-2: "TAR@0.01", 1e-3: "TAR@0.001", 1e-4: "TAR@0.0001"}


def common_arms(first: StoredEvaluation, second: StoredEvaluation) -> tuple[str, ...]:
    """Arms that both have, in the order of the first."""
    return tuple(name for name in arms_of(first) if name in arms_of(second))


def arms_of(side: StoredEvaluation) -> tuple[str, ...]:
    """Arms in the order of the tables."""
    parts = [name.partition(":") for name in side.cases.values]
    return tuple(arm for arm, _, measure in parts if measure in ("rank", "score"))


def differences_of_means(
    first: StoredEvaluation, second: StoredEvaluation, *, bootstrap: Bootstrap
) -> Iterator[Difference]:
    """Rank-1, rank-5 and margin of every arm, over all probes and at every absolute yaw; then nearness to the
    truth where both know it and make pictures of one size."""
    yaws = [yaw if yaw is None else abs(yaw) for yaw in first.cases.yaws]
    angles: list[int | None] = [None, *sorted({yaw for yaw in yaws if yaw is not None})]
    people = np.array([person for person, _ in first.cases.people])
    wanted: list[tuple[str, Measure]] = [
        (arm, measure) for arm in common_arms(first, second) for measure in _OF_ARMS
    ]
    wanted += [
        (FRONTALS, measure)
        for measure, column in NEARNESS.items()
        if first.output_size == second.output_size
        and column in first.cases.values
        and column in second.cases.values
    ]
    for arm, measure in wanted:
        values = [_values(side, arm, measure) for side in (first, second)]
        for angle in angles:
            here = np.array([angle is None or yaw == angle for yaw in yaws])
            yield _difference(
                values[0][here], values[1][here], people[here], (arm, angle, measure), bootstrap=bootstrap
            )


def _difference(
    first: Float[np.ndarray, " n"],
    second: Float[np.ndarray, " n"],
    people: np.ndarray,
    name: tuple[str, int | None, Measure],
    *,
    bootstrap: Bootstrap,
) -> Difference:
    owners = people.tolist()
    test = paired_bootstrap(first, second, people=owners, **bootstrap.options)
    arm, angle, measure = name
    return Difference(
        arm=arm,
        angle=angle,
        measure=measure,
        cases=len(first),
        people=test.people,
        first=bootstrap.mean(first, owners),
        second=bootstrap.mean(second, owners),
        difference=test.difference,
        p_value=test.p_value,
        sign_p_value=sign_test(first, second, people=owners),
    )


def _values(side: StoredEvaluation, arm: str, measure: Measure) -> Float[np.ndarray, " n"]:
    if measure in NEARNESS:
        return side.cases.values[NEARNESS[measure]]
    if measure == "margin":
        return side.cases.values[f"{arm}:margin"]
    within: Bool[np.ndarray, " n"] = side.cases.values[f"{arm}:rank"] <= (1 if measure == "rank-1" else 5)
    return within.astype(np.float64)


def differences_of_pairs(
    first: StoredEvaluation, second: StoredEvaluation, *, bootstrap: Bootstrap
) -> Iterator[Difference]:
    """Accuracy, EER and true accept rates of every arm; people are resampled, who share pairs."""
    people = first.cases.people
    impostors = sum(one != other for one, other in people)
    wanted: list[tuple[Measure, str, int | None]] = [
        ("accuracy", "accuracy", None),
        ("EER", "equal_error_rate", None),
        *(
            (name, "true_accept_rates", column)
            for column, (rate, name) in enumerate(_RATES.items())
            if resolves(impostors, rate=rate)
        ),
    ]
    for arm in common_arms(first, second):
        scored = {
            name: ScoredPairs(side.cases.values[f"{arm}:score"], side.cases.values[f"{arm}:correct"] > 0)
            for name, side in (("first", first), ("second", second))
        }
        draws = PairDraws.of(scored, people=people, false_accept_rates=tuple(_RATES), bootstrap=bootstrap)
        for measure, field, column in wanted:
            yield Difference(
                arm=arm,
                angle=None,
                measure=measure,
                cases=len(people),
                people=draws.people,
                first=draws.number("first", field, column=column),
                second=draws.number("second", field, column=column),
                difference=draws.number("second", field, column=column, less="first"),
                p_value=draws.p_value("second", field, column=column, less="first"),
                sign_p_value=None,
            )


def outcomes(first: StoredEvaluation, second: StoredEvaluation) -> Iterator[Outcomes]:
    """Who decided rightly: at rank 1, or at the threshold of the pairs."""
    for arm in common_arms(first, second):
        right = [_right(side, arm) for side in (first, second)]
        yield Outcomes(
            arm=arm,
            both=int((right[0] & right[1]).sum()),
            only_first=int((right[0] & ~right[1]).sum()),
            only_second=int((~right[0] & right[1]).sum()),
            neither=int((~right[0] & ~right[1]).sum()),
        )


def _right(side: StoredEvaluation, arm: str) -> Bool[np.ndarray, " n"]:
    values = side.cases.values
    right: Bool[np.ndarray, " n"] = (
        values[f"{arm}:correct"] > 0 if f"{arm}:correct" in values else values[f"{arm}:rank"] <= 1
    )
    return right


def moved_cases(first: StoredEvaluation, second: StoredEvaluation) -> Iterator[MovedCase]:
    """The cases that the second frontal face moved most to the right side, then those to the wrong one."""
    cases = first.cases
    name = next((n for n in (f"{_MOVED_ARM}:margin", f"{_MOVED_ARM}:score") if n in cases.values), None)
    if name is None or name not in second.cases.values:
        return
    before, after = cases.values[name], second.cases.values[name]
    strangers = np.array([one != other for one, other in cases.people])
    gain = np.where(strangers, before - after, after - before)
    order = np.argsort(-gain, kind="stable")
    best = [i for i in order[:_MOVED] if gain[i] > 0]
    worst = [i for i in order[::-1][:_MOVED] if gain[i] < 0]
    for i in (*best, *reversed(worst)):
        yield MovedCase(
            arm=_MOVED_ARM,
            picture=cases.pictures[i],
            people=cases.people[i],
            yaw=cases.yaws[i],
            first=float(before[i]),
            second=float(after[i]),
            gain=float(gain[i]),
        )

"""A gate's report: how often it uses the frontal face, and risk by coverage of its signal."""

import numpy as np
from jaxtyping import Float

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import GateReport, RiskPoint
from enface.evaluation.gate import RANK1, Gate
from enface.evaluation.signals import Signal
from enface.metrics.bootstrap import Estimate
from enface.metrics.selective import shares_of_most_trusted

_COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def gate_report(
    arm: str,
    signal: Signal,
    values: Float[np.ndarray, " probes"],
    gate: Gate,
    *,
    risk: Float[np.ndarray, " probes"],
    raw_risk: Float[np.ndarray, " probes"],
    owners: np.ndarray,
    bootstrap: Bootstrap,
) -> GateReport:
    """What a gate does, and how well its signal orders the probes.

    Args:
        arm: name of the gated arm.
        signal: that the gate looks at.
        values: of each probe.
        gate: its decisions.
        risk: rank-1 error of each probe's frontal face, 0 or 1.
        raw_risk: of each probe as it came.
        owners: person of each probe.
        bootstrap: how intervals are made.
    """
    points = []
    for coverage in _COVERAGES:
        count = max(1, round(coverage * len(values)))
        shares = shares_of_most_trusted(values, count=count)
        used = shares > 0
        points.append(
            RiskPoint(
                coverage=count / len(values),
                risk=bootstrap.mean(risk[used], owners[used], weights=shares[used]),
                raw_risk=bootstrap.mean(raw_risk[used], owners[used], weights=shares[used]),
            )
        )
    return GateReport(
        arm=arm,
        signal=signal.meaning,
        criterion=RANK1,
        thresholds=gate.told,
        used=bootstrap.mean(gate.use.astype(np.float64), owners),
        curve=tuple(points),
        area=_area(values, risk, owners, bootstrap=bootstrap),
    )


def _area(
    values: Float[np.ndarray, " probes"],
    risk: Float[np.ndarray, " probes"],
    owners: np.ndarray,
    *,
    bootstrap: Bootstrap,
) -> Estimate:
    """Mean risk over all coverages: a mean over pictures of risk weighed by how many coverages they take part
    in. Pictures of one signal take equal parts, as in `enface.metrics.selective.risk_coverage`."""
    count = np.arange(1, len(values) + 1)
    parts = np.cumsum((1 / count)[::-1])[::-1]
    _, group, sizes = np.unique(-values, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    shared = np.add.reduceat(parts, ends - sizes) / sizes
    area = bootstrap.mean(risk * shared[group], owners)
    return Estimate(area.value, max(area.low, 0.0), min(area.high, 1.0))

"""A gate's report: how often it uses the frontal face, and risk by coverage of its signal."""

import numpy as np
from jaxtyping import Float

from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.findings import GateReport, RiskPoint
from enface.evaluation.gate import RANK1, Gate
from enface.evaluation.signals import Signal
from enface.metrics.selective import risk_coverage

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
    trusted = np.argsort(-values, kind="stable")
    points = []
    for coverage in _COVERAGES:
        some = trusted[: max(1, round(coverage * len(trusted)))]
        points.append(
            RiskPoint(
                coverage=len(some) / len(trusted),
                risk=bootstrap.mean(risk[some], owners[some]),
                raw_risk=bootstrap.mean(raw_risk[some], owners[some]),
            )
        )
    # The area is a mean over pictures of risk weighed by how many coverages they take part in.
    place = np.empty(len(trusted), dtype=np.intp)
    place[trusted] = np.arange(1, len(trusted) + 1)
    tail = np.cumsum((1 / np.arange(1, len(trusted) + 1))[::-1])[::-1]
    area = bootstrap.mean(risk * tail[place - 1], owners)
    curve = risk_coverage(values, risk=risk)
    shift = curve.area - area.value
    return GateReport(
        arm=arm,
        signal=signal.meaning,
        criterion=RANK1,
        thresholds=gate.told,
        used=bootstrap.mean(gate.use.astype(np.float64), owners),
        curve=tuple(points),
        area=type(area)(curve.area, max(area.low + shift, 0.0), min(area.high + shift, 1.0)),
    )

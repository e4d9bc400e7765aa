"""The numbers in plain words, losses first-class: a reader should not have to find them."""

from collections.abc import Sequence

from enface.evaluation.results import Quality, Recognition, Results
from enface.metrics.bootstrap import Estimate


def percent(value: float) -> str:
    """A rate 0..1 as percent with at most one decimal."""
    text = f"{100 * value:.1f}"
    return text.removesuffix(".0")


def rate(estimate: Estimate) -> str:
    """Percent with its interval, for one table cell."""
    return f"{percent(estimate.value)} ({percent(estimate.low)}–{percent(estimate.high)})"


def degrees(angle: int) -> str:
    """Degrees with a true minus sign."""
    return f"{angle}°".replace("-", "−")


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def recognition_verdict(results: Results) -> tuple[str, ...]:
    """One sentence or two for each arm that uses the frontal face."""
    sentences = []
    for arm, subject in (
        ("frontalised", "The frontal face alone"),
        ("fused", "The mean of both embeddings"),
    ):
        rows = [row for row in results.recognition if row.arm == arm]
        if rows:
            sentences.append(_gains(subject, rows))
    return tuple(sentences)


def _gains(subject: str, rows: Sequence[Recognition]) -> str:
    wins = [row for row in rows if row.gain.low > 0]
    losses = [row for row in rows if row.gain.high < 0]
    open_ = [row for row in rows if row not in wins and row not in losses]
    parts = []
    if losses:
        parts.append(f"is recognised less often than the raw picture at {_places(losses, len(rows))}")
    if wins:
        parts.append(f"is recognised more often at {_places(wins, len(rows))}")
    if not parts:
        return f"{subject} makes no clear difference to the raw picture at any angle."
    rest = (
        f"; at {listed([degrees(r.angle) for r in open_])} the interval includes no change" if open_ else ""
    )
    return f"{subject} {' and '.join(parts)}{rest}."


def _places(rows: Sequence[Recognition], count: int) -> str:
    points = sorted(abs(100 * row.gain.value) for row in rows)
    low, high = f"{points[0]:.1f}", f"{points[-1]:.1f}"
    amount = low if low == high else f"{low} to {high}"
    where = "every angle" if len(rows) == count else listed([degrees(row.angle) for row in rows])
    return f"{where} (by {amount} points)"


def quality_verdict(results: Results) -> tuple[str, ...]:
    """How near to the truth, against both baselines, and how that changes with yaw."""
    rows = results.quality
    sentences = [
        _against(rows, [r.mean_face.l1.value for r in rows], "the mean face of the train people"),
        _against(rows, [r.nearest_frontal.l1.value for r in rows], "the nearest train frontal"),
    ]
    if results.trend:
        trend = results.trend
        direction = "larger" if trend.l1_at_90 >= trend.l1_at_0 else "smaller"
        sentences.append(
            f"L1 is {trend.l1_at_0:.4f} at 0° and {trend.l1_at_90:.4f} at 90°: "
            f"{100 * trend.relative_difference:.1f} % {direction} at profile than from the front."
        )
    return tuple(sentences)


def _against(rows: Sequence[Quality], baseline: Sequence[float], name: str) -> str:
    # A baseline of 0 is the truth itself: nothing can be nearer.
    ratios = [r.frontalised.l1.value / b if b else float("inf") for r, b in zip(rows, baseline, strict=True)]
    worse = [degrees(row.yaw) for row, ratio in zip(rows, ratios, strict=True) if ratio >= 1]
    low, high = f"{min(ratios):.2f}", f"{max(ratios):.2f}"
    span = f"{low if low == high else f'{low} to {high}'} times its L1"
    if not worse:
        return f"The frontal faces are nearer to the truth than {name} at every yaw: {span}."
    if len(worse) == len(rows):
        return f"The frontal faces are no nearer to the truth than {name} at any yaw: {span}."
    return (
        f"The frontal faces are no nearer to the truth than {name} at {listed(worse)}: over all yaws {span}."
    )

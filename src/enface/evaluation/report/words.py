"""The numbers in plain words, losses first-class: a reader should not have to find them."""

from collections.abc import Sequence

from enface.evaluation.protocols import pose_roles
from enface.evaluation.results import Quality, Recognition, Results
from enface.evaluation.search_results import SearchResults
from enface.evaluation.verification_results import VerificationResults
from enface.metrics.bootstrap import Estimate

SUBJECTS = {
    "frontalised": "The frontal face alone",
    "fused": "The mean of both embeddings",
}
"""Arms whose sentences head a report."""
ARMS = {
    "raw": "the picture as it is",
    "mirrored": "mean of the embeddings of the picture and its mirror image, a control that needs no model",
    "frontalised": "the synthesised frontal face alone",
    "frontalised_both": "frontal faces of probe and gallery",
    "fused": "mean of the embeddings of picture and frontal face",
    "fused_scores": "mean of the scores of picture and frontal face",
    "fused_both": "mean of both embeddings, for probe and gallery",
    "fused_scores_both": "mean of the scores raw with raw and frontal with frontal",
}
"""What each arm compares."""


def arm(name: str) -> str:
    """What an arm compares."""
    return ARMS.get(name, "the frontal face where a quality signal allows it, else the picture")


def percent(value: float) -> str:
    """A rate 0..1 as percent with at most one decimal."""
    text = f"{100 * value:.1f}"
    return text.removesuffix(".0")


def rate(estimate: Estimate) -> str:
    """Percent with its interval, for one table cell."""
    return f"{percent(estimate.value)} ({percent(estimate.low)}–{percent(estimate.high)})"


def signed(value: float, *, digits: int = 1) -> str:
    """A number with its sign, a true minus."""
    return f"{value:+.{digits}f}".replace("-", "−")


def degrees(angle: int) -> str:
    """Degrees with a true minus sign."""
    return f"{angle}°".replace("-", "−")


def column(protocol: str, angle: int) -> str:
    """Name of a column of absolute yaw: an angle, or the bin that starts there."""
    return pose_roles.BINS[angle] if protocol.startswith("pose_roles") else degrees(angle)


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def verdicts(results: Results | VerificationResults | SearchResults) -> tuple[str, ...]:
    """What an evaluation found, in sentences."""
    if isinstance(results, Results):
        return quality_verdict(results) + recognition_verdict(results)
    if isinstance(results, SearchResults):
        pairs = [(row.arm, row.gain, row.rank1) for row in results.arms]
        return _one_number(pairs, better="is recognised more often", worse="is recognised less often")
    pairs = [(row.arm, row.gain, row.fold_accuracy or row.best_accuracy) for row in results.arms]
    return _one_number(pairs, better="decides more pairs rightly", worse="decides fewer pairs rightly")


def _one_number(
    rows: Sequence[tuple[str, Estimate, Estimate]], *, better: str, worse: str
) -> tuple[str, ...]:
    raw = next(value for name, _, value in rows if name == "raw")
    sentences = []
    for name, gain, value in rows:
        if name not in SUBJECTS:
            continue
        points = f"{abs(100 * gain.value):.1f} points, {percent(raw.value)} % to {percent(value.value)} %"
        if gain.high < 0:
            sentences.append(f"{SUBJECTS[name]} {worse} than the raw picture (by {points}).")
        elif gain.low > 0:
            sentences.append(f"{SUBJECTS[name]} {better} than the raw picture (by {points}).")
        else:
            sentences.append(
                f"{SUBJECTS[name]} makes no clear difference to the raw picture: {percent(value.value)} % "
                f"beside {percent(raw.value)} %."
            )
    return tuple(sentences)


def recognition_verdict(results: Results) -> tuple[str, ...]:
    """One sentence or two for each arm that uses the frontal face."""
    sentences = []
    for name, subject in SUBJECTS.items():
        rows = [row for row in results.recognition if row.arm == name]
        if rows:
            sentences.append(_gains(subject, rows, protocol=results.setup.protocol))
    return tuple(sentences)


def _gains(subject: str, rows: Sequence[Recognition], *, protocol: str) -> str:
    wins = [row for row in rows if row.gain.low > 0]
    losses = [row for row in rows if row.gain.high < 0]
    open_ = [row for row in rows if row not in wins and row not in losses]

    def places(some: Sequence[Recognition]) -> str:
        points = sorted(abs(100 * row.gain.value) for row in some)
        low, high = f"{points[0]:.1f}", f"{points[-1]:.1f}"
        amount = low if low == high else f"{low} to {high}"
        where = [column(protocol, row.angle) for row in some]
        return f"{'every angle' if len(some) == len(rows) else listed(where)} (by {amount} points)"

    parts = []
    if losses:
        parts.append(f"is recognised less often than the raw picture at {places(losses)}")
    if wins:
        parts.append(f"is recognised more often at {places(wins)}")
    if not parts:
        return f"{subject} makes no clear difference to the raw picture at any angle."
    rest = (
        f"; at {listed([column(protocol, r.angle) for r in open_])} the interval includes no change"
        if open_
        else ""
    )
    return f"{subject} {' and '.join(parts)}{rest}."


def quality_verdict(results: Results) -> tuple[str, ...]:
    """How near to the truth, against both baselines, and how that changes with yaw; nothing without truth."""
    rows = results.quality
    if not rows:
        return ()
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


def is_estimate(cell: object) -> bool:
    """Whether a cell holds an interval."""
    return isinstance(cell, Estimate)


def sign(cell: Estimate, *, lower_is_better: bool = False) -> str:
    """Class of a difference on the page: gain, loss, or nothing where its interval holds 0."""
    if cell.low <= 0 <= cell.high:
        return ""
    return "gain" if (cell.low > 0) != lower_is_better else "loss"


def number(value: float, *, unit: str, digits: int) -> str:
    """One number of a table, in the unit of its column, with true minus signs."""
    if unit == "count":
        text = f"{value:,.0f}"
    elif unit == "rate":
        text = percent(value)
    elif unit == "gain":
        text = f"{100 * value:+.1f}"
    elif unit == "change":
        text = f"{value:+.{digits}f}"
    else:
        text = f"{value:.{digits}f}"
    return text.replace("-", "−")

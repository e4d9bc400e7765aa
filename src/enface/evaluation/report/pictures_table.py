"""What the frontal faces look like: short tables for the page, the whole ones as CSV."""

from enface.evaluation.picture_numbers import COMPARED, LOOKED_AT
from enface.evaluation.report import words
from enface.evaluation.report.tables import Cell, Column, NumberTable
from enface.evaluation.results import Results

_NAMES = {"inputs": "pictures as they came", "outputs": "frontal faces"}


def pictures_tables(results: Results) -> tuple[NumberTable, ...]:
    """The short tables, then the whole ones."""
    return _looks(results), _distances(results), _whole(results)


def _angle(angle: int | None) -> str:
    return "all" if angle is None else str(angle)


def _looks(results: Results) -> NumberTable:
    """A row for each measure, narrow enough for paper; every yaw is in the whole table."""
    cells: dict[tuple[str, int | None, str], Cell] = {
        (p.pictures, p.angle, p.metric): p.mean for p in results.pictures
    }
    metrics = tuple(dict.fromkeys(p.metric for p in results.pictures if p.pictures == "outputs"))
    ends = sorted({results.angles[0], results.angles[-1]}) if results.angles else []
    return NumberTable(
        "frontalness",
        "How frontal, how lit, how alike",
        f"Means over pictures; yaw is that of the probe, as an absolute value. True frontals: the gallery's "
        f"pictures, measured by the same functions and networks; what counts is the difference to them. "
        f"Asymmetry, light and what networks see are of at most {LOOKED_AT} pictures of each yaw, cosines of "
        f"all. Landmark error: mean distance from the template's landmarks, in distances of the eyes.",
        (
            *(Column("measure"), Column("true frontals", "number"), Column("frontal faces", "number")),
            *(Column(f"at {angle}°", "number") for angle in ends),
            Column("as they came", "number"),
        ),
        tuple(
            (
                *(metric, cells.get(("truths", None, metric)), cells.get(("outputs", None, metric))),
                *(cells.get(("outputs", angle, metric)) for angle in ends),
                cells.get(("inputs", None, metric)),
            )
            for metric in metrics
        ),
    )


def _whole(results: Results) -> NumberTable:
    return NumberTable(
        "pictures",
        "Numbers of the pictures",
        "",
        (
            Column("measure"),
            Column("pictures"),
            Column("yaw"),
            Column("count", "count"),
            Column("mean", "number"),
        ),
        tuple((p.metric, p.pictures, _angle(p.angle), p.count, p.mean) for p in results.pictures),
        shown=False,
    )


def _distances(results: Results) -> NumberTable:
    references = words.listed(sorted({d.reference for d in results.distances}))
    spaces = words.listed(sorted({d.space for d in results.distances}))
    return NumberTable(
        "distances",
        "Distance to a set of true frontal pictures",
        f"To the {references}, in unit embeddings of {spaces}; 0 is no difference, and a kernel distance may "
        f"be below it. At most {COMPARED:,} pictures of each set; only equal counts compare.",
        (
            *(Column("distance"), Column("pictures"), Column("yaw"), Column("value", "number", 4)),
            *(Column("count", "count"), Column("true", "count"), Column("dimensions", "count")),
        ),
        tuple(
            (
                *(d.kind, _NAMES[d.pictures], _angle(d.angle), d.distance),
                *(d.count, d.reference_count, d.dimension),
            )
            for d in results.distances
        ),
    )

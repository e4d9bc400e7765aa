"""What the frontal faces look like: short tables for the page, the whole ones as CSV."""

from enface.evaluation.picture_numbers import COMPARED, LOOKED_AT
from enface.evaluation.report.tables import Cell, Column, NumberTable
from enface.evaluation.results import Results

_NAMES = {"inputs": "pictures as they came", "outputs": "frontal faces", "truths": "true frontals"}


def pictures_tables(results: Results) -> tuple[NumberTable, ...]:
    """The short tables, then the whole ones."""
    return _looks(results), _distances(results), _whole(results)


def _angle(angle: int | None) -> str:
    return "all" if angle is None else str(angle)


def _looks(results: Results) -> NumberTable:
    """Frontal faces by yaw, a column for each measure; pictures as they came and true frontals below."""
    cells: dict[tuple[str, int | None, str], Cell] = {
        (p.pictures, p.angle, p.metric): p.mean for p in results.pictures
    }
    metrics = tuple(dict.fromkeys(p.metric for p in results.pictures if p.pictures == "outputs"))
    lines = [
        *((pictures, angle) for pictures, angle, _ in cells if pictures == "outputs"),
        *((pictures, angle) for pictures, angle, _ in cells if pictures != "outputs" and angle is None),
    ]
    return NumberTable(
        "frontalness",
        "How frontal, how lit, how alike",
        f"Means by absolute yaw of the probe. True frontals: the gallery's pictures, measured by the same "
        f"functions and networks; what counts is the difference to them. Asymmetry, light and what networks "
        f"see are of at most {LOOKED_AT} pictures of each yaw, cosines of all. Landmark error: mean distance "
        f"from the template's landmarks, in distances of the eyes.",
        (Column("pictures"), Column("yaw"), *(Column(metric, "number") for metric in metrics)),
        tuple(
            (_NAMES[pictures], _angle(angle), *_row(cells, pictures, angle, metrics))
            for pictures, angle in dict.fromkeys(lines)
        ),
    )


def _row(
    cells: dict[tuple[str, int | None, str], Cell], pictures: str, angle: int | None, metrics: tuple[str, ...]
) -> tuple[Cell, ...]:
    return tuple(cells.get((pictures, angle, metric)) for metric in metrics)


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
    return NumberTable(
        "distances",
        "Distance to a set of true frontal pictures",
        f"In the unit embeddings of a named recognizer; 0 is no difference, and a kernel distance may "
        f"be below it. At most {COMPARED:,} pictures of each set; only equal counts compare.",
        (
            *(Column("distance"), Column("pictures"), Column("yaw"), Column("value", "number", 4)),
            *(Column("count", "count"), Column("reference"), Column("reference count", "count")),
            *(Column("space"), Column("dimensions", "count")),
        ),
        tuple(
            (
                *(d.kind, _NAMES[d.pictures], _angle(d.angle), d.distance),
                *(d.count, d.reference, d.reference_count, d.space, d.dimension),
            )
            for d in results.distances
        ),
    )

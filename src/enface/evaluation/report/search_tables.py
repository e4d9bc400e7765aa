"""Numbers of a search of templates as tables."""

from enface.evaluation.report.tables import Column, NumberTable
from enface.evaluation.search_results import SearchResults


def search_tables(results: SearchResults) -> tuple[NumberTable, ...]:
    """All tables that have rows, in the order of the page."""
    made = (_search(results), _cmc(results), _failures(results))
    return tuple(table for table in made if table.rows)


def _search(results: SearchResults) -> NumberTable:
    rates = results.arms[0].positives
    return NumberTable(
        "search",
        "Who of the gallery is it?",
        "Gain: difference of rank-1 to raw on the same probes. Margin: cosine with the right person less "
        "the highest with anybody else. TPIR@x: found at rank 1 above the threshold that a share x of the "
        "probes of strangers passes.",
        (
            Column("arm"),
            Column("rank-1", "rate"),
            Column("gain", "gain"),
            Column("rank-5", "rate"),
            Column("margin", "number"),
            Column("margin gain", "change"),
            *(Column(f"TPIR@{rate.false_positive_rate:g}", "rate") for rate in rates),
        ),
        tuple(
            (
                arm.arm,
                arm.rank1,
                None if arm.arm == "raw" else arm.gain,
                arm.rank5,
                arm.margin,
                None if arm.arm == "raw" else arm.margin_gain,
                *(
                    "too few strangers" if rate.true_positive_rate is None else rate.true_positive_rate
                    for rate in arm.positives
                ),
            )
            for arm in results.arms
        ),
    )


def _cmc(results: SearchResults) -> NumberTable:
    return NumberTable(
        "cmc",
        "CMC",
        "",
        (Column("arm"), Column("rank", "count"), Column("rate", "rate")),
        tuple((arm.arm, k, rate) for arm in results.arms for k, rate in enumerate(arm.cmc, 1)),
        shown=False,
    )


def _failures(results: SearchResults) -> NumberTable:
    return NumberTable(
        "failures",
        "Photographs without a usable face",
        "Templates without any other picture are left out of every number, alike for all arms.",
        (Column("photograph"), Column("reason")),
        tuple((failure.photo, failure.reason) for failure in results.failures),
    )

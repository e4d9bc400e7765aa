"""An evaluation as text for the terminal: the tables in short, and the sentences of the page."""

from enface.evaluation.report import words
from enface.evaluation.report.chapters import AnyResults
from enface.evaluation.results import Results
from enface.evaluation.search_results import SearchResults
from enface.evaluation.verification_results import table


def summary(results: AnyResults) -> str:
    """Rank-1 by arm and angle, L1 and SSIM by yaw; of pairs and searches one line an arm."""
    if isinstance(results, Results):
        lines = _over_yaw(results)
    elif isinstance(results, SearchResults):
        lines = _search(results)
    else:
        lines = [table(results)]
    return "\n".join([*lines, "", *words.verdicts(results)])


def _over_yaw(results: Results) -> list[str]:
    setup = results.setup
    head = f"{setup.judge} judges {setup.people} people, {setup.probes} probes"
    columns = [words.column(setup.protocol, angle) for angle in results.angles]
    lines = [head, "", "rank-1 (%)         " + "".join(f"{column:>18}" for column in columns)]
    for arm in results.arms:
        cells = [words.rate(results.rate(arm, angle).rank1) for angle in results.angles]
        lines.append(f"{arm:<19}" + "".join(f"{cell:>18}" for cell in cells))
    if results.quality:
        lines += ["", "yaw        L1   mean face   nearest frontal      SSIM   mean face   nearest frontal"]
    for row in results.quality:
        near, mean, nearest = row.frontalised, row.mean_face, row.nearest_frontal
        lines.append(
            f"{row.yaw:>3}°  {near.l1.value:>7.4f}  {mean.l1.value:>10.4f}  {nearest.l1.value:>16.4f}"
            f"   {near.ssim.value:>7.3f}  {mean.ssim.value:>10.3f}  {nearest.ssim.value:>16.3f}"
        )
    return lines


def _search(results: SearchResults) -> list[str]:
    counts, setup = results.counts, results.setup
    lines = [
        f"{setup.judge} looks for {counts.mated} templates among {counts.gallery} ({setup.protocol}); "
        f"%, with {100 * setup.level:g} % intervals over people",
        "",
        f"{'arm':<19}{'rank-1':>20}{'gain':>20}{'rank-5':>20}",
    ]
    for arm in results.arms:
        cells = [words.rate(arm.rank1), words.rate(arm.gain), words.rate(arm.rank5)]
        lines.append(f"{arm.arm:<19}" + "".join(f"{cell:>20}" for cell in cells))
    return [
        *lines,
        "",
        f"{counts.lost} templates without a usable face; {counts.unmated} probes of strangers",
    ]

"""Run folders in, one table and one page out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enface.data.loader import read_set
from enface.errors import ConfigError
from enface.evaluation.protocols import make_protocol
from enface.experiments.faces import draw_faces
from enface.experiments.page import PAGE, build_page
from enface.experiments.record import common_judges, find_runs, group_by_setting, read_run
from enface.experiments.table import TABLE, terminal_table, write_table


@dataclass(frozen=True)
class Comparison:
    """What was written, and the table for a screen."""

    table: Path
    page: Path
    text: str


def compare_runs(
    paths: Sequence[Path],
    *,
    output: Path,
    data: str | None = None,
    stopped: Sequence[str] = (),
    device: str = "cpu",
) -> Comparison:
    """Lays trained and judged runs side by side.

    Args:
        paths: run folders, or folders that hold some.
        output: folder of `table.csv` and `comparison.html`; made if absent.
        data: manifest of the test faces that are shown; None takes that of the runs.
        stopped: sentences about runs that did not come to an end.
        device: where to compute the faces that are shown.

    Raises:
        ConfigError: nothing to compare, runs that no common judge has judged on the same pictures, runs on
            several sets and no `data`, or a folder that cannot be written.
        CheckpointError, ResourceError: a model or its guide cannot be loaded.
    """
    settings = group_by_setting([read_run(folder) for folder in find_runs(paths)])
    runs = [run for setting in settings for run in setting.runs]
    judges = common_judges(runs)
    sets = {run.experiment.data.manifest for run in runs}
    if data is None and len(sets) > 1:
        listed = ", ".join(sorted(str(name) for name in sets))
        raise ConfigError(
            f"the runs were trained on several sets ({listed}); say which one to show by --data"
        )
    protocol = make_protocol("rendered", read_set(runs[0].experiment.data.manifest if data is None else data))
    try:
        output.mkdir(parents=True, exist_ok=True)
        write_table(output / TABLE, settings, judges)
    except OSError as error:
        raise ConfigError(
            f"cannot write to {output}: {error.strerror or error}; choose another --output"
        ) from error
    faces = draw_faces(runs, protocol, device=device)
    page = build_page(output / PAGE, settings=settings, judges=judges, faces=faces, stopped=stopped)
    return Comparison(output / TABLE, page, terminal_table(settings, judges))

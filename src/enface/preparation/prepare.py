"""A source in, a prepared set out: crops, manifest, tables and a data card."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from enface.data.manifest import write_manifest
from enface.data.records import FaceRecord, Manifest
from enface.data.studio_lists import write_list
from enface.errors import ConfigError, FaceError
from enface.preparation import tables
from enface.preparation.card import CARD, write_card
from enface.preparation.duplicates import find_duplicates
from enface.preparation.ledger import Ledger
from enface.preparation.outcome import Outcome
from enface.preparation.overlap import looks_of, read_prepared, shared_people
from enface.preparation.plan import Plan, Roles, make_plan, prepared_record
from enface.preparation.pool import prepare_all
from enface.preparation.sources import Source, get_source
from enface.preparation.worker import Crops, Job
from enface.rendering.set_folder import writing_to
from enface.resources.atomic import remove_leftovers

MANIFEST = "manifest.csv"
LISTS = "lists"
"""Folder of the lists in the log's format, where a protocol was given."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a preparation did."""

    manifest: Path
    card: dict[str, Any]
    """Content of the data card."""
    done: int
    """Pictures worked on by this call; the others were done before."""

    @property
    def failed(self) -> int:
        """Pictures without a crop."""
        counts = self.card["counts"]
        return int(counts["pictures"]) - int(counts.get("ok", 0))


def prepare_set(
    source: str,
    folder: Path,
    output: Path,
    *,
    crops: Crops,
    roles: Roles | None = None,
    against: Sequence[Path] = (),
    workers: int = 1,
    progress: bool = False,
) -> Prepared:
    """Prepares a set; a call that was stopped goes on, a finished one is only checked.

    Pictures that have a crop made with the same settings from the same file (size and time of change) are
    skipped, where the landmarks that were given for them are the same, too. Their splits and roles may be
    others than before. What could not be read or written is tried again. The manifest of an earlier call is
    removed before the first picture is done anew and appears last. Written are `crops/`, `manifest.csv`,
    `report.csv`, `source.csv`, `duplicates.csv`, `data-card.json`, `lists/` with a protocol and
    `overlap.csv` with other sets; nothing is ever written to the source.

    Args:
        source: name in `SOURCES`.
        folder: of the source, or a manifest.
        output: folder of the prepared set; made if absent.
        crops: how faces are found and cut.
        roles: what pictures count as; by default what the source says.
        against: prepared sets in which the same people and pictures are looked for.
        workers: processes.
        progress: whether to show a bar.

    Raises:
        ConfigError: an unknown source, or folders that cannot be used.
        ManifestError: the source is not what it is said to be.
        FaceError: no face in any picture, or an unknown detector.
        ResourceError: the detector's file was not fetched.
        RenderingError: the folder cannot be written, for example because the disk is full.
    """
    kind, roles = get_source(source), roles or Roles()
    others = {path: read_prepared(path) for path in against}
    _check_folders(folder, output)
    plan = make_plan(kind, folder, roles)
    ledger = Ledger(output, source=source)
    settings = crops.settings
    jobs = [
        job
        for job in map(plan.job, plan.records)
        if not _finished(
            ledger.get(job.path), job, plan.root, output, settings=settings, given=crops.given(job.points)
        )
    ]
    bar = tqdm(
        total=len(plan.records),
        initial=len(plan.records) - len(jobs),
        desc=f"prepare {source}",
        unit="picture",
        disable=not progress,
    )
    news = prepare_all(jobs, source=plan.root, output=output, crops=crops, workers=workers)
    with writing_to(output):
        with bar, ledger.appending():
            if jobs:
                _withdraw(output)
            for new in news:
                ledger.add(new)
                bar.update()
        outcomes = [outcome for record in plan.records if (outcome := ledger.get(record.path))]
        return _finish(kind, plan, outcomes, output, crops=crops, roles=roles, others=others, done=len(jobs))


def _withdraw(output: Path) -> None:
    """Removes what says that the set is whole: after a kill it would tell of crops that are no more."""
    for name in (MANIFEST, CARD):
        (output / name).unlink(missing_ok=True)


def _finish(
    kind: Source,
    plan: Plan,
    outcomes: list[Outcome],
    output: Path,
    *,
    crops: Crops,
    roles: Roles,
    others: dict[Path, list[tuple[FaceRecord, Outcome]]],
    done: int,
) -> Prepared:
    """Writes everything but the crops."""
    by_path = {outcome.path: outcome for outcome in outcomes}
    pairs = [(record, by_path[record.path]) for record in plan.records]
    rows = [(prepared_record(r, o, roles), o) for r, o in pairs if o.status == "ok"]
    tables.write_report(output, outcomes)
    tables.write_findings(output, plan.findings)
    if not rows:
        _withdraw(output)
        raise FaceError(
            f"no face was found in any of the {len(outcomes)} pictures; {output / tables.REPORT} says why"
        )
    looks = looks_of([(r, o) for r, o in pairs if o.fingerprint], studio=kind.studio)
    overlap = []
    for path, theirs in others.items():
        looks += looks_of(theirs, set_name=str(path))
        overlap += shared_people([r for r, _ in rows], [r for r, _ in theirs], set_name=str(path))
    duplicates = find_duplicates(looks)
    tables.write_duplicates(output, duplicates)
    if others:
        tables.write_overlap(output, overlap)
    if plan.lists is not None:
        (output / LISTS).mkdir(exist_ok=True)
        write_list(plan.lists.train, output / LISTS / "train.csv")
        write_list(plan.lists.test, output / LISTS / "test.csv")
    card = write_card(
        output,
        source=kind.name,
        crops=crops,
        roles=roles,
        rows=rows,
        outcomes=outcomes,
        findings=plan.findings,
        lists=plan.lists,
        duplicates=duplicates,
        overlap=overlap,
    )
    write_manifest(Manifest(output, tuple(record for record, _ in rows)), output / MANIFEST)
    return Prepared(output / MANIFEST, card, done)


def _check_folders(folder: Path, output: Path) -> None:
    source = (folder.parent if folder.is_file() else folder).resolve()
    target = output.resolve()
    if target == source or target.is_relative_to(source) or source.is_relative_to(target):
        raise ConfigError(
            f"--to {output} and --from {folder} contain one another; the source is never changed, so choose "
            "a folder elsewhere"
        )
    try:
        output.mkdir(parents=True, exist_ok=True)
        for place in (output, *(path for path in output.rglob("*") if path.is_dir())):
            remove_leftovers(place)
    except OSError as error:
        raise ConfigError(
            f"cannot write to {output}: {error.strerror or error}; choose another --to"
        ) from error


def _finished(
    outcome: Outcome | None, job: Job, source: Path, output: Path, *, settings: str, given: str
) -> bool:
    """Whether an earlier run did this picture as it would be done now.

    Failures count as done, except those that may pass without any change of the file: of reading and writing.
    """
    if outcome is None or (outcome.settings, outcome.given, outcome.crop) != (settings, given, job.crop):
        return False
    try:
        status = (source / job.path).stat()
    except OSError:
        return False
    if (status.st_size, status.st_mtime_ns) != (outcome.bytes, outcome.modified):
        return False
    if outcome.status in ("not written", "unreadable"):
        return False
    return outcome.status != "ok" or (output / outcome.crop).is_file()

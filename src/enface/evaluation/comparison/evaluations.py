"""Evaluations as they lie in folders, and which of them ask the same question."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError
from enface.evaluation.comparison.findings import Side
from enface.evaluation.report.cases_table import CaseColumns, read_cases
from enface.evaluation.report.chapters import AnyResults
from enface.evaluation.report.folder import OF_SEVERAL, load_any, results_file
from enface.evaluation.results import Results
from enface.evaluation.verification_results import VerificationResults

_MEANING = {
    "protocol": "the protocol",
    "looks": "whether gallery and probes show different looks",
    "gallery": "how the gallery is enrolled",
    "data_sha256": "the pictures or people",
    "judge": "the judge",
    "judge_sha256": "the judge's weights",
    "detector": "the face detector",
    "face": "which face of a photograph is meant",
}


@dataclass(frozen=True, eq=False)
class StoredEvaluation:
    """One folder of `enface evaluate`."""

    folder: Path
    results: AnyResults
    cases: CaseColumns

    @property
    def kind(self) -> str:
        """What is asked: yaw, pairs or search."""
        if isinstance(self.results, Results):
            return "yaw"
        return "pairs" if isinstance(self.results, VerificationResults) else "search"

    @property
    def question(self) -> dict[str, str]:
        """Everything that must be alike for numbers to mean the same."""
        setup = self.results.setup
        asked = {"protocol": setup.protocol}
        if isinstance(self.results, Results):
            asked["looks"] = "other looks" if self.results.setup.across_looks else "the same look"
            asked["gallery"] = self.results.setup.gallery
        else:
            asked |= {"detector": self.results.setup.detector, "face": self.results.setup.face}
        return asked | {
            "judge": setup.judge,
            "judge_sha256": setup.judge_sha256,
            "data_sha256": setup.data_sha256,
        }

    @property
    def output_size(self) -> int | None:
        """Side of the frontal faces in pixels, where it is told."""
        return self.results.setup.output_size if isinstance(self.results, Results) else None

    @property
    def protocol(self) -> str:
        """Name of the protocol with what was chosen about it."""
        chosen = [self.results.setup.protocol]
        if isinstance(self.results, Results):
            chosen += ["across looks"] * self.results.setup.across_looks
            chosen += ["frontalised gallery"] * (self.results.setup.gallery == "frontalised")
        return ", ".join(chosen)

    @property
    def side(self) -> Side:
        """For the record."""
        setup = self.results.setup
        return Side(
            folder=str(self.folder),
            results_sha256=hashlib.sha256(results_file(self.folder).read_bytes()).hexdigest(),
            model=setup.model,
            guide=setup.guide,
            guide_sha256=setup.guide_sha256,
            overlap=setup.overlap,
            environment=self.results.environment,
        )


def find_evaluations(folder: Path) -> tuple[StoredEvaluation, ...]:
    """The evaluation in a folder, or those in the folders inside it (of a run, or of several judges).

    Of a run's folder, evaluations of one command with several judges (`evaluation-all`) count too. What was
    asked of one model twice is taken from the newest.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    if not folder.is_dir():
        raise ConfigError(f"there is no folder {folder}; give a folder that enface evaluate has written")
    places = [folder] if results_file(folder).is_file() else [*folder.iterdir(), *folder.glob(OF_SEVERAL)]
    found = [place for place in places if results_file(place).is_file()]
    if not found:
        raise ConfigError(
            f"{folder} holds no results of an evaluation, and neither does a folder inside it; run "
            "enface evaluate first"
        )
    newest: dict[tuple[str, ...], StoredEvaluation] = {}
    for place in sorted(found, key=lambda place: results_file(place).stat().st_mtime_ns):
        evaluation = StoredEvaluation(place, load_any(place), read_cases(place))
        newest[evaluation.results.setup.model, *evaluation.question.values()] = evaluation
    return tuple(sorted(newest.values(), key=lambda evaluation: evaluation.folder))


def match(
    first: tuple[StoredEvaluation, ...], second: tuple[StoredEvaluation, ...]
) -> tuple[tuple[tuple[StoredEvaluation, StoredEvaluation], ...], tuple[str, ...]]:
    """Pairs that ask the same question, and sentences about the rest.

    Raises:
        ConfigError: no pair does; says what differs.
    """
    if {e.folder.resolve() for e in first} == {e.folder.resolve() for e in second}:
        raise ConfigError(f"{first[0].folder} was given twice; compare two different evaluations")
    if len(first) == len(second) == 1:
        refuse_unlike(first[0], second[0])
        return ((first[0], second[0]),), ()
    pairs, left = [], list(second)
    alone = []
    for one in first:
        other = next((e for e in left if e.question == one.question), None)
        if other is None:
            alone.append(one)
        else:
            left.remove(other)
            refuse_unlike(one, other)
            pairs.append((one, other))
    if not pairs:
        raise ConfigError(
            f"no evaluation among {len(first)} and {len(second)} has a counterpart with the same protocol, "
            f"pictures and judge; for example {_unlike(first[0], second[0])}. Evaluate both models with the "
            "same --protocol, --data and --judge"
        )
    return tuple(pairs), tuple(
        f"{e.folder} ({e.protocol}, judged by {e.results.setup.judge}) has no counterpart."
        for e in (*alone, *left)
    )


def refuse_unlike(first: StoredEvaluation, second: StoredEvaluation) -> None:
    """Ends a comparison of numbers that mean different things.

    Raises:
        ConfigError: says what differs.
    """
    if first.question != second.question:
        raise ConfigError(
            f"{first.folder} and {second.folder} cannot be compared: {_unlike(first, second)}; evaluate both "
            "models with the same --protocol, --data and --judge"
        )
    keys = [list(zip(e.cases.pictures, e.cases.people, strict=True)) for e in (first, second)]
    if keys[0] != keys[1]:
        others = sorted(set(keys[0]) ^ set(keys[1]))
        example = "they have another order"
        if others:
            picture, people = others[0]
            holder = first.folder if others[0] in keys[0] else second.folder
            example = f"{len(others)} are in one only, for example {picture!r} of {people[0]!r} in {holder}"
        raise ConfigError(
            f"{first.folder} and {second.folder} did not compare the same probes or pairs ({len(keys[0])} "
            f"and {len(keys[1])}): {example}; evaluate both anew"
        )


def _unlike(first: StoredEvaluation, second: StoredEvaluation) -> str:
    asked, other = first.question, second.question
    name = next(n for n in (*asked, *other) if asked.get(n) != other.get(n))
    one, two = (repr(question.get(name, "not asked")[:40]) for question in (asked, other))
    return f"{_MEANING[name]} {'differ' if name == 'data_sha256' else 'differs'}: {one} and {two}"

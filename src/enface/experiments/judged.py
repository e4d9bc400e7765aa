"""Judges trained runs by the rendered protocol, once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from enface.data.loader import read_set
from enface.errors import ConfigError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.judge import load_judge
from enface.evaluation.protocols import Protocol, make_protocol
from enface.evaluation.report.cases_table import cases_file
from enface.evaluation.report.folder import RESULTS, write_folder
from enface.evaluation.results import load_results
from enface.evaluation.runner import evaluate
from enface.evaluation.subject import NO_GUIDE
from enface.experiments.plan import PlannedRun
from enface.models.folder import GENERATOR_FOLDER, WEIGHTS, load_model
from enface.models.guide import GuideRecord
from enface.recognizers.registry import load_recognizer


def evaluation_folder(run: Path, judge: str) -> Path:
    """Where `enface evaluate` puts a judge's results too."""
    return run / f"evaluation-{Path(judge).name}"


@dataclass(frozen=True)
class Judges:
    """Who judges a sweep, on which faces, and how.

    Args:
        names: recognizers.
        data: manifest with test people; None is the set inside the package.
        bootstrap: how intervals are made.
        cache: folder of remembered embeddings.
        device: where to compute.
    """

    names: tuple[str, ...]
    data: str | None
    bootstrap: Bootstrap
    cache: Path | None = None
    device: str = "cpu"

    @cached_property
    def protocol(self) -> Protocol:
        """What is shown and enrolled; ManifestError when the data lack it."""
        return make_protocol("rendered", read_set(self.data))

    @cached_property
    def fingerprint(self) -> str:
        """Of the protocol's pictures."""
        return self.protocol.fingerprint()

    @cached_property
    def weights(self) -> dict[str, str]:
        """Hash of each judge's present weights. The judges themselves are not kept: a sweep takes hours."""
        return {name: load_judge(name, guide=NO_GUIDE).weights_sha256 for name in self.names}

    def check(self, runs: Sequence[PlannedRun]) -> None:
        """Finds out before hours of training that something cannot be judged.

        Raises:
            ConfigError: no judge, or an unknown one.
            JudgeError: a judge is the guide of a run.
            ResourceError: weights of a judge or a guide are not there; the message names file and command.
            ManifestError: the data have no test people.
        """
        if not self.names:
            raise ConfigError("no judge; name at least one, for example --judges rendered_b")
        guides = {run.experiment.guide for run in runs}
        for guide in guides:
            network = load_recognizer(guide.recognizer, weights=guide.weights, layer=guide.layer)
            record = GuideRecord(guide.recognizer, network.layer, network.weights_sha256)
            for name in self.names:
                load_judge(name, guide=record, network=network)
        self.protocol  # noqa: B018  (built to be checked)

    def judge(self, run: PlannedRun, *, progress: bool = False) -> int:
        """Makes the evaluations that a run lacks; returns how many."""
        missing = [name for name in self.names if not self._is_judged(run, name)]
        if missing:
            model = load_model(run.folder, device=self.device)
        for name in missing:
            evaluation = evaluate(
                model,
                protocol=self.protocol,
                judge=load_judge(name, guide=model.guide, device=self.device),
                name=str(run.folder),
                preset=run.preset,
                bootstrap=self.bootstrap,
                cache=self.cache,
                device=self.device,
                progress=progress,
            )
            folder = evaluation_folder(run.folder, name)
            folder.mkdir(exist_ok=True)
            write_folder(folder, evaluation)
        return len(missing)

    def _is_judged(self, run: PlannedRun, name: str) -> bool:
        """Whether there are results, newer than the model, on the same pictures, by the judge's present
        weights, with the same bootstrap."""
        path = evaluation_folder(run.folder, name) / RESULTS
        weights = run.folder / GENERATOR_FOLDER / WEIGHTS
        if (
            not path.is_file()
            or not cases_file(path.parent).is_file()
            or path.stat().st_mtime_ns < weights.stat().st_mtime_ns
        ):
            return False
        try:
            setup = load_results(path).setup
            made_by = Bootstrap(resamples=setup.resamples, level=setup.level, seed=setup.seed)
        except ConfigError:  # of another version
            return False
        return (
            setup.data_sha256 == self.fingerprint
            and setup.judge_sha256 == self.weights[name]
            and made_by == self.bootstrap
        )

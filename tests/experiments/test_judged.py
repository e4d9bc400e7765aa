"""Who may judge a sweep is known before it trains, and what was judged by other weights is judged again."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from enface.config.presets import get
from enface.config.schema import Guide
from enface.errors import JudgeError
from enface.evaluation.bootstrapping import Bootstrap
from enface.experiments import judged
from enface.experiments.judged import Judges
from enface.experiments.plan import PlannedRun

CODE = """
from enface.recognizers.callable import recognizer_of
from enface.recognizers.outside import InputCard
from enface.recognizers.registry import load_recognizer

guide = load_recognizer("rendered_a", weights="random")
told = guide.card
card = InputCard(told.input_size, told.colour, told.mean, told.scale, told.points, name="disguised")
judge = recognizer_of(
    lambda images: guide.network(images, (guide.layer,))[guide.layer], card=card, version="1"
)
"""


def test_a_guide_in_another_form_ends_a_sweep_before_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "judges_of_a_sweep.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    experiment = replace(get("smoke").experiment, guide=Guide(recognizer="rendered_a", weights="random"))
    judges = Judges(("judges_of_a_sweep:judge",), data=None, bootstrap=Bootstrap())
    with pytest.raises(JudgeError, match=r"disguised .* gives the same embeddings as rendered_a"):
        judges.check([PlannedRun("smoke", experiment, tmp_path / "run")])


def test_results_by_other_weights_of_a_judge_are_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judges = Judges(("rendered_b",), data=None, bootstrap=Bootstrap(resamples=50))
    run = PlannedRun("smoke", get("smoke").experiment, tmp_path)
    results = tmp_path / "evaluation-rendered_b" / "results.json"
    for file in (tmp_path / "generator" / "model.safetensors", results, results.parent / "tables/cases.csv"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    setup = SimpleNamespace(
        data_sha256=judges.fingerprint,
        judge_sha256=judges.weights["rendered_b"],
        resamples=50,
        level=0.95,
        seed=0,
    )
    monkeypatch.setattr(judged, "load_results", lambda path: SimpleNamespace(setup=setup))
    assert judges.judge(run) == 0
    made: list[str] = []
    monkeypatch.setattr(judged, "load_model", lambda folder, device: SimpleNamespace(guide=judged.NO_GUIDE))
    monkeypatch.setattr(judged, "evaluate", lambda model, judge, **options: made.append(judge.card.name))
    monkeypatch.setattr(judged, "write_folder", lambda folder, evaluation: None)
    setup.judge_sha256 = "c" * 64
    assert judges.judge(run) == 1
    assert made == ["rendered_b"]
    setup.resamples = 1  # was allowed once
    assert judges.judge(run) == 1

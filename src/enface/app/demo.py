"""The main job from nothing: train the small model, judge it, turn a photograph, write the report."""

import time
from dataclasses import replace
from pathlib import Path

from enface.app.photograph import turn_photograph
from enface.config import presets
from enface.config.schema import Experiment
from enface.data.embedded import embedded_manifest
from enface.evaluation.protocols import make_protocol
from enface.evaluation.report import Section, build_report
from enface.evaluation.results import save_results
from enface.evaluation.runner import evaluate
from enface.models.folder import load_model
from enface.recognizers.registry import load_recognizer
from enface.training.loop import train

JUDGE = "rendered_b"


def run_demo(
    output: Path, *, preset: str = "small_rendered", images: int | None = None, progress: bool = True
) -> Path:
    """Trains, evaluates, turns a photograph and writes `report.html`; goes on where it was stopped.

    Args:
        output: folder for the run, the results and the report; made if need be.
        preset: what to train.
        images: training images, in place of the preset's.
        progress: whether to show progress bars.

    Returns:
        The report.
    """
    started = time.perf_counter()
    experiment = _experiment(preset, images)
    run = train(experiment, output=output / "run", preset=preset, progress=progress)
    trained = time.perf_counter() - started

    model = load_model(run)
    judge = load_recognizer(JUDGE)
    protocol = make_protocol("rendered", manifest=embedded_manifest())
    evaluation = evaluate(
        model,
        protocol=protocol,
        judge=judge,
        name=str(run),
        preset=preset,
        cache=output / "cache",
        progress=progress,
    )
    save_results(evaluation.results, output / "results.json")
    photograph = turn_photograph(run, folder=output)
    minutes = Section(
        title="What this took",
        paragraphs=(
            f"Training: {trained / 60:.1f} minutes for {experiment.schedule.images:,} images "
            "(near zero when a finished run was found). "
            f"Everything: {(time.perf_counter() - started) / 60:.1f} minutes.",
        ),
    )
    return build_report(
        output / "report.html",
        evaluations=(evaluation,),
        training_metrics=run / "metrics.jsonl",
        photograph=photograph.pictures,
        sections=(minutes,),
    )


def _experiment(preset: str, images: int | None) -> Experiment:
    experiment = presets.get(preset).experiment
    if images is None:
        return experiment
    return replace(experiment, schedule=replace(experiment.schedule, images=images))

"""The main job from nothing: turn samples with the shipped model; train the small one, judge it, report."""

import sys
import time
from dataclasses import replace
from pathlib import Path

from enface.app.photograph import turn_photograph
from enface.app.samples import Samples, turn_samples
from enface.config import presets
from enface.config.schema import Experiment
from enface.data.embedded import embedded_manifest
from enface.evaluation.protocols import make_protocol
from enface.evaluation.report import Picture, Section, build_report
from enface.evaluation.results import save_results
from enface.evaluation.runner import evaluate
from enface.inference.ledger import make_folder
from enface.models.folder import load_model
from enface.recognizers.registry import load_recognizer
from enface.training.loop import train

JUDGE = "rendered_b"


def run_demo(
    output: Path, *, preset: str = "small_rendered", images: int | None = None, progress: bool = True
) -> Path:
    """Turns samples, trains, evaluates and writes `report.html`; goes on where it was stopped.

    Args:
        output: folder for the run, the results and the report; made if need be.
        preset: what to train.
        images: training images, in place of the preset's.
        progress: whether to show progress bars.

    Returns:
        The report.

    Raises:
        ConfigError: an unknown preset, or an output that cannot be a folder.
    """
    started = time.perf_counter()
    experiment = _experiment(preset, images)
    make_folder(output)
    samples = turn_samples(output)
    turned = time.perf_counter() - started
    print(
        f"{samples.path}: {len(samples.faces)} faces by the shipped model in {turned:.0f} s", file=sys.stderr
    )
    run = train(experiment, output=output / "run", preset=preset, progress=progress)
    trained = time.perf_counter() - started - turned

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
            f"Samples by the shipped model: {turned:.0f} seconds. "
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
        sections=(_shown(samples), minutes),
    )


def _shown(samples: Samples) -> Section:
    return Section(
        title="Faces turned by the shipped model",
        paragraphs=(
            "The model inside the package finds where each frontal pixel lies in the picture and copies it. "
            "Third row: green was seen, yellow was taken from the other half of the face, red was invented. "
            "The model has seen rendered people only, and none of these. The rest of this page is about the "
            "small model trained here.",
        ),
        pictures=(
            Picture(
                samples.picture,
                "A photograph (NASA, public domain) and rendered test people from -60 to 60 degrees",
                "Seven faces: as given, turned to the front, and where each pixel comes from",
                synthesised=True,
            ),
        ),
    )


def _experiment(preset: str, images: int | None) -> Experiment:
    experiment = presets.get(preset).experiment
    if images is None:
        return experiment
    return replace(experiment, schedule=replace(experiment.schedule, images=images))

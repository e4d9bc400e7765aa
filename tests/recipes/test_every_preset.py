"""Every preset at its real size: two steps on rendered faces, a save and a resume between them, a photograph.

Only what a machine without the originals' files and hours cannot have is changed: untrained guides, batches
of two, few updates a step, two steps.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import rmtree

import numpy as np
import pytest
import torch

from enface.config import presets
from enface.config.schema import Experiment
from enface.models import guide
from enface.models.folder import load_model
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.registry import CARDS, RANDOM, load_recognizer
from enface.resources import present
from enface.training import assembly
from enface.training.loop import train
from enface.training.phases import images_per_step
from enface.training.tracking.jsonl import read_rows


def short(experiment: Experiment, *, steps: int) -> Experiment:
    """The same networks and terms, in `steps` steps of one critic and one or two generator updates."""
    card = CARDS[experiment.guide.recognizer]
    untrained = None if card.shipped or card.resource else "random"
    schedule = replace(
        experiment.schedule,
        batch_size=2,
        critic_steps=1,
        generator_steps=min(2, experiment.schedule.generator_steps),
        boost_steps=0,
        warmup_steps=min(1, experiment.schedule.warmup_steps),
        checkpoint_every=1,
        sample_every=100,
        log_every=1,
        keep_checkpoints=1,
    )
    return replace(
        experiment,
        guide=replace(experiment.guide, weights=untrained),
        schedule=replace(schedule, images=steps * images_per_step(schedule)),
        data=replace(experiment.data, workers=0),
        performance=replace(experiment.performance, threads=1),
    )


@pytest.fixture(scope="module", autouse=True)
def _guides_are_loaded_once() -> Iterator[None]:
    """Untrained weights are the same in every call; drawing and hashing 134 million of them takes seconds.

    Only those are shared: a training run in bfloat16 casts the kernels of its own copy, and a model loaded
    from the run folder has to come with a copy in float32. No preset with an untrained guide is in bfloat16.
    """
    patch = pytest.MonkeyPatch()
    untrained = cache(load_recognizer)

    def once(name: str, *, weights: str | None = None, layer: str | None = None) -> FrozenRecognizer:
        load = untrained if weights == RANDOM else load_recognizer
        return load(name, weights=weights, layer=layer)

    patch.setattr(assembly, "load_recognizer", once)
    patch.setattr(guide, "load_recognizer", once)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _first_weights_are_drawn_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their distribution has its own tests; 205 million cut normal numbers take seconds."""

    def uniform(tensor: torch.Tensor, *, std: float, a: float, b: float) -> torch.Tensor:
        return tensor.detach().uniform_(-std, std)

    monkeypatch.setattr(torch.nn.init, "trunc_normal_", uniform)


@pytest.mark.slow
@pytest.mark.xdist_group("every_preset")
@pytest.mark.parametrize("name", presets.names())
def test_a_preset_trains_saves_resumes_and_frontalises(name: str, tmp_path: Path) -> None:
    experiment = presets.get(name).experiment
    resource = CARDS[experiment.guide.recognizer].resource
    if resource is not None and not present(resource):
        pytest.skip(f"its guide is not here; `enface fetch {resource}` brings it")
    run = tmp_path / "run"
    train(short(experiment, steps=1), output=run, preset=name, progress=False)
    train(short(experiment, steps=2), output=run, preset=name, progress=False)
    rows = read_rows(run / "metrics.jsonl")
    assert [row["step"] for row in rows] == [1, 2]
    terms = {key for key in rows[-1] if key.startswith(("generator/", "critic/"))}
    assert "generator/gradient" in terms
    assert ("critic/adversarial" in terms) == bool(experiment.objective.adversarial_weight)

    model = load_model(run)
    crop = experiment.data.crop_size
    photograph = torch.rand(1, 3, crop, crop) * 2 - 1
    with torch.inference_mode():
        frontals = model.normalizer(photograph)
    size = max(frontals)
    assert frontals[size].shape == (1, 3, size, size)
    assert size == {"smoke": 56, "small_rendered": 112, "fnm_v1": 112}.get(name, 224)
    assert np.isfinite(frontals[size].numpy()).all()
    assert frontals[size].abs().max() <= 1
    rmtree(run)  # up to 2.5 GB

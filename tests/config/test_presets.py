"""Presets are frozen: a changed value shows as a changed golden file in review."""

from pathlib import Path

import pytest

from enface.config import presets
from enface.config.codec import dump_experiment
from enface.config.schema import (
    Adam,
    Experiment,
    FeatureTerm,
    Guide,
    Objective,
    SizeCritics,
    ThreeScaleGenerator,
    Wgan,
)
from enface.errors import ConfigError

GOLDEN = Path(__file__).parents[1] / "golden" / "presets"


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_equals_its_golden_file(name: str, update_golden: bool) -> None:
    text = dump_experiment(presets.get(name).experiment)
    if update_golden:
        (GOLDEN / f"{name}.json").write_text(text)
    assert (GOLDEN / f"{name}.json").read_text() == text


def test_golden_files_and_presets_are_the_same_set() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == sorted(presets.names())


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_says_what_it_is(name: str) -> None:
    preset = presets.get(name)
    assert preset.name == name
    assert min(len(preset.summary), len(preset.provenance), len(preset.cost)) > 10


def test_seed_default_is_the_specification() -> None:
    """Sections A and A.9, value by value, independent of the schema's defaults."""
    experiment = presets.get("seed_default").experiment
    assert experiment.guide == Guide(recognizer="vggface2_resnet50", weights=None, layer=None)
    assert experiment.generator == ThreeScaleGenerator(
        sizes=(56, 112, 224), width=1.0, norm="pixel", norm_first=False, init_std=0.02
    )
    assert experiment.critics == SizeCritics(head="patch", norm="pixel", width=1.0, init_std=0.02)
    assert experiment.objective == Objective(
        adversarial=Wgan(clip=0.01),
        adversarial_weight=1.0,
        feature=FeatureTerm(weight=500.0, metric="cosine", target="input"),
        l2=1e-4,
    )
    assert experiment.objective.pixel.weight == 0.0
    assert experiment.objective.symmetry.weight == 0.0
    adam = Adam(learning_rate=2e-4, beta1=0.5, beta2=0.9, epsilon=1e-8)
    assert (experiment.generator_optimizer, experiment.critic_optimizer) == (adam, adam)
    schedule = experiment.schedule
    assert (schedule.batch_size, schedule.critic_steps, schedule.fresh_batch) == (5, 5, "phase")
    assert (schedule.boost_steps, schedule.boost_critic_steps, schedule.warmup_steps) == (25, 25, 0)
    data = experiment.data
    assert (data.pairing, data.aligned_size, data.crop_size, data.crop) == ("unpaired", 250, 224, "random")
    assert (data.mirror, data.mirror_ground_truth, data.small_frontals) == (True, False, "antialias")


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        *((name, 14_000) for name in ("a_1_1", "a_1_2", "a_1_3", "a_1_4")),
        *((f"b_1_{number}", 14_000) for number in range(1, 8)),
        *((name, 120_000) for name in ("b_1_8", "b_lfw_1")),
    ],
)
def test_paired_presets_make_five_epochs_after_the_warm_up(name: str, pictures: int) -> None:
    """Specification A.1: an epoch is floor(pictures / batch) steps, whatever the updates of a step."""
    schedule = presets.get(name).experiment.schedule
    updates = schedule.generator_steps
    epoch = pictures // schedule.batch_size
    assert schedule.images == schedule.batch_size * updates * (schedule.warmup_steps + 5 * epoch)
    if schedule.warmup_steps:  # an epoch with one update a step
        assert abs(schedule.warmup_steps * updates - epoch) < updates


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'seed_default'"):
        presets.get("seed_defualt")


def test_an_experiment_is_immutable() -> None:
    with pytest.raises(AttributeError):
        Experiment().seed = 3  # type: ignore[misc]

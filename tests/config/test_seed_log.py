"""The log's settings against specification B.2, value by value, and what each changes against another."""

import pytest

from enface.config import presets
from enface.config.flat import differing_fields, experiment_fields
from enface.config.presets.seed import SEED_LOG
from enface.config.schema import (
    Adam,
    Adversarial,
    Critics,
    Lsgan,
    Optimizer,
    Preset,
    RegionCritics,
    RMSProp,
    SizeCritics,
    Wgan,
    WganGp,
)

RATE = 2e-4
ADAM = Adam(learning_rate=RATE, beta1=0.5, beta2=0.9)
REGION_ADAM = Adam(learning_rate=RATE, beta1=0.0, beta2=0.9)
RMSPROP = RMSProp(learning_rate=RATE, decay=0.9, momentum=0.0, epsilon=1e-10, initial_mean_square=1.0)
REGIONS = RegionCritics(boxes="v1", kernel=4, norm="layer")


@pytest.mark.parametrize(
    ("name", "adversarial", "critic_steps", "critics", "optimizers", "pixel"),
    [
        ("c_1_8", Wgan(clip=0.01), 5, SizeCritics(norm="batch"), (ADAM, ADAM), 0.0),
        ("c_1_1", Wgan(clip=0.01), 5, SizeCritics(norm="batch"), (ADAM, ADAM), 1.0),
        ("c_1_2", WganGp(penalty=10.0), 1, SizeCritics(norm="layer"), (ADAM, RMSPROP), 0.0),
        ("c_1_3", Lsgan(), 1, SizeCritics(norm="batch"), (ADAM, ADAM), 1.0),
        ("c_1_4", WganGp(penalty=10.0, scope="summed"), 1, REGIONS, (REGION_ADAM, REGION_ADAM), 0.0),
        ("c_1_5", WganGp(penalty=10.0, scope="summed"), 1, REGIONS, (REGION_ADAM, REGION_ADAM), 0.0),
        ("c_wgan_gp_0", WganGp(penalty=100.0), 5, SizeCritics(norm="pixel"), (ADAM, ADAM), 0.0),
    ],
)
def test_a_setting_is_its_row(
    name: str,
    adversarial: Adversarial,
    critic_steps: int,
    critics: Critics,
    optimizers: tuple[Optimizer, Optimizer],
    pixel: float,
) -> None:
    experiment = presets.get(name).experiment
    assert experiment.objective.adversarial == adversarial
    assert experiment.schedule.critic_steps == critic_steps
    assert experiment.critics == critics
    assert (experiment.generator_optimizer, experiment.critic_optimizer) == optimizers
    assert experiment.objective.pixel.weight == pixel
    assert experiment.data.pairing == ("paired" if pixel else "unpaired")


COMMON = (
    "guide.",
    "generator.norm",
    "objective.adversarial_weight",
    "objective.feature.metric",
    "objective.symmetry",
    "schedule.boost",
    "schedule.warmup",
    "data.crop",
    "data.mirror",
)


@pytest.mark.parametrize("preset", SEED_LOG, ids=lambda preset: preset.name)
def test_settings_share_the_common_row(preset: Preset) -> None:
    default = experiment_fields(presets.get("seed_default").experiment)
    for field, value in experiment_fields(preset.experiment).items():
        if field.startswith(COMMON) and field != "generator.norm_first":
            assert value == default[field], field
    assert preset.experiment.data.manifest is None
    assert preset.experiment.data.frontal_manifest is None


@pytest.mark.parametrize("preset", SEED_LOG[1:], ids=lambda preset: preset.name)
def test_provenance_names_the_section_the_code_and_both_sets(preset: Preset) -> None:
    assert "B.2" in preset.provenance
    assert "85271b7" in preset.provenance or "73b5399" in preset.provenance
    assert "Profiles: " in preset.provenance
    assert "frontals: near-frontal faces of CASIA-WebFace" in preset.provenance


def changes(first: str, second: str) -> dict[str, tuple[object, object]]:
    return differing_fields(presets.get(first).experiment, presets.get(second).experiment)


def test_the_profile_set_alone_separates_1_5_from_1_4() -> None:
    assert set(changes("c_1_4", "c_1_5")) == {"schedule.images"}


def test_the_codes_1_5_has_its_own_balance() -> None:
    assert changes("c_1_5", "c_1_5_code") == {
        "objective.feature.weight": (500.0, 250.0),
        "objective.l2": (1e-4, 1e-5),
        "schedule.images": (565_025, 565_000),
        "schedule.batch_size": (5, 8),
    }


def test_1_1_is_1_8_with_the_paired_frontal() -> None:
    assert changes("c_1_8", "c_1_1") == {
        "objective.pixel.weight": (0.0, 1.0),
        "data.pairing": ("unpaired", "paired"),
    }


def test_differences_of_unions_stand_together() -> None:
    names = list(changes("c_1_2", "c_1_4"))
    critic = [index for index, name in enumerate(names) if name.startswith("critic_optimizer.")]
    assert critic == list(range(critic[0], critic[-1] + 1))
    assert {"critic_optimizer.decay", "critic_optimizer.beta1"} <= set(names)

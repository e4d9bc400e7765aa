"""Spherical harmonics and degradations."""

import numpy as np
import pytest

from enface.rendering.degrade import Degradation, degrade, sample_degradation
from enface.rendering.errors import RenderingError
from enface.rendering.scene.environments import environment_of, sample_light


def test_an_even_sky_lights_every_normal_alike() -> None:
    rows = np.array(environment_of(np.full((32, 64, 3), 0.7)))
    assert rows[0] == pytest.approx([0.7] * 3)
    assert np.abs(rows[1:]).max() < 1e-3


def test_irradiance_of_a_half_sky_matches_integration() -> None:
    height, width = 64, 128
    sky = np.zeros((height, width, 3))
    sky[: height // 2] = 1.0
    rows = np.array(environment_of(sky))[:, 0]
    # An upright normal sees only sky, a level one half of it: irradiance / pi is 1 and 1/2.
    assert rows[0] + rows[1] - rows[6] - rows[8] == pytest.approx(1.0, abs=0.02)
    assert rows[0] + rows[2] + 2 * rows[6] == pytest.approx(0.5, abs=0.02)


def test_light_from_the_subjects_left_lights_that_side() -> None:
    sky = np.zeros((16, 32, 3))
    sky[:, 16:] = 1.0  # azimuths 0 to 180 are the subject's left, +x
    assert environment_of(sky)[3][0] > 0.2


def test_wrong_environments_are_refused() -> None:
    with pytest.raises(RenderingError, match="height, width, 3"):
        environment_of(np.zeros((8, 8)))


def test_drawn_lights_are_unit_and_coloured_little() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        light = sample_light(rng)
        assert np.linalg.norm(light.directions, axis=1) == pytest.approx(1.0)
        assert 1 <= len(light.directions) == len(light.colours) <= 3
        assert np.min(light.colours) > 0 and len(light.environment) == 9


def _picture() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)


def test_the_default_degradation_changes_nothing() -> None:
    assert np.array_equal(degrade(_picture(), Degradation()), _picture())


@pytest.mark.parametrize(
    "amounts", [Degradation(defocus=1.0), Degradation(motion=5.0), Degradation(shrink=0.4)]
)
def test_blurs_keep_the_mean_and_lose_detail(amounts: Degradation) -> None:
    before, after = _picture().astype(float), degrade(_picture(), amounts).astype(float)
    assert after.shape == before.shape
    assert after.mean() == pytest.approx(before.mean(), abs=4.0)
    assert after.std() < 0.7 * before.std()


def test_noise_is_repeatable_and_has_the_stated_deviation() -> None:
    grey = np.full((80, 80, 3), 128, np.uint8)
    first = degrade(grey, Degradation(noise=0.05, noise_seed=4))
    assert np.array_equal(first, degrade(grey, Degradation(noise=0.05, noise_seed=4)))
    assert first.astype(float).std() == pytest.approx(0.05 * 255, rel=0.05)


def test_grey_has_no_colour_and_drawn_amounts_vary() -> None:
    after = degrade(_picture(), Degradation(grey=True)).astype(int)
    assert np.ptp(after, axis=2).max() == 0
    rng = np.random.default_rng(0)
    drawn = [sample_degradation(rng, 128) for _ in range(100)]
    assert 10 < sum(d.defocus > 0 for d in drawn) < 60 and sum(d.jpeg_quality is not None for d in drawn) > 40

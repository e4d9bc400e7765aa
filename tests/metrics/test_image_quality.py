"""Closed forms of L1, PSNR and SSIM."""

import numpy as np
import pytest

from enface.metrics.image_quality import PSNR_LIMIT, l1, psnr, ssim


def constant(value: int) -> np.ndarray:
    return np.full((16, 16, 3), value, dtype=np.uint8)


def noise(key: int) -> np.ndarray:
    generator = np.random.Generator(np.random.Philox(key=key))
    return generator.integers(0, 256, (32, 32, 3), dtype=np.uint8)


def test_equal_pictures() -> None:
    assert l1(noise(0), truth=noise(0)) == 0.0
    assert ssim(noise(0), truth=noise(0)) == pytest.approx(1.0)
    assert psnr(noise(0), truth=noise(0)) == PSNR_LIMIT


def test_constants() -> None:
    assert l1(constant(0), truth=constant(255)) == 1.0
    assert l1(constant(100), truth=constant(151)) == pytest.approx(0.2)
    assert psnr(constant(100), truth=constant(151)) == pytest.approx(-20 * np.log10(0.2))
    # Without structure only the luminance term is left: (2ab + C1) / (a^2 + b^2 + C1), C1 = 0.01^2.
    a, b = 102 / 255, 153 / 255
    expected = (2 * a * b + 1e-4) / (a * a + b * b + 1e-4)
    assert ssim(constant(102), truth=constant(153)) == pytest.approx(expected)


def test_floats_are_0_to_1() -> None:
    assert l1(noise(0) / 255.0, truth=noise(0)) == 0.0
    with pytest.raises(ValueError, match=r"0\.\.1"):
        l1(noise(0).astype(np.float32), truth=noise(0))
    with pytest.raises(ValueError, match="int64"):
        l1(noise(0).astype(np.int64), truth=noise(0))


def test_independent_noise_has_no_structure_in_common() -> None:
    assert abs(ssim(noise(0), truth=noise(1))) < 0.1


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="differ in shape"):
        l1(constant(0), truth=noise(0))

"""Adversarial losses by hand (specification A.6)."""

import pytest
import torch

from enface.errors import ConfigError
from enface.objectives.adversarial import critic_loss, drift, generator_loss

REAL = {"56": torch.tensor([1.0, 3.0]), "112": torch.tensor([0.0, 2.0]), "224": torch.tensor([5.0, 5.0])}
FAKE = {"56": torch.tensor([0.0, 2.0]), "112": torch.tensor([4.0, 4.0]), "224": torch.tensor([-1.0, 1.0])}


def test_wgan_of_three_sizes() -> None:
    fake, real = 1 + 4 + 0, 2 + 1 + 5
    assert critic_loss("wgan", real=REAL, fake=FAKE).item() == pytest.approx((fake - real) / 6)
    assert generator_loss("wgan", fake=FAKE).item() == pytest.approx(-fake / 3)
    assert critic_loss("wgan_gp", real=REAL, fake=FAKE) == critic_loss("wgan", real=REAL, fake=FAKE)


def test_lsgan_of_three_sizes() -> None:
    real = (0 + 4) / 2 + (1 + 1) / 2 + 16
    fake = (0 + 4) / 2 + 16 + (1 + 1) / 2
    assert critic_loss("lsgan", real=REAL, fake=FAKE).item() == pytest.approx((real + fake) / 6)
    generator = (1 + 1) / 2 + 9 + (4 + 0) / 2
    assert generator_loss("lsgan", fake=FAKE).item() == pytest.approx(generator / 3)


@pytest.mark.parametrize("kind", ["wgan", "lsgan"])
def test_five_regions_weigh_the_same(kind: str) -> None:
    fake = {name: torch.tensor([2.0]) for name in ("whole", "eyes", "nose", "mouth", "face")}
    real = {name: torch.tensor([0.0]) for name in fake}
    summed = {"wgan": 5 * 2.0, "lsgan": 5 * (1.0 + 4.0)}[kind]
    assert critic_loss(kind, real=real, fake=fake).item() == pytest.approx(summed / 10)
    summed = {"wgan": -5 * 2.0, "lsgan": 5 * 1.0}[kind]
    assert generator_loss(kind, fake=fake).item() == pytest.approx(summed / 5)


def test_a_map_counts_with_its_mean() -> None:
    maps = {"56": torch.randn(3, 1, 4, 4), "112": torch.randn(3, 1, 4, 4)}
    values = {name: score.mean((1, 2, 3)) for name, score in maps.items()}
    torch.testing.assert_close(generator_loss("wgan", fake=maps), generator_loss("wgan", fake=values))


def test_perfect_lsgan_critic_loses_nothing() -> None:
    ones, zeros = {"a": torch.ones(4)}, {"a": torch.zeros(4)}
    assert critic_loss("lsgan", real=ones, fake=zeros).item() == 0
    assert generator_loss("lsgan", fake=ones).item() == 0


@pytest.mark.parametrize("kind", ["wgan", "lsgan"])
def test_gradients(kind: str) -> None:
    real, fake = (torch.randn(3, 1, 2, 2, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(
        lambda r, f: critic_loss(kind, real={"a": r, "b": 2 * r}, fake={"a": f, "b": f * f}), (real, fake)
    )
    assert torch.autograd.gradcheck(lambda f: generator_loss(kind, fake={"a": f, "b": f * f}), fake)
    assert torch.autograd.gradcheck(lambda f: drift({"a": f, "b": f * f}), fake)


def test_drift_adds_mean_squares() -> None:
    assert drift(REAL).item() == pytest.approx((1 + 9) / 2 + (0 + 4) / 2 + 25)


def test_unknown_kind_names_the_choices() -> None:
    with pytest.raises(ConfigError, match=r"hinge.*wgan.*lsgan"):
        generator_loss("hinge", fake=FAKE)

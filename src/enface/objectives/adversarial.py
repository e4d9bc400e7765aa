"""Wasserstein and least-squares losses over named critics (specification A.6).

Every critic weighs the same: losses are means over critics, which gives the divisors 3 (generator) and 6
(critics) for three sizes, 5 and 10 for five regions. A critic that scores a map counts with its mean (A.9-2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from enface.errors import ConfigError

Scores = Mapping[str, Float[Tensor, "batch *map"]]
"""Scores by critic name, as a critics module returns them."""


@dataclass(frozen=True)
class Loss:
    """Both sides of one adversarial game, each on the scores of a single critic."""

    critic: Callable[[Tensor, Tensor], Tensor]
    """(real scores, fake scores) -> scalar, before the factor one half."""
    generator: Callable[[Tensor], Tensor]
    """Fake scores -> scalar."""


WASSERSTEIN = Loss(
    critic=lambda real, fake: fake.mean() - real.mean(),
    generator=lambda fake: -fake.mean(),
)
LEAST_SQUARES = Loss(
    critic=lambda real, fake: (real - 1).square().mean() + fake.square().mean(),
    generator=lambda fake: (fake - 1).square().mean(),
)

LOSSES: dict[str, Loss] = {"wgan": WASSERSTEIN, "wgan_gp": WASSERSTEIN, "lsgan": LEAST_SQUARES}
"""By the `kind` of the configuration's adversarial union; a new one is a line here."""


def critic_loss(kind: str, *, real: Scores, fake: Scores) -> Float[Tensor, ""]:
    """What the critics minimise: the mean over critics of half of

    - "wgan", "wgan_gp": <D(fake)> - <D(real)>,
    - "lsgan": <(D(real) - 1)²> + <D(fake)²>.

    Args:
        kind: of the adversarial loss.
        real: scores of real frontal faces.
        fake: scores of generated faces, from the same critics; the batch may differ in length.

    Raises:
        ConfigError: for an unknown kind.
    """
    loss = _loss(kind)
    return torch.stack([loss.critic(real[name], fake[name]) for name in fake]).mean() / 2


def generator_loss(kind: str, *, fake: Scores) -> Float[Tensor, ""]:
    """What the generator minimises: the mean over critics of -<D(fake)>, or <(D(fake) - 1)²> for "lsgan".

    Args:
        kind: of the adversarial loss.
        fake: scores of generated faces.

    Raises:
        ConfigError: for an unknown kind.
    """
    loss = _loss(kind)
    return torch.stack([loss.generator(scores) for scores in fake.values()]).mean()


def drift(scores: Scores) -> Float[Tensor, ""]:
    """Sum over critics of the mean square score: keeps Wasserstein scores near zero (A.6 drift)."""
    return torch.stack([score.square().mean() for score in scores.values()]).sum()


def _loss(kind: str) -> Loss:
    if kind not in LOSSES:
        raise ConfigError(f"adversarial loss {kind!r} is not known; choose {', '.join(LOSSES)}")
    return LOSSES[kind]

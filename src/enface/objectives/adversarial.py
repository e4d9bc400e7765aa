"""Wasserstein, least-squares and cross-entropy losses over named critics (specification A.6).

Every critic weighs the same: losses are means over critics, which gives the divisors 3 (generator) and 6
(critics) for three sizes, 5 and 10 for five regions, unless `average` says otherwise. A critic that scores a
map counts with its mean (A.9-2).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import softplus

from enface.errors import ConfigError

Scores = Mapping[str, Float[Tensor, "batch *map"]]
"""Scores by critic name, as a critics module returns them."""


@dataclass(frozen=True)
class Loss:
    """Both sides of one adversarial game, each on the scores of a single critic."""

    real: Callable[[Tensor, float], Tensor]
    """(real scores, label smoothing) -> the critic's scalar."""
    fake: Callable[[Tensor], Tensor]
    """Fake scores -> the critic's scalar."""
    generator: Callable[[Tensor], Tensor]
    """Fake scores -> the generator's scalar."""


WASSERSTEIN = Loss(
    real=lambda real, _: -real.mean(),
    fake=lambda fake: fake.mean(),
    generator=lambda fake: -fake.mean(),
)
LEAST_SQUARES = Loss(
    real=lambda real, _: (real - 1).square().mean(),
    fake=lambda fake: fake.square().mean(),
    generator=lambda fake: (fake - 1).square().mean(),
)
CROSS_ENTROPY = Loss(
    # -(1 - s) log sigmoid(D) - s log(1 - sigmoid(D)), without a logarithm of zero.
    real=lambda real, smoothing: (softplus(-real) + smoothing * real).mean(),
    fake=lambda fake: softplus(fake).mean(),
    generator=lambda fake: softplus(-fake).mean(),
)

LOSSES: dict[str, Loss] = {
    "wgan": WASSERSTEIN,
    "wgan_gp": WASSERSTEIN,
    "lsgan": LEAST_SQUARES,
    "bce": CROSS_ENTROPY,
}
"""By the `kind` of the configuration's adversarial union; a new one is a line here."""

Average = Literal["half", "mean", "sum"]
"""Over critics: half the mean and the mean (A.6), the mean for both sides, or the sum for both (B.3)."""


def critic_loss(
    kind: str,
    *,
    real: Scores,
    fake: Scores,
    front: Scores | None = None,
    shares: tuple[float, float] = (1.0, 1.0),
    average: Average = "half",
    label_smoothing: float = 0.0,
) -> Float[Tensor, ""]:
    """What the critics minimise: over critics half the mean, the mean, or the sum of

    - "wgan", "wgan_gp": <D(fake)> - <D(real)>,
    - "lsgan": <(D(real) - 1)²> + <D(fake)²>,
    - "bce": <cross entropy of D(real) and 1 - smoothing> + <cross entropy of D(fake) and 0>.

    Args:
        kind: of the adversarial loss.
        real: scores of real frontal faces.
        fake: scores of generated faces, from the same critics; the batch may differ in length.
        front: scores of faces generated from real frontal ones, where there are any.
        shares: factors on the terms of `fake` and `front`; only with `front`.
        average: over critics.
        label_smoothing: of "bce".

    Raises:
        ConfigError: for an unknown kind.
    """
    loss = _loss(kind)

    def generated(name: str) -> Tensor:
        if front is None:
            return loss.fake(fake[name])
        return shares[0] * loss.fake(fake[name]) + shares[1] * loss.fake(front[name])

    each = torch.stack([generated(name) + loss.real(real[name], label_smoothing) for name in fake])
    if average == "sum":
        return each.sum()
    return each.mean() / 2 if average == "half" else each.mean()


def generator_loss(kind: str, *, fake: Scores, average: Average = "half") -> Float[Tensor, ""]:
    """What the generator minimises: the mean (or sum) over critics of

    - "wgan", "wgan_gp": -<D(fake)>,
    - "lsgan": <(D(fake) - 1)²>,
    - "bce": <cross entropy of D(fake) and 1>.

    Args:
        kind: of the adversarial loss.
        fake: scores of generated faces.
        average: over critics; "half" and "mean" are the mean here.

    Raises:
        ConfigError: for an unknown kind.
    """
    loss = _loss(kind)
    each = torch.stack([loss.generator(scores) for scores in fake.values()])
    return each.sum() if average == "sum" else each.mean()


def drift(scores: Scores) -> Float[Tensor, ""]:
    """Sum over critics of the mean square score: keeps Wasserstein scores near zero (A.6 drift)."""
    return torch.stack([score.square().mean() for score in scores.values()]).sum()


def _loss(kind: str) -> Loss:
    if kind not in LOSSES:
        raise ConfigError(f"adversarial loss {kind!r} is not known; choose {', '.join(LOSSES)}")
    return LOSSES[kind]

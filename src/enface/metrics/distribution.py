"""Distances between two sets of features; nothing is said about any one picture."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from enface.metrics.bootstrap import Estimate, draw_people, percentiles


def frechet_distance(first: Float[np.ndarray, "n feature"], second: Float[np.ndarray, "m feature"]) -> float:
    """Squared Frechet distance of the normal distributions with the means and covariances of both sets.

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), with sample covariances (Heusel et al. 2017, "GANs trained by
    a two time-scale update rule"). It is too large for few pictures, so only equal numbers compare.

    Raises:
        ValueError: fewer than two rows, lengths of features that differ, or values that are not finite.
    """
    first, second = _checked(first, second)
    return _frechet(_moments(first, np.ones(len(first))), _Reference(second))


def kernel_distance(first: Float[np.ndarray, "n feature"], second: Float[np.ndarray, "m feature"]) -> float:
    """Squared maximum mean discrepancy with the kernel (x . y / d + 1)^3, unbiased (Binkowski et al. 2018,
    "Demystifying MMD GANs"); it can be below 0.

    Raises:
        ValueError: as `frechet_distance`.
    """
    first, second = _checked(first, second)
    own, other, cross = _kernel(first, first), _kernel(second, second), _kernel(first, second)
    return _off_diagonal(own) + _off_diagonal(other) - 2 * float(cross.mean())


def frechet_interval(
    first: Float[np.ndarray, "n feature"],
    second: Float[np.ndarray, "m feature"],
    *,
    people: Sequence[str],
    resamples: int = 200,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """`frechet_distance` with an interval over the people of the first set; the second set stays.

    A person drawn twice makes a set less varied, which alone moves the distance; the draws are therefore
    centred on the value, and only their spread is used.

    Raises:
        ValueError: as `frechet_distance`; or not one person for each row of the first set.
    """
    first, second = _checked(first, second)
    person, number = _people(first, people)
    reference = _Reference(second)
    draws = draw_people(number, resamples=resamples, seed=seed)
    found = np.array([_frechet(_moments(first, row[person].astype(float)), reference) for row in draws])
    value = _frechet(_moments(first, np.ones(len(first))), reference)
    return _centred(value, found, people=number, level=level)


def kernel_interval(
    first: Float[np.ndarray, "n feature"],
    second: Float[np.ndarray, "m feature"],
    *,
    people: Sequence[str],
    resamples: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Estimate:
    """`kernel_distance` with an interval over the people of the first set, as `frechet_interval`.

    Raises:
        ValueError: as `frechet_interval`.
    """
    first, second = _checked(first, second)
    person, number = _people(first, people)
    member = np.zeros((len(first), number))
    member[np.arange(len(first)), person] = 1
    own, cross, other = _kernel(first, first), _kernel(first, second), _off_diagonal(_kernel(second, second))
    # Sums over the pictures of two people; a picture is never compared with itself.
    blocks = member.T @ (own - np.diag(np.diag(own))) @ member
    lines, counts = member.T @ cross.mean(axis=1), member.sum(axis=0)
    draws = draw_people(number, resamples=resamples, seed=seed).astype(np.float64)
    weight = draws @ counts
    pairs = weight**2 - draws**2 @ counts
    with np.errstate(invalid="ignore"):
        within = np.einsum("dp,pq,dq->d", draws, blocks, draws, optimize=True) / pairs
    found = within + other - 2 * (draws @ lines) / weight
    value = _off_diagonal(own) + other - 2 * float(cross.mean())
    return _centred(value, found[np.isfinite(found)], people=number, level=level)


Moments = tuple[Float[np.ndarray, " feature"], Float[np.ndarray, "feature feature"]]


class _Reference:
    """Mean, covariance and its root, of the set that stays."""

    def __init__(self, rows: Float[np.ndarray, "m feature"]) -> None:
        self.mean, covariance = _moments(rows, np.ones(len(rows)))
        values, vectors = np.linalg.eigh(covariance)
        self.trace = float(np.trace(covariance))
        self.root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _frechet(moments: Moments, reference: _Reference) -> float:
    mean, covariance = moments
    # The root of C1 C2 has the trace of the root of R C1 R, R the root of C2, which is symmetric.
    values = np.linalg.eigvalsh(reference.root @ covariance @ reference.root)
    overlap = np.sqrt(np.maximum(values, 0)).sum()
    return float(((mean - reference.mean) ** 2).sum() + np.trace(covariance) + reference.trace - 2 * overlap)


def _moments(rows: Float[np.ndarray, "n feature"], weights: Float[np.ndarray, " n"]) -> Moments:
    total = weights.sum()
    mean = weights @ rows / total
    centred = (rows - mean) * np.sqrt(weights)[:, None]
    return mean, centred.T @ centred / max(total - 1, 1)


def _kernel(a: Float[np.ndarray, "n feature"], b: Float[np.ndarray, "m feature"]) -> Float[np.ndarray, "n m"]:
    kernel: Float[np.ndarray, "n m"] = (a @ b.T / a.shape[1] + 1) ** 3
    return kernel


def _off_diagonal(kernel: Float[np.ndarray, "n n"]) -> float:
    count = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (count * (count - 1)))


def _centred(value: float, draws: Float[np.ndarray, " draws"], *, people: int, level: float) -> Estimate:
    return Estimate(value, *percentiles(value + draws - draws.mean(), people=people, level=level))


def _people(rows: Float[np.ndarray, "n feature"], people: Sequence[str]) -> tuple[np.ndarray, int]:
    if len(people) != len(rows):
        raise ValueError(f"need a person for each of {len(rows)} rows, got {len(people)}")
    names, person = np.unique(np.asarray(people), return_inverse=True)
    return person, len(names)


def _checked(
    first: Float[np.ndarray, "n feature"], second: Float[np.ndarray, "m feature"]
) -> tuple[Float[np.ndarray, "n feature"], Float[np.ndarray, "m feature"]]:
    first, second = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if first.ndim != 2 or second.ndim != 2 or first.shape[1] != second.shape[1]:
        raise ValueError(f"need two sets of rows of one length: {first.shape} and {second.shape}")
    if min(len(first), len(second)) < 2:
        raise ValueError(f"need at least two rows each: {len(first)} and {len(second)}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("features must be finite")
    return first, second

"""Fitting the quality: what is measured of a face against whether recognizers knew it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.optimize import minimize
from scipy.special import expit

from enface.models.quality import ANY, QualityFit, QualityParts, features
from enface.training.quality.examples import Examples

PLAIN = ("log_uncertainty", "visible", "yaw", "yaw_squared", "pitch", "sharpness")
"""Features of the fit that knows no embedding."""
_SIGN = {
    "log_uncertainty": -1,
    "visible": 1,
    "yaw": -1,
    "yaw_squared": -1,
    "pitch": -1,
    "sharpness": 1,
    "log_norm": 1,
}
"""A poorer part never makes a better picture, whatever a few faces say."""
_RIDGE = 1e-3


def fit_quality(examples: Examples) -> tuple[QualityFit, ...]:
    """One fit for any recognizer, from the mean over the judges, and one for each judge with its norms."""
    every = np.mean([judged.hits for judged in examples.judged.values()], axis=0)
    return (
        fit_one(examples.parts, every, recognizer=ANY),
        *(
            fit_one(with_norms(examples.parts, judged.norms), judged.hits.astype(np.float64), recognizer=name)
            for name, judged in examples.judged.items()
        ),
    )


def fit_one(
    parts: Sequence[QualityParts], target: Float[ndarray, " faces"], *, recognizer: str
) -> QualityFit:
    """Most likely weights of `face` times the logistic of the features: the number itself is calibrated.

    Each weight has the sign that its feature must have, or is 0.

    Args:
        parts: with norms where the recognizer is not `ANY`.
        target: 0 to 1, how many of the judges knew the face.
        recognizer: name of the fit.
    """
    names = PLAIN if recognizer == ANY else (*PLAIN, "log_norm")
    columns = np.array([[features(some)[name] for name in names] for some in parts])
    centre, spread = columns.mean(axis=0), np.maximum(columns.std(axis=0), 1e-6)
    design = np.column_stack([np.ones(len(columns)), (columns - centre) / spread])
    face = np.clip([some.face for some in parts], 1e-6, 1 - 1e-6)

    def loss(weights: ndarray) -> tuple[float, ndarray]:
        known = expit(design @ weights)
        chance = np.clip(face * known, 1e-9, 1 - 1e-9)
        surprise = -(target * np.log(chance) + (1 - target) * np.log(1 - chance))
        slope = -target * (1 - known) + (1 - target) * chance * (1 - known) / (1 - chance)
        ridge = np.append(0.0, weights[1:])
        return (
            float(surprise.mean() + _RIDGE * (ridge**2).sum()),
            design.T @ slope / len(design) + 2 * _RIDGE * ridge,
        )

    bounds = [(None, None), *((0.0, None) if _SIGN[name] > 0 else (None, 0.0) for name in names)]
    found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = found[1:] / spread
    return QualityFit(
        recognizer=recognizer,
        bias=round(float(found[0] - weights @ centre), 4),
        weights={name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    )


def with_norms(parts: Sequence[QualityParts], norms: Float[ndarray, " faces"]) -> list[QualityParts]:
    """The same faces as a recognizer saw them."""
    return [replace(some, norm=float(norm)) for some, norm in zip(parts, norms, strict=True)]

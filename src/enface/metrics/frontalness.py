"""How frontal a face is, from its pixels and its landmarks."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from enface.metrics.illumination import face_ellipse
from enface.metrics.image_quality import Picture, unit

POINTS_68 = 68
"""Landmarks of the iBUG scheme (Sagonas et al. 2013), from which openness is read."""
_EYES = (range(36, 42), range(42, 48))
_MOUTH = (60, 64, 62, 66)
"""Inner corners, middle of the upper and of the lower lip's inner edge."""


def asymmetry(image: Picture) -> float:
    """Mean absolute difference between a crop and its mirror image inside the face, 0 .. 1.

    A frontal, evenly lit face is nearly symmetric, none entirely: compare with true frontal pictures.

    Raises:
        ValueError: a picture that is not square.
    """
    values = unit(image)
    if values.ndim != 3 or values.shape[0] != values.shape[1]:
        raise ValueError(f"need a square colour picture, not {values.shape}")
    return float(np.abs(values - values[:, ::-1])[face_ellipse(len(values))].mean())


def landmark_error(points: Float[np.ndarray, "points 2"], *, truth: Float[np.ndarray, "points 2"]) -> float:
    """Mean distance of five landmarks from where they should be, in units of the true distance of the eyes.

    Args:
        points: x, y of both eyes first.
        truth: in the same order and frame.

    Raises:
        ValueError: shapes that differ, points that are not finite, or true eyes in one place.
    """
    points, truth = np.asarray(points, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    if points.shape != truth.shape or points.ndim != 2 or len(points) < 2:
        raise ValueError(f"need the same points twice: {points.shape} and {truth.shape}")
    if not (np.isfinite(points).all() and np.isfinite(truth).all()):
        raise ValueError("landmarks must be finite")
    between = float(np.linalg.norm(truth[1] - truth[0]))
    if between == 0:
        raise ValueError("both true eyes are in one place")
    return float(np.linalg.norm(points - truth, axis=1).mean() / between)


@dataclass(frozen=True)
class Openness:
    """Height over width; 0 is closed."""

    eyes: float
    """Mean of both eyes: eye aspect ratio (Soukupova and Cech 2016, "Real-time eye blink detection")."""
    mouth: float
    """Gap between the lips' inner edges over the distance of the inner corners."""


def openness(points: Float[np.ndarray, "68 2"]) -> Openness:
    """Openness of eyes and mouth from 68 landmarks; compare with those of the neutral truth.

    Raises:
        ValueError: other than 68 finite points, or corners in one place.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.shape != (POINTS_68, 2) or not np.isfinite(points).all():
        raise ValueError(f"openness needs {POINTS_68} finite points (x, y), not {points.shape}")
    eyes = []
    for eye in _EYES:
        outer, top1, top2, inner, low2, low1 = points[list(eye)]
        width = np.linalg.norm(outer - inner)
        heights = np.linalg.norm(top1 - low1) + np.linalg.norm(top2 - low2)
        eyes.append(_ratio(heights / 2, width))
    left, right, upper, lower = points[list(_MOUTH)]
    return Openness(
        eyes=float(np.mean(eyes)),
        mouth=_ratio(np.linalg.norm(upper - lower), np.linalg.norm(left - right)),
    )


def _ratio(height: float | np.floating, width: float | np.floating) -> float:
    if width == 0:
        raise ValueError("two corners of an eye or of the mouth are in one place")
    return float(height / width)

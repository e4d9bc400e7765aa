"""Yaw of a face from its five landmarks."""

import numpy as np

from enface.faces.landmarks import EYES, MOUTH, NOSE, FivePoints, eye_centre, five_points, mouth_centre
from enface.faces.templates import DEFAULT_TEMPLATE, TEMPLATES


def estimate_yaw(points: FivePoints) -> float:
    """Yaw in degrees, -90 to 90, negative when the nose points to the image's right.

    Seen from far away, the nose's distance from the line through the eyes' and the mouth's middle grows
    with the sine of the yaw, the distance between the eyes and between the mouth corners shrinks with its
    cosine. The ratio of the two needs neither scale nor roll and stays well behaved at profile, where
    either alone does not. Proportions are the template's; how much people differ from them bounds the
    precision (measured in docs/decisions/0002-alignment-fit.md).

    Raises:
        FaceError: landmarks that are not five finite points.
    """
    points = five_points(points)
    template = TEMPLATES[DEFAULT_TEMPLATE]
    down = mouth_centre(points) - eye_centre(points)
    across = np.array([down[1], -down[0]]) / np.hypot(*down)
    sine = -float((points[NOSE] - eye_centre(points)) @ across) / _nose_protrusion()
    widths = [float((points[pair][1] - points[pair][0]) @ across) for pair in (EYES, MOUTH)]
    frontal = [float(np.ptp(template.points[pair, 0])) for pair in (EYES, MOUTH)]
    cosine = float(np.mean(np.divide(widths, frontal)))
    return float(np.clip(np.degrees(np.arctan2(sine, cosine)), -90, 90))


def _nose_protrusion() -> float:
    """Distance of the template's nose tip in front of the plane through eyes and mouth, pixels."""
    template = TEMPLATES[DEFAULT_TEMPLATE]
    below = (template.points[NOSE, 1] - template.eye_row) / template.height
    return float(template.depth[NOSE] - below * template.depth[MOUTH].mean())

"""Where the axes of a turned head point in its picture."""

import numpy as np
from jaxtyping import Float

from enface.faces.loose_crop import rotation


def head_axes(*, yaw: float, pitch: float, roll: float) -> Float[np.ndarray, "3 2"]:
    """The head's three unit axes as they are seen from far away.

    The angles are those of `enface.faces.landmarks68.Landmarks68`, in degrees. An upright frontal head has
    (1, 0), (0, 1) and (0, 0).

    Returns:
        Rows: from the head's middle to its left ear's side, to the chin, out of the face; x right, y down.
    """
    side, up = np.radians([yaw, pitch])
    upright = np.array(
        [
            [np.cos(side), np.sin(side) * np.sin(up)],
            [0.0, np.cos(up)],
            [-np.sin(side), np.cos(side) * np.sin(up)],
        ]
    )
    return np.asarray(upright @ rotation(roll).T)

"""What the labels of Multi-PIE stand for; rendered sets carry the same ones.

Gross et al., "Multi-PIE", Image and Vision Computing 28 (2010); yaws as TP-GAN and DA-GAN list them
(specification D.2). Whether camera 110 stands on the subject's right in the real set is not settled there:
results by absolute yaw do not depend on it.
"""

CAMERAS: dict[str, tuple[float, float]] = {
    "110": (-90, 0),
    "120": (-75, 0),
    "090": (-60, 0),
    "080": (-45, 0),
    "130": (-30, 0),
    "140": (-15, 0),
    "051": (0, 0),
    "050": (15, 0),
    "041": (30, 0),
    "190": (45, 0),
    "200": (60, 0),
    "010": (75, 0),
    "240": (90, 0),
    "081": (-45, 30),
    "191": (45, 30),
}
"""Yaw and pitch in degrees of the fifteen cameras; yaw < 0: the camera stands on the subject's right."""

FRONTAL_CAMERA = "051"

LIGHTS = tuple(f"{light:02d}" for light in range(20))
"""Illuminations: 00 and 19 without a flash, 01 to 18 with one."""

FRONTAL_LIGHT = "07"
"""The flash at the frontal camera, which the log takes for ground truth."""

NEUTRAL = "01"
"""The neutral recording, the first one of every session."""

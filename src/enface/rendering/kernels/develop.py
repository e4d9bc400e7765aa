"""From linear samples to an 8-bit picture: exposure, box filter, background, tone curve, sensor noise."""

import math

from enface.rendering.arrays import Bytes, Floats, Ints
from enface.rendering.kernels.compiler import compiled
from enface.rendering.kernels.noise import bell_noise

BRIGHTEST = 4.0
"""Linear value at which a sample clips, so that one glint does not wash out its pixel."""
CURVE_STEPS = 4096
"""Entries of the tone curve; entry i stands for a linear value of BRIGHTEST * (i / (steps - 1))^2."""


@compiled
def develop(
    radiance: Floats,
    seen: Ints,
    background: Floats,
    curve: Floats,
    exposure: float,
    samples: int,
    noise: float,
    seed: int,
    picture: Bytes,
) -> None:
    """Writes the finished picture.

    Args:
        radiance: (size * samples, size * samples, 3) linear.
        seen: The same size; background shows where it is negative.
        background: (size, size, 3) linear.
        curve: (`CURVE_STEPS`,) display values in [0, 1].
        exposure: Factor on the linear values.
        samples: Samples per pixel and axis.
        noise: Standard deviation of the sensor noise, display values.
        seed: Of the noise.
        picture: (size, size, 3), out.
    """
    size = picture.shape[0]
    weight = 1.0 / (samples * samples)
    last = curve.shape[0] - 1
    for y in range(size):
        for x in range(picture.shape[1]):
            red = green = blue = 0.0
            for row in range(y * samples, (y + 1) * samples):
                for column in range(x * samples, (x + 1) * samples):
                    if seen[row, column] >= 0:
                        red += min(radiance[row, column, 0], BRIGHTEST)
                        green += min(radiance[row, column, 1], BRIGHTEST)
                        blue += min(radiance[row, column, 2], BRIGHTEST)
                    else:
                        red += background[y, x, 0]
                        green += background[y, x, 1]
                        blue += background[y, x, 2]
            for channel, total in enumerate((red, green, blue)):
                linear = min(max(total * weight * exposure, 0.0), BRIGHTEST)
                place = math.sqrt(linear / BRIGHTEST) * last
                index = min(int(place), last - 1)
                value = curve[index] + (curve[index + 1] - curve[index]) * (place - index)
                if noise > 0.0:
                    value += noise * bell_noise(x, y, seed + 16 * channel)
                picture[y, x, channel] = int(min(max(value, 0.0), 1.0) * 255.0 + 0.5)

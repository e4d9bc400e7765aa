"""Where frontal faces are alike and where they differ, pixel by pixel: the face mask of to-do 2.

Aligned frontal faces agree in eyes, nose and mouth and differ in hair, clothes and background. The mask gives
a pixel weight 1 where they agree most and 0 where they differ most (specification E-2).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64, UInt8
from matplotlib import colormaps

from enface.errors import ManifestError
from enface.images import grid

Face = UInt8[np.ndarray, "size size 3"]
_COLOURS = "inferno"


@dataclass(frozen=True, eq=False)
class FrontalVariation:
    """Mean and spread of aligned frontal faces; sums of whole numbers, so their order changes nothing."""

    count: int
    total: Int64[np.ndarray, "size size 3"]
    """Sum of grey levels."""
    squares: Int64[np.ndarray, "size size 3"]
    """Sum of their squares; holds 10^14 pictures."""

    @property
    def mean(self) -> Face:
        """The mean face."""
        mean: Face = np.round(self.total / self.count).astype(np.uint8)
        return mean

    @property
    def deviation(self) -> Float[np.ndarray, "size size"]:
        """Standard deviation over pictures in grey levels, root mean square over colours."""
        mean = self.total / self.count
        variance = np.maximum(self.squares / self.count - mean**2, 0)
        deviation: Float[np.ndarray, "size size"] = np.sqrt(variance.mean(axis=2))
        return deviation

    @property
    def mask(self) -> Float[np.ndarray, "size size"]:
        """1 minus the deviation, which is moved to 0..1: 1 where faces are most alike.

        Raises:
            ManifestError: every pixel varies alike, as with a single picture or copies of one.
        """
        deviation = self.deviation
        low, high = float(deviation.min()), float(deviation.max())
        if high - low < 1e-9:
            raise ManifestError(
                f"the {self.count} frontal pictures differ by {high:.2f} grey levels at every pixel, so they "
                "tell no face from its background; give frontal faces of several people"
            )
        return 1 - (deviation - low) / (high - low)


def measure_variation(faces: Iterable[Face]) -> FrontalVariation:
    """Looks at one face after the other; memory does not grow with their number.

    Args:
        faces: aligned, all of one size.

    Raises:
        ManifestError: there is none.
    """
    total = squares = None
    count = 0
    for face in faces:
        values = face.astype(np.int64)
        total = values if total is None else total + values
        squares = values**2 if squares is None else squares + values**2
        count += 1
    if total is None or squares is None:
        raise ManifestError("there is no frontal picture to make a face mask of")
    return FrontalVariation(count, total, squares)


def mask_picture(variation: FrontalVariation) -> Face:
    """The mask as `objective.pixel.mask` reads it: grey, white counts 1, black 0."""
    grey = np.round(255 * variation.mask).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def heat_picture(variation: FrontalVariation) -> UInt8[np.ndarray, "height width 3"]:
    """For people: the mean face, the deviation as heat (bright: differs most), mean face times mask."""
    deviation = variation.deviation
    heat = colormaps[_COLOURS](deviation / deviation.max())[:, :, :3]
    masked = variation.mean * variation.mask[:, :, None]
    pictures = (variation.mean, np.round(255 * heat).astype(np.uint8), np.round(masked).astype(np.uint8))
    labels = ("mean face", f"deviation, 0 to {deviation.max():.0f}", "mean face x mask")
    return grid([pictures], gap=4, column_labels=labels)

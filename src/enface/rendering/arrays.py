"""Array types that the renderer's inner files share."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Index = int | np.unsignedinteger[Any]
"""A place in an array. Kernels make it unsigned where it is used often, since signed ones are tested for
counting from the end. Sums of signed and unsigned ones become floating-point numbers in numba."""

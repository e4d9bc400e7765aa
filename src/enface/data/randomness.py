"""Random numbers addressed by (seed, position), never by what was drawn before.

Every choice that the data pipeline makes comes from one of these generators, which is why resuming,
the number of workers and the number of processes cannot change a batch.
"""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a generator is for; two purposes at one position never share numbers."""

    PROFILE_ORDER = 1
    FRONTAL_ORDER = 2
    FRONTAL_CHOICE = 3
    AUGMENTATION = 4
    BRIGHTNESS = 5


def generator_at(position: int, *, seed: int, stream: Stream) -> np.random.Generator:
    """The generator of one position (of a sample, or of a pass over the data).

    Args:
        position: 0 or more.
        seed: 0 or more; both are taken modulo 2**64.
        stream: the purpose.
    """
    key = np.array([seed & _MASK, position & _MASK], dtype=np.uint64)
    # Philox counts upwards from the lowest word; the highest one separates the purposes.
    counter = np.array([0, 0, 0, int(stream)], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=counter))


_MASK = 2**64 - 1

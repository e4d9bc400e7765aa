"""Random streams by name: what is drawn for one thing never depends on how much was drawn for another."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream decides."""

    IDENTITY = 1
    HAIR_LOSS = 2
    LOOK = 3
    PICTURE = 4
    BROWS = 5
    CURLS = 6
    CURTAIN = 7
    HAIRS = 8
    GEOMETRY = 9
    COVERING = 10
    OCCLUDER = 11
    WHISKERS = 12


def stream(
    seed: int, kind: Stream, *, person: int = 0, session: int = 0, index: int = 0
) -> np.random.Generator:
    """A generator addressed by what it is for.

    Args:
        seed: Of a data set, an identity or a look; 0 to 2^63.
        kind: What is drawn.
        person: Below 2^28.
        session: Below 2^8.
        index: Below 2^20.
    """
    address = (int(kind) << 56) | (person << 28) | (session << 20) | index
    return np.random.Generator(np.random.Philox(key=[seed, address]))

"""How far boxes cover each other, and one box per face."""

import numpy as np
from jaxtyping import Float, Int


def overlaps(boxes: Float[np.ndarray, "faces 4"], box: Float[np.ndarray, "4"]) -> Float[np.ndarray, "faces"]:
    """Intersection over union of boxes (x, y, width, height) with one of them."""
    low = np.maximum(boxes[:, :2], box[:2])
    high = np.minimum(boxes[:, :2] + boxes[:, 2:], box[:2] + box[2:])
    common = np.clip(high - low, 0, None).prod(axis=1)
    union = boxes[:, 2:].prod(axis=1) + box[2:].prod() - common
    return np.asarray(common / np.maximum(union, 1e-12))


def suppress(
    boxes: Float[np.ndarray, "faces 4"], scores: Float[np.ndarray, "faces"], *, overlap: float
) -> Int[np.ndarray, "kept"]:
    """Indices of the boxes that no better box covers, best first (greedy non-maximum suppression).

    Args:
        boxes: x, y, width, height.
        scores: of the boxes.
        overlap: two boxes show the same face when their intersection over union is above this.
    """
    waiting = np.argsort(-scores, kind="stable")
    kept = []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        waiting = waiting[overlaps(boxes[waiting], boxes[best]) <= overlap]
    return np.array(kept, dtype=np.int64)

"""Several pictures of one person as one embedding: mean of each medium first, then of the media.

A video gives many frames that look alike; without the first mean they would outvote every still picture. This
is how templates of IJB-A are usually made (Crosswhite et al. 2018, "Template adaptation").
"""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np
from jaxtyping import Float

from enface.metrics.identification import normalised

Key = TypeVar("Key", bound=Hashable)


def pool(
    features: Float[np.ndarray, "n feature"],
    *,
    templates: Sequence[str],
    media: Sequence[str] | None = None,
) -> tuple[tuple[str, ...], Float[np.ndarray, "templates feature"]]:
    """Unit embeddings of templates; every picture counts with its direction only.

    Args:
        features: one row for each picture.
        templates: name of the template that each picture belongs to.
        media: name of the medium of each picture within its template; None takes each picture as its own.

    Returns:
        Names in the order of their first picture, and one row for each.

    Raises:
        ValueError: lengths that differ.
    """
    if len(templates) != len(features) or (media is not None and len(media) != len(features)):
        raise ValueError(f"need a template (and a medium) for each of {len(features)} pictures")
    rows = normalised(features)
    if media is not None:
        keys = list(zip(templates, media, strict=True))
        first, rows = _means(rows, keys)
        templates = [template for template, _ in first]
    names, means = _means(rows, list(templates))
    return tuple(names), normalised(means)


def _means(rows: np.ndarray, keys: list[Key]) -> tuple[list[Key], np.ndarray]:
    """Mean row of each key, keys in the order of their first row."""
    place = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    index = np.array([place[key] for key in keys], dtype=np.intp)
    totals = np.zeros((len(place), rows.shape[1]))
    np.add.at(totals, index, rows)
    return list(place), totals / np.bincount(index)[:, None]

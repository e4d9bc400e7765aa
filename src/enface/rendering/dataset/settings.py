"""Complete settings from the few that are given."""

from pathlib import Path

from enface.rendering.asset.store import find_asset, load_asset
from enface.rendering.dataset.card import Settings
from enface.rendering.dataset.plan import preset
from enface.rendering.errors import RenderingError
from enface.rendering.kernels.compiler import require_compiler
from enface.rendering.studio import LARGEST, SMALLEST


def settle(
    name: str,
    *,
    people: int | None = None,
    size: int | None = None,
    seed: int = 1,
    samples: int = 2,
    quality: int | None = None,
    truth: bool = False,
    asset: Path | None = None,
) -> tuple[Settings, Path]:
    """Fills in what is not given, checks everything, and finds the head.

    Args:
        name: Preset.
        people: How many; the preset's number by default, as for `size` and `quality`.
        size: Width and height of the pictures, pixels.
        seed: Of everything drawn.
        samples: Samples per pixel and axis.
        quality: Of the JPEG files.
        truth: Whether truth is written beside the pictures.
        asset: The head's file; the fetched one by default.

    Returns:
        The settings and the head's file.

    Raises:
        RenderingError: An unknown preset, an impossible value, no compiler or no head.
    """
    recipe = preset(name)
    people = recipe.people if people is None else people
    size = recipe.size if size is None else size
    quality = recipe.quality if quality is None else quality
    allowed = {
        "people": (people, 1, 1 << 27),
        "size": (size, SMALLEST, LARGEST),
        "seed": (seed, 0, (1 << 63) - 1),
        "samples": (samples, 1, 4),
        "quality": (quality, 1, 95),
    }
    for label, (value, low, high) in allowed.items():
        if not low <= value <= high:
            raise RenderingError(f"{label} {value} is outside {low} to {high}")
    require_compiler()
    found = find_asset(asset)
    return Settings(name, people, size, seed, samples, quality, truth, load_asset(found).source), found

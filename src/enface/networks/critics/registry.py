"""Configuration -> critics. New ones are a file beside this, a dataclass in the schema and a line below."""

from collections.abc import Callable
from typing import Any, Literal

from enface.config import schema
from enface.faces.regions import region_boxes
from enface.networks.critics.regions import RegionCritics
from enface.networks.critics.sizes import SizeCritics
from enface.networks.interfaces import Critics
from enface.networks.primitives import primitives


def region_critics(
    sizes: tuple[int, ...], *, boxes: Literal["v1", "v2", "template"], **options: Any
) -> RegionCritics:
    """Critics on the five regions of the largest image (specification A.4b, C).

    Args:
        sizes: of the generated images in pixels.
        boxes: version of the region boxes.
        options: of `RegionCritics`.
    """
    size = max(sizes)
    return RegionCritics(region_boxes(boxes, size=size), size=size, **options)


CRITICS: dict[type, Callable[..., Critics]] = {
    schema.SizeCritics: SizeCritics,
    schema.RegionCritics: region_critics,
}


def build_critics(config: schema.Critics, *, sizes: tuple[int, ...]) -> Critics:
    """Builds the critics that `config` describes, freshly initialised.

    Args:
        config: a member of the schema's critic union.
        sizes: of the generated images in pixels; size critics judge each, region critics the largest.

    Raises:
        ConfigError: for sizes that cannot be built.
    """
    return CRITICS[type(config)](sizes, **primitives(config))

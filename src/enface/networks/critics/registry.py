"""Configuration -> critics. New ones are a file beside this, a dataclass in the schema and a line below."""

from collections.abc import Callable
from typing import Any, Literal

from enface.config import schema
from enface.errors import ConfigError
from enface.faces.regions import region_boxes
from enface.networks.critics.regions import RegionCritics
from enface.networks.critics.sizes import SizeCritics
from enface.networks.critics.stack import StackCritics
from enface.networks.interfaces import Critics
from enface.networks.primitives import primitives

SMALLEST = 112
"""Side of the smallest image in which the five boxes still hold something to judge."""


def region_critics(
    sizes: tuple[int, ...], *, boxes: Literal["v1", "v2", "template"], **options: Any
) -> RegionCritics:
    """Critics on the five regions of the largest image (specification A.4b, C).

    Args:
        sizes: of the generated images in pixels.
        boxes: version of the region boxes.
        options: of `RegionCritics`.

    Raises:
        ConfigError: images so small that the boxes hold nothing to judge.
    """
    size = max(sizes)
    if size < SMALLEST:
        raise ConfigError(
            f"critics.kind regions cannot judge generator.size {size}: the mouth would be {size * 30 // 224} "
            f"rows high; use a generator.size of at least {SMALLEST}, or critics.kind sizes"
        )
    return RegionCritics(region_boxes(boxes, size=size), size=size, **options)


CRITICS: dict[type, Callable[..., Critics]] = {
    schema.SizeCritics: SizeCritics,
    schema.RegionCritics: region_critics,
    schema.StackCritics: StackCritics,
}


def build_critics(
    config: schema.Critics, *, sizes: tuple[int, ...], layer_shape: tuple[int, int, int] | None = None
) -> Critics:
    """Builds the critics that `config` describes, freshly initialised.

    Args:
        config: a member of the schema's critic union.
        sizes: of the generated images in pixels; size critics judge each, the others the largest.
        layer_shape: channels, height and width of the guide's layer that `config` names, where it does.

    Raises:
        ConfigError: for sizes that cannot be built.
    """
    options = primitives(config)
    if isinstance(config, schema.StackCritics):
        options["shape"] = layer_shape or (3, max(sizes), max(sizes))
    return CRITICS[type(config)](sizes, **options)

"""Configuration -> generator. A new one is a file beside this, a dataclass in the schema and a line below."""

from collections.abc import Callable, Mapping
from typing import Any

from enface.config import schema
from enface.errors import ConfigError
from enface.networks.generators.plain import PlainGenerator
from enface.networks.generators.residual import ResidualGenerator
from enface.networks.generators.single_scale import SingleScaleGenerator
from enface.networks.generators.three_scale import ThreeScaleGenerator
from enface.networks.generators.unet import UnetGenerator
from enface.networks.interfaces import Generator
from enface.networks.primitives import primitives

Maps = Mapping[str, int]
"""The recognizer's maps by name, with their channels."""


def _residual(feature_size: int, *, maps: Maps, layer: str | None, **options: Any) -> ResidualGenerator:
    channels = None if layer is None else _channels(maps, layer, field="generator.layer")
    return ResidualGenerator(feature_size, layer=layer, channels=channels, **options)


def _unet(feature_size: int, *, maps: Maps, layers: tuple[str, ...], **options: Any) -> UnetGenerator:
    joined = {layer: _channels(maps, layer, field="generator.layers") for layer in layers}
    return UnetGenerator(feature_size, layers=joined, **options)


def _channels(maps: Maps, layer: str, *, field: str) -> int:
    if layer not in maps:
        known = f"it has {', '.join(maps)}" if maps else "it has none"
        raise ConfigError(
            f"{field} names {layer!r}, which is no map of guide.recognizer; {known}. Take a guide with maps "
            "such as vggface2_resnet50 or vgg_face, or a generator that decodes the feature alone"
        )
    return maps[layer]


GENERATORS: dict[type, Callable[..., Generator]] = {
    schema.ThreeScaleGenerator: ThreeScaleGenerator,
    schema.SingleScaleGenerator: SingleScaleGenerator,
    schema.PlainGenerator: PlainGenerator,
    schema.ResidualGenerator: _residual,
    schema.UnetGenerator: _unet,
}
_READ_MAPS = (schema.ResidualGenerator, schema.UnetGenerator)


def build_generator(
    config: schema.Generator, *, feature_size: int, maps: Maps | None = None, noise: int = 0
) -> Generator:
    """Builds the generator that `config` describes, freshly initialised from torch's default generator.

    Args:
        config: a member of the schema's generator union.
        feature_size: length of the guide's feature.
        maps: the guide's maps and their channels.
        noise: length of the vector that will be appended to the feature, and as constant planes to the
            smallest map that the generator reads.

    Raises:
        ConfigError: for sizes that cannot be built, or maps that the guide does not have.
    """
    options = primitives(config)
    if isinstance(config, _READ_MAPS):
        channels = dict(maps or {})
        first = (
            config.layer if isinstance(config, schema.ResidualGenerator) else next(iter(config.layers), None)
        )
        if first in channels:
            channels[first] += noise
        options["maps"] = channels
    return GENERATORS[type(config)](feature_size + noise, **options)

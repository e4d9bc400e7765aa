"""Configuration -> generator. A new one is a file beside this, a dataclass in the schema and a line below."""

from collections.abc import Callable

from enface.config import schema
from enface.networks.generators.single_scale import SingleScaleGenerator
from enface.networks.generators.three_scale import ThreeScaleGenerator
from enface.networks.interfaces import Generator
from enface.networks.primitives import primitives

GENERATORS: dict[type, Callable[..., Generator]] = {
    schema.ThreeScaleGenerator: ThreeScaleGenerator,
    schema.SingleScaleGenerator: SingleScaleGenerator,
}


def build_generator(config: schema.Generator, *, feature_size: int) -> Generator:
    """Builds the generator that `config` describes, freshly initialised from torch's default generator.

    Args:
        config: a member of the schema's generator union.
        feature_size: length of the guide's feature.

    Raises:
        ConfigError: for sizes that cannot be built.
    """
    return GENERATORS[type(config)](feature_size, **primitives(config))

"""The generator of the five-region settings: one size, no feature joins (specification A.3b)."""

from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.networks.activations import Activation
from enface.networks.generators.blocks import ImageHead, Residual, Style, Trunk, doubling
from enface.networks.interfaces import Generator
from enface.networks.norms import Norm
from enface.networks.parameters import initialise_kernels, scaled
from enface.networks.sizes import doublings


class SingleScaleGenerator(Generator):
    """Feature -> one frontal face.

    At 224 px and width 1: trunk to 56x56x64, residual 64 -> 128 -> 64, doubling to 112x112x32, residual
    32 -> 64 -> 32, doubling to 224x224x32, RGB head; 24,102,400 kernel parameters for a feature of 2048
    (H.1).

    Args:
        feature_size: length of the feature.
        size: of the output in pixels, 7 times a power of two, at least 28.
        width: multiplies every channel count.
        norm: normalisation between layers (A.5).
        norm_first: whether the first transposed convolution is normalised.
        activation: after every norm.
        dropout: share dropped after each of the first two doublings.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: when the size cannot be built.
    """

    def __init__(
        self,
        feature_size: int,
        *,
        size: int = 224,
        width: float = 1.0,
        norm: Norm = "pixel",
        norm_first: bool = True,
        activation: Activation = "relu",
        dropout: float = 0.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        if doublings(size, what="generator size") < 2:
            raise ConfigError(
                f"generator size {size} is not 28 times a power of two; use for example 112 or 224"
            )
        self.feature_size = feature_size
        self.sizes = (size,)

        style = Style(norm, activation)
        self.trunk = Trunk(
            feature_size,
            size=size // 4,
            width=width,
            style=style,
            norm_first=norm_first,
            dropout=dropout,
        )
        channels, grown = self.trunk.channels, scaled(32, width)
        self.growth = nn.Sequential(
            Residual(channels, scaled(128, width), style=style),
            doubling(channels, grown, style=style),
            Residual(grown, scaled(64, width), style=style),
            doubling(grown, grown, style=style),
        )
        self.image = ImageHead(grown)

        initialise_kernels(self, init_std)

    def forward(
        self, features: Float[Tensor, "batch feature"]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """The image in [-1, 1] under its size; float32 also under autocast."""
        return {self.sizes[0]: self.image(self.growth(self.trunk(features)))}

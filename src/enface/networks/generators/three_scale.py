"""The generator of the default model: three sizes trained together (specification A.3)."""

from jaxtyping import Float
from torch import Tensor

from enface.errors import ConfigError
from enface.networks.activations import Activation
from enface.networks.generators.blocks import FeatureJoin, ImageHead, Residual, Style, Trunk, doubling
from enface.networks.interfaces import Generator
from enface.networks.norms import Norm
from enface.networks.parameters import initialise_kernels, scaled


class ThreeScaleGenerator(Generator):
    """Feature -> frontal faces of three sizes, the feature joined in again before each larger one.

    | step        | operation (width 1, sizes 56, 112, 224)                | map        |
    |-------------|--------------------------------------------------------|------------|
    | trunk       | two widening, three doubling transposed convolutions   | 56x56x64   |
    | small       | RGB head                                               | 56x56x3    |
    | join, res   | dense to 56x56, 16 copies; residual 80 -> 128 -> 80    | 56x56x80   |
    | grow        | doubling transposed convolution                        | 112x112x32 |
    | medium      | RGB head                                               | 112x112x3  |
    | join, res   | dense to 112x112, 8 copies; residual 40 -> 64 -> 40    | 112x112x40 |
    | grow        | doubling transposed convolution                        | 224x224x32 |
    | large       | RGB head                                               | 224x224x3  |

    Each head reads the map before the join. Norm and ReLU follow every convolution but the heads; the first
    transposed convolution is normalised only with `norm_first` (A.9-4). 56,313,856 kernel parameters for a
    feature of 2048 (H.1).

    Args:
        feature_size: length of the feature.
        sizes: output sizes in pixels, each twice the one before, the smallest 7 times a power of two.
        width: multiplies every channel count.
        norm: normalisation between layers (A.5).
        norm_first: whether the first transposed convolution is normalised.
        activation: after every norm.
        dropout: share dropped after each of the first two doublings.
        join_activation: whether the joined planes are rectified.
        bias: biases in convolutions and dense layers.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: when the sizes do not double.
    """

    def __init__(
        self,
        feature_size: int,
        *,
        sizes: tuple[int, int, int] = (56, 112, 224),
        width: float = 1.0,
        norm: Norm = "pixel",
        norm_first: bool = False,
        activation: Activation = "relu",
        dropout: float = 0.0,
        join_activation: bool = True,
        bias: bool = False,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        small, medium, large = sizes
        if (medium, large) != (2 * small, 4 * small):
            raise ConfigError(f"generator sizes {sizes} must double, for example (56, 112, 224)")
        self.feature_size = feature_size
        self.sizes = sizes

        style = Style(norm, activation, bias)
        self.trunk = Trunk(
            feature_size, size=small, width=width, style=style, norm_first=norm_first, dropout=dropout
        )
        self.small = ImageHead(self.trunk.channels, bias=bias)

        copies, grown = scaled(16, width), scaled(32, width)
        joined = self.trunk.channels + copies
        self.join_medium = FeatureJoin(
            feature_size, size=small, copies=copies, activated=join_activation, bias=bias
        )
        self.residual_medium = Residual(joined, scaled(128, width), style=style)
        self.grow_medium = doubling(joined, grown, style=style)
        self.medium = ImageHead(grown, bias=bias)

        copies = scaled(8, width)
        joined = grown + copies
        self.join_large = FeatureJoin(
            feature_size, size=medium, copies=copies, activated=join_activation, bias=bias
        )
        self.residual_large = Residual(joined, scaled(64, width), style=style)
        self.grow_large = doubling(joined, grown, style=style)
        self.large = ImageHead(grown, bias=bias)

        initialise_kernels(self, init_std)

    def forward(
        self, features: Float[Tensor, "batch feature"]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """Images in [-1, 1] by size, smallest first; float32 also under autocast."""
        small = self.trunk(features)
        medium = self.grow_medium(self.residual_medium(self.join_medium(small, features)))
        large = self.grow_large(self.residual_large(self.join_large(medium, features)))
        heads = (self.small(small), self.medium(medium), self.large(large))
        return dict(zip(self.sizes, heads, strict=True))

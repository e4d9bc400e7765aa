"""The networks of an experiment as frozen dataclasses: generators and critics (specification A.3, A.4)."""

from dataclasses import dataclass
from typing import Literal

Norm = Literal["pixel", "batch", "layer", "instance", "none"]
"""Normalisation between layers (A.5): pixel, batch, layer over C, H and W, instance, or none."""

Activation = Literal["relu", "leaky"]
"""After the generator's norms: ReLU, or leaky ReLU of slope 0.2 (E-6)."""


@dataclass(frozen=True)
class ThreeScaleGenerator:
    """Three sizes trained together, the feature joined in again before each larger one (A.3)."""

    kind: Literal["three_scale"] = "three_scale"
    sizes: tuple[int, int, int] = (56, 112, 224)
    """Each size is twice the one before; the smallest is 7 times a power of two."""
    width: float = 1.0
    """Multiplies every channel count of the specification."""
    norm: Norm = "pixel"
    norm_first: bool = False
    """Whether the first transposed convolution is normalised too (A.9-4)."""
    activation: Activation = "relu"
    dropout: float = 0.0
    """Share of the map's values dropped after each of the first two doublings (E-10)."""
    join_activation: bool = True
    """ReLU after the dense layers of the joins; code before 85271b7 has none (A.3)."""
    bias: bool = False
    """Biases in convolutions and dense layers, as in code before 85271b7 (A.3)."""
    init_std: float = 0.02


@dataclass(frozen=True)
class SingleScaleGenerator:
    """One output size without feature joins, used by the five-region settings (A.3b)."""

    kind: Literal["single_scale"] = "single_scale"
    size: int = 224
    width: float = 1.0
    norm: Norm = "pixel"
    norm_first: bool = True
    activation: Activation = "relu"
    dropout: float = 0.0
    init_std: float = 0.02


@dataclass(frozen=True)
class PlainGenerator:
    """A map made of the feature, then transposed convolutions in a row: Net and Net2 (B.4 to B.7)."""

    kind: Literal["plain"] = "plain"
    opening: Literal["dense", "reshape"] = "dense"
    """dense: a matrix from the feature to the map (Net); reshape: the feature is the map (Net2, B.6)."""
    side: int = 7
    """Of the first map in pixels."""
    channels: int = 256
    """Of the first map; reshape needs a feature of channels x side x side values."""
    opening_norm: bool = False
    """Batch norm on the dense layer's outputs, "fc1 BN" of the log (FBI WARNING 2)."""
    opening_activation: bool = False
    """Whether the dense layer's outputs are activated."""
    steps: tuple[str, ...] = ("k5 s2 128", "k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s1 32")
    """Transposed convolutions in order: kernel, stride, channels; "k3 s1 valid 256" grows without padding."""
    norm: Norm = "batch"
    norm_first: bool = True
    """Whether the first transposed convolution is normalised."""
    norm_after_activation: bool = False
    """Activation before norm, as in code a6d868e (B.6)."""
    activation: Activation = "relu"
    bridges: tuple[int, ...] = ()
    """Channels that a dense layer of the feature adds after step 1, 2, ... (B1_2, E-8)."""
    dropout: float = 0.0
    """Share of the map's values dropped after each of the first two steps (B1_3, E-10)."""
    head_kernel: int = 1
    bias: bool = True
    width: float = 1.0
    """Multiplies the channels of steps and bridges, not those of the first map."""
    init_std: float = 0.02


@dataclass(frozen=True)
class ResidualGenerator:
    """Residual blocks at 7x7, then doublings: the later Net2 and the release's decoder (B.3, B.4, E-15)."""

    kind: Literal["residual"] = "residual"
    layer: str | None = "conv5_3"
    """Map of the guide, 7x7, that it starts from; None widens the feature to 7x7 instead (B1_6)."""
    size: int = 224
    blocks: int = 4
    """Residual blocks at 7x7."""
    block_kernel: int = 3
    residual_steps: bool = True
    """A residual block after every doubling as well."""
    head_kernel: int = 1
    norm: Norm = "batch"
    norm_first: bool = False
    """Whether the first convolution is normalised; the release does (B.3)."""
    activation: Activation = "relu"
    dropout: float = 0.0
    bias: bool = False
    width: float = 1.0
    init_std: float = 0.02


@dataclass(frozen=True)
class UnetGenerator:
    """Joins the guide's maps to its own of the same size, as a U-Net does (D1_6, E-8)."""

    kind: Literal["unet"] = "unet"
    layers: tuple[str, ...] = ("conv5_3", "conv4_6", "conv3_4")
    """Maps of the guide joined at 7x7, 14x14, 28x28; fewer leave out the larger ones."""
    size: int = 224
    norm: Norm = "batch"
    norm_first: bool = True
    activation: Activation = "relu"
    dropout: float = 0.0
    width: float = 1.0
    init_std: float = 0.02


Generator = ThreeScaleGenerator | SingleScaleGenerator | PlainGenerator | ResidualGenerator | UnetGenerator


@dataclass(frozen=True)
class SizeCritics:
    """One critic per output size, independent weights (A.4)."""

    kind: Literal["sizes"] = "sizes"
    head: Literal["patch", "global", "channels"] = "patch"
    """patch: a 4x4 map of scores; global: one score per image (A.9-2); channels: a 4x4 map with as many
    scores a place as the layer before has channels (B1_8)."""
    only_largest: bool = False
    """One critic, of the largest image (B1_7)."""
    norm: Norm = "pixel"
    bias: bool = False
    width: float = 1.0
    init_std: float = 0.02


@dataclass(frozen=True)
class RegionCritics:
    """Five critics on the whole face, eyes, nose, mouth and inner face of the largest output (A.4b, C)."""

    kind: Literal["regions"] = "regions"
    boxes: Literal["v1", "v2", "template"] = "v1"
    """Seed boxes, release boxes, or boxes derived from enface's own alignment template (C.1, C.2, C.4)."""
    kernel: Literal[3, 4] = 4
    norm: Norm = "layer"
    raw_input: bool = False
    """Grey levels 0..255 go in, a defect of code 73b5399 (A.4b, G.1-6)."""
    width: float = 1.0
    init_std: float = 0.02


@dataclass(frozen=True)
class StackCritics:
    """One critic of the largest image: convolutions one after another, then scores (B.4, B.5)."""

    kind: Literal["stack"] = "stack"
    layer: str | None = None
    """The guide's map or vector of the image that it looks at; None is the image itself."""
    condition: bool = False
    """Look at the input beside the frontal face; wants data.pairing same_identity."""
    steps: tuple[str, ...] = ("k5 s2 32", "k5 s2 64", "k5 s2 128", "k5 s2 256", "k5 s2 256")
    """Convolutions in order: kernel, stride, channels; always padded."""
    head: Literal["dense", "patch"] = "dense"
    """dense: one score; patch: a convolution of stride 1 to a map of scores."""
    head_kernel: int = 4
    """Of a patch head."""
    norm: Norm = "batch"
    """After every convolution but the first."""
    bias: bool = True
    width: float = 1.0
    init_std: float = 0.02


Critics = SizeCritics | RegionCritics | StackCritics

"""One experiment as frozen dataclasses; unions carry a `kind` tag so that JSON stays unambiguous.

Units: sizes in pixels, learning rates per step, weights multiply the named term, `images` counts the
generator's input images (steps x batch size). Section numbers refer to `docs/specification.md`.
"""

from dataclasses import dataclass, field
from typing import Literal

SCHEMA_VERSION = 1

Norm = Literal["pixel", "batch", "layer", "instance", "none"]
"""Normalisation between layers (A.5): pixel, batch, layer over C, H and W, instance, or none."""


@dataclass(frozen=True)
class Guide:
    """The frozen recognizer whose feature the generator decodes and the feature term compares (A.2)."""

    recognizer: str = "vggface2_resnet50"
    """Name in the recognizer registry."""
    weights: str | None = None
    """Path of the weights; None takes the fetched or shipped file; "random" builds untrained weights."""
    layer: str | None = None
    """Feature layer; None takes the embedding layer of the recognizer's card."""


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
    init_std: float = 0.02


@dataclass(frozen=True)
class SingleScaleGenerator:
    """One output size without feature joins, used by the five-region settings (A.3b)."""

    kind: Literal["single_scale"] = "single_scale"
    size: int = 224
    width: float = 1.0
    norm: Norm = "pixel"
    norm_first: bool = True
    init_std: float = 0.02


Generator = ThreeScaleGenerator | SingleScaleGenerator


@dataclass(frozen=True)
class SizeCritics:
    """One critic per output size, independent weights (A.4)."""

    kind: Literal["sizes"] = "sizes"
    head: Literal["patch", "global"] = "patch"
    """patch: a 4x4 map of scores; global: one score per image (A.9-2)."""
    norm: Norm = "pixel"
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
    width: float = 1.0
    init_std: float = 0.02


Critics = SizeCritics | RegionCritics


@dataclass(frozen=True)
class Wgan:
    """Wasserstein critic with weight clipping (A.6)."""

    kind: Literal["wgan"] = "wgan"
    clip: float | None = 0.01
    """Critic parameters are clamped to [-clip, clip] after each critic step; None never clamps (A.9-1)."""


@dataclass(frozen=True)
class WganGp:
    """Wasserstein critic with a gradient penalty (A.6)."""

    kind: Literal["wgan_gp"] = "wgan_gp"
    penalty: float = 10.0
    scope: Literal["per_critic", "summed"] = "per_critic"
    """per_critic: one penalty per size (WGAN_GP); summed: the gradient of the summed scores (WGAN_GP2)."""
    space: Literal["raw255", "unit"] = "raw255"
    """Units of the interpolated image in which the slope should be 1."""


@dataclass(frozen=True)
class Lsgan:
    """Least-squares critic (A.6)."""

    kind: Literal["lsgan"] = "lsgan"


Adversarial = Wgan | WganGp | Lsgan


@dataclass(frozen=True)
class FeatureTerm:
    """Distance between the features of the input and of the largest generated image (A.6)."""

    weight: float = 500.0
    metric: Literal["cosine", "mse", "squared_euclid"] = "cosine"
    target: Literal["input", "ground_truth"] = "input"


@dataclass(frozen=True)
class PixelTerm:
    """Distance to the paired ground truth, on images in [0, 1] (A.6)."""

    weight: float = 0.0
    metric: Literal["l1_mean", "l2_sum"] = "l1_mean"
    sizes: Literal["largest", "all"] = "largest"


@dataclass(frozen=True)
class SymmetryTerm:
    """Mean absolute difference to the mirrored image, on the largest image in [0, 1] (A.6)."""

    weight: float = 0.0


@dataclass(frozen=True)
class Objective:
    """Weighted terms; a term of weight 0 is not computed."""

    adversarial: Adversarial = field(default_factory=Wgan)
    adversarial_weight: float = 1.0
    feature: FeatureTerm = field(default_factory=FeatureTerm)
    pixel: PixelTerm = field(default_factory=PixelTerm)
    symmetry: SymmetryTerm = field(default_factory=SymmetryTerm)
    l2: float = 1e-4
    """weight * 0.5 * sum of squares over convolution and dense kernels only (A.6)."""


@dataclass(frozen=True)
class Adam:
    """Adam (A.7)."""

    kind: Literal["adam"] = "adam"
    learning_rate: float = 2e-4
    beta1: float = 0.5
    beta2: float = 0.9
    epsilon: float = 1e-8


@dataclass(frozen=True)
class RMSProp:
    """RMSProp with TensorFlow 1's formula and first mean square, which differ from torch's (A.7)."""

    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: float = 2e-4
    decay: float = 0.9
    """Of the mean square gradient."""
    momentum: float = 0.0
    epsilon: float = 1e-10
    """Inside the square root."""
    initial_mean_square: float = 1.0
    """1 keeps the first updates small; torch starts at 0."""


Optimizer = Adam | RMSProp


@dataclass(frozen=True)
class Schedule:
    """What happens in which step (A.7)."""

    images: int = 600_000
    """Training ends when the generator has been updated on this many input images."""
    batch_size: int = 5
    """Images per step over all processes."""
    critic_steps: int = 5
    """Critic updates before each generator update."""
    boost_steps: int = 25
    """For this many first steps ..."""
    boost_critic_steps: int = 25
    """... the critic is updated this often."""
    warmup_steps: int = 0
    """First generator steps without critics and without the adversarial term."""
    fresh_batch: Literal["phase", "step"] = "phase"
    """phase: every critic and generator update draws its own batch (A.1-4); step: one serves them all."""
    ema_images: float = 0.0
    """Half-life, in images, of the exponential moving average of the generator; 0 keeps none."""
    log_every: int = 10
    """Steps between rows of metrics."""
    sample_every: int = 250
    """Steps between sample grids."""
    checkpoint_every: int = 500
    """Steps between checkpoints."""
    keep_checkpoints: int = 3


@dataclass(frozen=True)
class Data:
    """Which faces are read and how they are cropped and paired (A.1)."""

    manifest: str | None = None
    """Path of a manifest.csv; None is the rendered set inside the package."""
    frontal_manifest: str | None = None
    """Separate set of real frontal faces for the unpaired draw; None takes the frontals of `manifest`."""
    pairing: Literal["unpaired", "paired", "same_identity"] = "unpaired"
    """unpaired: frontal is any person, no ground truth; paired: ground truth of the same person and look,
    frontal any person; same_identity: as paired, and the critic's frontal is the input's person as well."""
    aligned_size: int = 250
    crop_size: int = 224
    crop: Literal["random", "center"] = "random"
    """Of the input; frontals and ground truth are always cropped in the centre."""
    mirror: bool = True
    """Flip the input with probability one half."""
    mirror_ground_truth: bool = False
    """Flip the ground truth together with its input (A.9-12 keeps it unflipped)."""
    small_frontals: Literal["antialias", "decimate"] = "antialias"
    """How real frontals are shrunk for the smaller critics (A.9-10)."""
    workers: int = 2


@dataclass(frozen=True)
class Performance:
    """How fast, never what: none of these changes the mathematics beyond rounding."""

    precision: Literal["float32", "bfloat16"] = "float32"
    """Autocast of networks; losses, penalties and the optimiser stay in float32."""
    channels_last: bool = True
    compile_recognizer: bool = False
    threads: int | None = None
    """Torch threads; None leaves torch's choice."""


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a training run."""

    guide: Guide = field(default_factory=Guide)
    generator: Generator = field(default_factory=ThreeScaleGenerator)
    critics: Critics = field(default_factory=SizeCritics)
    objective: Objective = field(default_factory=Objective)
    generator_optimizer: Optimizer = field(default_factory=Adam)
    critic_optimizer: Optimizer = field(default_factory=Adam)
    schedule: Schedule = field(default_factory=Schedule)
    data: Data = field(default_factory=Data)
    performance: Performance = field(default_factory=Performance)
    seed: int = 0


@dataclass(frozen=True)
class Preset:
    """A named experiment with its history and its price."""

    name: str
    summary: str
    provenance: str
    """Where the values come from: log entry, specification section, paper."""
    cost: str
    """What one run costs; only measured figures, or "not measured"."""
    experiment: Experiment

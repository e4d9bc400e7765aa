"""One experiment as frozen dataclasses; unions carry a `kind` tag so that JSON stays unambiguous.

Units: sizes in pixels, learning rates per step, weights multiply the named term, `images` counts the
generator's input images (steps x batch size x generator updates of a step). Section numbers refer to
`docs/specification.md`.
"""

from dataclasses import dataclass, field
from typing import Literal

from enface.config.network_schema import (
    Activation,
    Critics,
    Generator,
    Norm,
    PlainGenerator,
    RegionCritics,
    ResidualGenerator,
    SingleScaleGenerator,
    SizeCritics,
    StackCritics,
    ThreeScaleGenerator,
    UnetGenerator,
)

__all__ = [
    "Activation",
    "Adam",
    "Adversarial",
    "Bce",
    "Branches",
    "Critics",
    "Data",
    "Encoding",
    "Experiment",
    "FeatureTerm",
    "Generator",
    "Guide",
    "Lsgan",
    "Norm",
    "Objective",
    "Optimizer",
    "Performance",
    "PixelTerm",
    "PlainGenerator",
    "Preset",
    "RMSProp",
    "RegionCritics",
    "ResidualGenerator",
    "SCHEMA_VERSION",
    "Schedule",
    "SingleScaleGenerator",
    "SizeCritics",
    "StackCritics",
    "SymmetryTerm",
    "ThreeScaleGenerator",
    "UnetGenerator",
    "Wgan",
    "WganGp",
]

SCHEMA_VERSION = 2


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
class Encoding:
    """What becomes of the guide's feature before it is decoded (E)."""

    mirror_sum: bool = False
    """Add the feature of the mirrored input to that of the input (E-13); wants data.mirror false."""
    noise: int = 0
    """Length of a vector of standard normal noise appended to the feature (E-16); zeros in a model's use."""


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


@dataclass(frozen=True)
class Bce:
    """Critics as classifiers, by cross entropy (B.4, B.5)."""

    kind: Literal["bce"] = "bce"
    label_smoothing: float = 0.0
    """Real faces are to be scored 1 minus this; generated ones 0."""


Adversarial = Wgan | WganGp | Lsgan | Bce


@dataclass(frozen=True)
class Branches:
    """Shares of the two kinds of generated faces in the feature and adversarial terms (B.3)."""

    profile: float = 1.0
    """Faces made of the inputs."""
    front: float = 0.0
    """Faces made of the real frontals, which should come out as they went in; 0 does not make any."""


@dataclass(frozen=True)
class FeatureTerm:
    """Distance between the features of the input and of the largest generated image (A.6)."""

    weight: float = 500.0
    metric: Literal["cosine", "mse", "squared_euclid"] = "cosine"
    target: Literal["input", "ground_truth"] = "input"
    after_warmup: float = 1.0
    """Factor on the weight once the warm-up is over (A1_1)."""


@dataclass(frozen=True)
class PixelTerm:
    """Distance to the paired ground truth (A.6)."""

    weight: float = 0.0
    metric: Literal["l1_mean", "l1_sum", "l2_mean", "l2_sum"] = "l1_mean"
    """Absolute or squared difference. mean: over batch, channels, pixels; l1_sum: over channels and pixels,
    then the batch's mean (B.3); l2_sum: over everything (A.6)."""
    range: Literal[1, 255] = 1
    """Images as if in [0, 1] or in [0, 255] (E-7)."""
    sizes: Literal["largest", "all"] = "largest"
    target: Literal["ground_truth", "front"] = "ground_truth"
    """front: what became of the real frontals against themselves (D1_7); wants a front branch."""
    similarity_weighted: bool = False
    """Each sample counts with the cosine of its input's and its ground truth's features (D1_6)."""
    mask: str | None = None
    """Grey PNG of `enface face-mask`: how much each pixel counts, white 1 (E-2)."""
    after_warmup: float = 1.0
    """Factor on the weight once the warm-up is over (E-12)."""


@dataclass(frozen=True)
class SymmetryTerm:
    """Mean absolute difference to the mirrored image, on the largest image in [0, 1] (A.6)."""

    weight: float = 0.0


@dataclass(frozen=True)
class Objective:
    """Weighted terms; a term of weight 0 is not computed."""

    adversarial: Adversarial = field(default_factory=Wgan)
    adversarial_weight: float = 1.0
    critic_average: Literal["half", "mean", "sum"] = "half"
    """What critics minimise: half the mean over critics (A.6), the mean (243236b on), or the sum (paper);
    the generator minimises the mean, the mean, or the sum."""
    drift: float = 0.0
    """Weight of the critics' mean square scores (A.6)."""
    branches: Branches = field(default_factory=Branches)
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
    """Training ends when the generator has been updated on this many input images: a step counts
    batch_size x generator_steps."""
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
    generator_steps: int = 1
    """Generator updates of each step."""
    simultaneous: bool = False
    """The last critic update and the first generator update are made at once, on one batch (E-14)."""
    rate_decay: float = 1.0
    """Both learning rates are multiplied by this ..."""
    rate_decay_steps: int = 100
    """... every so many steps, smoothly (A.7)."""
    start_from: str | None = None
    """Run folder whose newest networks this run starts with (D1_8v1); None draws first weights."""
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
    ground_truth: Literal["gallery", "mean_lights", "same_light"] = "gallery"
    """The input's frontal face: the gallery picture (Multi-PIE's illumination 07), the mean of the pictures
    that show the same from the same camera under all lights, or that under the input's own light (E-11)."""
    aligned_size: int = 250
    crop_size: int = 224
    crop: Literal["random", "center"] = "random"
    """Of the input; frontals and ground truth are always cropped in the centre."""
    mirror: bool = True
    """Flip the input with probability one half."""
    mirror_ground_truth: bool = False
    """Flip the ground truth together with its input (A.9-12 keeps it unflipped)."""
    brightness: int = 0
    """Grey levels, up to which input and frontal are each made lighter or darker at random (B.3 release)."""
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
    encoding: Encoding = field(default_factory=Encoding)
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
    experiment: Experiment
    cost: str = ""
    """What it costs; only measured figures, or "not measured"; empty takes `enface.config.presets.costs`."""

"""Everything that decides how the warp network is trained."""

from dataclasses import dataclass, field

from enface.rendering.geometry_set.plan import GeometrySet
from enface.training.supervised.schedule import Schedule


@dataclass(frozen=True)
class Jitter:
    """What each picture goes through, drawn anew every time. Standard deviations unless said otherwise."""

    points: float = 0.05
    """Of each of the five landmarks that align the picture, in distances of the template's eyes."""
    yaw: float = 6.0
    """Of the yaw that the alignment is told, degrees; half of the pictures estimate it from the landmarks."""
    rotation: float = 3.0
    """Degrees."""
    zoom: float = 0.05
    """Of the logarithm of the scale."""
    shift: float = 0.02
    """Sides of the crop."""
    gamma: float = 0.2
    """Of the logarithm of the exponent on values in 0 to 1."""
    contrast: float = 0.15
    """Of the logarithm of the gain."""
    brightness: float = 0.06
    """On values in 0 to 1."""
    colour: float = 0.03
    """Per channel, on values in 0 to 1."""
    noise: float = 0.03
    """Largest standard deviation of the noise, on values in 0 to 1."""
    erase: float = 0.12
    """Share of pictures with an ellipse of one colour somewhere: what hands and microphones do."""
    background: float = 0.0
    """Share of pictures that get a part of another picture for a background: other faces, hair, skin."""


@dataclass(frozen=True)
class FieldWeights:
    """Of the terms of the loss; fields are measured in halves of the crop."""

    coarse: float = 1.0
    """Mean absolute error of the coefficients' field."""
    field: float = 2.0
    """Of the corrected field."""
    gradient: float = 2.0
    """Of its differences between neighbours."""
    classes: float = 0.15
    """Cross-entropy of the classes of frontal pixels."""
    matte: float = 0.05
    """Cross-entropy of the classes of the picture's pixels."""
    midline: float = 0.0
    """How much more the middle columns count: where both halves meet, a field that is off narrows or doubles
    nose and mouth."""


@dataclass(frozen=True)
class FieldRecipe:
    """Training of the network that finds the field."""

    schedule: Schedule
    size: int = 128
    """Side of the network's picture, pixels: the template's whole frame."""
    components: int = 80
    """Principal components of the field, for each mode."""
    component_samples: int = 3000
    """Samples that the components are computed from, mirrored too."""
    jitter: Jitter = field(default_factory=Jitter)
    weights: FieldWeights = field(default_factory=FieldWeights)


@dataclass(frozen=True)
class FinishWeights:
    """Of the terms of the finisher's loss; pictures are in [-1, 1]."""

    pixel: float = 1.0
    """Mean absolute difference to the true frontal picture, over the head."""
    gradient: float = 1.0
    """Of differences between neighbouring pixels: edges, not only colours."""
    gain: float = 0.02
    """Mean square of the logarithms of the light's corrections."""


@dataclass(frozen=True)
class FinishRecipe:
    """Training of the finisher on what the field network finds."""

    schedule: Schedule
    jitter: Jitter = field(default_factory=Jitter)
    weights: FinishWeights = field(default_factory=FinishWeights)


@dataclass(frozen=True)
class WarpRecipe:
    """Everything that decides a warp model: rendered pictures, then the field, then the finisher."""

    name: str
    data: GeometrySet
    validation: GeometrySet
    """Other people: they measure the model and calibrate its confidence, and nothing is chosen by them."""
    field: FieldRecipe
    finish: FinishRecipe
    confidence_judge: str
    """Recognizer whose similarity the confidence predicts."""
    start_sha256: str | None = None
    """Hash of the weights of the model that the training starts from; None draws first weights."""

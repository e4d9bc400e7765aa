"""Expressions as weights of the asset's expression shapes."""

from collections.abc import Mapping

from enface.rendering.asset import FaceAsset
from enface.rendering.errors import RenderingError

EXPRESSIONS: dict[str, dict[str, float]] = {
    "neutral": {},
    "smile": {
        "mouthSmile": 0.85,
        "cheekSquint": 0.5,
        "mouthUpperUp": 0.25,
        "mouthLowerDown": 0.25,
        "jawOpen": 0.06,
        "mouthDimple": 0.2,
    },
    "surprise": {"browInnerUp": 1.0, "browOuterUp": 0.9, "eyeWide": 0.8, "jawOpen": 0.55, "mouthFunnel": 0.2},
    "squint": {"eyeSquint": 0.9, "cheekSquint": 0.7, "browDown": 0.5, "mouthPress": 0.4},
    "disgust": {"noseSneer": 1.0, "browDown": 0.8, "mouthUpperUp": 0.6, "mouthFrown": 0.5, "eyeSquint": 0.5},
    "scream": {
        "jawOpen": 0.9,
        "mouthStretch": 0.6,
        "browDown": 0.6,
        "eyeSquint": 0.6,
        "mouthLowerDown": 0.6,
        "mouthUpperUp": 0.4,
    },
    "sad": {"mouthFrown": 0.8, "browInnerUp": 0.9, "mouthShrugLower": 0.5, "eyeSquint": 0.2},
    "pucker": {"mouthPucker": 0.9, "browInnerUp": 0.3},
    "blink": {"eyeBlink": 1.0},
}
"""Weights by name; the first six are numbered 01 to 06 in file names."""

Expression = tuple[tuple[str, float], ...]
"""Sorted pairs of shape and weight: the form in which expressions are keys."""


def expression_weights(
    asset: FaceAsset,
    expression: str | Mapping[str, float] = "neutral",
    *,
    strength: float = 1.0,
    gaze: tuple[float, float] = (0.0, 0.0),
) -> Expression:
    """Resolves an expression to weights of the asset's shapes.

    Args:
        asset: Names the shapes.
        expression: A name of `EXPRESSIONS`, or weights (0 to 1) by shape.
        strength: Factor on the weights.
        gaze: To the subject's left and upwards, -1 to 1.

    Raises:
        RenderingError: Unknown expression or shape, or a gaze out of range.
    """
    if isinstance(expression, str):
        if expression not in EXPRESSIONS:
            raise RenderingError(f"unknown expression {expression!r}; known: {', '.join(EXPRESSIONS)}")
        expression = EXPRESSIONS[expression]
    if max(map(abs, gaze)) > 1.0:
        raise RenderingError(f"gaze {gaze} is outside -1 to 1")
    weights = {name: strength * weight for name, weight in expression.items()}
    sideways, upwards = gaze
    weights["lookL" if sideways > 0 else "lookR"] = abs(sideways)
    weights["lookU" if upwards > 0 else "lookD"] = abs(upwards)
    unknown = sorted(set(weights) - set(asset.expressions))
    if unknown:
        raise RenderingError(f"unknown shapes {unknown}; known: {', '.join(asset.expressions)}")
    return tuple(sorted((name, weight) for name, weight in weights.items() if weight))

"""What several reports say of a face, as the text of their columns."""

from dataclasses import asdict
from typing import Any

from enface.faces.detectors.protocol import Detection
from enface.models.quality import FaceQuality

_DECIMALS = {"yaw": 1, "pitch": 1, "uncertainty": 2}


def detection_columns(found: Detection) -> dict[str, Any]:
    """Score and box."""
    box = {f"box_{name}": f"{value:.1f}" for name, value in found.box._asdict().items()}
    return {"score": f"{found.score:.3f}", **box}


def quality_columns(quality: FaceQuality) -> dict[str, Any]:
    """The quality and those of its parts that were measured."""
    parts = {
        f"quality_{name}": f"{value:.{_DECIMALS.get(name, 3)}f}"
        for name, value in asdict(quality.parts).items()
        if value is not None
    }
    return {"quality": f"{quality.value:.3f}", **parts}

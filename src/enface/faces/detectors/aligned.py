"""Detector for images that are aligned already."""

from pathlib import Path
from typing import Literal

from enface.errors import FaceError
from enface.faces.detectors.protocol import Detection, box_around
from enface.faces.geometry import Pixels
from enface.faces.templates import DEFAULT_TEMPLATE, get_template


class Aligned:
    """Takes the template's landmarks for granted, so that aligning changes nothing but the size.

    Args:
        frame: "whole" when images show the template's full frame, "crop" for its centre crop (224 of 250).
        template: name in `TEMPLATES`.
    """

    def __init__(
        self, *, frame: Literal["whole", "crop"] = "whole", template: str = DEFAULT_TEMPLATE
    ) -> None:
        if frame not in ("whole", "crop"):
            raise FaceError(f"unknown frame {frame!r} of aligned images; known: whole, crop")
        self.frame = frame
        self.template = get_template(template)

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """One face, frontal by definition, in the whole image; FaceError when it is not square."""
        height, width = image.shape[:2]
        if height != width:
            raise FaceError(f"an aligned face must be square, this image has {width} x {height} px")
        if self.frame == "crop":
            points = self.template.crop_points(width)
        else:
            points = (self.template.points + 0.5) * (width / self.template.size) - 0.5
        return [Detection(box=box_around(points), points=points, score=1.0, yaw=0.0)]

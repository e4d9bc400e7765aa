"""`report.csv`: one row per face or failure, for people and for a second run."""

from dataclasses import dataclass

from enface.inference.table import Status

REPORT = "report.csv"


@dataclass(frozen=True)
class Row:
    """One face that was turned, or one failure. Numbers are text as they stand in the file; empty: none."""

    input: str
    """Absolute path of the photograph."""
    face: int
    """From 1, largest face first; 0 when the picture failed before there was a face."""
    status: Status
    error: str = ""
    yaw: str = ""
    """Degrees, negative when the nose points to the image's right."""
    detector: str = ""
    """Name of the detector that found the face."""
    score: str = ""
    """Of the detector, 0 to 1."""
    box_x: str = ""
    box_y: str = ""
    box_width: str = ""
    box_height: str = ""
    """The detector's box, pixels of the upright photograph."""
    name: str = ""
    """What the names of this picture's outputs begin with."""
    aligned: str = ""
    """The aligned input, relative to the report's folder."""
    frontal: str = ""
    evidence: str = ""
    """Picture of where the frontal face's pixels come from."""
    pasted: str = ""
    seen: str = ""
    """Share of the frontal head copied from the photograph, 0 to 1."""
    mirrored: str = ""
    """Share copied from the face's other side."""
    invented: str = ""
    confidence: str = ""
    """Expected cosine similarity to a true frontal picture, 0 to 1."""
    quality: str = ""
    """How good the aligned input is for recognising whom it shows, 0 to 1 (`enface.models.quality`)."""
    quality_face: str = ""
    """Probability that it is an upright face whose landmarks fit, 0 to 1."""
    quality_uncertainty: str = ""
    """Expected distance of the landmarks from the truth, per cent of the distance of the template's eyes."""
    quality_visible: str = ""
    """Share of the 68 landmarks that are seen, 0 to 1."""
    quality_yaw: str = ""
    """Absolute degrees, by the landmark network."""
    quality_pitch: str = ""
    """Absolute degrees."""
    quality_sharpness: str = ""
    """0 to 1, at 112 pixels."""
    modified: str = ""
    """When the photograph's file was last changed, nanoseconds since 1970."""
    settings: str = ""
    """Fingerprint of the model and of every option that decides the outputs."""

    @property
    def outputs(self) -> list[str]:
        """Files that belong to the row, relative to the report's folder."""
        return [file for file in (self.aligned, self.frontal, self.evidence, self.pasted) if file]

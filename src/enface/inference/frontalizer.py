"""A trained model and a face detector behind one call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from jaxtyping import UInt8

from enface.errors import ConfigError
from enface.faces.detectors.protocol import Detection, Detector
from enface.faces.geometry import Pixels
from enface.faces.paste import paste_back
from enface.inference.found_face import FoundFace, cut_face, no_face
from enface.models.landmark_detector import load_detector
from enface.models.library import load_turner
from enface.models.precision import Precision
from enface.models.turner import FaceTurner, Origin

BATCH_SIZE = 16
"""Faces that go through the network together."""


@dataclass(frozen=True, eq=False)
class FrontalFace(FoundFace):
    """A face and what the model made of it."""

    frontal: UInt8[np.ndarray, "output output 3"]
    """The synthesised frontal face, in the frame of `input`."""
    origin: Origin | None = None
    """Where its pixels come from and how far to trust it; None where all of it is drawn from an embedding."""

    def pasted(self, photo: Pixels) -> Pixels:
        """Copy of the photograph that the face was found in, with the frontal face in its place."""
        return paste_back(photo, self.frontal, self.alignment)


class Frontalizer:
    """Turns the faces of photographs to the front.

        frontalizer = Frontalizer.load("photo")
        face = frontalizer(read_image("photo.jpg"))
        write_image("frontal.png", face.frontal, synthesised={})

    Args:
        model: from `enface.models.library.load_turner`.
        detector: finds the faces.
    """

    def __init__(self, model: FaceTurner, *, detector: Detector) -> None:
        self.model = model
        self.detector = detector

    @classmethod
    def load(
        cls,
        model: str | Path = "photo",
        *,
        detector: str | Detector | None = None,
        neutral: bool = False,
        device: str = "cpu",
        guide_weights: str | None = None,
        precision: Precision = "float32",
    ) -> Self:
        """Loads a model and a detector.

        Args:
            model: name of a shipped model (`enface.models.shipped.MODELS`), or folder of a model or a run.
            detector: a detector, or the name of one (`enface.models.landmark_detector.load_detector`); one
                that looks for faces itself gets its landmarks from enface's own network. None takes YuNet
                where it is fetched, else the finder that is part of the package.
            neutral: make expression neutral and light even; only models that can keep both need to be asked.
            device: "cpu", "cuda" or "cuda:N".
            guide_weights: path of the guiding recognizer's weights, when they are not where training found
                them.
            precision: "float32", or "bfloat16" for speed (docs/speed.md tells what it changes).

        Raises:
            CheckpointError: the folder holds no model, or its recognizer's weights are not those of training.
            ResourceError: the detector or the recognizer needs a file that was not fetched.
            FaceError: unknown detector.
            ConfigError: no such model or device.
        """
        target = _device(device)
        found = load_detector(detector) if detector is None or isinstance(detector, str) else detector
        turner = load_turner(
            model, neutral=neutral, device=target, guide_weights=guide_weights, precision=precision
        )
        return cls(turner, detector=found)

    def __call__(self, image: Pixels, *, path: Path | None = None) -> FrontalFace:
        """The frontal view of the largest face.

        Args:
            image: photograph, uint8 RGB.
            path: of its file, for detectors that look landmarks up by it.

        Raises:
            FaceError: no face, or landmarks that cannot be aligned.
        """
        return self.turn([self.cut(image, self.detect(image, path=path)[0])])[0]

    def all_faces(self, image: Pixels, *, path: Path | None = None) -> list[FrontalFace]:
        """The frontal views of all faces, largest first; arguments and errors as for a single one."""
        return self.turn([self.cut(image, found) for found in self.detect(image, path=path)])

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces with their landmarks, largest first, at least one.

        Args:
            image: photograph, uint8 RGB.
            path: of its file, for detectors that look landmarks up by it.

        Raises:
            FaceError: no face.
        """
        detections = self.detector.detect(image, path=path)
        if not detections:
            raise no_face(image)
        return detections

    def cut(self, image: Pixels, found: Detection) -> FoundFace:
        """Cuts a detected face out of its photograph.

        Raises:
            FaceError: landmarks that cannot be aligned.
        """
        return cut_face(image, found, whole_frame=self.model.whole_frame, side_of=self.model.crop_side)

    def turn(self, faces: Sequence[FoundFace], *, batch_size: int = BATCH_SIZE) -> list[FrontalFace]:
        """Sends cut-out faces, of one photograph or of many, through the network in batches of one size."""
        turned: dict[int, FrontalFace] = {}
        by_side: dict[int, list[int]] = {}
        for number, face in enumerate(faces):
            by_side.setdefault(len(face.frame), []).append(number)
        for numbers in by_side.values():
            for batch in _batched(numbers, batch_size):
                done = self.model.turn([faces[number].frame for number in batch])
                for number, result in zip(batch, done, strict=True):
                    face = faces[number]
                    turned[number] = FrontalFace(
                        face.frame,
                        face.input,
                        face.alignment,
                        face.detection,
                        frontal=result.frontal,
                        origin=result.origin,
                    )
        return [turned[number] for number in range(len(faces))]


def _batched(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Runs of at most `size`."""
    for first in range(0, len(numbers), size):
        yield numbers[first : first + size]


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch raises either, depending on its build
        reason = str(error).splitlines()[0]
        raise ConfigError(f"device {name!r} cannot be used: {reason}; use cpu, cuda or cuda:N") from error
    return device

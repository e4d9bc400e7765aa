"""A trained model and a face detector behind one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from jaxtyping import UInt8

from enface.errors import ConfigError, FaceError
from enface.faces import geometry
from enface.faces.align import Alignment, alignment_matrix
from enface.faces.detectors.protocol import Detection, Detector
from enface.faces.detectors.registry import make_detector
from enface.faces.geometry import Pixels
from enface.faces.paste import paste_back
from enface.faces.templates import CROP_FRACTION, get_template
from enface.images import hwc_to_tensor, tensor_to_hwc, to_uint8, to_unit
from enface.models.folder import LoadedModel, load_model

BATCH_SIZE = 16
"""Faces that go through the network together."""


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A face cut out of its photograph, before the network."""

    input: UInt8[np.ndarray, "size size 3"]
    """What the network is given: the centre crop (224 of 250) of the alignment template."""
    alignment: Alignment
    """From the photograph to the template's whole frame."""
    detection: Detection

    @property
    def yaw(self) -> float:
        """Degrees, known or estimated; negative when the nose points to the image's right."""
        return self.alignment.yaw if self.detection.yaw is None else self.detection.yaw


@dataclass(frozen=True, eq=False)
class FrontalFace(FoundFace):
    """A face and what the model made of it."""

    frontal: UInt8[np.ndarray, "output output 3"]
    """The synthesised frontal face, in the frame of `input`."""

    def pasted(self, photo: Pixels) -> Pixels:
        """Copy of the photograph that the face was found in, with the frontal face in its place."""
        return paste_back(photo, self.frontal, self.alignment)


class Frontalizer:
    """Turns the faces of photographs to the front.

        frontalizer = Frontalizer.load("runs/small_rendered")
        face = frontalizer(read_image("photo.jpg"))
        write_image("frontal.png", face.frontal, synthesised={})

    Args:
        model: from `enface.models.folder.load_model`.
        detector: finds the faces.
        device: where the model lies.
    """

    def __init__(self, model: LoadedModel, *, detector: Detector, device: str | torch.device = "cpu") -> None:
        self.model = model
        self.detector = detector
        self._device = torch.device(device)

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        detector: str | Detector = "yunet",
        device: str = "cpu",
        guide_weights: str | None = None,
    ) -> Self:
        """Loads a model and a detector.

        Args:
            path: folder of a model or of a run.
            detector: a detector, or the name of one (`enface.faces.detectors.registry`).
            device: "cpu", "cuda" or "cuda:N".
            guide_weights: path of the guiding recognizer's weights, when they are not where training found
                them.

        Raises:
            CheckpointError: the folder holds no model, or its recognizer's weights are not those of training.
            ResourceError: the detector or the recognizer needs a file that was not fetched.
            FaceError: unknown detector.
            ConfigError: no such device.
        """
        target = _device(device)
        found = make_detector(detector) if isinstance(detector, str) else detector
        model = load_model(path, device=target, guide_weights=guide_weights)
        return cls(model, detector=found, device=target)

    @property
    def input_size(self) -> int:
        """Side of the crops that the network is given, pixels."""
        return self.model.experiment.data.crop_size

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
            height, width = image.shape[:2]
            raise FaceError(f"no face found in the {width} x {height} picture")
        return detections

    def cut(self, image: Pixels, found: Detection) -> FoundFace:
        """Cuts a detected face out of its photograph.

        Raises:
            FaceError: landmarks that cannot be aligned.
        """
        # The yaw is estimated even where the detector knows it, as it was in training.
        alignment = alignment_matrix(found.points)
        frame = get_template(alignment.template).size
        # One resampling from the photograph into the crop, at whatever size the model works.
        margin = frame * (1 - CROP_FRACTION) / 2
        to_crop = geometry.compose(alignment.matrix, geometry.shift(-margin, -margin))
        scaled = geometry.compose(to_crop, geometry.rescale(self.input_size / (frame * CROP_FRACTION)))
        crop = geometry.warp(image, scaled, height=self.input_size, width=self.input_size)
        return FoundFace(input=crop, alignment=alignment, detection=found)

    def turn(self, faces: Sequence[FoundFace], *, batch_size: int = BATCH_SIZE) -> list[FrontalFace]:
        """Sends cut-out faces, of one photograph or of many, through the network in batches."""
        turned: list[FrontalFace] = []
        for first in range(0, len(faces), batch_size):
            batch = faces[first : first + batch_size]
            images = torch.stack([hwc_to_tensor(face.input) for face in batch]).to(self._device)
            with torch.inference_mode():
                outputs = self.model.normalizer(to_unit(images))
                frontals = to_uint8(outputs[max(outputs)])
            turned += [
                FrontalFace(face.input, face.alignment, face.detection, frontal=tensor_to_hwc(frontal))
                for face, frontal in zip(batch, frontals, strict=True)
            ]
        return turned


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch raises either, depending on its build
        reason = str(error).splitlines()[0]
        raise ConfigError(f"device {name!r} cannot be used: {reason}; use cpu, cuda or cuda:N") from error
    return device

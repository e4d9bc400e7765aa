"""Models that draw a face from a recognizer's embedding, as turners of faces."""

from collections.abc import Sequence
from pathlib import Path

import torch

from enface.images import hwc_to_tensor, tensor_to_hwc, to_uint8, to_unit
from enface.models.folder import LoadedModel, load_model
from enface.models.precision import Precision, at_precision, marked
from enface.models.turner import Crop, TurnedFace
from enface.recognizers.weights import state_sha256


class DecodingTurner:
    """A face normaliser: the guide embeds the crop, the generator decodes a frontal face (`FaceTurner`).

    Args:
        model: on `device`.
        name: for people.
        device: where it computes.
        precision: of its networks.
    """

    whole_frame = False

    def __init__(
        self,
        model: LoadedModel,
        *,
        name: str,
        device: torch.device | str = "cpu",
        precision: Precision = "float32",
    ) -> None:
        self.model = model
        self.name = name
        self.guides: tuple[str, ...] = (model.guide.recognizer,)
        weights = f"{state_sha256(model.normalizer.generator)}/{model.guide.weights_sha256}"
        self.fingerprint = marked(weights, precision)
        self._device = torch.device(device)
        self._precision: Precision = precision

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        device: torch.device | str = "cpu",
        guide_weights: str | None = None,
        precision: Precision = "float32",
    ) -> "DecodingTurner":
        """Reads a folder of a model or of a run; errors as of `enface.models.folder.load_model`."""
        model = load_model(folder, device=device, guide_weights=guide_weights)
        return cls(model, name=str(folder), device=device, precision=precision)

    def crop_side(self, available: float) -> int:
        """The side that it was trained with."""
        return self.model.experiment.data.crop_size

    def turn(self, images: Sequence[Crop]) -> list[TurnedFace]:
        """Turns a batch of centre crops."""
        batch = torch.stack([hwc_to_tensor(image) for image in images]).to(self._device)
        with torch.inference_mode():
            with at_precision(self._precision, device=self._device):
                outputs = self.model.normalizer(to_unit(batch))
            frontals = to_uint8(outputs[max(outputs)])
        return [TurnedFace(tensor_to_hwc(frontal), origin=None) for frontal in frontals]

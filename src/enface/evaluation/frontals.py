"""The model's frontal faces of many aligned crops."""

from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from jaxtyping import UInt8
from tqdm import tqdm

from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.images import to_uint8, to_unit

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.recognizers.frozen import FrozenRecognizer


def frontalise(
    model: "LoadedModel",
    crops: UInt8[np.ndarray, "n crop crop 3"],
    *,
    cache: EmbeddingCache,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    progress: bool = False,
) -> UInt8[np.ndarray, "n size size 3"]:
    """Frontal faces at the model's largest size, uint8 as a user gets them.

    The guide's features come from the cache where they are all that the generator reads.

    Args:
        model: on `device`.
        crops: centre crops of the alignment template.
        cache: for the guide's features.
        device: where to compute.
        batch_size: faces computed at once.
        progress: whether to show progress bars.
    """
    normalizer, faces = model.normalizer, []
    inputs: np.ndarray = crops
    if normalizer.decodes_the_feature_alone:
        inputs = embed_faces(
            cast("FrozenRecognizer", normalizer.recognizer),
            crops,
            cache=cache,
            device=device,
            batch_size=batch_size,
            label="guide",
            progress=progress,
        )
    with (
        torch.inference_mode(),
        tqdm(total=len(inputs), desc="frontalise", unit="face", disable=not progress) as bar,
    ):
        for start in range(0, len(inputs), batch_size):
            batch = torch.from_numpy(inputs[start : start + batch_size]).to(device)
            if normalizer.decodes_the_feature_alone:
                images = normalizer.decode(batch)
            else:
                images = normalizer(to_unit(batch.permute(0, 3, 1, 2)))
            faces.append(to_uint8(images[max(images)]).cpu().numpy().transpose(0, 2, 3, 1))
            bar.update(len(batch))
    return np.concatenate(faces)

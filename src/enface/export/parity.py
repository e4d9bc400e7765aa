"""Whether a written graph computes what the model computes, on faces and for several batch sizes."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from enface.data.embedded import embedded_manifest
from enface.data.faceset import AlignedFaces, aligned_crop
from enface.data.records import Manifest
from enface.errors import CheckpointError
from enface.export.formats import Session
from enface.export.graphs import DecodingGraph, WarpGraph
from enface.images import hwc_to_tensor, to_unit

TOLERANCE = 1e-3
"""Largest difference of an output that passes for rounding: an eighth of a grey level in a picture."""
_BATCHES = (1, 3)


def faces_for(graph: WarpGraph | DecodingGraph) -> Float[Tensor, "3 3 s s"]:
    """Three pictures of one of the package's rendered test people, from frontal to profile, in [-1, 1]."""
    whole = embedded_manifest().select(split="test")
    person = whole.select(subjects=[whole.records[0].subject])
    by_yaw = sorted(person.records, key=lambda record: abs(record.yaw or 0.0))
    chosen = Manifest(whole.root, tuple(by_yaw[k] for k in (0, len(by_yaw) // 2, -1)))
    if graph.whole_frame:
        faces = AlignedFaces(chosen, aligned_size=graph.size)
        pictures = [faces.image(k) for k in range(len(chosen))]
    else:
        pictures = [aligned_crop(chosen, record, graph.size) for record in chosen.records]
    return to_unit(torch.stack([hwc_to_tensor(picture) for picture in pictures]))


def compare(
    session: Session, graph: WarpGraph | DecodingGraph, *, pictures: Float[Tensor, "n 3 s s"]
) -> dict[str, float]:
    """Largest absolute difference of each output.

    Args:
        session: the written graph.
        graph: what was written.
        pictures: of `faces_for`.

    Raises:
        CheckpointError: an output differs by more than `TOLERANCE`, is not finite or has another shape.
    """
    worst = {port.name: 0.0 for port in graph.outputs}
    for count in _BATCHES:
        inputs = graph.example(pictures[:count])
        with torch.inference_mode():
            expected: dict[str, Tensor] = graph(*inputs)
        names = [port.name for port in graph.inputs]
        found = session(dict(zip(names, (tensor.numpy() for tensor in inputs), strict=True)))
        for name, tensor in expected.items():
            if found[name].shape != tuple(tensor.shape):
                raise CheckpointError(
                    f"output {name} of the exported graph has shape {found[name].shape} for {count} faces, "
                    f"the model's {tuple(tensor.shape)}; the file was not kept"
                )
            # Not Python's max: it would pass over what is not a number.
            worst[name] = float(np.maximum(worst[name], np.abs(found[name] - tensor.numpy()).max()))
    for name, difference in worst.items():
        if not difference <= TOLERANCE:
            raise CheckpointError(
                f"output {name} of the exported graph differs from the model's by {difference:g}, more "
                f"than {TOLERANCE:g}; the file was not kept. Other versions of torch, onnx or onnxruntime "
                "than those of constraints/cpu.txt may be the cause"
            )
    return worst

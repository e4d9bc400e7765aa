"""`vgg_face`: the recognizer of the log's first settings; its weights are brought by the user."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from enface.errors import ResourceError
from enface.recognizers.architectures.vgg16 import SIDE, VGG16
from enface.recognizers.card import RecognizerCard
from enface.recognizers.entry import Entry
from enface.recognizers.pickled_arrays import read_arrays
from enface.recognizers.weights import fill, read_safetensors, read_torch

_CARD = RecognizerCard(
    name="vgg_face",
    architecture="VGG16",
    input_size=(224, 224),
    colour="BGR",
    # B, G, R. The original code subtracted them in reversed order (specification G.1-1).
    mean=(93.5940, 104.7624, 129.1836),
    scale=(1.0, 1.0, 1.0),
    points=None,
    embedding_layer="relu7",
    layers={"relu7": 4096, "fc7": 4096, "pool5": 25088},
    maps={"pool2": 128, "pool5_map": 512},
    licence="CC BY-NC 4.0 as stated on the source's page",
    source=(
        "www.robots.ox.ac.uk/~vgg/software/vgg_face, as vgg_face_dag.pth from "
        "www.robots.ox.ac.uk/~albanie/pytorch-models.html, or as vgg_face.npy, a Caffe conversion"
    ),
    training_data="VGG-Face, 2,622 people",
    resource=None,
    shipped=None,
    sha256="",
    golden=(),
    golden_source="none: there were no weights to take it from",
    may_guide=True,
)


def load_vgg_face(path: Path, *, divisor: int = 1) -> tuple[nn.Module, str]:
    """Reads either of the forms in which these weights circulate.

    Args:
        path: `.safetensors`, `.pt` or `.pth` with the names of vgg_face_dag.pth, whose first convolution
            takes RGB; or the `.npy` dictionary of a Caffe conversion, which takes BGR.
        divisor: of `VGG16`.

    Raises:
        ResourceError: the file is neither, or holds other weights.
    """
    network = VGG16(divisor=divisor)
    if path.suffix == ".npy":
        layers, digest = read_arrays(path)
        state = _from_caffe(layers, network, path)
    elif path.suffix in {".safetensors", ".pt", ".pth"}:
        state, digest = read_safetensors(path) if path.suffix == ".safetensors" else read_torch(path)
        state = {name: value for name, value in state.items() if not name.startswith("fc8.")}
        if "conv1_1.weight" in state:
            state["conv1_1.weight"] = state["conv1_1.weight"].flip(1)
    else:
        raise ResourceError(f"{path}: weights of vgg_face end in .safetensors, .pt, .pth or .npy")
    fill(network, state, path=path)
    return network, digest


def _from_caffe(layers: Mapping[str, Any], network: VGG16, path: Path) -> dict[str, Tensor]:
    """Kernels height x width x in x out; dense ones in x out, the first over rows, columns, channels."""
    state: dict[str, Tensor] = {}
    names = [name.removesuffix(".weight") for name in network.state_dict() if name.endswith(".weight")]
    try:
        for name in names:
            kernel, bias = _parts(layers[name])
            out = kernel.shape[-1]
            if name == "fc6":
                kernel = kernel.reshape(SIDE, SIDE, -1, out).transpose(3, 2, 0, 1).reshape(out, -1)
            elif name == "fc7":
                kernel = kernel.reshape(-1, out).T
            else:
                kernel = kernel.transpose(3, 2, 0, 1)
            state[f"{name}.weight"], state[f"{name}.bias"] = _tensor(kernel), _tensor(bias.reshape(-1))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise ResourceError(f"{path} is not a Caffe conversion of VGG-Face: {name}: {error!r}") from error
    return state


def _parts(layer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias, which conversions keep as a pair or under names."""
    if isinstance(layer, Mapping):
        return layer["weights"], layer["biases"]
    kernel, bias = layer
    return kernel, bias


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))


ENTRY = Entry(card=_CARD, build=VGG16, load=load_vgg_face)

"""`vggface2_resnet50`: the seed's recognizer; its weights are brought by the user."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from enface.errors import ResourceError
from enface.recognizers.architectures.resnet50 import CaffeResNet50
from enface.recognizers.card import RecognizerCard
from enface.recognizers.entry import Entry
from enface.recognizers.pickled_arrays import read_arrays
from enface.recognizers.weights import fill, read_safetensors, read_torch

_CARD = RecognizerCard(
    name="vggface2_resnet50",
    architecture="ResNet-50, Caffe strides",
    input_size=(224, 224),
    colour="BGR",
    # B, G, R. The original code subtracted them in reversed order (specification G.1-1).
    mean=(91.4953, 103.8827, 131.0912),
    scale=(1.0, 1.0, 1.0),
    points=None,
    embedding_layer="pool5",
    layers={"pool5": 2048},
    maps={"conv3_4": 512, "conv4_6": 1024, "conv5_3": 2048},
    licence="not stated with the weights; VGGFace2 was released for research",
    source=(
        "github.com/cydonia999/VGGFace2-pytorch, as resnet50_ft_weight.pkl (converted from Caffe's of "
        "github.com/ox-vgg/vgg_face2), or as resnet50.npy, a Caffe conversion"
    ),
    training_data="VGGFace2, 8,631 people",
    resource=None,
    shipped=None,
    sha256="",
    golden=(),
    golden_source="none: there were no weights to take it from",
    may_guide=True,
)

# This implementation's name -> the part of Caffe's layer name.
_CONVOLUTIONS = {"conv1": "1x1_reduce", "conv2": "3x3", "conv3": "1x1_increase", "downsample.0": "1x1_proj"}
_NORMS = {"bn1": "1x1_reduce", "bn2": "3x3", "bn3": "1x1_increase", "downsample.1": "1x1_proj"}
_STATISTICS = {"weight": "scale", "bias": "offset", "running_mean": "mean", "running_var": "variance"}


def load_vggface2(path: Path) -> tuple[nn.Module, str]:
    """Reads any of the forms in which these weights circulate.

    Args:
        path: `.safetensors`, `.pt` or `.pth` with the names of cydonia999/VGGFace2-pytorch; the same as a
            `.pkl` of arrays; or the `.npy` dictionary of a Caffe conversion (specification A.2).

    Raises:
        ResourceError: the file is none of these, or holds other weights.
    """
    if path.suffix in {".pkl", ".npy"}:
        arrays, digest = read_arrays(path)
        state = _from_caffe(arrays, path) if "conv1_7x7_s2" in arrays else _from_arrays(arrays, path)
    elif path.suffix == ".safetensors":
        state, digest = read_safetensors(path)
    elif path.suffix in {".pt", ".pth"}:
        state, digest = read_torch(path)
    else:
        raise ResourceError(
            f"{path}: weights of vggface2_resnet50 end in .safetensors, .pt, .pth, .pkl or .npy"
        )
    network = CaffeResNet50()
    fill(network, {name: value for name, value in state.items() if not name.startswith("fc.")}, path=path)
    return network, digest


def _from_arrays(arrays: Mapping[str, Any], path: Path) -> dict[str, Tensor]:
    for name, value in arrays.items():
        if not isinstance(value, np.ndarray):
            raise ResourceError(f"{path}: {name} is a {type(value).__name__}, expected an array")
    return {name: _tensor(value) for name, value in arrays.items()}


def _from_caffe(layers: Mapping[str, Any], path: Path) -> dict[str, Tensor]:
    """Names `conv2_1_1x1_reduce` and `..._bn`; kernels height x width x in x out."""
    state = {}
    try:
        for name in CaffeResNet50().state_dict():
            if name.endswith("num_batches_tracked"):
                continue
            module, parameter = name.rsplit(".", 1)
            caffe, is_norm = _caffe_name(module)
            if is_norm:
                state[name] = _tensor(np.reshape(layers[f"{caffe}_bn"][_STATISTICS[parameter]], -1))
            else:
                state[name] = _tensor(np.transpose(layers[caffe]["weights"], (3, 2, 0, 1)))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise ResourceError(f"{path} is not a Caffe conversion of ResNet-50: {name}: {error!r}") from error
    return state


def _caffe_name(module: str) -> tuple[str, bool]:
    if module in {"conv1", "bn1"}:
        return "conv1_7x7_s2", module == "bn1"
    stage, block, part = module.split(".", 2)
    prefix = f"conv{int(stage.removeprefix('layer')) + 1}_{int(block) + 1}"
    return f"{prefix}_{(_NORMS | _CONVOLUTIONS)[part]}", part in _NORMS


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array, dtype=np.float32))


ENTRY = Entry(card=_CARD, build=CaffeResNet50, load=load_vggface2)

"""Weight files read without running any code that may be in them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors_bytes
from torch import Tensor, nn

from enface.errors import ResourceError


def read_bytes(path: Path) -> tuple[bytes, str]:
    """Content and SHA-256 of a file.

    Raises:
        ResourceError: It cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ResourceError(f"cannot read the weights {path}: {error.strerror}") from error
    return content, hashlib.sha256(content).hexdigest()


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], str]:
    """Tensors of a safetensors file, and its SHA-256.

    Raises:
        ResourceError: It cannot be read or is not a safetensors file.
    """
    content, digest = read_bytes(path)
    try:
        return load_safetensors_bytes(content), digest
    except SafetensorError as error:
        raise ResourceError(f"{path} is not a safetensors file: {error}") from error


def read_torch(path: Path) -> tuple[dict[str, Tensor], str]:
    """Tensors of a torch file, read as data only, and its SHA-256.

    Raises:
        ResourceError: It cannot be read, or holds anything but a dictionary of tensors.
    """
    _, digest = read_bytes(path)
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises many kinds for broken and unsafe files
        raise ResourceError(f"{path} is not a torch file of plain tensors: {error}") from error
    if isinstance(state, Mapping) and isinstance(state.get("state_dict"), Mapping):
        state = state["state_dict"]
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise ResourceError(f"{path} holds a {type(state).__name__}, expected a dictionary of tensors")
    return dict(state), digest


def fill(network: nn.Module, state: Mapping[str, Tensor], *, path: Path) -> None:
    """Copies tensors into a network that must have exactly these names and shapes.

    Batch counters may be missing; they decide nothing in evaluation mode.

    Raises:
        ResourceError: A name or shape does not fit; the message lists the first of them.
    """
    own = network.state_dict()
    counters = {name for name in own if name.endswith("num_batches_tracked")}
    problems = [f"{name} is missing" for name in own if name not in state and name not in counters]
    problems += [f"{name} is unknown" for name in state if name not in own]
    problems += [
        f"{name} has shape {tuple(state[name].shape)} instead of {tuple(own[name].shape)}"
        for name in own
        if name in state and name not in counters and state[name].shape != own[name].shape
    ]
    if problems:
        more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
        raise ResourceError(
            f"{path} does not hold weights of {type(network).__name__}: {'; '.join(problems[:3])}{more}"
        )
    network.load_state_dict({**own, **state})


def state_sha256(network: nn.Module) -> str:
    """Hash of a network's parameters and buffers, for weights that never were a file."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()

"""The only place where images change between uint8 [0, 255] and float [-1, 1]."""

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor


def to_unit(images: UInt8[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """uint8 [0, 255] -> float32 [-1, 1]: x / 127.5 - 1.

    Raises:
        TypeError: not uint8; it may have been converted already.
    """
    if images.dtype != torch.uint8:
        raise TypeError(f"to_unit takes uint8, got {images.dtype}")
    return images.to(torch.float32).div_(127.5).sub_(1.0)


def to_uint8(images: Float[Tensor, "*shape"]) -> UInt8[Tensor, "*shape"]:
    """float [-1, 1] -> uint8 [0, 255], rounded; what lies outside is clamped."""
    return images.detach().float().add(1.0).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8)


def hwc_to_tensor(image: UInt8[np.ndarray, "height width 3"]) -> UInt8[Tensor, "3 height width"]:
    """uint8 HWC array -> uint8 CHW tensor (a copy)."""
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))


def tensor_to_hwc(image: UInt8[Tensor, "3 height width"]) -> UInt8[np.ndarray, "height width 3"]:
    """uint8 CHW tensor -> uint8 HWC array (a copy)."""
    return np.ascontiguousarray(image.cpu().numpy().transpose(1, 2, 0))

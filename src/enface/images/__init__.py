"""Pixels in files and in tensors: uint8 HWC RGB at the border, float [-1, 1] NCHW inside."""

from enface.images.convert import hwc_to_tensor, tensor_to_hwc, to_uint8, to_unit
from enface.images.grid import grid
from enface.images.mark import read_mark
from enface.images.read import MAX_PIXELS, SUFFIXES, read_image
from enface.images.resize import resize
from enface.images.write import write_image

__all__ = [
    "MAX_PIXELS",
    "SUFFIXES",
    "grid",
    "hwc_to_tensor",
    "read_image",
    "read_mark",
    "resize",
    "tensor_to_hwc",
    "to_uint8",
    "to_unit",
    "write_image",
]

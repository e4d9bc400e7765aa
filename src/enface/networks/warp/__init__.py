"""A generator that copies: it says where each pixel of the frontal face lies in the picture."""

from enface.networks.warp.network import CLASSES, MATTE, WarpNetwork, WarpOutput

__all__ = ["CLASSES", "MATTE", "WarpNetwork", "WarpOutput"]

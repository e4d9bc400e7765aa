"""L2 on kernels (specification A.6)."""

from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor


def l2(kernels: Iterable[Tensor]) -> Float[Tensor, ""]:
    """Half the sum of squares of convolution and dense kernels, not of gains or biases.

    Its gradient is the kernels themselves, so `weight * l2(kernels)` equals Adam's `weight_decay=weight` on
    a parameter group of the kernels (which costs no graph).
    """
    norms = [torch.linalg.vector_norm(kernel) for kernel in kernels]
    return torch.stack(norms).square().sum() / 2

"""Batch norms of a frozen network multiplied into the layers before them."""

from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval


def fold_batch_norms(network: nn.Module) -> None:
    """Folds in place; afterwards the batch norms are identities.

    Pairs are neighbours in an `nn.Sequential`, and those that a module lists in `FOLDS`, names of a
    convolution and the batch norm that alone reads it.

    Args:
        network: in evaluation mode.
    """
    for module in network.modules():
        for before, norm in _pairs(module):
            layer, batch_norm = module.get_submodule(before), module.get_submodule(norm)
            if isinstance(layer, nn.Conv2d) and isinstance(batch_norm, nn.BatchNorm2d):
                fused: nn.Module = fuse_conv_bn_eval(layer, batch_norm)
            elif isinstance(layer, nn.Linear) and isinstance(batch_norm, nn.BatchNorm1d):
                fused = fuse_linear_bn_eval(layer, batch_norm)
            else:
                continue
            setattr(module, before, fused.requires_grad_(False))
            setattr(module, norm, nn.Identity())


def _pairs(module: nn.Module) -> list[tuple[str, str]]:
    if isinstance(module, nn.Sequential):
        names = [name for name, _ in module.named_children()]
        return list(pairwise(names))
    return list(getattr(module, "FOLDS", ()))

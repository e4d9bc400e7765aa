"""Which parameters are kernels, how they are drawn, and how channel counts scale."""

from torch import nn

_WITH_KERNEL = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


def kernel_parameters(module: nn.Module) -> list[nn.Parameter]:
    """Weights of convolution, transposed convolution and dense layers, for L2 (specification A.6)."""
    return [layer.get_parameter("weight") for layer in module.modules() if isinstance(layer, _WITH_KERNEL)]


def initialise_kernels(module: nn.Module, std: float) -> None:
    """Draws every kernel from N(0, std²) cut at two sigma, as TensorFlow does (specification A.7).

    The cut makes the standard deviation of the kernels 0.88 std. Draws from torch's default generator.
    Biases of the same layers start at zero.
    """
    for layer in module.modules():
        if isinstance(layer, _WITH_KERNEL):
            nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)


def scaled(channels: int, width: float) -> int:
    """`channels` of the specification times the width multiplier, at least one."""
    return max(1, round(channels * width))

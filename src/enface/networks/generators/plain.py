"""The generators Net and Net2 of the log and their paired successors (specification B.4 to B.7)."""

from collections.abc import Sequence
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.networks.activations import Activation, make_activation
from enface.networks.convolutions import Dense, GrowingConv2d
from enface.networks.generators.blocks import ImageHead, dropout_of, dropping
from enface.networks.interfaces import Generator
from enface.networks.norms import Norm, make_norm
from enface.networks.parameters import initialise_kernels, scaled
from enface.networks.steps import read_steps


class PlainGenerator(Generator):
    """Feature -> first map -> transposed convolutions one after another -> image; no residual, no join.

    | opening | first map                                                                    |
    |---------|------------------------------------------------------------------------------|
    | dense   | a matrix to side x side x channels (Net: 14x14x256, 205,520,896 weights)     |
    | reshape | the feature's values themselves (Net2: 4096 = 4x4x256, no weights, B.6)      |

    Args:
        feature_size: length of the feature.
        opening: "dense" or "reshape".
        side: of the first map in pixels.
        channels: of the first map.
        opening_norm: batch norm on the dense layer's outputs, each unit by itself.
        opening_activation: activation after the dense layer.
        steps: transposed convolutions, see `networks.steps`; their strides decide the image's size.
        norm: after every step (A.5).
        norm_first: whether the first step is normalised.
        norm_after_activation: activation before norm instead of norm before activation.
        activation: after every step.
        bridges: channels that a dense layer of the feature adds to the map after step 1, 2, ... (B1_2).
        dropout: share dropped after each of the first two steps (B1_3).
        head_kernel: side of the last convolution's kernel.
        bias: biases in convolutions and dense layers.
        width: multiplies the channels of steps and bridges.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: a step that cannot be read, a feature that cannot be reshaped, more bridges than steps.
    """

    def __init__(
        self,
        feature_size: int,
        *,
        opening: Literal["dense", "reshape"] = "dense",
        side: int = 7,
        channels: int = 256,
        opening_norm: bool = False,
        opening_activation: bool = False,
        steps: Sequence[str] = ("k5 s2 128", "k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s1 32"),
        norm: Norm = "batch",
        norm_first: bool = True,
        norm_after_activation: bool = False,
        activation: Activation = "relu",
        bridges: Sequence[int] = (),
        dropout: float = 0.0,
        head_kernel: int = 1,
        bias: bool = True,
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        table = read_steps(steps, field="generator.steps")
        if len(bridges) > len(table):
            raise ConfigError(
                f"generator.bridges has {len(bridges)} entries for {len(table)} generator.steps"
            )
        units = channels * side * side
        self.feature_size = feature_size
        self._first = (side, side, channels)
        if opening == "dense":
            self.opening = nn.Sequential(Dense(feature_size, units, bias=bias))
            if opening_norm:
                self.opening.append(nn.BatchNorm1d(units, eps=1e-5, momentum=0.1))
            if opening_activation:
                self.opening.append(make_activation(activation))
        elif feature_size == units:
            self.opening = nn.Sequential()
        else:
            raise ConfigError(
                f"generator.opening reshape needs a feature of {channels}x{side}x{side} = {units} values; "
                f"that of guide.layer has {feature_size}. Choose another one, or generator.opening dense"
            )

        self.steps = nn.ModuleList()
        self.bridges = nn.ModuleList()
        for index, step in enumerate(table):
            out = scaled(step.channels, width)
            after = (
                make_norm(norm if index > 0 or norm_first else "none", out),
                make_activation(activation),
            )
            grow = GrowingConv2d(
                channels, out, kernel=step.kernel, stride=step.stride, valid=step.valid, bias=bias
            )
            order = after[::-1] if norm_after_activation else after
            self.steps.append(nn.Sequential(grow, *order, *dropping(dropout_of(index, dropout))))
            side, channels = step.grown(side), out
            if index < len(bridges):
                joined = scaled(bridges[index], width)
                self.bridges.append(_Bridge(feature_size, side=side, channels=joined, bias=bias))
                channels += joined
        self.sizes = (side,)
        self.image = ImageHead(channels, kernel=head_kernel, bias=bias)
        initialise_kernels(self, init_std)

    def forward(
        self, features: Float[Tensor, "batch feature"]
    ) -> dict[int, Float[Tensor, "batch 3 size size"]]:
        """The image in [-1, 1] under its size; float32 also under autocast."""
        # TensorFlow's order: a row's pixels one after another, each with all its channels.
        x = self.opening(features).view(-1, *self._first).permute(0, 3, 1, 2)
        for index, step in enumerate(self.steps):
            x = step(x)
            if index < len(self.bridges):
                x = torch.cat([x, self.bridges[index](features).to(x.dtype)], dim=1)
        return {self.sizes[0]: self.image(x)}


class _Bridge(nn.Module):
    """Feature -> dense -> a map to be joined to the decoder's."""

    def __init__(self, feature_size: int, *, side: int, channels: int, bias: bool) -> None:
        super().__init__()
        self._shape = (channels, side, side)
        self.plane = Dense(feature_size, channels * side * side, bias=bias)

    def forward(self, features: Float[Tensor, "batch feature"]) -> Float[Tensor, "batch channels side side"]:
        y: Tensor = self.plane(features)
        return y.view(-1, *self._shape)

"""One critic of the largest image, of a recognizer's map of it, or of both it and the input (B.4, B.5)."""

from collections.abc import Sequence
from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.networks.convolutions import Dense, SameConv2d
from enface.networks.critics.blocks import convolution_stack
from enface.networks.interfaces import Critics
from enface.networks.norms import Norm
from enface.networks.parameters import initialise_kernels, scaled
from enface.networks.precision import at_least_float32
from enface.networks.steps import Step, read_steps


class StackCritics(Critics):
    """Convolutions one after another, then a dense layer to one score, or a convolution to a map of them.

    Args:
        sizes: of the generated images in pixels; the largest is judged.
        shape: channels, height and width of what it looks at, of one picture.
        layer: the recognizer's layer that it looks at; None is the image.
        condition: the input's channels come after those of the face.
        steps: convolutions, see `networks.steps`.
        head: "dense" or "patch".
        head_kernel: side of a patch head's kernel.
        norm: after every convolution but the first.
        bias: biases in convolutions and the dense layer.
        width: multiplies every channel count.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: a step that cannot be read or is not padded, or a norm that its map is too small for.
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        *,
        shape: tuple[int, int, int],
        layer: str | None = None,
        condition: bool = False,
        steps: Sequence[str] = ("k5 s2 32", "k5 s2 64", "k5 s2 128", "k5 s2 256", "k5 s2 256"),
        head: Literal["dense", "patch"] = "dense",
        head_kernel: int = 4,
        norm: Norm = "batch",
        bias: bool = True,
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        self.layer = layer
        self.conditional = condition
        self.size = max(sizes)
        self.names = (layer or str(self.size),)
        channels, rows, columns = shape
        listed = read_steps(steps, field="critics.steps")
        for text, step in zip(steps, listed, strict=True):
            if step.valid:
                raise ConfigError(
                    f"critics.steps: {text!r} is not padded, but the critics' convolutions always are; leave "
                    "out 'valid'"
                )
        table = [Step(step.kernel, step.stride, scaled(step.channels, width), False) for step in listed]
        stack = convolution_stack(
            2 * channels if condition else channels, table, norm=norm, shape=(rows, columns), bias=bias
        )
        for step in table:
            rows, columns = step.shrunk(rows), step.shrunk(columns)
        last = table[-1].channels
        ends: list[nn.Module] = (
            [nn.Flatten(), Dense(last * rows * columns, 1, bias=bias)]
            if head == "dense"
            else [SameConv2d(last, 1, kernel=head_kernel, bias=bias)]
        )
        self.critic = nn.Sequential(*stack, *ends)
        initialise_kernels(self, init_std)

    def forward(
        self, images: dict[int, Float[Tensor, "batch channels height width"]]
    ) -> dict[str, Float[Tensor, "batch *map"]]:
        """One score, or a map of scores, per image; float32 also under autocast.

        Args:
            images: what it looks at, under the largest size.
        """
        return {self.names[0]: at_least_float32(self.critic(images[self.size]))}

"""Critics on named crops of one image (specification A.4b, C)."""

from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ConfigError
from enface.networks.convolutions import Dense
from enface.networks.critics.blocks import stack_channels, stride_two_stack
from enface.networks.interfaces import Critics
from enface.networks.norms import Norm
from enface.networks.parameters import initialise_kernels
from enface.networks.precision import at_least_float32
from enface.networks.sizes import doublings

Edges = tuple[int, int, int, int]
"""Top, bottom, left, right of a crop in pixels; bottom and right are the first row and column outside."""


def crop_critic(edges: Edges, *, convolutions: int, kernel: int, norm: Norm, width: float) -> nn.Sequential:
    """Stride-2 convolutions on one crop, flattened, then a dense layer to one score."""
    top, bottom, left, right = edges
    rows, columns = bottom - top, right - left
    for _ in range(convolutions):
        rows, columns = -(-rows // 2), -(-columns // 2)
    channels = stack_channels(convolutions, width=width)
    return nn.Sequential(
        *stride_two_stack(channels, kernel=kernel, norm=norm, shape=(bottom - top, right - left)),
        nn.Flatten(),
        Dense(channels[-1] * rows * columns, 1),
    )


class RegionCritics(Critics):
    """Named critics with independent weights on fixed crops of one image size.

    At 224 px the whole image goes through five stride-2 convolutions (to 7x7), a region through four
    (A.4b); other sizes keep the 7x7 map and the difference of one. The crops are not resized (C.3).

    Args:
        boxes: name -> (top, bottom, left, right) in pixels of the image; a box of the full image is "whole".
        size: side of the image in pixels, 7 times a power of two, at least 28.
        kernel: side of the convolution kernels, 4 (seed) or 3 (release).
        norm: after every convolution but the first (A.4b).
        raw_input: grey levels 0..255 instead of [-1, 1] go into the convolutions (G.1-6).
        width: multiplies every channel count.
        init_std: standard deviation of the kernels before the two-sigma cut (A.7).

    Raises:
        ConfigError: for a size that cannot be built or a box that leaves the image.
    """

    def __init__(
        self,
        boxes: Mapping[str, Edges],
        *,
        size: int,
        kernel: int = 4,
        norm: Norm = "layer",
        raw_input: bool = False,
        width: float = 1.0,
        init_std: float = 0.02,
    ) -> None:
        super().__init__()
        whole = doublings(size, what="critic size")
        if whole < 2:
            raise ConfigError(f"region critics need images of at least 28 px, not {size}")
        self.size = size
        self.raw_input = raw_input
        self.boxes = dict(boxes)
        self.names = tuple(boxes)
        self.critics = nn.ModuleDict()
        for name, (top, bottom, left, right) in self.boxes.items():
            if not (0 <= top < bottom <= size and 0 <= left < right <= size):
                raise ConfigError(
                    f"region {name!r} (top {top}, bottom {bottom}, left {left}, right {right}) "
                    f"is empty or leaves the {size} px image"
                )
            full = (top, bottom, left, right) == (0, size, 0, size)
            self.critics[name] = crop_critic(
                (top, bottom, left, right),
                convolutions=whole if full else whole - 1,
                kernel=kernel,
                norm=norm,
                width=width,
            )
        initialise_kernels(self, init_std)

    def forward(
        self, images: dict[int, Float[Tensor, "batch 3 size size"]]
    ) -> dict[str, Float[Tensor, "batch"]]:
        """One score per image and region, float32 also under autocast.

        Args:
            images: in [-1, 1] by size; only the critics' own size is read.
        """
        image = images[self.size]
        if self.raw_input:
            image = (image + 1) * 127.5
        return {
            name: at_least_float32(self.critics[name](image[:, :, top:bottom, left:right])).flatten()
            for name, (top, bottom, left, right) in self.boxes.items()
        }

"""Pictures of a geometry set as a network sees them in training: other backgrounds, misplaced, changed."""

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from enface.training.warp.backgrounds import with_other_backgrounds
from enface.training.warp.jitter import jittered
from enface.training.warp.placing import cut_out, jittered_grids
from enface.training.warp.recipe import Jitter


def jittered_pictures(
    batch: dict[str, Tensor],
    mirror: Bool[Tensor, " batch"],
    *,
    size: int,
    jitter: Jitter,
    generator: torch.Generator,
) -> tuple[Float[Tensor, "batch 3 size size"], Float[Tensor, "batch 2 3"]]:
    """Pictures in [-1, 1] in the template's frame, and the matrices for `affine_grid` that placed them.

    Args:
        batch: `image`, `segmentation`, `landmarks`, `pose`.
        mirror: which pictures are mirrored.
        size: of the frame, pixels.
        jitter: what happens to them.
        generator: of the CPU.
    """
    rng = numpy_generator(generator)
    grid = jittered_grids(batch, mirror, size=size, jitter=jitter, rng=rng).to(mirror.device)
    pictures = with_other_backgrounds(
        batch["image"], batch["segmentation"], share=jitter.background, generator=generator
    )
    images = jittered(cut_out(pictures, grid, size=size), jitter, generator=generator)
    return images * 2.0 - 1.0, grid


def numpy_generator(generator: torch.Generator) -> np.random.Generator:
    """A generator of numpy that follows from the next draw of torch's."""
    return np.random.default_rng(int(torch.randint(1 << 62, (), generator=generator)))

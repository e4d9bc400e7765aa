"""VGG16 as VGG-Face has it, the recognizer of the log's first settings (specification A.2)."""

from collections.abc import Collection
from itertools import pairwise

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Channels and convolutions of each stage; every stage ends in a 2x2 maximum."""
HIDDEN = 4096
SIDE = 7
"""Of the last map for a 224 px input."""


class VGG16(nn.Module):
    """Thirteen 3x3 convolutions with biases, five maxima, two dense layers; the classifier is left out.

    Parameter names are those of the public `vgg_face_dag.pth`. Layers of a 224 px input: the maps `pool2`
    (128 channels, 56x56) and `pool5_map` (512, 7x7), the vectors `pool5` (25088, the same values row by row,
    each pixel with all its channels, as TensorFlow lays them), `fc7` and `relu7` (4096).

    Args:
        divisor: of every width; 1 is VGG-Face, larger ones are for tests.
    """

    def __init__(self, *, divisor: int = 1) -> None:
        super().__init__()
        inputs = 3
        for stage, (channels, count) in enumerate(STAGES, start=1):
            widths = [inputs, *[channels // divisor] * count]
            for index, (before, after) in enumerate(pairwise(widths), start=1):
                self.add_module(f"conv{stage}_{index}", nn.Conv2d(before, after, 3, padding=1))
            inputs = widths[-1]
        self.fc6 = nn.Linear(inputs * SIDE * SIDE, HIDDEN // divisor)
        self.fc7 = nn.Linear(HIDDEN // divisor, HIDDEN // divisor)

    def forward(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """The named maps and vectors; nothing deeper than the deepest of them is computed.

        Args:
            images: BGR, 0..255 minus the channel means, 224 px.
            layers: any of the names above.
        """
        found: dict[str, Tensor] = {}
        x = images
        for stage, (_, count) in enumerate(STAGES, start=1):
            for index in range(1, count + 1):
                x = F.relu(self.get_submodule(f"conv{stage}_{index}")(x))
            x = F.max_pool2d(x, 2)
            found[f"pool{stage}"] = x
            if all(layer in found and layer != "pool5" for layer in layers):
                return {name: found[name] for name in layers}
        found["pool5_map"] = x
        found["pool5"] = x.permute(0, 2, 3, 1).flatten(1)
        if "fc7" in layers or "relu7" in layers:
            # The original fed fc7 with fc6 before its ReLU, a defect (G.1-3).
            found["fc7"] = self.fc7(F.relu(self.fc6(x.flatten(1))))
            found["relu7"] = F.relu(found["fc7"])
        return {name: found[name] for name in layers}

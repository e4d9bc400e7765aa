"""The warp network: coefficients of the whole field first, then corrections where they can be seen.

The field is a mean plus principal components of rendered fields: whatever the picture, it is the field of
some head. Corrections look the picture's features up through the present field, so that they compare what
should be a mouth with what lies there, and see the mirrored side beside it.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from enface.networks.warp.blocks import block, enlarge, identity, look_up
from enface.networks.warp.encoder import COARSE_FEATURES, CODE, FINE_FEATURES, Encoded, Encoder

CLASSES = ("absent", "seen", "mirrored", "hidden")
"""Of a frontal pixel: background or clothes; seen; hidden while its mirror image is seen; hidden."""
MATTE = ("background", "face", "hair", "cloth", "glasses")
"""Of a pixel of the picture."""
FIELD = 64
"""Side of the field, pixels."""
_MAP = 12
_HIDDEN = 40
_FINE_HIDDEN = 24
_PASSES = 2
_STEP = 0.2
"""Scale of corrections: what the layers give is of the order of 1."""


class WarpOutput(NamedTuple):
    """Fields point into the picture: x and y from -1 (left and upper edge) to 1."""

    modes: Float[Tensor, "batch 2 2 64 64"]
    """From the coefficients alone, expression kept and neutral."""
    field: Float[Tensor, "batch 2 64 64"]
    classes: Float[Tensor, "batch 4 64 64"]
    """Logits of `CLASSES`."""
    matte: Float[Tensor, "batch 5 s/2 s/2"]
    """Logits of `MATTE`, in the picture."""


class WarpNetwork(nn.Module):
    """Where the pixels of a frontal face lie in a picture.

    Args:
        size: side of the pictures, pixels; a multiple of 16.
        components: principal components of the field.
    """

    mean: Tensor
    basis: Tensor
    place: Tensor

    def __init__(self, *, size: int = 128, components: int = 80) -> None:
        super().__init__()
        self.size = size
        self.encoder = Encoder(size)
        self.coefficients = nn.Linear(CODE, 2 * components)
        self.map = nn.Linear(CODE, _MAP * 16 * 16)
        self.coarse_pass = nn.Sequential(
            block(2 + 2 * COARSE_FEATURES + _MAP + 3, _HIDDEN),
            block(_HIDDEN, _HIDDEN, dilation=2),
            block(_HIDDEN, _HIDDEN),
        )
        self.coarse_step = nn.Conv2d(_HIDDEN, 2, 3, padding=1)
        self.lift = nn.Conv2d(_HIDDEN, _FINE_HIDDEN, 1)
        self.fine_pass = nn.Sequential(
            block(_FINE_HIDDEN + 2 * FINE_FEATURES + 3, _FINE_HIDDEN), block(_FINE_HIDDEN, _FINE_HIDDEN)
        )
        self.fine_step = nn.Conv2d(_FINE_HIDDEN, 2 + len(CLASSES), 3, padding=1)
        self.matte = nn.Conv2d(FINE_FEATURES, len(MATTE), 3, padding=1)
        # Flat: memory formats are for pictures.
        self.register_buffer("mean", torch.zeros(2, 2 * FIELD * FIELD))
        self.register_buffer("basis", torch.zeros(2, components, 2 * FIELD * FIELD))
        self.register_buffer("place", identity(FIELD // 2, like=self.mean), persistent=False)
        for step in (self.coarse_step, self.fine_step, self.coefficients):
            with torch.no_grad():
                step.weight.mul_(0.1)
                step.bias.zero_()  # type: ignore[union-attr]

    def coarse_fields(self, code: Float[Tensor, "batch code"]) -> Float[Tensor, "batch 2 2 64 64"]:
        """Fields of the coefficients, of both modes: expression kept, neutral."""
        # In bfloat16 these two products alone would double what all other layers do to a face.
        with torch.autocast(code.device.type, enabled=False):
            weights = self.coefficients(code.to(self.basis.dtype)).view(code.shape[0], 2, -1)
            fields = self.mean + torch.einsum("bmk,mkn->bmn", weights, self.basis)
        return fields.view(code.shape[0], 2, 2, FIELD, FIELD)

    def forward(self, images: Float[Tensor, "batch 3 s s"], neutral: Bool[Tensor, " batch"]) -> WarpOutput:
        """Looks at aligned pictures.

        Args:
            images: the template's whole frame, in [-1, 1].
            neutral: whether the frontal face is to be neutral, or to keep the picture's expression.
        """
        encoded = self.encoder(images)
        modes = self.coarse_fields(encoded.code)
        coarse = modes[torch.arange(images.shape[0], device=images.device), neutral.long()]
        return self._refined(encoded, modes, coarse, neutral)

    def _refined(
        self,
        encoded: Encoded,
        modes: Float[Tensor, "batch 2 2 64 64"],
        coarse: Float[Tensor, "batch 2 64 64"],
        neutral: Bool[Tensor, " batch"],
    ) -> WarpOutput:
        count = coarse.shape[0]
        field = nn.functional.avg_pool2d(coarse, 2)
        mode = neutral.to(field.dtype)[:, None, None, None].expand(-1, 1, 32, 32)
        whole = enlarge(self.map(encoded.code).view(count, _MAP, 16, 16)).float()
        surroundings = [whole, self.place.expand(count, -1, -1, -1), mode]
        for _ in range(_PASSES):
            # What the field should find is judged where it stands; how it got there is not blamed for it.
            here = look_up(encoded.coarse, field.detach())
            hidden = self.coarse_pass(torch.cat([field.detach(), here, here.flip(3), *surroundings], dim=1))
            field = field + _STEP * self.coarse_step(hidden).float()
        fine = coarse + enlarge(field - nn.functional.avg_pool2d(coarse, 2))
        here = look_up(encoded.fine, fine.detach())
        lifted = enlarge(self.lift(hidden)).float()
        mode = neutral.to(fine.dtype)[:, None, None, None].expand(-1, 1, FIELD, FIELD)
        last = self.fine_step(self.fine_pass(torch.cat([lifted, here, here.flip(3), fine.detach(), mode], 1)))
        return WarpOutput(
            modes=modes,
            field=fine + _STEP * last[:, :2].float(),
            classes=last[:, 2:].float(),
            matte=self.matte(encoded.fine).float(),
        )

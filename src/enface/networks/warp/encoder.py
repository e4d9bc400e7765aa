"""From the picture to a code of the whole and to maps of its parts."""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn

from enface.networks.warp.blocks import Residual, block, enlarge

CODE = 384
COARSE_FEATURES = 40
FINE_FEATURES = 16


class Encoded(NamedTuple):
    """What the encoder saw, for a picture of side s."""

    code: Float[Tensor, "batch code"]
    coarse: Float[Tensor, "batch coarse s/4 s/4"]
    fine: Float[Tensor, "batch fine s/2 s/2"]


class Encoder(nn.Module):
    """Four halvings to a code, then back up with shortcuts.

    | stage | channels | side for 128 px |
    | --- | --- | --- |
    | stem | 24 | 64 |
    | 1 | 48, one residual block | 32 |
    | 2 | 112, two | 16 |
    | 3 | 192, two | 8 |
    | code | 384 | - |

    Args:
        size: side of the picture, pixels; a multiple of 16.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.stem = block(3, 24, 5, stride=2)
        self.stage1 = nn.Sequential(block(24, 48, stride=2), Residual(48))
        self.stage2 = nn.Sequential(block(48, 112, stride=2), Residual(112), Residual(112))
        self.stage3 = nn.Sequential(block(112, 192, stride=2), Residual(192), Residual(192))
        self.squeeze = block(192, 64, 1)
        self.code = nn.Sequential(nn.Flatten(), nn.Linear(64 * (size // 16) ** 2, CODE), nn.ReLU())
        self.top = nn.Conv2d(192, COARSE_FEATURES, 1)
        self.shortcut2 = nn.Conv2d(112, COARSE_FEATURES, 1)
        self.shortcut1 = nn.Conv2d(48, COARSE_FEATURES, 1)
        self.coarse = block(COARSE_FEATURES, COARSE_FEATURES)
        self.shortcut0 = nn.Conv2d(24, FINE_FEATURES, 1)
        self.down = nn.Conv2d(COARSE_FEATURES, FINE_FEATURES, 1)
        self.fine = block(FINE_FEATURES, FINE_FEATURES)

    def forward(self, images: Float[Tensor, "batch 3 s s"]) -> Encoded:
        """Encodes pictures in [-1, 1]."""
        stem = self.stem(images)
        one = self.stage1(stem)
        two = self.stage2(one)
        three = self.stage3(two)
        code = self.code(self.squeeze(three))
        upwards = enlarge(self.top(three)) + self.shortcut2(two)
        coarse = self.coarse(enlarge(upwards) + self.shortcut1(one))
        fine = self.fine(enlarge(self.down(coarse)) + self.shortcut0(stem))
        return Encoded(code, coarse, fine)

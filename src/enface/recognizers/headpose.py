"""`headpose0001`: yaw, pitch and roll by an independent network, a judge of how frontal a face is."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from enface.recognizers.openvino_ir.graph import IrGraph
from enface.recognizers.openvino_ir.reader import read_ir
from enface.resources import locate

_SIZE = 60
_OUTPUTS = {"yaw": "angle_y_fc", "pitch": "angle_p_fc", "roll": "angle_r_fc"}


class HeadPose(nn.Module):
    """head-pose-estimation-adas-0001 (Intel Open Model Zoo, Apache-2.0), frozen.

    Good to about 45 degrees of yaw, saturates near 60.
    """

    def __init__(self, graph: IrGraph) -> None:
        super().__init__()
        self.graph = graph.eval().requires_grad_(False)

    def forward(self, images: Float[Tensor, "batch 3 size size"]) -> Float[Tensor, "batch 3"]:
        """Yaw, pitch and roll in degrees; yaw > 0: the face is turned to the viewer's right.

        Args:
            images: [-1, 1] RGB, square, the face's box enlarged 1.1 times.
        """
        with torch.autocast(images.device.type, enabled=False):
            levels = (images.float().flip(1) + 1) * 127.5
            small = F.interpolate(
                levels, size=(_SIZE, _SIZE), mode="bilinear", antialias=True, align_corners=False
            )
        angles = self.graph(small, tuple(_OUTPUTS))
        return torch.cat([angles["yaw"], angles["pitch"], angles["roll"]], dim=1)


def load_head_pose() -> HeadPose:
    """The network with its fetched weights.

    Raises:
        ResourceError: they are not there; the message names the command that fetches them.
    """
    files = locate("headpose0001")
    return HeadPose(IrGraph(read_ir(files["xml"], files["bin"].read_bytes()), outputs=_OUTPUTS))

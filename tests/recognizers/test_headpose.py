"""The independent judge of pose."""

import numpy as np
import pytest
import torch

from enface.recognizers.headpose import load_head_pose
from enface.resources import present


@pytest.mark.resources
def test_head_pose_equals_openvino() -> None:
    """Expected degrees: OpenVINO 2026.4, CPU, float32, on the same pattern."""
    if not present("headpose0001"):
        pytest.skip("run `enface fetch headpose0001`")
    row, column = np.mgrid[:60, :60]
    pattern = np.stack([np.sin(column / 7), np.cos(row / 5), np.sin((row + column) / 9)])
    images = torch.from_numpy(pattern).float()[None]
    pose = load_head_pose()
    angles = pose(torch.cat([images, -images]))
    np.testing.assert_allclose(angles.numpy(), EXPECTED, atol=1e-3)


EXPECTED = [[-16.00315, 6.82208, -2.83489], [-11.098, -4.01982, -8.43743]]

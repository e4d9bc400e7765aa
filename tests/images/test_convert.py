"""Bytes, floats and layouts."""

import numpy as np
import pytest
import torch

from enface.images import hwc_to_tensor, tensor_to_hwc, to_uint8, to_unit


def test_ends_and_middle_of_the_range() -> None:
    unit = to_unit(torch.tensor([0, 255, 127, 128], dtype=torch.uint8))
    torch.testing.assert_close(unit, torch.tensor([-1.0, 1.0, -1 / 255, 1 / 255]), atol=1e-6, rtol=0)
    assert unit.dtype == torch.float32


def test_every_byte_survives_the_round_trip() -> None:
    values = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    assert torch.equal(to_uint8(to_unit(values)), values)


def test_rounding_and_clamping() -> None:
    step = 2 / 255
    floats = torch.tensor([-3.0, 3.0, -1 + 0.49 * step, -1 + 0.51 * step], requires_grad=True)
    assert to_uint8(floats).tolist() == [0, 255, 0, 1]
    assert to_uint8(torch.tensor([0.5], dtype=torch.bfloat16)).tolist() == [191]


def test_converting_twice_is_refused() -> None:
    with pytest.raises(TypeError, match="uint8"):
        to_unit(torch.zeros(2))


def test_layouts() -> None:
    image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    tensor = hwc_to_tensor(image[:, ::-1])
    assert tensor.shape == (3, 2, 3)
    assert tensor[1, 0, 0] == image[0, 2, 1]
    np.testing.assert_array_equal(tensor_to_hwc(tensor), image[:, ::-1])

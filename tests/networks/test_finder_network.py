"""The finder's network: size, shapes, precision, what a cell sees."""

import pytest
import torch

from enface.networks.finder import STRIDE, FinderNetwork, cell_middles


def test_it_fits_the_file() -> None:
    network = FinderNetwork()
    assert sum(parameter.numel() for parameter in network.parameters()) == 220_948
    kernels = sum(value.numel() for value in network.state_dict().values() if value.ndim > 1)
    others = sum(value.numel() for value in network.state_dict().values() if value.ndim <= 1)
    assert 2 * kernels + 4 * others < 2_000_000


def test_one_cell_for_every_eight_pixels_in_float32() -> None:
    network = FinderNetwork(widths=(4, 4, 8), blocks=(1, 1)).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = network(torch.zeros(2, 3, 48, 64))
    assert output.face.shape == output.log_side.shape == (2, 6, 8)
    assert output.offset.shape == (2, 2, 6, 8)
    assert all(part.dtype == torch.float32 for part in output)


def test_an_untrained_network_expects_few_faces() -> None:
    with torch.no_grad():
        output = FinderNetwork().eval()(torch.zeros(1, 3, 64, 64))
    assert float(output.face.sigmoid().mean()) == pytest.approx(0.01, abs=0.005)


def test_a_cell_looks_at_its_own_surroundings() -> None:
    torch.manual_seed(0)
    network = FinderNetwork().eval()
    images = torch.rand(1, 3, 256, 256, requires_grad=True)
    network(images).face[0, 16, 16].backward()  # type: ignore[no-untyped-call]
    assert images.grad is not None
    seen = images.grad.abs().sum((0, 1)) > 0
    rows = seen.any(1).nonzero().squeeze()
    middle = float(cell_middles(32)[16])
    assert abs(float(rows.float().mean()) - middle) < STRIDE
    assert 100 < int(rows.max() - rows.min()) < 200

"""The landmark network: size, shapes, soft maps, precision."""

import torch

from enface.networks.landmarks import LandmarkNetwork, _places


def test_it_has_the_parameters_that_fit_the_file() -> None:
    network = LandmarkNetwork()
    assert sum(parameter.numel() for parameter in network.parameters()) == 1_778_168
    kernels = sum(value.numel() for value in network.state_dict().values() if value.ndim > 1)
    others = sum(value.numel() for value in network.state_dict().values() if value.ndim <= 1)
    assert 2 * kernels + 4 * others < 4_000_000


def test_shapes_and_float32_under_autocast() -> None:
    network = LandmarkNetwork(widths=(4, 4, 8, 8), joined=4, squeezed=4, hidden=8, input_size=48).eval()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = network(torch.zeros(2, 3, 48, 48))
    assert output.points.shape == (2, 68, 2)
    assert output.log_distance.shape == output.visible.shape == (2, 68)
    assert output.pose.shape == (2, 3)
    assert output.face.shape == (2,)
    assert all(part.dtype == torch.float32 for part in output)


def test_a_sharp_map_points_at_its_place_and_a_flat_one_at_the_middle() -> None:
    maps = torch.zeros(1, 68, 12, 12)
    maps[0, 5, 2, 9] = 100.0  # row 2, column 9
    places = _places(maps)
    torch.testing.assert_close(places[0, 0], torch.zeros(2), atol=1e-6, rtol=0)
    expected = 1.6 * torch.tensor([(9 + 0.5) / 6 - 1, (2 + 0.5) / 6 - 1])
    torch.testing.assert_close(places[0, 5], expected)

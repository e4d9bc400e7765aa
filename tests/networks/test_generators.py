"""Shapes, parameter counts and behaviour of the generators (specification A.3, A.3b, H.1)."""

from dataclasses import replace

import pytest
import torch

from enface.config import schema
from enface.errors import ConfigError
from enface.networks.generators import build_generator
from enface.networks.generators.blocks import FeatureJoin

SMALL = schema.ThreeScaleGenerator(sizes=(14, 28, 56), width=0.125)


@pytest.mark.parametrize(
    ("config", "expected"),
    [(schema.ThreeScaleGenerator(), 56_313_856), (schema.SingleScaleGenerator(), 24_102_400)],
)
def test_kernel_parameters_for_a_2048_feature(config: schema.Generator, expected: int) -> None:
    with torch.device("meta"):
        generator = build_generator(config, feature_size=2048)
    assert sum(kernel.numel() for kernel in generator.kernels()) == expected
    assert sum(parameter.numel() for parameter in generator.parameters()) == expected


@pytest.mark.parametrize("sizes", [(56, 112, 224), (28, 56, 112), (14, 28, 56), (7, 14, 28), (112, 224, 448)])
@pytest.mark.parametrize("feature_size", [256, 5])
def test_three_sizes(sizes: tuple[int, int, int], feature_size: int) -> None:
    config = schema.ThreeScaleGenerator(sizes=sizes, width=1 / 16)
    images = build_generator(config, feature_size=feature_size)(torch.randn(2, feature_size))
    assert {size: tuple(image.shape) for size, image in images.items()} == {s: (2, 3, s, s) for s in sizes}
    assert all(image.abs().max() <= 1 for image in images.values())


def test_maps_of_the_table() -> None:
    generator = build_generator(schema.ThreeScaleGenerator(width=0.25), feature_size=16)
    channels = {name: tuple(p.shape) for name, p in generator.named_parameters()}
    assert channels["trunk.opening.0.0.weight"] == (16, 128, 4, 4)
    assert channels["residual_medium.branch.0.weight"] == (32, 20, 4, 4)
    assert channels["residual_large.branch.3.weight"] == (10, 16, 4, 4)
    assert channels["join_large.plane.weight"] == (112 * 112, 16)


@pytest.mark.parametrize("size", [28, 56, 112, 224])
def test_single_size(size: int) -> None:
    generator = build_generator(schema.SingleScaleGenerator(size=size, width=1 / 16), feature_size=6)
    assert {s: tuple(i.shape) for s, i in generator(torch.randn(2, 6)).items()} == {size: (2, 3, size, size)}


@pytest.mark.parametrize("sizes", [(56, 112, 200), (50, 100, 200), (56, 56, 112), (0, 0, 0), (3, 6, 12)])
def test_sizes_that_cannot_be_built(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ConfigError):
        build_generator(replace(SMALL, sizes=sizes), feature_size=4)


@pytest.mark.parametrize("size", [14, 84, 200, 0])
def test_single_sizes_that_cannot_be_built(size: int) -> None:
    with pytest.raises(ConfigError, match=str(size)):
        build_generator(schema.SingleScaleGenerator(size=size), feature_size=4)


@pytest.mark.parametrize("norm", ["pixel", "batch", "layer", "instance", "none"])
def test_every_norm_builds_and_trains(norm: schema.Norm) -> None:
    generator = build_generator(replace(SMALL, norm=norm, norm_first=True), feature_size=4)
    images = generator(torch.randn(2, 4))
    sum(image.mean() for image in images.values()).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in generator.parameters())


def test_first_layer_is_normalised_only_on_request() -> None:
    feature = torch.ones(1, 4)
    plain, normed = (
        build_generator(replace(SMALL, norm_first=first), feature_size=4) for first in (False, True)
    )
    normed.load_state_dict(plain.state_dict())
    first = [generator.get_submodule("trunk.opening.0") for generator in (plain, normed)]
    scale = [float(layer(feature[:, :, None, None]).square().mean().detach()) for layer in first]
    assert scale[0] < 0.01 < scale[1]


def test_kernels_are_cut_at_two_sigma() -> None:
    generator = build_generator(schema.SingleScaleGenerator(width=0.25), feature_size=64)
    weights = torch.cat([kernel.detach().flatten() for kernel in generator.kernels()])
    assert weights.abs().max() <= 0.04
    assert abs(float(weights.std()) - 0.0176) < 2e-4


def test_join_adds_equal_planes_of_the_feature() -> None:
    join = FeatureJoin(3, size=4, copies=2)
    x, features = torch.randn(2, 5, 4, 4), torch.randn(2, 3)
    joined = join(x, features)
    plane = (features @ join.plane.weight.T).clamp(min=0).view(2, 4, 4)
    torch.testing.assert_close(joined[:, :5], x)
    torch.testing.assert_close(joined[:, 5], plane)
    torch.testing.assert_close(joined[:, 6], plane)


def test_channels_last_and_bfloat16_change_rounding_only() -> None:
    torch.manual_seed(0)
    generator = build_generator(replace(SMALL, init_std=0.1), feature_size=8)
    features = torch.randn(3, 8)
    expected = generator(features)
    generator.to(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = generator(features)
    for size, image in generator(features).items():
        torch.testing.assert_close(image, expected[size], rtol=1e-4, atol=1e-5)
        assert rounded[size].dtype == torch.float32
        torch.testing.assert_close(rounded[size], expected[size], rtol=0, atol=0.1)

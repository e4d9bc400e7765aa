"""Shapes, parameter counts and behaviour of the critics (specification A.4, A.4b, C, H.1)."""

from typing import Any

import pytest
import torch

from enface.config import schema
from enface.errors import ConfigError
from enface.networks.critics import build_critics
from enface.networks.critics.regions import RegionCritics

SIZES = (56, 112, 224)
SEED_BOXES = {
    "whole": (0, 224, 0, 224),
    "eyes": (64, 100, 50, 174),
    "nose": (75, 140, 90, 134),
    "mouth": (140, 170, 75, 149),
    "face": (64, 180, 50, 174),
}
RELEASE_BOXES = {
    "whole": (0, 224, 0, 224),
    "eyes": (56, 102, 44, 180),
    "nose": (70, 144, 88, 136),
    "mouth": (144, 180, 80, 144),
    "face": (40, 190, 34, 190),
}


def images(sizes: tuple[int, ...] = SIZES, batch: int = 2) -> dict[int, torch.Tensor]:
    return {size: torch.rand(batch, 3, size, size) * 2 - 1 for size in sizes}


def test_kernel_parameters_of_the_three_global_critics() -> None:
    critics = build_critics(schema.SizeCritics(head="global"), sizes=SIZES)
    assert sum(kernel.numel() for kernel in critics.kernels()) == 5_227_008
    counts = {
        name: sum(p.numel() for p in critics.get_submodule(f"critics.{name}").parameters())
        for name in critics.names
    }
    assert counts == {"224": 2_790_912, "112": 1_742_336, "56": 693_760}


@pytest.mark.parametrize(
    ("boxes", "kernel", "expected"), [(SEED_BOXES, 4, 4_538_368), (RELEASE_BOXES, 3, 2_581_472)]
)
def test_kernel_parameters_of_the_five_region_critics(
    boxes: dict[str, tuple[int, int, int, int]], kernel: int, expected: int
) -> None:
    critics = RegionCritics(boxes, size=224, kernel=kernel)
    assert sum(p.numel() for p in critics.kernels()) == expected
    gains = sum(p.numel() for p in critics.parameters()) - expected
    assert gains == 2 * (64 + 128 + 256 + 256 + 4 * (64 + 128 + 256))


@pytest.mark.parametrize(("head", "side"), [("patch", 4), ("global", 1)])
@pytest.mark.parametrize("sizes", [SIZES, (28, 56, 112), (7, 14, 28)])
def test_size_critics_give_a_map_per_image(head: str, side: int, sizes: tuple[int, ...]) -> None:
    critics = build_critics(schema.SizeCritics(head=head, width=1 / 16), sizes=sizes)  # type: ignore[arg-type]
    scores = critics(images(sizes))
    assert critics.names == tuple(map(str, sizes))
    assert {name: tuple(score.shape) for name, score in scores.items()} == {
        str(size): (2, 1, side, side) for size in sizes
    }


def test_patch_critic_has_one_convolution_less_before_its_head() -> None:
    critics = build_critics(schema.SizeCritics(head="patch"), sizes=SIZES)
    channels = {
        name: [p.shape[0] for p in critics.get_submodule(f"critics.{name}").parameters()]
        for name in critics.names
    }
    assert channels == {
        "56": [32, 64, 128, 1],
        "112": [32, 64, 128, 256, 1],
        "224": [32, 64, 128, 256, 256, 1],
    }


@pytest.mark.parametrize(
    ("boxes", "kernel", "dense"),
    [
        (SEED_BOXES, 4, [12544, 6144, 3840, 2560, 16384]),
        (RELEASE_BOXES, 3, [12544, 6912, 3840, 3072, 25600]),
    ],
)
def test_region_critics_give_one_score_per_image(
    boxes: dict[str, tuple[int, int, int, int]], kernel: int, dense: list[int]
) -> None:
    critics = RegionCritics(boxes, size=224, kernel=kernel)
    assert [critics.get_submodule(f"critics.{name}")[-1].in_features for name in critics.names] == dense
    scores = critics(images((224,)))
    assert list(scores) == ["whole", "eyes", "nose", "mouth", "face"]
    assert all(score.shape == (2,) for score in scores.values())


@pytest.mark.parametrize(("boxes", "kernel", "expected"), [("v1", 4, 4_538_368), ("v2", 3, 2_581_472)])
def test_region_critics_of_the_configuration(boxes: Any, kernel: Any, expected: int) -> None:
    critics = build_critics(schema.RegionCritics(boxes=boxes, kernel=kernel), sizes=SIZES)
    assert critics.names == ("whole", "eyes", "nose", "mouth", "face")
    assert sum(p.numel() for p in critics.kernels()) == expected


@pytest.mark.parametrize("boxes", ["v1", "v2", "template"])
@pytest.mark.parametrize("size", [112, 448])
def test_region_critics_of_other_sizes(boxes: Any, size: int) -> None:
    critics = build_critics(schema.RegionCritics(boxes=boxes, width=1 / 16), sizes=(size // 2, size))
    assert [tuple(score.shape) for score in critics(images((size,))).values()] == [(2,)] * 5


def test_a_region_critic_sees_its_box_only() -> None:
    critics = RegionCritics(SEED_BOXES, size=224, width=1 / 16, norm="none")
    image = torch.rand(1, 3, 224, 224, requires_grad=True)
    (gradient,) = torch.autograd.grad(critics({224: image})["nose"].sum(), image)
    top, bottom, left, right = SEED_BOXES["nose"]
    assert gradient[:, :, top:bottom, left:right].abs().sum() > 0
    gradient[:, :, top:bottom, left:right] = 0
    assert gradient.abs().sum() == 0


def test_five_regions_of_a_small_image_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"critics.kind regions .* generator.size 56"):
        build_critics(schema.RegionCritics(), sizes=(28, 56))


def test_boxes_outside_the_image_are_refused() -> None:
    with pytest.raises(ConfigError, match="mouth"):
        RegionCritics({"mouth": (100, 120, 10, 50)}, size=112)
    with pytest.raises(ConfigError, match="28"):
        RegionCritics({"whole": (0, 14, 0, 14)}, size=14)


@pytest.mark.parametrize("norm", ["pixel", "batch", "layer", "instance", "none"])
def test_norms_leave_out_the_first_and_last_layer(norm: schema.Norm) -> None:
    critics = build_critics(schema.SizeCritics(norm=norm, width=1 / 16), sizes=(56,))
    layers = critics.get_submodule("critics.56")
    kinds = [type(layer).__name__ for layer in layers]
    name = {
        "pixel": "PixelNorm",
        "batch": "BatchNorm2d",
        "layer": "GroupNorm",
        "instance": "InstanceNorm2d",
        "none": "Identity",
    }[norm]
    step = ["SameConv2d", name, "LeakyReLU"]
    assert kinds == ["SameConv2d", "LeakyReLU", *step, *step, "SameConv2d"]
    critics(images((56,)))["56"].sum().backward()
    assert all(p.grad is not None for p in critics.parameters())


def test_leaky_slope() -> None:
    critics = build_critics(schema.SizeCritics(width=1 / 16), sizes=(14,))
    assert critics.get_submodule("critics.14")[1](torch.tensor([-1.0])).item() == pytest.approx(-0.2)


def test_channels_last_and_bfloat16_change_rounding_only() -> None:
    torch.manual_seed(0)
    critics = build_critics(schema.SizeCritics(width=1 / 4, init_std=0.1), sizes=(28, 56))
    batch = images((28, 56))
    expected = critics(batch)
    critics.to(memory_format=torch.channels_last)
    batch = {size: image.contiguous(memory_format=torch.channels_last) for size, image in batch.items()}
    with torch.autocast("cpu", torch.bfloat16):
        rounded = critics(batch)
    for name, score in critics(batch).items():
        torch.testing.assert_close(score, expected[name], rtol=1e-4, atol=1e-4)
        assert rounded[name].dtype == torch.float32
        torch.testing.assert_close(rounded[name], expected[name], rtol=0.05, atol=0.1)

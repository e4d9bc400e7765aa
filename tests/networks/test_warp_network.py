"""The warp network: shapes, what its blocks do to fields, and what trust is made of."""

import pytest
import torch

from enface.networks.warp import CLASSES, MATTE, WarpNetwork
from enface.networks.warp.blocks import block, enlarge_cubic, enlarged_field, identity, look_up, mirrored
from enface.networks.warp.finisher import Decisions, Finisher, finish
from enface.networks.warp.padding import bleed
from enface.networks.warp.views import Views, stretch, views_of

FIELD = identity(64, like=torch.zeros(1))


def certain(name: str, names: tuple[str, ...], side: int) -> torch.Tensor:
    """Probability one for a class everywhere."""
    layers = torch.zeros(1, len(names), side, side)
    layers[:, names.index(name)] = 1.0
    return layers


@pytest.fixture(scope="module")
def network() -> WarpNetwork:
    torch.manual_seed(0)
    return WarpNetwork(size=64, components=3).eval()


def test_shapes_and_parameters(network: WarpNetwork) -> None:
    output = network(torch.zeros(2, 3, 64, 64), torch.tensor([True, False]))
    assert output.modes.shape == (2, 2, 2, 64, 64)
    assert output.field.shape == (2, 2, 64, 64)
    assert output.classes.shape == (2, len(CLASSES), 64, 64)
    assert output.matte.shape == (2, len(MATTE), 32, 32)
    assert sum(p.numel() for p in WarpNetwork().parameters()) == 5_025_397
    assert sum(p.numel() for p in Finisher().parameters()) == 316_141


def test_components_span_the_coarse_field(network: WarpNetwork) -> None:
    """The coarse field is mean + coefficients x components, for each mode its own."""
    torch.nn.init.normal_(network.mean)
    torch.nn.init.normal_(network.basis)
    code = torch.randn(2, network.coefficients.in_features)
    weights = network.coefficients(code).view(2, 2, 3)
    expected = network.mean[1] + weights[0, 1] @ network.basis[1]
    torch.testing.assert_close(network.coarse_fields(code)[0, 1].flatten(), expected, rtol=1e-4, atol=1e-4)


def test_a_mirrored_field_looks_the_mirrored_picture_up() -> None:
    picture = torch.rand(1, 3, 64, 64)
    field = FIELD * 0.7 + torch.rand(1, 2, 64, 64) * 0.1
    own = look_up(picture, field)
    torch.testing.assert_close(look_up(picture.flip(3), mirrored(field)), own.flip(3), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(mirrored(mirrored(field)), field)


def test_an_enlarged_identity_is_the_identity() -> None:
    torch.testing.assert_close(enlarged_field(FIELD, 250), identity(250, like=FIELD), rtol=0, atol=1e-6)


def test_stretch_is_the_area_of_the_field() -> None:
    field = FIELD
    assert stretch(field)[..., 4:-4, 4:-4].sub(1.0).abs().max() < 1e-4
    half = field * torch.tensor([0.5, 1.0]).view(1, 2, 1, 1)
    assert stretch(half)[..., 4:-4, 4:-4].sub(0.5).abs().max() < 1e-4
    assert stretch(mirrored(field).flip(3))[..., 4:-4, 4:-4].max() < 0  # folded over


def test_bleeding_keeps_the_face_and_hides_the_background() -> None:
    picture = torch.zeros(1, 3, 50, 50)
    mask = torch.zeros(1, 1, 50, 50)
    picture[..., 15:35, 15:35], mask[..., 15:35, 15:35] = 0.8, 1.0
    filled = bleed(picture, mask)
    torch.testing.assert_close(filled, torch.full_like(filled, 0.8), rtol=0, atol=1e-3)
    assert torch.isfinite(bleed(picture, torch.zeros_like(mask))).all()


def test_views_trust_what_is_seen_and_not_the_background() -> None:
    picture = torch.rand(1, 3, 128, 128)
    face = certain("face", MATTE, 64)
    seen = views_of(picture, field=FIELD, classes=certain("seen", CLASSES, 64), matte=face)
    middle = (..., slice(8, -8), slice(8, -8))
    assert seen.seen[middle].min() > 0.95
    assert (seen.own - picture)[..., 16:-16, 16:-16].abs().max() < 0.02
    torch.testing.assert_close(seen.mirrored, seen.own.flip(3))
    hidden = views_of(picture, field=FIELD, classes=certain("hidden", CLASSES, 64), matte=face)
    assert hidden.seen.max() < 0.05 and hidden.head.min() > 0.95
    background = certain("background", MATTE, 64)
    beside = views_of(picture, field=FIELD, classes=certain("seen", CLASSES, 64), matte=background)
    assert beside.seen.max() < 0.05


def half_seen(side: int = 128) -> Views:
    """The image's left half is seen, bright on the left, dark on the right."""
    own = torch.full((1, 3, side, side), -0.5)
    own[..., : side // 2] = 0.5
    seen = torch.zeros(1, 1, 64, 64)
    seen[..., :32] = 1.0
    return Views(own, own.flip(3), seen, seen.flip(3), torch.ones(1, 1, 64, 64))


def test_an_untrained_finisher_fills_the_hidden_half_from_its_mirror_image() -> None:
    views = half_seen()
    done = finish(views, Finisher().eval()(views, torch.tensor([False])))
    assert (done.face - 0.5).abs()[..., :56].max() < 0.05
    assert (done.face - 0.5).abs()[..., 72:].max() < 0.05
    assert done.seen[..., :56].min() > 0.9 and done.mirrored[..., 72:].min() > 0.9
    torch.testing.assert_close(done.seen + done.mirrored + done.invented, torch.ones(1, 1, 128, 128))


def decided(own_gain: float = 0.0, mirrored_gain: float = 0.0, drawn: float = 0.0) -> Decisions:
    return Decisions(
        own_gain=torch.full((1, 1, 16, 16), own_gain),
        mirrored_gain=torch.full((1, 1, 16, 16), mirrored_gain),
        drawn=torch.full((1, 3, 128, 128), drawn),
    )


def test_nothing_is_drawn_over_what_either_half_shows() -> None:
    nowhere = torch.zeros(1, 1, 64, 64)
    done = finish(half_seen()._replace(seen_mirrored=nowhere), decided(drawn=0.3))
    assert (done.face[..., :60] - 0.5).abs().max() < 1e-4
    bare = finish(half_seen()._replace(seen_mirrored=nowhere), decided())
    torch.testing.assert_close((done.face - bare.face)[..., 72:], torch.full((1, 3, 128, 56), 0.3))
    assert done.invented[..., 72:].min() > 0.99
    both = finish(half_seen(), decided(drawn=0.3))
    assert (both.face[..., :56] - 0.5).abs().max() < 0.05 and (both.face[..., 72:] - 0.5).abs().max() < 0.05


def test_gains_move_the_light_of_their_own_half() -> None:
    done = finish(half_seen(), decided(mirrored_gain=-0.5))
    assert (done.face[..., :56] - 0.5).abs().max() < 0.05
    expected = 1.5 * torch.tensor(-0.5).exp() - 1.0
    assert (done.face[..., 72:] - expected).abs().max() < 0.05


def test_the_own_light_is_kept_unless_it_is_to_be_evened() -> None:
    finisher = Finisher().eval()
    torch.nn.init.constant_(finisher.gain.bias, 1.0)
    views = half_seen()
    assert finisher(views, torch.tensor([False])).own_gain.abs().max() == 0.0
    assert finisher(views, torch.tensor([True])).own_gain.min() > 0.3
    assert finisher(views, torch.tensor([False])).mirrored_gain.min() > 0.3


def test_decisions_fit_views_of_any_size() -> None:
    finisher = Finisher().eval()
    for side in (64, 250, 500):
        views = half_seen(side)
        assert finish(views, finisher(views, torch.tensor([True]))).face.shape == (1, 3, side, side)


def test_cubic_enlargement_is_that_of_torch() -> None:
    x = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    for size in (64, 128, 250):
        expected = torch.nn.functional.interpolate(x, size=(size, size), mode="bicubic", align_corners=False)
        torch.testing.assert_close(enlarge_cubic(x, size), expected, rtol=1e-5, atol=1e-5)


def test_dilated_kernels_stay_in_float32_under_autocast() -> None:
    """Their bfloat16 gradient on CPUs is now and then not a number."""
    dilated, plain = block(40, 40, dilation=2), block(40, 40)
    images = torch.rand(2, 40, 16, 16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert dilated[0](images).dtype == torch.float32
        assert dilated[0](images.bfloat16()).dtype == torch.float32
        assert plain[0](images).dtype == torch.bfloat16
    expected = torch.nn.functional.conv2d(images, dilated[0].weight, padding=2, dilation=2)
    torch.testing.assert_close(dilated[0](images), expected)

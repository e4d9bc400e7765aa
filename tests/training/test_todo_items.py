"""The sixteen to-do items of the log (specification E), each with the difference that it makes.

The table at the end of `docs/presets.md` says which field an item became. Item 11, which picture is the
ground truth, is tested where pairs are made: `tests/data/test_ground_truth.py`.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from enface.config import schema
from enface.config.schema import Experiment, FeatureTerm, Objective, PixelTerm
from enface.data.batch import FrontalizationBatch
from enface.images import write_image
from enface.models.normalizer import FaceNormalizer
from enface.networks.critics import build_critics
from enface.networks.generators import build_generator
from enface.objectives.adversarial import critic_loss
from enface.recognizers.architectures.vgg16 import VGG16
from enface.training.masks import read_masks
from enface.training.phases import phases_of
from enface.training.task import FrontalizationTask
from enface.training.trainer import Trainer

from .tiny import FEATURES, TinyRecognizer, noise_batches, tiny_experiment, tiny_trainer

SIZES = (7, 14, 28)
BASE = schema.PlainGenerator(side=7, channels=8, steps=("k5 s2 8", "k5 s2 8"), norm="pixel")
SILENT = Objective(adversarial_weight=0.0, feature=FeatureTerm(weight=0.0))


def task(
    objective: Objective, *, mirror_sum: bool = False, noise: int = 0, mask: Path | None = None
) -> FrontalizationTask:
    """Tiny networks, first weights from seed 0."""
    torch.manual_seed(0)
    config = schema.ThreeScaleGenerator(sizes=SIZES, width=0.1)
    generator = build_generator(config, feature_size=FEATURES, noise=noise)
    masks = None if mask is None else read_masks(mask, sizes=SIZES, device=torch.device("cpu"))
    return FrontalizationTask(
        FaceNormalizer(TinyRecognizer(), generator, mirror_sum=mirror_sum, noise=noise),
        critics=build_critics(schema.SizeCritics(width=0.1), sizes=SIZES),
        objective=objective,
        masks=masks,
    )


def batch(count: int = 4) -> FrontalizationBatch:
    """Noise with ground truth."""
    return next(noise_batches(SIZES, batch_size=count))


def images(config: schema.Generator, *, train: bool = False, **parts: Tensor) -> Tensor:
    """The largest image of a generator whose first weights are those of seed 0."""
    torch.manual_seed(0)
    generator = build_generator(config, feature_size=FEATURES).train(train)
    with torch.no_grad():
        found: dict[int, Tensor] = generator(parts.get("features", torch.ones(2, FEATURES)))
    return found[max(found)]


def test_todo_1_cross_entropy_with_smoothing_is_least_where_real_faces_score_the_label() -> None:
    fake = {"a": torch.zeros(1)}
    scores = torch.linspace(-6, 6, 2401)
    for smoothing in (0.1, 0.3):
        losses = [
            float(critic_loss("bce", real={"a": score[None]}, fake=fake, label_smoothing=smoothing))
            for score in scores
        ]
        best = float(torch.sigmoid(scores[int(np.argmin(losses))]))
        assert best == pytest.approx(1 - smoothing, abs=0.005)


def test_todo_2_pixels_that_the_mask_hides_do_not_count(tmp_path: Path) -> None:
    picture = np.zeros((28, 28, 3), dtype=np.uint8)
    picture[:, :14] = 255
    write_image(tmp_path / "mask.png", picture)
    objective = replace(SILENT, pixel=PixelTerm(weight=1.0))
    masked, plain = task(objective, mask=tmp_path / "mask.png"), task(objective)

    def gradient(of: FrontalizationTask) -> Tensor:
        shared = of.share(batch(), graph=True)
        fake = {size: image.detach().requires_grad_() for size, image in shared.fake.items()}
        term = of.generator_terms(replace(shared, fake=fake))["pixel"]
        return torch.autograd.grad(term, fake[28])[0]

    assert (gradient(masked)[:, :, :, 14:] == 0).all()
    assert (gradient(masked)[:, :, :, :14] != 0).any()
    assert (gradient(plain)[:, :, :, 14:] != 0).any()


def test_todo_3_relu7_has_no_negative_values_and_fc7_has() -> None:
    torch.manual_seed(0)
    network = VGG16(divisor=32).eval()
    with torch.no_grad():
        found = network(torch.randn(1, 3, 224, 224), ("fc7", "relu7"))
    assert (found["fc7"] < 0).any() and (found["relu7"] >= 0).all()
    assert torch.equal(found["relu7"] > 0, found["fc7"] > 0)


def test_todo_4_without_the_feature_term_nothing_keeps_the_person() -> None:
    values = {}
    for weight in (0.0, 500.0):
        trainer = tiny_trainer(tiny_experiment(objective=Objective(feature=FeatureTerm(weight=weight))))
        values[weight] = trainer.step(0, noise_batches(SIZES, batch_size=4))
    assert "generator/feature" in values[500.0] and "generator/feature" not in values[0.0]
    assert values[500.0]["generator/gradient"] > 10 * values[0.0]["generator/gradient"]


def test_todo_5_squared_differences_punish_one_large_error_more_than_many_small_ones() -> None:
    shared = task(SILENT).share(batch(), graph=True)
    truth = {size: torch.zeros_like(image) for size, image in shared.fake.items()}
    spread = {size: torch.full_like(image, 0.1) for size, image in truth.items()}
    single = {size: torch.zeros_like(image) for size, image in truth.items()}
    single[28].view(4, -1)[:, 0] = 0.1 * single[28][0].numel()
    ratios = {}
    for metric in ("l1_mean", "l2_mean"):
        of = task(replace(SILENT, pixel=PixelTerm(weight=1.0, metric=metric)))  # type: ignore[arg-type]
        one, many = (
            float(of.generator_terms(replace(shared, truth=truth, fake=fake))["pixel"])
            for fake in (single, spread)
        )
        ratios[metric] = one / many
    assert ratios["l1_mean"] == pytest.approx(1, rel=1e-3)
    assert ratios["l2_mean"] == pytest.approx(single[28][0].numel(), rel=1e-3)


def test_todo_6_leaky_units_let_negative_values_through() -> None:
    relu, leaky = images(BASE), images(replace(BASE, activation="leaky"))
    assert not torch.equal(relu, leaky)

    def silent(activation: schema.Activation) -> int:
        torch.manual_seed(0)
        generator = build_generator(replace(BASE, activation=activation), feature_size=FEATURES)
        zeros = []
        for module in generator.modules():
            if isinstance(module, torch.nn.ReLU | torch.nn.LeakyReLU):
                module.register_forward_hook(lambda _m, _i, out: zeros.append(int((out == 0).sum())))
        with torch.no_grad():
            generator(torch.randn(2, FEATURES))
        return sum(zeros)

    assert silent("relu") > 0
    assert silent("leaky") == 0


def test_todo_7_grey_levels_make_the_pixel_term_255_times_larger() -> None:
    terms = {}
    for scale in (1, 255):
        of = task(replace(SILENT, pixel=PixelTerm(weight=1.0, range=scale)))  # type: ignore[arg-type]
        terms[scale] = float(of.generator_terms(of.share(batch(), graph=True))["pixel"].detach())
    assert terms[255] == pytest.approx(255 * terms[1], rel=1e-5)


def test_todo_8_bridges_and_joins_bring_the_feature_past_the_first_map() -> None:
    feature = torch.randn(2, FEATURES)
    torch.manual_seed(0)
    bridged = build_generator(replace(BASE, bridges=(4, 4)), feature_size=FEATURES)
    plain = build_generator(BASE, feature_size=FEATURES)

    def moved(generator: torch.nn.Module) -> bool:
        """Whether the image still depends on the feature when the first map does not."""
        opening = next(module for module in generator.modules() if type(module).__name__ == "Dense")
        with torch.no_grad():
            opening.weight.zero_()
            first, second = generator(feature)[28], generator(2 * feature)[28]
        return not torch.equal(first, second)

    assert moved(bridged) and not moved(plain)
    maps = {"deep": 6, "shallow": 3}
    unet = build_generator(
        schema.UnetGenerator(layers=("deep", "shallow"), size=28, width=0.1), feature_size=FEATURES, maps=maps
    ).eval()
    given = {"deep": torch.randn(2, 6, 7, 7), "shallow": torch.randn(2, 3, 14, 14)}
    with torch.no_grad():
        first = unet(feature, given)[28]
        second = unet(feature, {**given, "shallow": -given["shallow"]})[28]
    assert not torch.equal(first, second)


def test_todo_9_wasserstein_critics_are_clipped_and_least_squares_are_not() -> None:
    largest = {}
    for game in (schema.Wgan(clip=0.01), schema.Lsgan()):
        experiment = tiny_experiment(objective=Objective(adversarial=game, feature=FeatureTerm(weight=1.0)))
        trainer = tiny_trainer(experiment)
        trainer.step(0, noise_batches(SIZES, batch_size=4))
        largest[game.kind] = max(float(p.detach().abs().max()) for p in trainer.task.critics.parameters())
    assert largest["wgan"] <= 0.01 < largest["lsgan"]


def test_todo_10_dropout_draws_in_training_and_stands_still_in_use() -> None:
    torch.manual_seed(0)
    generator = build_generator(replace(BASE, dropout=0.5), feature_size=FEATURES)
    feature = torch.randn(2, FEATURES)
    with torch.no_grad():
        first, second = (generator.train()(feature)[28] for _ in range(2))
        assert not torch.equal(first, second)
        first, second = (generator.eval()(feature)[28] for _ in range(2))
    assert torch.equal(first, second)


def test_todo_12_the_pixel_terms_share_falls_when_the_warm_up_is_over() -> None:
    objective = replace(SILENT, pixel=PixelTerm(weight=2.0, after_warmup=0.1))
    experiment = tiny_experiment(objective=replace(objective, adversarial_weight=1.0))
    experiment = replace(experiment, schedule=replace(experiment.schedule, warmup_steps=1))
    values = []
    for step in (0, 1):
        trainer = tiny_trainer(experiment)
        # The same generator on the same batch; only the step's number differs.
        one = next(noise_batches(SIZES, batch_size=4))
        values.append(trainer.step(step, iter([one] * 9))["generator/pixel"])
    assert float(values[1]) == pytest.approx(0.1 * float(values[0]), rel=1e-4)


def test_todo_13_a_face_and_its_mirror_image_become_the_same_face() -> None:
    profile = torch.rand(2, 3, 28, 28) * 2 - 1
    for mirror_sum in (True, False):
        model = task(SILENT, mirror_sum=mirror_sum).normalizer.eval()
        with torch.no_grad():
            same = torch.allclose(model(profile)[28], model(profile.flip(3))[28], atol=1e-5)
        assert same == mirror_sum


def test_todo_14_both_sides_gradients_are_taken_before_either_moves() -> None:
    apart = tiny_experiment()
    apart = replace(apart, schedule=replace(apart.schedule, critic_steps=1, fresh_batch="step"))
    together = replace(apart, schedule=replace(apart.schedule, simultaneous=True))
    assert [phase.network for phase in phases_of(0, together.schedule)] == ["both"]

    def scored(experiment: Experiment) -> tuple[float, Trainer]:
        trainer = tiny_trainer(experiment)
        one = next(noise_batches(SIZES, batch_size=4))
        expected = trainer.task.generator_terms(trainer.task.share(one, graph=True))["adversarial"]
        values = trainer.step(0, iter([one]))
        return float(values["generator/adversarial"]) - float(expected.detach()), trainer

    moved, _ = scored(together)
    assert moved == pytest.approx(0, abs=1e-6)
    moved, _ = scored(apart)  # the critics have moved first
    assert abs(moved) > 1e-5


def test_todo_15_residual_blocks_pass_their_input_on() -> None:
    config = schema.ResidualGenerator(layer=None, size=28, blocks=2, width=0.05, norm="none")
    deep, shallow = (
        build_generator(replace(config, blocks=blocks), feature_size=FEATURES) for blocks in (2, 0)
    )
    shared = shallow.state_dict()
    with torch.no_grad():
        for name, value in deep.state_dict().items():
            if name in shared:
                value.copy_(shared[name])
            elif name.startswith("body."):
                value.zero_()
        feature = torch.randn(2, FEATURES)
        # A block of zeros adds nothing, where a plain convolution of zeros would leave nothing.
        torch.testing.assert_close(deep(feature)[28], shallow(feature)[28])
    assert float(shallow(feature)[28].detach().std()) > 0


def test_todo_16_noise_moves_the_face_in_training_and_is_zero_in_use() -> None:
    of = task(SILENT, noise=5)
    with torch.no_grad():
        profile = batch().profile
        first, second = (of.share(batch(), graph=False, noise=torch.randn(4, 5)).fake[28] for _ in range(2))
        assert not torch.equal(first, second)
        unit = profile.float() / 127.5 - 1
        again = of.share(batch(), graph=False, noise=torch.zeros(4, 5)).fake[28]
        of.normalizer.eval()
        torch.testing.assert_close(of.normalizer(unit)[28], again, atol=1e-4, rtol=1e-3)
        assert torch.equal(of.normalizer(unit)[28], of.normalizer(unit)[28])

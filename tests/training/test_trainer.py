"""One step: who learns, who does not, and from which terms."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from enface.config.schema import (
    Adam,
    Adversarial,
    Experiment,
    FeatureTerm,
    Lsgan,
    Objective,
    Performance,
    PixelTerm,
    SizeCritics,
    SymmetryTerm,
    ThreeScaleGenerator,
    Wgan,
    WganGp,
)
from enface.errors import TrainingError
from enface.training.trainer import Trainer

from .tiny import noise_batches, region_experiment, tiny_experiment, tiny_trainer

GAMES = {
    "wgan": Wgan(),
    "wgan_gp": WganGp(),
    "wgan_gp_summed": WganGp(scope="summed"),
    "lsgan": Lsgan(),
}


def run(experiment: Experiment, steps: int = 1, *, first: int = 0) -> tuple[Trainer, dict[str, Tensor]]:
    trainer = tiny_trainer(experiment)
    batches = noise_batches(trainer.task.generator.sizes, batch_size=experiment.schedule.batch_size)
    values: dict[str, Tensor] = {}
    for step in range(first, first + steps):
        values = trainer.step(step, batches)
    return trainer, values


def weights(module: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in module.state_dict().items()}


def changed(before: dict[str, Tensor], module: nn.Module) -> set[str]:
    return {name for name, value in module.state_dict().items() if not torch.equal(value, before[name])}


@pytest.mark.parametrize("make", [tiny_experiment, region_experiment], ids=["sizes", "regions"])
@pytest.mark.parametrize("game", GAMES.values(), ids=GAMES)
def test_generator_and_critics_learn_and_the_recognizer_does_not(
    make: Callable[..., Experiment], game: Adversarial
) -> None:
    # A length of 0.01 would clip these few weights to a constant; the clip has its own test.
    game = Wgan(clip=1.0) if isinstance(game, Wgan) else game
    experiment = make(objective=Objective(adversarial=game, feature=FeatureTerm(weight=1.0)))
    trainer = tiny_trainer(experiment)
    task = trainer.task
    before = {
        module: weights(module) for module in (task.generator, task.critics, task.normalizer.recognizer)
    }
    batches = noise_batches(task.generator.sizes, batch_size=4)
    values = trainer.step(0, batches)
    for module in (task.generator, task.critics):
        assert changed(before[module], module) == set(module.state_dict())
    recognizer = task.normalizer.recognizer
    assert not changed(before[recognizer], recognizer)
    assert all(parameter.grad is None for parameter in recognizer.parameters())
    assert all(torch.isfinite(value) for value in values.values())
    assert ("critic/penalty" in values) == isinstance(game, WganGp)


def test_critic_updates_leave_the_generator_alone() -> None:
    trainer = tiny_trainer(tiny_experiment())
    task = trainer.task
    batch = next(noise_batches((7, 14, 28), batch_size=4))
    shared = task.share(batch, graph=True)
    terms = task.critic_terms(shared, alpha=torch.rand(4))
    torch.stack(list(terms.values())).sum().backward()
    assert all(p.grad is None for p in task.generator.parameters())
    assert all(p.grad is not None for p in task.critics.parameters())
    assert not task.share(batch, graph=False).fake[28].requires_grad


def test_the_generators_update_costs_the_critics_no_gradient() -> None:
    trainer, _ = run(tiny_experiment(objective=Objective(feature=FeatureTerm(weight=0.0))))
    critic_gradients = [p.grad for p in trainer.task.critics.parameters()]
    before = [None if g is None else g.clone() for g in critic_gradients]
    shared = trainer.task.share(next(noise_batches((7, 14, 28), batch_size=4)), graph=True)
    trainer._generator.optimizer.zero_grad()
    trainer.task.critics.requires_grad_(False)
    trainer.task.generator_terms(shared)["adversarial"].backward()
    for gradient, old in zip(critic_gradients, before, strict=True):
        assert gradient is not None and old is not None and torch.equal(gradient, old)
    assert all(p.grad is not None for p in trainer.task.generator.parameters())


@pytest.mark.parametrize("fresh", ["phase", "step"])
def test_each_image_is_encoded_once(fresh: str) -> None:
    base = tiny_experiment()
    schedule = replace(base.schedule, critic_steps=3, fresh_batch=fresh)  # type: ignore[arg-type]
    trainer, _ = run(replace(base, schedule=schedule))
    recognizer: Any = trainer.task.normalizer.recognizer
    assert recognizer.encoded == 4 * (4 if fresh == "phase" else 1)


def test_a_shared_batch_gives_the_generator_the_same_terms_as_a_new_pass() -> None:
    experiment = tiny_experiment()
    experiment = replace(experiment, schedule=replace(experiment.schedule, fresh_batch="step"))
    trainer = tiny_trainer(experiment)
    batch = next(noise_batches((7, 14, 28), batch_size=4))
    early = trainer.task.share(batch, graph=True)
    for _ in range(3):
        trainer._update([(trainer._critics, trainer.task.critic_terms(early, alpha=torch.rand(4)))], 0, "")
    late = trainer.task.share(batch, graph=True)
    first, second = trainer.task.generator_terms(early), trainer.task.generator_terms(late)
    for name, value in first.items():
        torch.testing.assert_close(value, second[name])


def test_a_term_of_weight_zero_is_absent() -> None:
    off = FeatureTerm(weight=0.0)
    _, values = run(tiny_experiment(objective=Objective(feature=off, symmetry=SymmetryTerm(weight=2.0))))
    assert {name for name in values if name.startswith("generator/")} == {
        "generator/adversarial",
        "generator/symmetry",
        "generator/gradient",
    }
    _, values = run(tiny_experiment(objective=Objective(adversarial_weight=0.0)))
    assert set(values) == {"generator/feature", "generator/gradient"}


def test_warm_up_has_no_critic_updates() -> None:
    base = tiny_experiment()
    experiment = replace(base, schedule=replace(base.schedule, warmup_steps=2))
    trainer = tiny_trainer(experiment)
    before = weights(trainer.task.critics)
    batches = noise_batches((7, 14, 28), batch_size=4)
    for step in range(2):
        assert set(trainer.step(step, batches)) == {"generator/feature", "generator/gradient"}
    assert not changed(before, trainer.task.critics)
    assert "critic/adversarial" in trainer.step(2, batches)
    assert changed(before, trainer.task.critics)


def test_the_boost_makes_that_many_critic_updates() -> None:
    base = tiny_experiment()
    schedule = replace(base.schedule, boost_steps=1, boost_critic_steps=4, critic_steps=2)
    trainer = tiny_trainer(replace(base, schedule=schedule))
    batches = noise_batches((7, 14, 28), batch_size=4)
    counts = []
    for step in range(2):
        trainer.step(step, batches)
        counts.append(int(trainer._critics.optimizer.state_dict()["state"][0]["step"]))
    assert counts == [4, 6]


def test_clipping_holds_every_critic_parameter() -> None:
    trainer, _ = run(tiny_experiment(critics=SizeCritics(width=0.1, norm="layer")))
    assert all(p.abs().max() <= 0.01 for p in trainer.task.critics.parameters())
    trainer, _ = run(tiny_experiment(objective=Objective(adversarial=Wgan(clip=None))))
    assert any(p.abs().max() > 0.01 for p in trainer.task.critics.parameters())


def test_l2_acts_on_kernels_of_both_sides_only() -> None:
    norms = SizeCritics(width=0.1, norm="layer")
    game = Objective(adversarial=WganGp(), feature=FeatureTerm(weight=1.0))
    without, _ = run(tiny_experiment(critics=norms, objective=replace(game, l2=0.0)))
    with_l2, _ = run(tiny_experiment(critics=norms, objective=replace(game, l2=10.0)))
    assert not without.l2_terms()
    terms = with_l2.l2_terms()
    for name, task in (("critic", "critics"), ("generator", "generator")):
        smaller, larger = (half_square_sum(getattr(t.task, task)) for t in (with_l2, without))
        assert float(terms[f"{name}/l2"]) == pytest.approx(10.0 * smaller, rel=1e-5)
        assert smaller < larger


def half_square_sum(module: Any) -> float:
    return sum(float(kernel.detach().square().sum()) for kernel in module.kernels()) / 2


def test_real_and_generated_pass_the_critics_alike_joined_or_apart() -> None:
    for norm in ("pixel", "layer", "instance"):
        trainer = tiny_trainer(tiny_experiment(critics=SizeCritics(width=0.1, norm=norm)))
        shared = trainer.task.share(next(noise_batches((7, 14, 28), batch_size=4)), graph=False)
        joined = trainer.task._score_each([shared.real, shared.fake], None)
        apart = trainer.task._score(shared.real, None), trainer.task._score(shared.fake, None)
        for ours, theirs in zip(joined, apart, strict=True):
            for name in theirs:
                torch.testing.assert_close(ours[name], theirs[name], rtol=1e-4, atol=1e-6)


def test_batch_norm_critics_see_real_and_generated_apart() -> None:
    experiment = tiny_experiment(critics=SizeCritics(width=0.1, norm="batch"))
    assert tiny_trainer(experiment).task._joint is False
    _, values = run(experiment)
    assert torch.isfinite(values["critic/adversarial"])


@pytest.mark.parametrize("metric", ["l1_mean", "l2_sum"])
def test_the_pixel_term_overfits_one_batch(metric: Any) -> None:
    pixel = PixelTerm(weight=1.0, metric=metric, sizes="all")
    objective = Objective(adversarial_weight=0.0, feature=FeatureTerm(weight=0.0), pixel=pixel, l2=0.0)
    experiment = tiny_experiment(
        objective=objective,
        generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.2),
        generator_optimizer=Adam(learning_rate=3e-3, beta2=0.99),
    )
    trainer = tiny_trainer(experiment)
    batch = next(noise_batches((7, 14, 28), batch_size=2))
    # Flat colours, one a sample, which so small a generator can hold.
    flat = {
        size: torch.tensor([40, 200]).to(torch.uint8).view(2, 1, 1, 1).expand(2, 3, size, size)
        for size in (7, 14, 28)
    }
    batch = replace(batch, ground_truth=flat)
    values = [float(trainer.step(step, iter([batch]))["generator/pixel"]) for step in range(150)]
    assert values[-1] < 0.2 * values[0]


def test_a_feature_target_of_ground_truth_reaches_zero_for_a_perfect_image() -> None:
    feature = FeatureTerm(weight=1.0, target="ground_truth")
    trainer = tiny_trainer(tiny_experiment(objective=Objective(adversarial_weight=0.0, feature=feature)))
    batch = next(noise_batches((7, 14, 28), batch_size=4))
    shared = trainer.task.share(batch, graph=True)
    assert shared.truth is not None
    perfect = replace(shared, fake=shared.truth)
    assert float(trainer.task.generator_terms(perfect)["feature"]) == pytest.approx(0.0, abs=1e-5)


def test_bfloat16_stays_near_float32_and_keeps_float32_weights() -> None:
    _, exact = run(tiny_experiment())
    trainer, values = run(tiny_experiment(performance=Performance(precision="bfloat16")))
    for name in ("generator/feature", "critic/adversarial", "generator/adversarial"):
        assert float(values[name]) == pytest.approx(float(exact[name]), rel=0.1, abs=0.02)
    assert {p.dtype for p in trainer.task.generator.parameters()} == {torch.float32}


def test_a_nan_stops_before_the_update() -> None:
    trainer = tiny_trainer(tiny_experiment())
    with torch.no_grad():
        next(trainer.task.generator.parameters()).fill_(float("nan"))
    before = weights(trainer.task.critics)
    with pytest.raises(TrainingError, match=r"step 7: critic/adversarial = nan .*last good checkpoint is X"):
        trainer.step(7, noise_batches((7, 14, 28), batch_size=4), last_good="the last good checkpoint is X")
    assert not changed(before, trainer.task.critics)


def test_the_moving_average_is_the_result() -> None:
    base = tiny_experiment()
    plain, _ = run(replace(base, schedule=replace(base.schedule, ema_images=0.0)))
    assert plain.result is plain.task.generator
    averaged, _ = run(replace(base, schedule=replace(base.schedule, ema_images=100.0)))
    assert averaged.result is not averaged.task.generator
    pairs = zip(averaged.result.parameters(), averaged.task.generator.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in pairs)

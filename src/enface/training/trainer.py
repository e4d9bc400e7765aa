"""One training step: its phases in order, each from terms to updated weights."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from enface.config.schema import Adversarial, Experiment, Wgan
from enface.data.batch import FrontalizationBatch
from enface.networks.interfaces import Critics, Generator
from enface.objectives.penalties import clip_parameters
from enface.objectives.regularisation import l2
from enface.training.distributed import Distributed
from enface.training.ema import MovingAverage
from enface.training.gradients import GradientSync, add_l2_gradient, check_finite, gradient_norm
from enface.training.optimizers import Optimizer, build_optimizer
from enface.training.phases import Phase, phases_of, rate_factor
from enface.training.seeding import normal, seeded, uniform
from enface.training.task import FrontalizationTask, SharedBatch, Terms


@dataclass(frozen=True)
class Side:
    """The generator or the critics, with what updates them."""

    name: str
    parameters: Sequence[nn.Parameter]
    kernels: Sequence[nn.Parameter]
    """Those that the L2 term counts."""
    optimizer: Optimizer
    sync: GradientSync


class Trainer:
    """Task, optimisers and average of one run."""

    def __init__(self, task: FrontalizationTask, *, experiment: Experiment, distributed: Distributed) -> None:
        self.task = task
        self._experiment = experiment
        self._distributed = distributed
        self._generator = self._side("generator", task.generator)
        self._critics = self._side("critic", task.critics)
        half_life = experiment.schedule.ema_images
        self._average = MovingAverage(task.generator, half_life=half_life) if half_life > 0 else None
        task.generator.train()
        task.critics.train()

    @property
    def result(self) -> Generator:
        """The generator to save and to sample: the moving average where there is one."""
        return self._average.module if self._average else self.task.generator

    def step(
        self, step: int, batches: Iterator[FrontalizationBatch], *, last_good: str = ""
    ) -> dict[str, Tensor]:
        """Makes the updates of one step.

        Args:
            step: number of the step, from 0.
            batches: this process's share of the run's batches, from `phases.batches_before(step)` on.
            last_good: for the message, should a term not be finite.

        Returns:
            "critic/TERM" and "generator/TERM" of each side's last update, averaged over the processes, and
            the norms of their gradients, "critic/gradient" and "generator/gradient".

        Raises:
            TrainingError: a term or a gradient is not finite; the update is not made.
        """
        rank, device = self._distributed.rank, self._distributed.device
        with seeded(self._experiment.seed, "step", step, rank, device=device):  # dropout draws there
            return self._updates(step, batches, last_good)

    def _updates(
        self, step: int, batches: Iterator[FrontalizationBatch], last_good: str
    ) -> dict[str, Tensor]:
        """The step's phases in order."""
        objective = self._experiment.objective
        phases = phases_of(step, self._experiment.schedule, adversarial=objective.adversarial_weight != 0)
        values: dict[str, Tensor] = {}
        current, shared, positions, spent = -1, None, torch.empty(0), False
        for index, phase in enumerate(phases):
            if phase.batch != current or shared is None:
                shared = None  # frees the last batch before the next is encoded
                batch = next(batches)
                current, positions, spent = phase.batch, batch.positions, False
                shared = self.task.share(
                    batch.to(self._distributed.device),
                    graph=_feeds(phases, current),
                    noise=self._noise(step, index, positions),
                )
            if spent:  # the generator has moved since, and its graph is gone
                shared = self.task.decode_again(shared)
            sides: list[tuple[Side, Terms]] = []
            if phase.network != "generator":
                alpha = self._alpha(step, index, positions)
                sides.append((self._critics, self.task.critic_terms(shared, alpha=alpha)))
            if phase.network == "critic":
                values |= self._update(sides, step, last_good)
            else:
                values |= self._update_generator(sides, shared, phase, step, last_good)
                spent = True
            if phase.network != "generator":
                self._clip(objective.adversarial)
        return values

    def l2_terms(self) -> dict[str, Tensor]:
        """The sides' L2 terms (specification A.6), whose gradient every update adds."""
        weight = self._experiment.objective.l2
        sides = (self._generator, self._critics) if weight else ()
        with torch.no_grad():
            return {f"{side.name}/l2": weight * l2(side.kernels) for side in sides}

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on besides configuration and position."""
        return {
            "generator": self.task.generator.state_dict(),
            "critics": self.task.critics.state_dict(),
            "generator_optimizer": self._generator.optimizer.state_dict(),
            "critic_optimizer": self._critics.optimizer.state_dict(),
            "average": self._average.module.state_dict() if self._average else None,
        }

    def start_with(self, state: dict[str, Any]) -> None:
        """Takes the networks of another run's `state_dict`, and neither its optimisers nor its average.

        Raises:
            RuntimeError: networks of other shapes.
        """
        self.task.generator.load_state_dict(state["generator"])
        self.task.critics.load_state_dict(state["critics"])
        if self._average:
            self._average.module.load_state_dict(state["generator"])

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restores what `state_dict` gave."""
        self.task.generator.load_state_dict(state["generator"])
        self.task.critics.load_state_dict(state["critics"])
        self._generator.optimizer.load_state_dict(state["generator_optimizer"])
        self._critics.optimizer.load_state_dict(state["critic_optimizer"])
        if self._average:
            self._average.module.load_state_dict(state["average"])

    def _side(self, name: str, module: Generator | Critics) -> Side:
        config = self._experiment
        optimizer = config.generator_optimizer if name == "generator" else config.critic_optimizer
        parameters = list(module.parameters())
        sync = GradientSync(parameters, distributed=self._distributed)
        return Side(name, parameters, module.kernels(), build_optimizer(parameters, config=optimizer), sync)

    def _update_generator(
        self,
        critics: list[tuple[Side, Terms]],
        shared: SharedBatch,
        phase: Phase,
        step: int,
        last_good: str,
    ) -> dict[str, Tensor]:
        """The generator's update, together with the critics' where their terms are given."""
        warm = step >= self._experiment.schedule.warmup_steps
        # The critics' own gradients are of no use in these terms, and not computed.
        self.task.critics.requires_grad_(False)
        try:
            terms = self.task.generator_terms(shared, adversarial=phase.adversarial, warm=warm)
        finally:
            self.task.critics.requires_grad_(True)
        values = self._update([*critics, (self._generator, terms)], step, last_good)
        if self._average:
            self._average.update(self.task.generator, images=self._experiment.schedule.batch_size)
        return values

    def _update(self, sides: list[tuple[Side, Terms]], step: int, last_good: str) -> dict[str, Tensor]:
        """Moves the sides, all of whose gradients are taken before the first of them moves."""
        values: dict[str, Tensor] = {}
        for side, terms in sides:
            values |= self._gradients(side, terms, step, last_good)
        factor = rate_factor(step, self._experiment.schedule)
        for side, _ in sides:
            side.optimizer.step(factor=factor)
        return values

    def _gradients(self, side: Side, terms: Terms, step: int, last_good: str) -> dict[str, Tensor]:
        side.optimizer.zero_grad()
        total = torch.stack(list(terms.values())).sum()
        total.backward()  # type: ignore[no-untyped-call]
        side.sync.average()
        means = self._distributed.mean_(torch.stack([term.detach() for term in terms.values()]))
        named = {f"{side.name}/{name}": value for name, value in zip(terms, means, strict=True)}
        norm = gradient_norm(side.parameters)
        check_finite(named, norm, step=step, last_good=last_good)
        add_l2_gradient(side.kernels, weight=self._experiment.objective.l2)
        return {**named, f"{side.name}/gradient": norm}

    def _clip(self, game: Adversarial) -> None:
        if isinstance(game, Wgan) and game.clip is not None:
            clip_parameters(self.task.critics, game.clip)

    def _noise(self, step: int, phase: int, positions: Tensor) -> Tensor | None:
        """This process's share of the whole batch's noise vectors, where the model takes any."""
        length, whole = self._experiment.encoding.noise, self._experiment.schedule.batch_size
        if not length:
            return None
        draws = normal(self._experiment.seed, "noise", step, phase, count=whole, length=length)
        return draws[positions.cpu() % whole].to(self._distributed.device)

    def _alpha(self, step: int, phase: int, positions: Tensor) -> Tensor:
        """This process's share of the whole batch's draws: what a sample gets depends on its place alone."""
        whole = self._experiment.schedule.batch_size
        draws = uniform(self._experiment.seed, "alpha", step, phase, count=whole)
        return draws[positions.cpu() % whole].to(self._distributed.device)


def _feeds(phases: Sequence[Phase], batch: int) -> bool:
    """Whether the generator's update reads this batch, so that its fake needs the graph."""
    return any(phase.network != "critic" and phase.batch == batch for phase in phases)

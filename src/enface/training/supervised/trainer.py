"""The training loop against known answers: deterministic, resumable at any checkpoint."""

import json
import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor, nn
from tqdm import tqdm

from enface.config.codec import to_json
from enface.errors import CheckpointError, TrainingError
from enface.resources import atomic_write
from enface.training.ema import MovingAverage
from enface.training.seeding import derived_seed
from enface.training.supervised.schedule import Schedule
from enface.training.supervised.task import SupervisedTask

STATE = "state.pt"
CURVE = "curve.jsonl"


class SupervisedTrainer:
    """A task's network, its average, its optimiser, and the step they stand at."""

    def __init__(
        self, task: SupervisedTask, schedule: Schedule, *, folder: Path, device: torch.device | str = "cpu"
    ) -> None:
        """Stands at step 0.

        Args:
            task: network, samples and losses.
            schedule: length and rates.
            folder: where the checkpoint and the curve go; it exists.
            device: where the network is trained.
        """
        self.task = task
        self.schedule = schedule
        self.folder = folder
        self.device = torch.device(device)
        self.step = 0
        self.seconds = 0.0
        self.network = task.network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = MovingAverage(self.network, half_life=schedule.ema_images)
        self.optimizer = torch.optim.AdamW(self._groups(), lr=schedule.learning_rate, betas=(0.9, 0.98))

    @property
    def published(self) -> nn.Module:
        """The averaged network, in evaluation mode."""
        return self.average.module

    def train(
        self,
        *,
        until: int | None = None,
        on_checkpoint: Callable[[int], None] | None = None,
        progress: bool = True,
    ) -> None:
        """Goes on to the end of the schedule, or to step `until`; the last checkpoint is of the last step.

        Args:
            until: stop before this step.
            on_checkpoint: called with the step after each checkpoint, for pictures and measurements.
            progress: whether to show a bar.

        Raises:
            TrainingError: the loss is not finite.
        """
        schedule = self.schedule
        end = min(schedule.steps, until if until is not None else schedule.steps)
        bar = tqdm(
            total=schedule.steps, initial=self.step, desc=self.task.name, unit="step", disable=not progress
        )
        with ThreadPoolExecutor(1) as reader, bar:
            waiting = self._read_ahead(reader, self.step, end)
            while self.step < end:
                started = time.perf_counter()
                batch = waiting.result()
                waiting = self._read_ahead(reader, self.step + 1, end)
                terms = self._update(batch)
                self.seconds += time.perf_counter() - started
                self.step += 1
                bar.update()
                if self.step % schedule.log_every == 0 or self.step == end:
                    bar.set_postfix(self._log(terms))
                if self.step % schedule.checkpoint_every == 0 or self.step == end:
                    self.save()
                    if on_checkpoint is not None:
                        on_checkpoint(self.step)

    def save(self) -> None:
        """Writes the checkpoint."""
        state = {
            "recipe": self._identity(),
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "average": self.average.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        with atomic_write(self.folder / STATE) as temporary:
            torch.save(state, temporary)

    def resume(self) -> bool:
        """Takes the folder's checkpoint over, if there is one.

        Returns:
            Whether there was one.

        Raises:
            CheckpointError: it is broken, or of another recipe.
        """
        path = self.folder / STATE
        if not path.exists():
            return False
        try:
            state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
            same = state["recipe"] == self._identity()
        except Exception as error:
            raise CheckpointError(f"{path} cannot be read ({error}); delete it to start anew") from error
        if not same:
            raise CheckpointError(
                f"{path} belongs to another recipe; give another --output, or delete it to start anew"
            )
        self.network.load_state_dict(state["network"])
        self.average.module.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]
        return True

    def _identity(self) -> str:
        return json.dumps([to_json(self.task.recipe), to_json(self.schedule)])

    def _read_ahead(self, reader: ThreadPoolExecutor, step: int, end: int) -> Future[dict[str, Tensor]]:
        # The step after the last reads nothing.
        return reader.submit(lambda: self.task.read(self._positions(step)) if step < end else {})

    def _update(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        schedule = self.schedule
        self.network.train()
        generator = torch.Generator().manual_seed(derived_seed(schedule.seed, "draws", self.step))
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        on_device = {name: value.to(self.device) for name, value in batch.items()}
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=schedule.precision == "bfloat16"):
            terms = self.task.losses(on_device, generator=generator)
        self.optimizer.zero_grad(set_to_none=True)
        torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), schedule.gradient_norm)
        if not torch.isfinite(norm):
            values = {name: value.item() for name, value in terms.items()}
            raise TrainingError(
                f"step {self.step + 1}: the gradient is not finite (terms {values}); lower learning_rate "
                f"(now {schedule.learning_rate}) or go on from the last checkpoint"
            )
        self.optimizer.step()
        self.average.update(self.network, images=schedule.batch_size)
        return terms

    def _positions(self, step: int) -> Int[np.ndarray, " batch"]:
        """Samples of a step: passes over everything, each in its own order, cut into batches."""
        count, batch = self.task.samples, self.schedule.batch_size
        wanted = np.arange(step * batch, (step + 1) * batch)
        drawn = [
            np.random.Generator(
                np.random.Philox(key=derived_seed(self.schedule.seed, "pass", int(p)))
            ).permutation(count)[wanted[wanted // count == p] % count]
            for p in np.unique(wanted // count)
        ]
        return np.concatenate(drawn)

    def _learning_rate(self) -> float:
        share = (self.step + 1) / self.schedule.steps
        warm = min(1.0, share / self.schedule.warmup) if self.schedule.warmup else 1.0
        return self.schedule.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))

    def _groups(self) -> list[dict[str, Any]]:
        parameters = [p for p in self.network.parameters() if p.requires_grad]
        return [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": self.schedule.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]

    def _log(self, terms: dict[str, Tensor]) -> dict[str, float]:
        values = {name: round(value.item(), 5) for name, value in terms.items()}
        row = {
            "step": self.step,
            "images": self.step * self.schedule.batch_size,
            "seconds": round(self.seconds, 1),
            "terms": values,
        }
        with (self.folder / CURVE).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")
        return values

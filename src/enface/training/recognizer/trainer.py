"""The training loop of small recognizers: deterministic, resumable at any checkpoint."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor
from tqdm import tqdm

from enface.config.codec import to_json
from enface.errors import CheckpointError, TrainingError
from enface.recognizers.architectures.small import SMALL_SIZES, build_small
from enface.resources import atomic_write
from enface.training.recognizer.augment import jittered_view
from enface.training.recognizer.crops import Crops, make_labels
from enface.training.recognizer.objective import new_objective, small_pictures
from enface.training.recognizer.recipe import Recipe
from enface.training.recognizer.validation import Embed, YawRow
from enface.training.seeding import derived_seed

Validate = Callable[[Embed], list[YawRow]]


class RecognizerTrainer:
    """Network, objective, optimiser and the step they stand at."""

    def __init__(self, recipe: Recipe, crops: Crops, *, folder: Path) -> None:
        """Builds everything for step 0.

        Args:
            recipe: the run.
            crops: aligned training frames, one gallery image per person and session among them.
            folder: where the checkpoint and the curve go; it exists.
        """
        self.recipe = recipe
        self.crops = crops
        self.labels = make_labels(crops.records)
        self.pictures = small_pictures(crops.batch(self.labels.gallery.numpy()), size=recipe.picture_size)
        self.folder = folder
        self.step = 0
        self.seconds = 0.0
        torch.manual_seed(derived_seed(recipe.seed, "network"))
        self.network = build_small(recipe.architecture, input_size=recipe.input_size)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.objective = new_objective(
            recipe,
            sizes=SMALL_SIZES[recipe.architecture],
            people=self.labels.people,
            looks=self.labels.looks,
            seed=derived_seed(recipe.seed, "objective"),
        )
        self.optimizer = torch.optim.AdamW(self._groups(), lr=recipe.learning_rate, betas=(0.9, 0.99))

    def train(
        self, *, validate: Validate | None = None, progress: bool = True, until: int | None = None
    ) -> None:
        """Goes on to the end of the recipe, or to step `until`; the last checkpoint is of the last step.

        Args:
            validate: called with the embedding function every `validate_every` steps and at the end.
            progress: whether to show a bar.
            until: stop before this step.

        Raises:
            TrainingError: the loss is not finite.
        """
        recipe = self.recipe
        end = min(recipe.steps, until if until is not None else recipe.steps)
        bar = tqdm(total=recipe.steps, initial=self.step, desc=recipe.name, unit="step", disable=not progress)
        with bar:
            while self.step < end:
                started = time.perf_counter()
                terms = self._update()
                self.seconds += time.perf_counter() - started
                self.step += 1
                bar.update()
                if self.step % recipe.log_every == 0 or self.step == end:
                    values = {name: round(value.item(), 5) for name, value in terms.items()}
                    if not all(map(math.isfinite, values.values())):
                        raise TrainingError(
                            f"step {self.step}: a term is not finite ({values}); lower learning_rate "
                            f"(now {recipe.learning_rate})"
                        )
                    bar.set_postfix(values)
                    self._log({"terms": values})
                if validate is not None and (self.step % recipe.validate_every == 0 or self.step == end):
                    self._log({"rank1": [asdict(row) for row in validate(self.embed)]})
                if self.step % recipe.checkpoint_every == 0 or self.step == end:
                    self.save()

    def embed(self, images: Float[Tensor, "batch 3 size size"]) -> Float[Tensor, "batch feature"]:
        """Embeddings by the network as it stands, in evaluation mode and float32."""
        self.network.eval()
        with torch.no_grad():
            embedding: Tensor = self.network(images, ("embedding",))["embedding"]
        return embedding

    def save(self) -> None:
        """Writes the checkpoint."""
        state = {
            "recipe": json.dumps(to_json(self.recipe)),
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "objective": self.objective.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        with atomic_write(self.folder / "state.pt") as temporary:
            torch.save(state, temporary)

    def resume(self) -> bool:
        """Takes the folder's checkpoint over, if there is one.

        Returns:
            Whether there was one.

        Raises:
            CheckpointError: it is broken, or of another recipe or set of people.
        """
        path = self.folder / "state.pt"
        if not path.exists():
            return False
        try:
            state: dict[str, Any] = torch.load(path, weights_only=True)
            same = state["recipe"] == json.dumps(to_json(self.recipe))
        except Exception as error:
            raise CheckpointError(f"{path} cannot be read ({error}); delete it to start anew") from error
        if not same:
            raise CheckpointError(
                f"{path} belongs to another recipe; give another --output, or delete it to start anew"
            )
        try:
            self.network.load_state_dict(state["network"])
            self.objective.load_state_dict(state["objective"])
            self.optimizer.load_state_dict(state["optimizer"])
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(f"{path} belongs to another set of people ({error})") from error
        self.step, self.seconds = state["step"], state["seconds"]
        return True

    def _update(self) -> dict[str, Tensor]:
        recipe = self.recipe
        self.network.train()
        positions = self._positions()
        generator = torch.Generator().manual_seed(derived_seed(recipe.seed, "jitter", self.step))
        images = jittered_view(
            self.crops.batch(positions), recipe.jitter, size=recipe.input_size, generator=generator
        ).to(memory_format=torch.channels_last)
        pictures = None
        if recipe.picture_weight:
            pictures = self.pictures[self.labels.look[positions]]
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.precision == "bfloat16"):
            features = self.network(images, self.objective.layers)
        terms: dict[str, Tensor] = self.objective(
            features,
            person=self.labels.person[positions],
            look=self.labels.look[positions],
            pictures=pictures,
        )
        self.optimizer.zero_grad(set_to_none=True)
        torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return terms

    def _positions(self) -> Int[np.ndarray, " batch"]:
        """Images of the current step: passes over everything, each in its own order, cut into batches."""
        count, batch = len(self.crops.records), self.recipe.batch_size
        wanted = np.arange(self.step * batch, (self.step + 1) * batch)
        drawn = [
            np.random.Generator(
                np.random.Philox(key=derived_seed(self.recipe.seed, "pass", int(p)))
            ).permutation(count)[wanted[wanted // count == p] % count]
            for p in np.unique(wanted // count)
        ]
        return np.concatenate(drawn)

    def _learning_rate(self) -> float:
        share = (self.step + 1) / self.recipe.steps
        warm = min(1.0, share / self.recipe.warmup) if self.recipe.warmup else 1.0
        return self.recipe.learning_rate * warm * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))

    def _groups(self) -> list[dict[str, Any]]:
        """Weight decay for kernels and class centres, none for vectors (norms, slopes, biases)."""
        parameters = [*self.network.parameters(), *self.objective.parameters()]
        return [
            {"params": [p for p in parameters if p.ndim > 1], "weight_decay": self.recipe.weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]

    def _log(self, row: dict[str, Any]) -> None:
        line = json.dumps({"step": self.step, "images": self.step * self.recipe.batch_size, **row})
        with (self.folder / "curve.jsonl").open("a") as stream:
            stream.write(line + "\n")

"""A trained face finder as a folder: weights, card, model card."""

import dataclasses
from pathlib import Path

from enface.models.finder import Finder, FinderCard
from enface.models.shipped_folder import write_card, write_weights
from enface.networks.finder import FinderNetwork
from enface.rendering.geometry_set.shards import ShardReader
from enface.resources import atomic_write
from enface.training.finder.card import model_card
from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.recipe import FinderRecipe
from enface.training.finder.validation import false_alarms, look, recall, threshold

_ROUNDS = 2
"""Pictures per held-out head that decide the threshold."""


def publish(
    network: FinderNetwork,
    recipe: FinderRecipe,
    *,
    folder: Path,
    reader: ShardReader,
    validation: ShardReader,
    minutes: float,
) -> Path:
    """Chooses the threshold, measures, and writes `model.safetensors`, `config.json` and `README.md`.

    Args:
        network: trained, float32.
        recipe: what trained it.
        folder: where to; made if absent.
        reader: of the training set, for its people that were held out.
        validation: of the recipe's validation set.
        minutes: time spent in training steps.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = write_weights(network, folder)
    data = recipe.geometry
    card = FinderCard(
        name=recipe.name,
        sides=recipe.composition.found,
        threshold=0.5,
        proposal=0.5,
        licence="Apache-2.0",
        source=f"trained by enface: enface train --preset {recipe.name}",
        training_data=(
            f"{recipe.samples:,} rendered heads of {data.people - recipe.held_out:,} invented people "
            f"(geometry set, seed {data.seed}) pasted into {recipe.clutter:,} drawn pictures"
        ),
        sha256=digest,
    )
    write_card(card, folder)
    finder = Finder.load(folder)
    pool = ClutterPool(max(8, recipe.clutter // 4), seed=recipe.schedule.seed + 1)
    held_out = range(recipe.samples, data.samples)
    seen = look(finder, recipe, reader, held_out, pool=pool, rounds=_ROUNDS, seed=1)
    card = dataclasses.replace(
        card,
        threshold=threshold(seen, alarms=recipe.false_alarms),
        proposal=threshold(seen, alarms=recipe.proposals),
    )
    write_card(card, folder)
    seen = look(finder, recipe, validation, range(validation.plan.samples), pool=pool, seed=2)
    text = model_card(
        card,
        recipe,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        minutes=minutes,
        rows=recall(seen, score=card.threshold),
        alarms=false_alarms(seen, score=card.threshold),
    )
    with atomic_write(folder / "README.md") as part:
        part.write_text(text, encoding="utf-8")
    return folder

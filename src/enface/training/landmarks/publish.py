"""A trained landmark network as a folder: weights, card, model card."""

import dataclasses
from pathlib import Path

from enface.models.landmarker import Confidence, LandmarkCard, Landmarker
from enface.models.shipped_folder import write_card, write_weights
from enface.networks.landmarks import LandmarkNetwork
from enface.rendering.asset.store import find_asset, load_asset
from enface.rendering.geometry_set.shards import ShardReader
from enface.rendering.studio import Studio
from enface.resources import atomic_write
from enface.training.landmarks.calibration import fit_confidence
from enface.training.landmarks.card import model_card
from enface.training.landmarks.recipe import LandmarkRecipe
from enface.training.landmarks.traits import rows_by_trait
from enface.training.landmarks.validation import boxes_of, errors_of, find_landmarks, read_truth, rows_by_yaw


def publish(
    network: LandmarkNetwork,
    recipe: LandmarkRecipe,
    *,
    folder: Path,
    reader: ShardReader,
    validation: ShardReader,
    minutes: float,
) -> Path:
    """Fits the confidence, measures, and writes `model.safetensors`, `config.json` and `README.md`.

    Kernels are stored as float16, which halves the file; everything is measured with them as stored.

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
    card = LandmarkCard(
        name=recipe.name,
        input_size=recipe.input_size,
        confidence=Confidence(),
        licence="Apache-2.0",
        source=f"trained by enface: enface train --preset {recipe.name}",
        training_data=(
            f"{recipe.samples:,} rendered pictures of {data.people - recipe.held_out:,} invented people "
            f"(geometry set, seed {data.seed})"
        ),
        sha256=digest,
    )
    write_card(card, folder)
    held_out = range(recipe.samples, recipe.geometry.samples)
    confidence = fit_confidence(Landmarker.load(folder), reader, held_out)
    card = dataclasses.replace(card, confidence=confidence)
    write_card(card, folder)
    truth = read_truth(validation, range(validation.plan.samples))
    found = find_landmarks(Landmarker.load(folder), truth, boxes_of(truth))
    errors = errors_of(found, truth)
    studio = Studio(load_asset(find_asset()), size=validation.plan.size, seed=validation.plan.seed)
    text = model_card(
        card,
        recipe,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        minutes=minutes,
        by_yaw=rows_by_yaw(errors, truth),
        by_trait=rows_by_trait(errors, truth, studio),
    )
    with atomic_write(folder / "README.md") as part:
        part.write_text(text, encoding="utf-8")
    return folder

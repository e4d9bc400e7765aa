"""From a manifest to a published recognizer."""

from pathlib import Path

import torch

from enface.data.manifest import read_manifest
from enface.errors import ManifestError
from enface.recognizers.card import RecognizerCard
from enface.training.recognizer.crops import Crops, load_crops
from enface.training.recognizer.publish import publish
from enface.training.recognizer.recipe import Recipe
from enface.training.recognizer.trainer import RecognizerTrainer
from enface.training.recognizer.validation import Embed, YawRow, rank1_by_yaw


def train_recognizer(
    recipe: Recipe,
    *,
    manifest: Path,
    output: Path,
    validation: Path | None = None,
    training_data: str | None = None,
    command: str = "enface train-recognizer",
    progress: bool = True,
) -> RecognizerCard:
    """Trains, or goes on training, and writes the recognizer folder `output / "recognizer"`.

    Args:
        recipe: everything that decides the weights.
        manifest: training faces; its rows of split `train` are used.
        output: run folder with checkpoint, aligned frames, curve; made if absent.
        validation: faces whose rows of split `test` measure the recognizer; None takes those of `manifest`.
            Nothing is chosen by it.
        training_data: what the model card calls the training faces; None counts them.
        command: what the model card says to type.
        progress: whether to show bars.

    Raises:
        ManifestError: no training rows, or a session without gallery picture.
        CheckpointError: the folder holds a run of another recipe.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    output.mkdir(parents=True, exist_ok=True)
    train = read_manifest(manifest).select(split="train")
    if not train.records:
        raise ManifestError(f"{manifest} has no rows of split 'train'")
    crops = load_crops(train, frame_size=recipe.frame_size, cache=output / "frames.npy", progress=progress)
    trainer = RecognizerTrainer(recipe, crops, folder=output)
    trainer.resume()
    test = read_manifest(manifest if validation is None else validation).select(split="test")
    probes: Crops | None = None
    if test.records:
        cache = output / "validation.npy"
        probes = load_crops(test, frame_size=recipe.frame_size, cache=cache, progress=progress)

    def validate(embed: Embed) -> list[YawRow]:
        if probes is None:
            return []
        return rank1_by_yaw(probes, embed=embed, size=recipe.input_size)

    trainer.train(validate=validate, progress=progress)
    people = len({record.subject for record in train.records})
    folder = output / "recognizer"
    folder.mkdir(exist_ok=True)
    return publish(
        trainer.network,
        recipe,
        folder=folder,
        training_data=training_data or f"{people} rendered people, {len(train.records):,} images",
        command=command,
        minutes=trainer.seconds / 60,
        tables=_tables(trainer, probes, recipe),
    )


def _tables(trainer: RecognizerTrainer, probes: Crops | None, recipe: Recipe) -> dict[str, list[YawRow]]:
    if probes is None:
        return {}
    people = len({record.subject for record in probes.records})
    return {
        f"{people} people of the validation set, none of them in training; image and mirrored image added": (
            rank1_by_yaw(probes, embed=trainer.embed, size=recipe.input_size)
        ),
        "The same without the mirrored image": (
            rank1_by_yaw(probes, embed=trainer.embed, size=recipe.input_size, flip=False)
        ),
    }

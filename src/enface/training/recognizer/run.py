"""From a recipe to a published recognizer."""

from dataclasses import replace
from pathlib import Path

import torch

from enface.data.rendered_source import is_rendered
from enface.errors import ManifestError
from enface.training.allocator import keep_freed_memory
from enface.training.distributed import usable_device
from enface.training.recognizer.crops import Crops, load_crops
from enface.training.recognizer.curve import draw_curve, log_recognition
from enface.training.recognizer.frames import open_people
from enface.training.recognizer.publish import publish
from enface.training.recognizer.recipe import Recipe
from enface.training.recognizer.settings import RunSettings
from enface.training.recognizer.task import RecognizerInTraining, RecognizerTask
from enface.training.recognizer.validation import recognised, rows_by_group, rows_by_yaw
from enface.training.supervised.trained import train_network

MODEL = "recognizer"


def train_recognizer(
    recipe: Recipe, settings: RunSettings, *, data: Path | None = None, workers: int = 1
) -> Path:
    """Renders what is missing of the recipe's people, trains, or goes on with either.

    Args:
        recipe: everything that decides the weights.
        settings: where and how.
        data: folder of rendered sets, each in a folder of its own name; None takes `rendered` in the run's.
        workers: processes that render.

    Returns:
        The recognizer folder, `recognizer` in the run's.

    Raises:
        ConfigError: there is no such device.
        RenderingError: people cannot be rendered, or a folder holds others.
        CheckpointError: the folder holds a run of another recipe or other faces.
        TrainingError: the loss is not finite.
    """
    usable_device(settings.device)  # before hours of rendering
    folder = settings.output / "rendered" if data is None else data
    train, probes = (
        open_people(
            people,
            folder / people.name,
            frame_size=recipe.frame_size,
            workers=workers,
            progress=settings.progress,
        )
        for people in (recipe.people, recipe.validation)
    )
    who = recipe.people
    described = settings.described(
        training_data=f"{who.images:,} pictures of {who.people:,} rendered people, {who.looks} looks each; "
        f"of each look a frontal one, {who.studio} of the studio (15 cameras, 20 lights, 6 expressions) and "
        f"{who.wild} in the wild; seed {who.seed}",
        command=f"enface train-recognizer {recipe.name} --output RUN",
    )
    return train_on(recipe, train, probes, described)


def train_on_manifest(
    recipe: Recipe,
    manifest: str | Path,
    settings: RunSettings,
    *,
    validation: str | Path | None = None,
) -> Path:
    """As `train_recognizer`, on the user's own faces; their aligned frames go to the run folder too.

    Args:
        recipe: everything else that decides the weights.
        manifest: manifest.csv whose rows of split `train` are used, or `render:PRESET[,people=N]...`, which
            is rendered into the run folder for this.
        settings: where and how.
        validation: faces whose rows of split `test` measure the recognizer; None takes those of `manifest`.
            Nothing is chosen by it.

    Raises:
        ConfigError: there is no such device.
        ManifestError: no training rows, or a session without gallery picture.
        CheckpointError, TrainingError: as `train_recognizer`.
    """
    usable_device(settings.device)  # before hours of rendering
    output = settings.output
    output.mkdir(parents=True, exist_ok=True)
    train = load_crops(
        manifest,
        split="train",
        frame_size=recipe.frame_size,
        cache=output / "frames.npy",
        progress=settings.progress,
    )
    if not train.records:
        raise ManifestError(f"{manifest} has no rows of split 'train'")
    probes = load_crops(
        manifest if validation is None else validation,
        split="test",
        frame_size=recipe.frame_size,
        cache=output / "validation.npy",
        progress=settings.progress,
    )
    rendered = is_rendered(str(manifest))
    people = len({record.subject for record in train.records})
    what = "rendered people" if rendered else "people of a manifest"
    described = replace(settings, rendered=rendered).described(
        training_data=f"{people} {what}, {len(train.records):,} images",
        command=f"enface train-recognizer {recipe.name} --manifest MANIFEST.csv --output RUN",
    )
    return train_on(recipe, train, probes, described)


def train_on(recipe: Recipe, train: Crops, probes: Crops, settings: RunSettings) -> Path:
    """As `train_recognizer`, on frames that are there.

    Args:
        recipe: everything else that decides the weights.
        train: one gallery image per person and session among them.
        probes: of other people, measured at every checkpoint; there may be none.
        settings: where and how, with words for the card.
    """
    torch.set_num_threads(1)  # the thread count decides the last bits
    keep_freed_memory()
    output = settings.output
    output.mkdir(parents=True, exist_ok=True)
    schedule = recipe.schedule

    def watch(step: int, network: RecognizerInTraining) -> None:
        if probes.records:
            rows = rows_by_yaw(recognised(probes, embed=network.embed, size=recipe.input_size))
            log_recognition(output, rows, step=step, images=step * schedule.batch_size)
        draw_curve(output)

    network, minutes = train_network(
        RecognizerTask(recipe, train),
        schedule,
        RecognizerInTraining,
        folder=output,
        device=settings.device,
        progress=settings.progress,
        on_checkpoint=watch,
    )
    folder = output / MODEL
    folder.mkdir(exist_ok=True)
    found = [
        recognised(probes, embed=network.embed, size=recipe.input_size, flip=flip)
        for flip in (True, False)
        if probes.records
    ]
    people = len({record.subject for record in probes.records})
    titles = (
        f"{people} people of the validation set, none of them in training; image and mirrored image added",
        "The same without the mirrored image",
    )
    publish(
        network.recognizer.cpu(),
        recipe,
        folder=folder,
        settings=settings,
        minutes=minutes,
        tables={title: rows_by_yaw(some) for title, some in zip(titles, found, strict=False)},
        groups=rows_by_group(found[0]) if found else [],
    )
    return folder

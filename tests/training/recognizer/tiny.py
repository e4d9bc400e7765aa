"""A handful of drawn "people": coloured patterns in already aligned pictures."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from enface.data.manifest import write_manifest
from enface.data.records import FaceRecord, Manifest
from enface.images import write_image
from enface.training.recognizer.people import RenderedPeople
from enface.training.recognizer.recipe import Jitter, Recipe
from enface.training.supervised.schedule import Schedule

SIZE = 40
STILL = Jitter(mirror=False, shift=0, zoom=0, rotation=0, brightness=0, contrast=0, colour=0, blur=0, erase=0)
RECIPE = Recipe(
    name="tiny",
    people=RenderedPeople(seed=1, people=2),
    schedule=Schedule(
        images=64,
        batch_size=8,
        learning_rate=2e-3,
        warmup=0.04,
        weight_decay=0.05,
        ema_images=16.0,
        precision="float32",
        log_every=1,
        checkpoint_every=1000,
        seed=5,
    ),
    input_size=32,
    frame_size=SIZE,
    look_weight=0.5,
    picture_weight=1.0,
    picture_size=8,
    jitter=STILL,
)


def scheduled(recipe: Recipe = RECIPE, **changes: Any) -> Recipe:
    """A recipe with another schedule."""
    return dataclasses.replace(recipe, schedule=dataclasses.replace(recipe.schedule, **changes))


def make_people(folder: Path, *, people: int = 4) -> Path:
    """Draws two looks of each person, one gallery picture and two probes each; returns the manifest's path.

    All but the last person are in split train; the pattern says who it is, its brightness which look.
    """
    noise = np.random.Generator(np.random.Philox(key=1))
    coarse = noise.integers(60, 200, (people, 5, 5, 3))
    records = []
    for person in range(people):
        for session in ("01", "02"):
            for role, yaw in (("gallery", 0.0), ("probe", 0.0), ("probe", 45.0)):
                path = f"{person}_{session}_{role}_{yaw:.0f}.png"
                picture = coarse[person].repeat(8, axis=0).repeat(8, axis=1) + 40 * (session == "02")
                picture = picture + noise.normal(0, 3, picture.shape)
                write_image(folder / path, picture.clip(0, 255).astype(np.uint8))
                records.append(
                    FaceRecord(
                        path=path,
                        subject=f"p{person}",
                        session=session,
                        yaw=yaw,
                        pitch=0.0,
                        split="test" if person == people - 1 else "train",
                        role="gallery" if role == "gallery" else "probe",
                    )
                )
    manifest = folder / "manifest.csv"
    write_manifest(Manifest(folder, tuple(records)), manifest)
    return manifest

"""What helps a recognizer: the same small network on as many pictures of another choice.

    python benchmarks/recognizer_data.py VARIANT --data FOLDER --output FOLDER [--images 96000] [--seed 22]
        [--rate 0.0007] [--jitter 1]
    python benchmarks/recognizer_data.py list

Every variant trains `rendered_b`'s architecture at 48 px on 3,200 pictures, --images images in all, with the
same jitter; only which pictures differs, or with --rate and --jitter how they are learnt. They are chosen
from three sets, which are rendered into --data where they are missing; they are test sets elsewhere, so these
networks are for this comparison alone. A run goes to --output and can be stopped. `benchmarks/recognizers.py`
then measures OUTPUT/recognizer on the faces inside the package (seed 2019) and on photographs.

Others take their pictures from a set of `rendered_b`'s own people: 600 of them twice, or as many pictures of
more people as of people with more looks.
"""

import argparse
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from enface.data.faceset import AlignedFaces
from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord, Manifest
from enface.images.resize import resize
from enface.rendering.dataset.writer import render_dataset
from enface.training.recognizer.crops import Crops
from enface.training.recognizer.frames import open_people
from enface.training.recognizer.people import RenderedPeople
from enface.training.recognizer.recipe import RECIPES, Jitter
from enface.training.recognizer.run import train_on
from enface.training.recognizer.settings import RunSettings
from enface.training.supervised.schedule import Schedule

STUDIO = (("session-looks", 250, 11), ("session-looks", 200, 77))
WILD = ("in-the-wild", 200, 11)
"""Preset, people, seed; the same people as the first of the others."""
EACH = 200
"""People that are taken of a set."""
RECIPE = replace(
    RECIPES["rendered_b"],
    name="ablation",
    input_size=48,
    frame_size=64,
    jitter=Jitter(blur_sigma=0.75),
    schedule=Schedule(
        images=96_000, batch_size=64, learning_rate=7e-4, weight_decay=0.05, ema_images=5_000.0, seed=22
    ),
)
STRENGTHS = ("shift", "zoom", "rotation", "brightness", "contrast", "colour", "blur", "erase")
"""Of the jitter, which --jitter multiplies."""


@dataclass(frozen=True)
class Variant:
    """People x looks x (gallery picture + studio + wild pictures)."""

    people: int
    looks: int
    studio: int
    wild: int = 0

    @property
    def what(self) -> str:
        """In words."""
        looks = "1 look" if self.looks == 1 else f"{self.looks} looks"
        wild = f" and {self.wild} wild" if self.wild else ""
        return f"{self.people} people x {looks} x {1 + self.studio} studio{wild} pictures"


VARIANTS = {
    "people-100": Variant(100, 2, 15),
    "people-400": Variant(400, 2, 3),
    "looks-1": Variant(400, 1, 7),
    "mixture-100": Variant(100, 2, 7, wild=8),
    "wild-100": Variant(100, 2, 0, wild=15),
}
_OWN = RECIPES["rendered_b"].people


@dataclass(frozen=True)
class Part:
    """The first people and looks of a set of `rendered_b`'s people."""

    of: RenderedPeople
    people: int
    looks: int

    @property
    def what(self) -> str:
        """In words."""
        each = f"{1 + self.of.studio} studio and {self.of.wild} wild pictures"
        return f"{self.people} people x {self.looks} looks x {each}"


PARTS = {
    "former": Part(RenderedPeople(seed=_OWN.seed, people=600, looks=2, studio=4, wild=10), 600, 2),
    "own-2000x2": Part(_OWN, 2_000, 2),
    "own-1000x4": Part(_OWN, 1_000, 4),
}


def records_of(folder: Path, preset: str, people: int, seed: int) -> list[FaceRecord]:
    """Records of the first people of a set, named so that sets do not clash; rendered where it is missing."""
    name = f"{preset}-{seed}"
    manifest = folder / name / "manifest.csv"
    if not manifest.exists():
        render_dataset(preset, folder / name, people=people, seed=seed)
    return [
        replace(r, path=f"{name}/{r.path}", subject=f"{seed}-{r.subject}", split="train")
        for r in read_manifest(manifest).records
        if int(r.subject) <= EACH
    ]


def chosen(folder: Path, variant: Variant) -> Manifest:
    """A variant's pictures: of each look its gallery picture and the first others in a shuffled order."""
    studio = [record for numbers in STUDIO for record in records_of(folder, *numbers)]
    wild = [r for r in records_of(folder, *WILD) if r.role == "probe"] if variant.wild else []
    people = list(dict.fromkeys(record.subject for record in studio))[: variant.people]
    kept: list[FaceRecord] = []
    for records, count in ((studio, variant.studio), (wild, variant.wild)):
        looks: dict[tuple[str, str], list[FaceRecord]] = {}
        for record in records:
            if record.subject in people and int(record.session) <= variant.looks:
                looks.setdefault((record.subject, record.session), []).append(record)
        for pictures in looks.values():
            kept += [record for record in pictures if record.role == "gallery"]
            kept += sorted((r for r in pictures if r.role == "probe"), key=_place)[:count]
    return Manifest(folder, tuple(kept))


def of_part(folder: Path, part: Part) -> Crops:
    """Frames of the first people and looks of a set, at the size of the others."""
    crops = open_people(part.of, folder / part.of.name, frame_size=RECIPES["rendered_b"].frame_size)
    kept = [
        index
        for index, record in enumerate(crops.records)
        if int(record.subject) <= part.people and int(record.session) <= part.looks
    ]
    size = RECIPE.frame_size
    frames = np.stack([resize(crops.frames[index], height=size, width=size) for index in kept])
    return Crops(frames, tuple(crops.records[index] for index in kept))


def of_sets(folder: Path, variant: Variant) -> Crops:
    """Aligned frames of a variant's pictures."""
    manifest = chosen(folder, variant)
    faces = AlignedFaces(manifest, aligned_size=RECIPE.frame_size)
    return Crops(np.stack([faces.image(index) for index in range(len(faces))]), manifest.records)


def _place(record: FaceRecord) -> str:
    return hashlib.sha256(record.path.encode()).hexdigest()


def main() -> None:
    """Lists the variants, or trains one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("variant", choices=["list", *VARIANTS, *PARTS])
    parser.add_argument("--data", type=Path, help="folder of rendered sets")
    parser.add_argument("--output", type=Path, help="folder of the run")
    parser.add_argument("--images", type=int, default=RECIPE.schedule.images, help="length of the training")
    parser.add_argument("--seed", type=int, default=RECIPE.schedule.seed, help="of weights, order and jitter")
    parser.add_argument("--rate", type=float, default=RECIPE.schedule.learning_rate, help="learning rate")
    parser.add_argument("--jitter", type=float, default=1.0, help="factor of the jitter's strengths")
    arguments = parser.parse_args()
    if arguments.variant == "list":
        for name, variant in {**VARIANTS, **PARTS}.items():
            print(f"{name}: {variant.what}")
        return
    if arguments.data is None or arguments.output is None:
        parser.error("a variant needs --data and --output")
    if arguments.variant in PARTS:
        train = of_part(arguments.data, PARTS[arguments.variant])
        what = PARTS[arguments.variant].what
    else:
        train = of_sets(arguments.data, VARIANTS[arguments.variant])
        what = VARIANTS[arguments.variant].what
    nobody = Crops(train.frames[:0], ())
    print(f"{len(train.records)} pictures")
    schedule = replace(
        RECIPE.schedule, images=arguments.images, seed=arguments.seed, learning_rate=arguments.rate
    )
    jitter = replace(
        RECIPE.jitter, **{name: arguments.jitter * getattr(RECIPE.jitter, name) for name in STRENGTHS}
    )
    print(
        train_on(
            replace(RECIPE, schedule=schedule, jitter=jitter),
            train,
            nobody,
            RunSettings(
                arguments.output,
                training_data=what,
                command=f"python benchmarks/recognizer_data.py {arguments.variant} --data DATA "
                f"--output RUN --images {arguments.images} --seed {arguments.seed} --rate {arguments.rate} "
                f"--jitter {arguments.jitter}",
                progress=False,
            ),
        )
    )


if __name__ == "__main__":
    main()

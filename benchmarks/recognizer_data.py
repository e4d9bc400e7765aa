"""What in the rendered data helps a recognizer: the same small network on as many pictures of another choice.

    python benchmarks/recognizer_data.py VARIANT --data FOLDER --output FOLDER
    python benchmarks/recognizer_data.py list

Every variant trains `rendered_b`'s architecture at 64 px on 6,400 pictures for as many images, with the same
seed and jitter; only which pictures differs. Sets are rendered into --data where they are missing; runs go to
--output/VARIANT and can be stopped. `benchmarks/recognizers.py` then measures OUTPUT/VARIANT/recognizer.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from enface.data.records import FaceRecord
from enface.rendering.dataset.plan import FREE
from enface.training.recognizer.crops import Crops
from enface.training.recognizer.frames import open_people
from enface.training.recognizer.people import RenderedPeople
from enface.training.recognizer.recipe import RECIPES
from enface.training.recognizer.run import train_on

MANY = RECIPES["rendered_a"].people
FEW = RenderedPeople(seed=9_000_203, people=200, studio=15, wild=0)
RECIPE = dataclasses.replace(
    RECIPES["rendered_b"],
    name="ablation",
    input_size=64,
    schedule=dataclasses.replace(
        RECIPES["rendered_b"].schedule, images=72_000, ema_images=5_000.0, checkpoint_every=500
    ),
)


@dataclass(frozen=True)
class Variant:
    """A choice of pictures."""

    what: str
    rendered: RenderedPeople
    """The set that they are chosen from."""
    people: int
    looks: int
    studio: int
    """Of each look, beside its gallery picture."""
    wild: int

    def chosen(self, crops: Crops) -> Crops:
        """Its pictures: the first people, their first looks, the first pictures of each kind."""
        places: dict[tuple[str, str, bool], int] = {}
        wanted = []
        for record in crops.records:
            key = (record.subject, record.session, record.camera == FREE)
            place = places[key] = places.get(key, -1) + 1
            wanted.append(self._wants(record, place))
        return crops.select(np.array(wanted))

    def _wants(self, record: FaceRecord, place: int) -> bool:
        """`place` counts pictures of one kind of a look; the gallery picture is the studio's first."""
        count = self.wild if record.camera == FREE else 1 + self.studio
        return int(record.subject) <= self.people and int(record.session) <= self.looks and place < count


VARIANTS = {
    "people-200": Variant("200 people x 2 looks x 16 studio pictures", FEW, 200, 2, 15, 0),
    "people-800": Variant("800 people x 2 looks x 4 studio pictures", MANY, 800, 2, 3, 0),
    "people-1600": Variant("1,600 people x 2 looks x 2 studio pictures", MANY, 1600, 2, 1, 0),
    "looks-1": Variant("1,600 people x 1 look x 4 studio pictures", MANY, 1600, 1, 3, 0),
    "mixture": Variant("800 people x 2 looks x (2 studio + 2 wild pictures)", MANY, 800, 2, 1, 2),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("variant", choices=["list", *VARIANTS])
    parser.add_argument("--data", type=Path, help="folder of rendered sets")
    parser.add_argument("--output", type=Path, help="folder of the runs")
    arguments = parser.parse_args()
    if arguments.variant == "list":
        for name, variant in VARIANTS.items():
            print(f"{name}: {variant.what}")
        return
    if arguments.data is None or arguments.output is None:
        parser.error("a variant needs --data and --output")
    variant = VARIANTS[arguments.variant]
    train, probes = (
        open_people(people, arguments.data / people.name, frame_size=RECIPE.frame_size)
        for people in (variant.rendered, RECIPE.validation)
    )
    print(
        train_on(
            RECIPE,
            variant.chosen(train),
            probes,
            output=arguments.output / arguments.variant,
            training_data=f"{variant.what}, seed {variant.rendered.seed}",
            command=f"python benchmarks/recognizer_data.py {arguments.variant} --data DATA --output RUNS",
        )
    )


if __name__ == "__main__":
    main()

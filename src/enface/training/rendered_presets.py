"""Presets of networks that are trained against the renderer's exact answers instead of as normalisers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from enface.training.supervised.start import refuse_start


class Options(NamedTuple):
    """What the command line decides about such a run."""

    output: Path
    data: Path | None
    """Folder of the rendered set; what is missing there is rendered first. None: inside `output`."""
    workers: int
    """Processes that render."""
    device: str
    progress: bool
    start: Path | None = None
    """Folder of the model that a recipe goes on from."""

    def without_start(self, name: str) -> dict[str, Any]:
        """The others, for recipes that draw their first weights.

        Raises:
            ConfigError: a start is given.
        """
        refuse_start(name, self.start)
        return {key: value for key, value in self._asdict().items() if key != "start"}


@dataclass(frozen=True)
class RenderedPreset:
    """A recipe by name."""

    name: str
    summary: str
    cost: str
    """What it took, where that was measured."""
    train: Callable[[Options], Path]
    """Returns the model folder."""


def _photo_warp(name: str) -> Callable[[Options], Path]:
    def train(options: Options) -> Path:
        from enface.training.warp.presets import RECIPES
        from enface.training.warp.run import train_warp

        return train_warp(RECIPES[name], **options._asdict())

    return train


def _landmarks(name: str) -> Callable[[Options], Path]:
    def train(options: Options) -> Path:
        from enface.training.landmarks.recipe import RECIPES
        from enface.training.landmarks.run import train_landmarks

        return train_landmarks(RECIPES[name], **options.without_start(name))

    return train


def _finder(name: str) -> Callable[[Options], Path]:
    def train(options: Options) -> Path:
        from enface.training.finder.recipe import RECIPES
        from enface.training.finder.run import train_finder

        return train_finder(RECIPES[name], **options.without_start(name))

    return train


def _recognizer(name: str) -> Callable[[Options], Path]:
    def train(options: Options) -> Path:
        from enface.training.recognizer.recipe import RECIPES
        from enface.training.recognizer.run import train_recognizer
        from enface.training.recognizer.settings import RunSettings

        refuse_start(name, options.start)
        settings = RunSettings(options.output, device=options.device, progress=options.progress)
        return train_recognizer(RECIPES[name], settings, data=options.data, workers=options.workers)

    return train


PRESETS: dict[str, RenderedPreset] = {
    preset.name: preset
    for preset in (
        RenderedPreset(
            "photo_warp_v2",
            "the shipped model `photo`: finds where each frontal pixel lies in the picture, and copies it",
            "see the model card (`enface models info photo`)",
            _photo_warp("photo_warp_v2"),
        ),
        RenderedPreset(
            "photo_warp_v1",
            "what photo_warp_v2 goes on from; by itself a model of the same kind",
            "docs/photo.md",
            _photo_warp("photo_warp_v1"),
        ),
        RenderedPreset(
            "landmarks_v1",
            "the shipped landmark network: 68 points, their visibility, pose, from a loose box at any yaw",
            "see the model card (`enface models info landmarks_v1`)",
            _landmarks("landmarks_v1"),
        ),
        RenderedPreset(
            "finder_v2",
            "the shipped face finder: where faces are in a photograph, when no detector is fetched",
            "see the model card (`enface models info finder_v2`)",
            _finder("finder_v2"),
        ),
        RenderedPreset(
            "rendered_a",
            "the recognizer that guides: who is shown, with hair, beard, skin; as `enface train-recognizer`",
            "see docs/recognizers.md",
            _recognizer("rendered_a"),
        ),
        RenderedPreset(
            "rendered_b",
            "the recognizer that judges: other people, another architecture; as `enface train-recognizer`",
            "see docs/recognizers.md",
            _recognizer("rendered_b"),
        ),
        RenderedPreset(
            "recognizer_smoke",
            "the same in a minute, to see that everything runs; it knows nobody",
            "less than a minute on one CPU core",
            _recognizer("recognizer_smoke"),
        ),
        RenderedPreset(
            "finder_smoke",
            "the same in a minute, to see that everything runs; it finds nothing",
            "about a minute on one CPU core",
            _finder("finder_smoke"),
        ),
        RenderedPreset(
            "photo_warp_smoke",
            "the same in a minute, to see that everything runs; its faces are useless",
            "about a minute on one CPU core",
            _photo_warp("photo_warp_smoke"),
        ),
    )
}

"""Presets of networks that are trained against the renderer's exact answers instead of as normalisers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from enface.training.supervised.options import RunOptions


@dataclass(frozen=True)
class RenderedPreset:
    """A recipe by name."""

    name: str
    summary: str
    cost: str
    """What it took, where that was measured."""
    train: Callable[[RunOptions], Path]
    """Returns the model folder."""


def _photo_warp(name: str) -> Callable[[RunOptions], Path]:
    def train(options: RunOptions) -> Path:
        from enface.training.warp.presets import RECIPES
        from enface.training.warp.run import train_warp

        return train_warp(RECIPES[name], options)

    return train


def _landmarks(name: str) -> Callable[[RunOptions], Path]:
    def train(options: RunOptions) -> Path:
        from enface.training.landmarks.recipe import RECIPES
        from enface.training.landmarks.run import train_landmarks

        return train_landmarks(RECIPES[name], options)

    return train


def _finder(name: str) -> Callable[[RunOptions], Path]:
    def train(options: RunOptions) -> Path:
        from enface.training.finder.recipe import RECIPES
        from enface.training.finder.run import train_finder

        return train_finder(RECIPES[name], options)

    return train


def _recognizer(name: str) -> Callable[[RunOptions], Path]:
    def train(options: RunOptions) -> Path:
        from enface.training.recognizer.recipe import RECIPES
        from enface.training.recognizer.run import train_recognizer
        from enface.training.recognizer.settings import RunSettings

        options.refuse_start(name)
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
            "landmarks_smoke",
            "the same in a minute, to see that everything runs; its points are useless",
            "about a minute on one CPU core",
            _landmarks("landmarks_smoke"),
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

"""Small untrained models for tests."""

from dataclasses import replace
from pathlib import Path

import torch

from enface.config import presets
from enface.config.schema import Guide
from enface.models.folder import save_model
from enface.models.guide import GuideRecord
from enface.networks.generators import build_generator
from enface.recognizers.registry import load_recognizer


def save_untrained_decoder(folder: Path, *, guide: str) -> None:
    """The smoke preset's generator behind an untrained recognizer."""
    recognizer = load_recognizer(guide, weights="random")
    experiment = replace(presets.get("smoke").experiment, guide=Guide(recognizer=guide, weights="random"))
    torch.manual_seed(0)
    generator = build_generator(experiment.generator, feature_size=recognizer.feature_size)
    record = GuideRecord(guide, recognizer.layer, recognizer.weights_sha256)
    save_model(folder, generator=generator, experiment=experiment, guide=record, card="# Untrained\n")

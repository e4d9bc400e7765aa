"""A tiny untrained model that several commands evaluate."""

import json
from pathlib import Path

import pytest

from enface.config.schema import Data, Experiment, Guide, ThreeScaleGenerator
from enface.models.folder import save_model
from enface.models.guide import GuideRecord
from enface.networks.generators import build_generator
from enface.recognizers.registry import load_recognizer


@pytest.fixture(scope="session")
def guide() -> str:
    """Recognizer that guides the model."""
    return "mobilefacenet"


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory, guide: str) -> Path:
    """An untrained model, guided by random weights."""
    root = tmp_path_factory.mktemp("run")
    recognizer = load_recognizer(guide, weights="random")
    experiment = Experiment(
        guide=Guide(recognizer=guide, weights="random"),
        generator=ThreeScaleGenerator(sizes=(7, 14, 28), width=0.125),
        data=Data(crop_size=28, aligned_size=32),
    )
    generator = build_generator(experiment.generator, feature_size=recognizer.feature_size)
    record = GuideRecord(guide, recognizer.layer, recognizer.weights_sha256)
    save_model(root / "generator", generator=generator, experiment=experiment, guide=record, card="# Card\n")
    (root / "environment.json").write_text(json.dumps([{"preset": "smoke"}]))
    rows = [json.dumps({"step": step, "generator/pixel": 1.0 / step}) for step in (1, 2, 3)]
    (root / "metrics.jsonl").write_text("\n".join(rows))
    return root


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetched files and remembered embeddings stay inside the test."""
    monkeypatch.setenv("ENFACE_HOME", str(tmp_path / "home"))

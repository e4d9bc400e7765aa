"""Exported files compute what the model computes, for any number of faces, and without enface."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from enface.data.embedded import embedded_manifest
from enface.export import ExportedModel, export_model, standalone
from enface.export.formats import open_graph
from enface.faces.detectors.protocol import Detection, box_around
from enface.faces.detectors.registry import make_detector
from enface.images import read_image, read_mark
from enface.inference import Frontalizer
from enface.models.library import load_turner

pytestmark = pytest.mark.slow

CLOSE = 2e-4
"""Largest absolute difference that is allowed here: a fortieth of a grey level."""


@pytest.fixture(scope="module")
def exported(warp_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ExportedModel:
    """The tiny warp model for onnxruntime."""
    pytest.importorskip("onnxscript", reason="pip install 'enface[export]'")
    return export_model(warp_folder, tmp_path_factory.mktemp("onnx") / "tiny.onnx")


def frames(count: int, side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


def as_input(pictures: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2)).astype(np.float32) / np.float32(127.5) - 1


def test_the_graph_of_a_warp_model_is_the_model(exported: ExportedModel, warp_folder: Path) -> None:
    assert set(exported.differences) == {"frontal", "evidence", "head", "shares", "confidence"}
    assert max(exported.differences.values()) < CLOSE
    session = open_graph(exported.file)
    for neutral in (False, True):
        pictures = frames(5, 250)
        found = session({"frame": as_input(pictures), "neutral": np.full(5, neutral)})
        assert found["frontal"].shape == found["evidence"].shape == (5, 3, 224, 224)
        np.testing.assert_allclose(found["evidence"].sum(axis=1), 1.0, atol=1e-4)
        for k, face in enumerate(load_turner(warp_folder, neutral=neutral).turn(list(pictures))):
            levels = np.round((found["frontal"][k].transpose(1, 2, 0) + 1) * 127.5)
            assert np.abs(levels - face.frontal).max() <= 1
            assert face.origin is not None
            assert found["confidence"][k] == pytest.approx(face.origin.confidence, abs=CLOSE)
            evidence = face.origin.evidence
            shares = [evidence.seen, evidence.mirrored, evidence.invented]
            np.testing.assert_allclose(found["shares"][k], shares, atol=CLOSE)


def test_modes_are_chosen_face_by_face(exported: ExportedModel) -> None:
    session = open_graph(exported.file)
    both = as_input(frames(1, 250)).repeat(2, axis=0)
    mixed = session({"frame": both, "neutral": np.array([False, True])})["frontal"]
    alone = session({"frame": both[:1], "neutral": np.array([True])})["frontal"]
    np.testing.assert_allclose(mixed[1], alone[0], atol=CLOSE)
    assert np.abs(mixed[0] - mixed[1]).max() > 10 * CLOSE


def test_the_file_and_its_card_tell_the_same(exported: ExportedModel) -> None:
    import onnx

    card = json.loads(exported.card.read_text())
    assert card["sha256"] == exported.sha256 == hashlib.sha256(exported.file.read_bytes()).hexdigest()
    model = onnx.load(exported.file)
    inside = json.loads({entry.key: entry.value for entry in model.metadata_props}["enface"])
    assert inside.items() <= card.items()
    assert "guess, not evidence" in inside["notice"] and "marked as synthesised" in inside["notice"]
    assert [port["name"] for port in card["inputs"]] == [value.name for value in model.graph.input]
    assert [port["name"] for port in card["outputs"]] == [value.name for value in model.graph.output]
    assert card["licence"].startswith("not stated") and card["guides"] == {"rendered_a": "Apache-2.0"}
    text = exported.text.read_text()
    assert card["notice"] in text and "# A card of its own" in text
    assert {path.name for path in exported.file.parent.iterdir()} == {
        f"tiny.onnx{suffix}" for suffix in ("", ".json", ".md")
    }


def test_the_program_of_the_card_needs_no_enface(
    exported: ExportedModel, warp_folder: Path, tmp_path: Path
) -> None:
    people = embedded_manifest()
    record = next(r for r in people.records if r.yaw == 30 and not r.pitch and r.role == "probe")
    assert record.points is not None
    (program,) = re.findall(r"```python\n(.*?)```", exported.text.read_text(), flags=re.DOTALL)
    blocked = "import sys\nsys.modules['enface'] = sys.modules['torch'] = None\n"
    (tmp_path / "turn.py").write_text(blocked + program)
    output = tmp_path / "frontal.png"
    points = [f"{x},{y}" for x, y in record.points]
    arguments = [str(exported.file), str(people.file(record)), str(output), "--points", *points]
    done = subprocess.run(
        [sys.executable, str(tmp_path / "turn.py"), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    mark = read_mark(output)
    assert mark is not None and mark["synthesised"] == "true" and mark["model"] == "tiny"

    told = json.loads(done.stdout)
    frontalizer = Frontalizer.load(warp_folder, detector=make_detector("aligned"))
    found = Detection(box_around(record.points), record.points, score=1.0, yaw=told["yaw"])
    face = frontalizer.turn([frontalizer.cut(read_image(people.file(record)), found)])[0]
    assert np.abs(read_image(output).astype(int) - face.frontal).mean() < 1.0
    assert face.origin is not None and told["confidence"] == pytest.approx(face.origin.confidence, abs=0.01)


def test_torch_alone(warp_folder: Path, tmp_path: Path) -> None:
    done = export_model(warp_folder, tmp_path / "tiny.pt2", size=128, licence="CC0-1.0")
    assert max(done.differences.values()) < CLOSE
    assert json.loads(done.card.read_text())["licence"] == "CC0-1.0"
    found = open_graph(done.file)({"frame": as_input(frames(2, 128)), "neutral": np.array([True, False])})
    assert found["frontal"].shape == (2, 3, 114, 114)


def test_the_program_of_the_card_runs_a_generator_in_torch(decoder_folder: Path, tmp_path: Path) -> None:
    done = export_model(decoder_folder, tmp_path / "decoder.pt2")
    given = {"crop": as_input(frames(1, 56))}
    found = standalone.run(done.file, given)["frontal"]
    np.testing.assert_allclose(found, open_graph(done.file)(given)["frontal"], atol=CLOSE)
    outputs = torch.export.load(done.file).module()(torch.from_numpy(given["crop"]))
    assert not outputs["frontal"].requires_grad


def test_a_generator_with_its_recognizer(decoder_folder: Path, tmp_path: Path) -> None:
    """Pixel norms divide by the root of a mean square plus 1e-8, which an optimizer may take for nothing."""
    pytest.importorskip("onnxscript", reason="pip install 'enface[export]'")
    done = export_model(decoder_folder, tmp_path / "decoder.onnx")
    assert set(done.differences) == {"frontal"} and done.differences["frontal"] < CLOSE
    pictures = frames(5, 56)
    found = open_graph(done.file)({"crop": as_input(pictures)})["frontal"]
    for levels, face in zip(
        (found + 1) * 127.5, load_turner(decoder_folder).turn(list(pictures)), strict=True
    ):
        assert np.abs(np.round(levels.transpose(1, 2, 0)) - face.frontal).max() <= 1
    card = json.loads(done.card.read_text())
    assert card["guides"] == {"mobilefacenet": "Apache-2.0"}
    assert card["alignment"]["window"] == [13, 224]

"""`enface export`: what is refused, what is printed, and that nothing half done is left."""

import errno
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from enface.cli.main import main
from enface.data.embedded import embedded_manifest
from enface.errors import CheckpointError, ConfigError
from enface.export import export_model, formats, standalone
from enface.export.graphs import WarpGraph, graph_of
from enface.faces.align import alignment_matrix
from enface.faces.pose import estimate_yaw
from enface.faces.templates import TEMPLATES
from enface.images import read_image
from enface.models.library import load_turner


@pytest.fixture
def untraced(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Leaves tracing out: the file is a stub, and running it runs the model; `shift` is added to outputs."""
    state: dict[str, Any] = {"shift": 0.0}

    def trace(graph: WarpGraph, **_: Any) -> None:
        state["graph"] = graph

    def session(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        with torch.inference_mode():
            found = state["graph"](*map(torch.from_numpy, inputs.values()))
        return {name: tensor.numpy() + state["shift"] for name, tensor in found.items()}

    monkeypatch.setattr(formats, "trace", trace)
    monkeypatch.setattr(formats, "write", lambda _, path, **__: path.write_bytes(b"stub"))
    monkeypatch.setattr(formats, "open_graph", lambda _: session)
    return state


def test_what_is_printed(
    untraced: dict[str, float], warp_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "new" / "tiny.pt2"
    assert main(["export", str(warp_folder), "--output", str(output), "--size", "128"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "frontal: within 0.0e+00 of the model's"
    assert lines[-2:] == [f"{output}.md", str(output)]
    assert output.read_bytes() == b"stub"


def test_a_graph_that_computes_something_else_is_not_kept(
    untraced: dict[str, float], warp_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "tiny.pt2").write_text("the earlier one")
    for untraced["shift"] in (0.01, float("nan")):
        with pytest.raises(CheckpointError, match="frontal of the exported graph differs"):
            export_model(warp_folder, tmp_path / "tiny.pt2", size=128)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["the earlier one"]


@pytest.mark.parametrize(
    ("model", "output", "options", "message"),
    [
        ("foto", "a.pt2", [], "did you mean 'photo'"),
        ("photo", "a.tflite", [], ".onnx for onnxruntime"),
        ("photo", "a.pt2", ["--size", "64"], "64 px is not possible; give 128 to 1000, best one of 250, 500"),
        ("photo", "file/a.pt2", [], "file/a.pt2 cannot be written"),
        ("photo", "folder.pt2", [], "folder.pt2 cannot be written"),
    ],
)
def test_unusable_arguments(
    model: str,
    output: str,
    options: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder.pt2").mkdir()
    assert main(["export", model, "--output", str(tmp_path / output), *options]) == 2
    assert message in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder.pt2"]


def test_generators_have_one_size(decoder_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="crops of 56 px alone"):
        export_model(decoder_folder, tmp_path / "a.pt2", size=224)


def test_missing_packages_name_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'enface\[export\]'.*\.pt2"):
        export_model("photo", tmp_path / "a.onnx")


class Foreign(torch.nn.Module):
    """Computes outside of torch."""

    def example(self, pictures: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (pictures,)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"frontal": x * float(np.sin(x.numpy()).mean())}


def test_what_is_no_operation_of_torch_is_told() -> None:
    with pytest.raises(ConfigError, match="cannot be written as a graph"):
        formats.trace(Foreign(), pictures=torch.zeros(2, 3, 8, 8))  # type: ignore[arg-type]


def test_a_full_disk_is_told(warp_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    program = torch.export.export(torch.nn.Linear(2, 2), (torch.zeros(1, 2),))
    monkeypatch.setattr(formats, "trace", lambda *_, **__: program)
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(ConfigError, match=r"tiny\.pt2 cannot be written \(No space left"):
        export_model(warp_folder, tmp_path / "tiny.pt2", size=128)
    assert not list(tmp_path.iterdir())


def test_graphs_are_frozen(decoder_folder: Path, warp_folder: Path) -> None:
    for folder in (decoder_folder, warp_folder):
        graph = graph_of(load_turner(folder), size=None)
        assert not any(parameter.requires_grad for parameter in graph.parameters())


def test_the_program_runs_graphs_that_are_not_frozen(tmp_path: Path) -> None:
    """As those of earlier versions are."""

    class Double(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.factor = torch.nn.Parameter(torch.tensor(2.0))

        def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
            return {"frontal": x * self.factor}

    torch.export.save(torch.export.export(Double(), (torch.ones(3),)), tmp_path / "double.pt2")
    found = standalone.run(tmp_path / "double.pt2", {"crop": np.ones(3, np.float32)})
    assert found["frontal"].tolist() == [2.0, 2.0, 2.0]


def test_the_program_sees_photographs_upright(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    from enface.export.card import Source, facts_of

    turner = load_turner("photo")
    graph = graph_of(turner, size=250)
    facts = facts_of(graph, Source("photo", "", "", {}, ""), versions={})
    (tmp_path / "model.onnx.json").write_text(json.dumps(facts))
    given = []

    def run(model: Path, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        given.append(inputs["frame"])
        return {"frontal": np.zeros((1, 3, 224, 224), np.float32)}

    monkeypatch.setattr(standalone, "run", run)
    people = embedded_manifest()
    record = next(record for record in people.records if record.role == "probe")
    assert record.points is not None
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me by 90 degrees, clockwise"
    with Image.open(people.file(record)) as image:
        image.save(tmp_path / "upright.png")
        image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png", exif=exif)
    points = [f"{x},{y}" for x, y in record.points]
    for name in ("upright", "turned"):
        arguments = [tmp_path / "model.onnx", tmp_path / f"{name}.png", tmp_path / "out.png"]
        monkeypatch.setattr("sys.argv", ["turn.py", *map(str, arguments), "--points", *points])
        standalone.main()
    np.testing.assert_array_equal(*given)


def test_the_program_aligns_as_enface_does() -> None:
    """Its landmarks are complex numbers, its fit is its own."""
    from PIL import Image

    from enface.export.card import Source, facts_of
    from enface.faces import geometry

    turner = load_turner("photo")
    graph = WarpGraph(turner.model, confidence=turner.config.confidence, size=250)  # type: ignore[attr-defined]
    facts = facts_of(graph, Source("photo", "", "", {}, ""), versions={})
    people = embedded_manifest()
    for record in [r for r in people.records if r.role == "probe"][:12]:
        assert record.points is not None and record.yaw is not None
        points = record.points @ [1, 1j]
        yaw = standalone.estimate_yaw(points, facts["alignment"])
        assert yaw == pytest.approx(estimate_yaw(record.points), abs=1e-6)
        photo = read_image(people.file(record))
        matrix = alignment_matrix(record.points, yaw=record.yaw).matrix
        expected = geometry.warp(photo, matrix, height=250, width=250)
        found = standalone.cut(Image.fromarray(photo), points, record.yaw, facts)
        assert np.abs(found.astype(int) - expected).mean() < 1.0
    assert facts["alignment"]["points"] == TEMPLATES["enface-250-v1"].points.tolist()

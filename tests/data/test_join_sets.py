"""Rendered sets of one seed show the same people; joined, they stay one person."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from enface.data.manifest import write_manifest
from enface.data.pairing import make_pairs
from enface.data.records import FaceRecord, Manifest, Split

TOOL = Path(__file__).parents[2] / "tools" / "join_sets.py"
POINTS = np.array([[40.0, 60], [80, 60], [60, 80], [45, 100], [75, 100]])


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("join_sets", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_set(folder: Path, *, seed: int, splits: dict[str, Split], probe: str, covering: str = "none") -> Path:
    folder.mkdir()
    records = [
        FaceRecord(
            path=f"{subject}_{name}.jpg",
            subject=subject,
            split=split,
            role=role,
            points=POINTS,
            covering=covering,
        )
        for subject, split in splits.items()
        for name, role in (("front", "gallery"), (probe, "probe"))
    ]
    write_manifest(Manifest(root=folder, records=tuple(records)), folder / "manifest.csv")
    (folder / "data-card.json").write_text(json.dumps({"settings": {"seed": seed}}))
    return folder


def test_people_of_one_seed_stay_one_person(tool: ModuleType, tmp_path: Path) -> None:
    sets = [
        a_set(tmp_path / "looks", seed=11, splits={"001": "train", "002": "train", "003": "test"}, probe="a"),
        a_set(tmp_path / "wild", seed=11, splits={"001": "train", "002": "test"}, probe="b"),
        a_set(tmp_path / "others", seed=77, splits={"001": "test"}, probe="a"),
    ]
    found = tool.joined(sets, root=tmp_path).records
    assert {record.subject for record in found} == {"11-0001", "11-0002", "11-0003", "77-0001"}
    # Trained on in one set is trained on in all.
    assert {r.subject for r in found if r.split == "train"} == {"11-0001", "11-0002"}
    assert sum(r.role == "gallery" for r in found) == 4
    assert "wild/002_b.jpg" in {record.path for record in found}
    assert "wild/002_front.jpg" not in {record.path for record in found}


def test_a_look_with_something_on_the_head_has_a_truth_of_its_own(tool: ModuleType, tmp_path: Path) -> None:
    people: dict[str, Split] = {"001": "train"}
    sets = [
        a_set(tmp_path / "looks", seed=11, splits=people, probe="a"),
        a_set(tmp_path / "wild", seed=11, splits=people, probe="b", covering="cap"),
        a_set(tmp_path / "wilder", seed=11, splits=people, probe="c", covering="cap"),
        a_set(tmp_path / "more", seed=11, splits=people, probe="d"),
    ]
    manifest = tool.joined(sets, root=tmp_path)
    pairs = make_pairs(manifest, "paired")
    assert pairs.truths is not None
    assert {
        manifest.records[probe].path: manifest.records[truth].path
        for probe, truth in zip(pairs.probes, pairs.truths, strict=True)
    } == {
        "looks/001_a.jpg": "looks/001_front.jpg",
        "wild/001_b.jpg": "wild/001_front.jpg",
        "wilder/001_c.jpg": "wild/001_front.jpg",
        "more/001_d.jpg": "looks/001_front.jpg",
    }
    assert {record.subject for record in manifest.records} == {"11-0001"}

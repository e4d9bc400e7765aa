"""Oblique probes against a frontal gallery, with and without people who are only there to be mistaken for."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import Protocol, inspect, open_protocol
from enface.evaluation.protocols.pose_roles import COLUMNS

POINTS = "4,4,8,4,6,6,4,9,8,9"
ROWS = [
    f"a1.jpg,ann,pose_frontal,2,{POINTS}",
    f"a2.jpg,ann,pose_frontal,-3,{POINTS}",
    f"b1.jpg,bo,pose_frontal,0,{POINTS}",
    f"a3.jpg,ann,pose_oblique,-33.5,{POINTS}",
    f"b2.jpg,bo,pose_oblique,40,{POINTS}",
    f"b3.jpg,bo,pose_oblique,-71,{POINTS}",
    f"c1.jpg,cy,frontal,1,{POINTS}",
    f"a4.jpg,ann,frontal,1,{POINTS}",
    f"d1.jpg,di,pairs,9,{POINTS}",
]
HEADER = ",".join(COLUMNS)


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path], lines: Callable[..., Path]) -> Path:
    for row in ROWS:
        picture(tmp_path / row.split(",")[0])
    lines(tmp_path / "manifest.csv", [HEADER, *ROWS])
    return tmp_path


def read(path: Path, name: str = "pose_roles") -> Protocol:
    protocol = open_protocol(name, path)
    assert isinstance(protocol, Protocol)
    return protocol


def test_roles_and_bins(folder: Path) -> None:
    protocol = read(folder)
    assert [record.path for record in protocol.gallery] == ["a1.jpg", "a2.jpg", "b1.jpg"]
    assert [(probe.record.path, probe.yaw) for probe in protocol.probes] == [
        ("a3.jpg", -30),
        ("b2.jpg", 40),
        ("b3.jpg", -50),
    ]
    assert all(probe.truth is None for probe in protocol.probes)
    points = protocol.probes[0].record.points
    np.testing.assert_array_equal(points, np.array([4, 4, 8, 4, 6, 6, 4, 9, 8, 9]).reshape(5, 2))
    assert inspect(protocol).problems == ()


def test_distractors_are_others(folder: Path) -> None:
    protocol = read(folder / "manifest.csv", "pose_roles_distractors")
    assert [record.path for record in protocol.gallery] == ["a1.jpg", "a2.jpg", "b1.jpg", "c1.jpg"]
    assert protocol.people == 3
    assert inspect(protocol).facts[0] == "pictures: 3 probes of 2 people, 4 gallery pictures of 3 people"
    assert protocol.fingerprint() != read(folder).fingerprint()


@pytest.mark.parametrize(
    ("rows", "name", "match"),
    [
        (["file,identity"], "pose_roles", "lacks the column.s. role, yaw_deg"),
        (
            [HEADER, f"a1.jpg,ann,pose_frontal,left,{POINTS}"],
            "pose_roles",
            "row 2: yaw and landmarks are numbers",
        ),
        (
            [HEADER, *ROWS, f"x.jpg,bo,pose_oblique,12,{POINTS}"],
            "pose_roles",
            "'x.jpg' is called pose_oblique",
        ),
        ([HEADER, *ROWS, f"x.jpg,eve,pose_oblique,45,{POINTS}"], "pose_roles", "'eve'; enrol them"),
        ([HEADER, *ROWS, f"a3.jpg,ann,pose_frontal,0,{POINTS}"], "pose_roles", "listed twice"),
        ([HEADER, *ROWS[:3]], "pose_roles", "set of probes is empty"),
        ([HEADER, *ROWS[:6], ROWS[7]], "pose_roles_distractors", "no row of role frontal shows anybody else"),
    ],
)
def test_broken_files(
    folder: Path, rows: list[str], name: str, match: str, lines: Callable[..., Path]
) -> None:
    lines(folder / "manifest.csv", rows)
    with pytest.raises(ManifestError, match=match):
        read(folder, name)


def test_landmarks_of_another_size_are_found(folder: Path, lines: Callable[..., Path]) -> None:
    far = "60,60,90,60,75,75,60,90,90,90"
    lines(folder / "manifest.csv", [HEADER, *ROWS[:4], *ROWS[5:], f"b2.jpg,bo,pose_oblique,40,{far}"])
    (problem,) = inspect(read(folder)).problems
    assert "1 of another size than they should be: b2.jpg (12 x 12, landmarks lie far outside)" in problem

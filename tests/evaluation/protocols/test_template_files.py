"""Folders of templates in the style of IJB: columns under several names, media, boxes, comparisons."""

from collections.abc import Callable
from pathlib import Path

import pytest

from enface.errors import ManifestError
from enface.evaluation.protocols import Sighting, TemplatesProtocol, inspect, open_protocol
from enface.faces.detectors.protocol import FaceBox

ENROLMENT = [
    "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT",
    "11,ann,img/1.jpg,5,1,2,8,9",
    "11,ann,frames/7.jpg,6,,,,",
    "11,ann,frames/8.jpg,6,,,,",
    "12,bo,img/2.jpg,7,0,0,9,9",
]
PROBES = ["template,subject,file", "21,ann,img/3.jpg", "22,bo,img/4.jpg", "23,stranger,img/5.jpg"]
MATCHES = ["11,21", "12,21", "12,22"]


@pytest.fixture
def folder(tmp_path: Path, picture: Callable[..., Path], lines: Callable[..., Path]) -> Path:
    for name in ("img/1", "img/2", "img/3", "img/4", "img/5", "frames/7", "frames/8"):
        picture(tmp_path / f"{name}.jpg")
    lines(tmp_path / "enrolment.csv", ENROLMENT)
    lines(tmp_path / "probes.csv", PROBES)
    lines(tmp_path / "matches.csv", MATCHES)
    return tmp_path


def read(folder: Path, name: str = "templates_verification") -> TemplatesProtocol:
    protocol = open_protocol(name, folder)
    assert isinstance(protocol, TemplatesProtocol)
    return protocol


def test_templates_of_several_pictures(folder: Path) -> None:
    protocol = read(folder)
    ann, bo = protocol.gallery
    assert (ann.name, ann.person, bo.name) == ("11", "ann", "12")
    assert ann.sightings == (
        Sighting("img/1.jpg", FaceBox(1, 2, 8, 9), "5"),
        Sighting("frames/7.jpg", None, "6"),
        Sighting("frames/8.jpg", None, "6"),
    )
    assert protocol.probes[0].sightings == (Sighting("img/3.jpg"),)
    assert protocol.comparisons == (("11", "21"), ("12", "21"), ("12", "22"))
    assert len(protocol.sightings) == 7


def test_a_search_knows_who_cannot_be_found(folder: Path) -> None:
    protocol = read(folder, "templates_search")
    assert protocol.comparisons is None
    assert [template.name for template in protocol.mated] == ["21", "22"]
    found = inspect(protocol)
    assert found.facts[0] == "templates: 2 enrolled, 3 probes, 2 of them of people who are enrolled"
    assert found.problems == ()


def test_pictures_may_lie_in_images(folder: Path) -> None:
    (folder / "images").mkdir()
    for name in ("img", "frames"):
        (folder / name).rename(folder / "images" / name)
    assert inspect(read(folder)).problems == ()


def test_fingerprint_follows_media_and_bytes(folder: Path, lines: Callable[..., Path]) -> None:
    before = read(folder).fingerprint()
    assert before == read(folder).fingerprint() != read(folder, "templates_search").fingerprint()
    lines(folder / "enrolment.csv", [row.replace(",6,", ",9,", 1) for row in ENROLMENT])
    assert read(folder).fingerprint() != before
    lines(folder / "enrolment.csv", ENROLMENT)
    (folder / "img/1.jpg").write_bytes(b"another")
    assert read(folder).fingerprint() != before


@pytest.mark.parametrize(
    ("file", "rows", "match"),
    [
        ("enrolment.csv", ["template,file", "1,a.jpg"], "lacks the column.s. subject"),
        ("enrolment.csv", [], "lacks the column"),
        ("enrolment.csv", ENROLMENT[:1], "the gallery is empty"),
        (
            "enrolment.csv",
            [*ENROLMENT, "11,bo,img/2.jpg,1,,,,"],
            "row 6: template '11' is of 'ann' and of 'bo'",
        ),
        ("enrolment.csv", [*ENROLMENT, "13,cy,img/2.jpg"], "row 6: 3 cells, but 8 columns"),
        ("enrolment.csv", [*ENROLMENT, "13,cy,img/2.jpg,1,1,2,,"], "row 6: the face's box is 1, 2, , "),
        ("enrolment.csv", [*ENROLMENT, "13,,img/2.jpg,1,,,,"], "row 6: subject is empty"),
        ("probes.csv", [*PROBES, "24,cy,/etc/x.jpg"], "row 5: .*does not stay inside"),
        ("probes.csv", ["template,subject,file"], "set of probes is empty"),
        ("matches.csv", [*MATCHES, "11"], "row 4: expected two template names"),
        ("matches.csv", [*MATCHES, "11,99"], "names '99', which is no probe template"),
        ("matches.csv", [*MATCHES, "11,21"], "11, 21 is listed twice"),
        ("matches.csv", ["11,21", "12,22"], "found 2 and 0"),
    ],
)
def test_broken_files(
    folder: Path, file: str, rows: list[str], match: str, lines: Callable[..., Path]
) -> None:
    lines(folder / file, rows)
    with pytest.raises(ManifestError, match=match):
        read(folder)


@pytest.mark.parametrize("file", ["enrolment.csv", "probes.csv", "matches.csv"])
def test_a_file_is_missing(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(ManifestError, match=f"{file} cannot be read.*holds enrolment.csv and probes.csv"):
        read(folder)


def test_one_person_only(folder: Path, lines: Callable[..., Path]) -> None:
    lines(folder / "enrolment.csv", ENROLMENT[:2])
    with pytest.raises(ManifestError, match="holds one person only, 'ann'"):
        read(folder, "templates_search")
    lines(folder / "probes.csv", PROBES[:2])
    with pytest.raises(ManifestError, match="there is one person only, 'ann'"):
        read(folder)

"""Every broken manifest is refused with its row and column; every valid one survives writing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from enface.data.manifest import COLUMNS, POINTS, read_faces, read_folder, read_manifest, write_manifest
from enface.data.records import FaceRecord, Manifest, check_path
from enface.errors import ManifestError

VALUES = {
    "path": "images/a.jpg",
    "subject": "007",
    "split": "train",
    "role": "probe",
    "yaw": "-30",
    **{name: str(10.5 + i) for i, name in enumerate(POINTS)},
}


def table(*changes: dict[str, str], columns: tuple[str, ...] = tuple(VALUES)) -> str:
    """A manifest with one row per change of the valid values."""
    rows = [{**VALUES, **change} for change in changes]
    return "\n".join([",".join(columns), *(",".join(row[c] for c in columns) for row in rows)]) + "\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_valid_row_becomes_a_record_with_defaults(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, table({})))
    (record,) = manifest.records
    assert manifest.file(record) == tmp_path / "images/a.jpg"
    assert (record.subject, record.session, record.split, record.role) == ("007", "01", "train", "probe")
    assert (record.yaw, record.pitch, record.glasses, record.visible) == (-30.0, None, None, None)
    assert record.points is not None
    assert np.array_equal(record.points, 10.5 + np.arange(10).reshape(5, 2))


def test_columns_that_a_user_cannot_know_may_be_absent(tmp_path: Path) -> None:
    columns = ("path", "subject", *POINTS)
    (record,) = read_manifest(write(tmp_path, table({}, columns=columns)), role="gallery").records
    assert record.role == "gallery"
    assert record.yaw is None


def test_a_row_without_any_landmark_is_an_aligned_picture(tmp_path: Path) -> None:
    (record,) = read_manifest(write(tmp_path, table(dict.fromkeys(POINTS, "")))).records
    assert record.points is None


def test_other_columns_are_ignored_and_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + table({"note": "x"}, columns=(*VALUES, "note")))
    assert len(read_manifest(path)) == 1


@pytest.mark.parametrize("column", ["path", "subject", "lex", "rmy"])
def test_a_missing_column_is_named(tmp_path: Path, column: str) -> None:
    text = table({}, columns=tuple(c for c in VALUES if c != column))
    with pytest.raises(ManifestError, match=rf"manifest\.csv: row 1, column {column}: is missing"):
        read_manifest(write(tmp_path, text))


BAD_CELLS = {
    "parent": ({"path": "../a.jpg"}, r"row 3, column path: '../a.jpg' does not stay inside"),
    "inner parent": ({"path": "a/../../b.jpg"}, r"row 3, column path: .*does not stay inside"),
    "absolute": ({"path": "/etc/passwd"}, r"row 3, column path: '/etc/passwd' does not stay inside"),
    "drive": ({"path": "C:/a.jpg"}, r"row 3, column path: 'C:/a.jpg' does not stay inside"),
    "backslash": ({"path": "..\\a.jpg"}, r"row 3, column path: .*does not stay inside"),
    "empty path": ({"path": ""}, r"row 3, column path: '' does not stay inside"),
    "duplicate": ({}, r"row 3, column path \('images/a.jpg'\): this picture is listed twice"),
    "same file": ({"path": "images/./a.jpg"}, r"row 3, column path .*: this picture is listed twice"),
    "subject": ({"path": "b.jpg", "subject": ""}, r"row 3, column subject .*: is empty"),
    "split": ({"path": "b.jpg", "split": "dev"}, r"row 3, column split .*'dev' is unknown; allowed: train"),
    "role": ({"path": "b.jpg", "role": "Gallery"}, r"row 3, column role .*'Gallery' is unknown; allowed"),
    "both splits": ({"path": "b.jpg", "split": "test"}, r"row 3, column split .*person '007' is in test"),
    "nan": ({"path": "b.jpg", "nx": "nan"}, r"row 3, column nx: 'nan' is not finite"),
    "infinite": ({"path": "b.jpg", "rmy": "inf"}, r"row 3, column rmy: 'inf' is not finite"),
    "word": ({"path": "b.jpg", "ley": "left"}, r"row 3, column ley: 'left' is not a number"),
    "half a face": ({"path": "b.jpg", "lmx": ""}, r"row 3, column lmx: is empty; give all ten"),
    "yaw": ({"path": "b.jpg", "yaw": "190"}, r"row 3, column yaw: '190' is outside -180..180"),
    "more cells": ({"path": "b.jpg,x"}, r"row 3, column \w+: the row has 16 cells, the header 15"),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_is_named_by_row_and_column(tmp_path: Path, name: str) -> None:
    change, message = BAD_CELLS[name]
    with pytest.raises(ManifestError, match=message):
        read_manifest(write(tmp_path, table({}, change)))


def test_a_flag_is_0_or_1(tmp_path: Path) -> None:
    text = table({"lev": "yes"}, columns=(*VALUES, "lev"))
    with pytest.raises(ManifestError, match="row 2, column lev: 'yes' is not valid; allowed: 0, 1"):
        read_manifest(write(tmp_path, text))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("sex", "x", r"row 2, column sex .*'x' is unknown; allowed: female, male or empty"),
        ("age", "34", r"row 2, column age: '34' is outside 0\.\.1"),
        ("makeup", "much", r"row 2, column makeup: 'much' is not valid"),
    ],
)
def test_an_attribute_that_is_not_valid_is_named(
    tmp_path: Path, column: str, value: str, message: str
) -> None:
    with pytest.raises(ManifestError, match=message):
        read_manifest(write(tmp_path, table({column: value}, columns=(*VALUES, column))))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "row 1, column path: is missing"),
        (",".join(VALUES).encode(), "no rows"),
        (b"\xff\xfe\x00\x01", "cannot read manifest"),
        (b'path,"sub', "cannot read manifest"),
        (b"path,path,subject\n", "row 1, column path: occurs twice"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "manifest.csv"
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=message):
        read_manifest(path)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"nowhere\.csv: No such file"):
        read_faces(tmp_path / "nowhere.csv")


names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
numbers = st.floats(-1e6, 1e6)
flags = st.none() | st.booleans()
records = st.builds(
    FaceRecord,
    path=names.filter(lambda text: not set(text) & set("/\\:.")),
    subject=names,
    session=names,
    camera=names | st.just(""),
    yaw=st.none() | st.floats(-180, 180),
    pitch=st.none() | st.floats(-90, 90),
    role=st.sampled_from(["gallery", "probe"]),
    points=st.none() | st.lists(numbers, min_size=10, max_size=10).map(lambda v: np.reshape(v, (5, 2))),
    visible=st.none() | st.lists(st.booleans(), min_size=5, max_size=5).map(np.array),
    skin_tone=st.none() | numbers,
    glasses=flags,
    beard=flags,
    age=st.none() | st.floats(0, 1),
    sex=st.sampled_from(["", "female", "male"]),
    hair=names | st.just(""),
    covering=names | st.just(""),
    occluder=names | st.just(""),
    makeup=flags,
)


@settings(max_examples=50)
@given(rows=st.lists(records, min_size=1, max_size=4, unique_by=lambda record: record.path))
def test_writing_and_reading_gives_the_same_records(
    tmp_path_factory: pytest.TempPathFactory, rows: list[FaceRecord]
) -> None:
    path = tmp_path_factory.getbasetemp() / "roundtrip.csv"
    write_manifest(Manifest(root=path.parent, records=tuple(rows)), path)
    assert path.read_text(encoding="utf-8").partition("\n")[0] == ",".join(COLUMNS)
    again = read_manifest(path)
    for old, new in zip(rows, again.records, strict=True):
        for name in FaceRecord.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(new, name), getattr(old, name), err_msg=name)


def test_select_keeps_the_order_and_combines_conditions() -> None:
    manifest = Manifest(
        root=Path(),
        records=tuple(
            FaceRecord(path=f"{i}.png", subject=str(i // 2), role="gallery" if i % 2 else "probe")
            for i in range(6)
        ),
    )
    assert [r.path for r in manifest.select(role="probe").records] == ["0.png", "2.png", "4.png"]
    assert [r.path for r in manifest.select(role="gallery", subjects=["2", "0"]).records] == [
        "1.png",
        "5.png",
    ]
    assert len(manifest.select(split="test")) == 0


def test_check_path_accepts_dots_and_colons_inside_names() -> None:
    check_path("images/..a/b..c.jpg")
    check_path("2024-01-01 12:30:05.jpg")


def test_a_folder_of_people_is_read_as_aligned_pictures(tmp_path: Path) -> None:
    for name in ("ann/2.png", "ann/1.JPG", "bob/1.gif", "solo.png", ".hidden/1.png", "ann/notes.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
    manifest = read_faces(tmp_path, role="gallery")
    assert [(r.path, r.subject) for r in manifest.records] == [
        ("ann/1.JPG", "ann"),
        ("ann/2.png", "ann"),
        ("bob/1.gif", "bob"),
        ("solo.png", "solo"),
    ]
    assert {r.role for r in manifest.records} == {"gallery"}
    assert all(r.points is None for r in manifest.records)


def test_a_folder_with_a_manifest_is_read_by_it(tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "unlisted.png")
    write(tmp_path, table({}))
    assert [r.path for r in read_faces(tmp_path).records] == ["images/a.jpg"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"no picture in .*readable are \.avif, \.bmp"):
        read_folder(tmp_path)
    with pytest.raises(ManifestError, match="is not a folder"):
        read_folder(tmp_path / "nowhere")

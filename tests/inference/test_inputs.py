"""Which files are read, and what their outputs are called."""

from pathlib import Path

import pytest

from enface.errors import ConfigError
from enface.inference.inputs import list_pictures


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "in/b.jpg",
        "in/a.PNG",
        "in/deep/er/c.webp",
        "in/notes.txt",
        "in/.hidden.jpg",
        "in/.git/d.jpg",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "in/folder.jpg").mkdir()
    return tmp_path


def test_folders_are_searched_and_named_by_their_own_paths(tree: Path) -> None:
    pictures = list_pictures([tree / "in"], output=tree / "out")
    assert [picture.name for picture in pictures] == ["a", "b", "deep/er/c"]
    assert all(picture.path.is_absolute() for picture in pictures)


def test_files_are_taken_whatever_their_suffix_and_missing_ones_are_kept(tree: Path) -> None:
    pictures = list_pictures([tree / "in/notes.txt", tree / "none.jpg"], output=tree / "out")
    assert [picture.name for picture in pictures] == ["notes", "none"]


def test_each_file_once(tree: Path) -> None:
    pictures = list_pictures([tree / "in/b.jpg", tree / "in", tree / "in/b.jpg"], output=tree / "out")
    assert [picture.path.name for picture in pictures] == ["b.jpg", "a.PNG", "c.webp"]


def test_names_never_collide(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("x/a.jpg", "x/a.png", "y/a.jpg", "z/A.jpg", "z/a", "w/a")]
    names = [picture.name for picture in list_pictures(files, output=tmp_path)]
    assert names[:2] == ["a", "a_png"]
    assert len({name.casefold() for name in names}) == len(files)


def test_names_of_earlier_runs_are_kept_and_respected(tmp_path: Path) -> None:
    taken = {str(tmp_path / "y/a.jpg"): "a"}
    pictures = list_pictures([tmp_path / "x/a.jpg", tmp_path / "y/a.jpg"], output=tmp_path, taken=taken)
    assert [picture.name for picture in pictures] == ["a_jpg", "a"]


def test_outputs_inside_the_input_are_no_inputs(tree: Path) -> None:
    (tree / "in/out").mkdir()
    (tree / "in/out/b-1-frontal.png").touch()
    pictures = list_pictures([tree / "in"], output=tree / "in/out")
    assert [picture.name for picture in pictures] == ["a", "b", "deep/er/c"]


def test_an_empty_folder_is_a_problem_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.png").touch()
    empty, full = list_pictures([tmp_path / "empty", tmp_path / "a.png"], output=tmp_path / "out")
    assert "no pictures in this folder" in empty.problem
    assert full.problem == ""


def test_an_output_around_the_input_hides_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    assert len(list_pictures([tree / "in"], output=tree)) == 3
    assert [picture.name for picture in list_pictures(["in/deep"], output=Path())] == ["er/c"]


def test_an_output_inside_the_input_may_be_spelled_in_any_way(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tree / "in/deep")
    (tree / "link").symlink_to(tree / "in")
    for given, output in ((tree / "in", Path()), (tree / "link", tree / "in/er/../deep")):
        assert [picture.name for picture in list_pictures([given], output=output)] == ["a", "b"]


def test_an_input_folder_is_no_output(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree / "in")
    for output in (tree / "in", Path(), tree / "in/../in"):
        with pytest.raises(ConfigError, match=r"give a folder of its own, for example .*enface"):
            list_pictures([tree / "in/b.jpg", tree / "in"], output=output)
    assert len(list_pictures([tree / "in/b.jpg"], output=tree / "in")) == 1, "single files are no folder"


def test_paths_that_cannot_be_looked_at_are_kept(tree: Path) -> None:
    pictures = list_pictures(["x" * 300 + ".jpg", tree / "in/b.jpg"], output=tree / "out")
    assert [picture.path.name for picture in pictures] == ["x" * 300 + ".jpg", "b.jpg"]
    assert pictures[0].modified() == "" < pictures[1].modified()

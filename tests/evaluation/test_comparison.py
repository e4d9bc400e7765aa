"""Two models on the same pictures: what differs is found, what cannot be compared is refused."""

import csv
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from enface.errors import ConfigError
from enface.evaluation.bootstrapping import Bootstrap
from enface.evaluation.comparison import compare, load_comparison
from enface.evaluation.comparison.page import write_comparison
from enface.evaluation.comparison.words import summary, verdicts
from enface.evaluation.protocols import Protocol
from enface.evaluation.report import write_folder
from enface.evaluation.report.folder import write_tables
from enface.evaluation.results import load_results, save_results
from enface.evaluation.runner import evaluate
from enface.models.folder import LoadedModel
from enface.recognizers.frozen import FrozenRecognizer

Make = Callable[..., FrozenRecognizer]
FEW = Bootstrap(resamples=200)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where both evaluations are written once."""
    return tmp_path_factory.mktemp("evaluations")


@pytest.fixture
def folders(
    oracle: LoadedModel,
    ignorant: LoadedModel,
    protocol: Protocol,
    recognizer: Make,
    written: Path,
    tmp_path: Path,
) -> tuple[Path, Path]:
    """Evaluations of a model that always makes the mean face, and of one that knows the truth."""
    for name, model in (("mean", ignorant), ("truth", oracle)):
        if not (written / name).is_dir():
            (written / name).mkdir()
            write_folder(
                written / name,
                evaluate(
                    model,
                    protocol=protocol,
                    judge=recognizer("judge"),
                    name=f"runs/{name}",
                    signals=(),
                    bootstrap=FEW,
                ),
            )
        shutil.copytree(written / name, tmp_path / name)
    return tmp_path / "mean", tmp_path / "truth"


def change(folder: Path, **setup: object) -> None:
    """Writes other facts into a folder's results."""
    results = load_results(folder / "results.json")
    save_results(replace(results, setup=replace(results.setup, **setup)), folder / "results.json")  # type: ignore[arg-type]


def test_differences_are_second_less_first_on_the_same_probes(folders: tuple[Path, Path]) -> None:
    found = compare(*folders, bootstrap=FEW).comparisons[0]
    assert (found.first.model, found.second.model) == ("runs/mean", "runs/truth")
    assert (found.setup.cases, found.setup.people) == (20, 4)
    row = found.row("frontalised", None, "rank-1")
    rates = [load_results(f / "results.json") for f in folders]
    expected = [np.mean([r.rate("frontalised", a).rank1.value for a in (0, 45, 45, 90, 90)]) for r in rates]
    assert row.first.value == pytest.approx(expected[0])
    assert row.second.value == pytest.approx(expected[1]) == 1.0
    assert row.difference.value == pytest.approx(expected[1] - expected[0])
    assert row.winner == "second"
    assert row.p_value == pytest.approx(2 / 201)  # no draw of people turns the sign
    # The mean face is nearest to one person, who is found by both; the other three are found by B alone.
    assert row.sign_p_value == pytest.approx(2 * 0.5**3)
    raw = found.row("raw", 90, "margin")
    assert (raw.difference.value, raw.difference.low, raw.difference.high) == (0, 0, 0)
    assert (raw.winner, raw.p_value, raw.sign_p_value) == (None, 1.0, 1.0)
    assert found.angles == (0, 45, 90)


def test_nearness_to_the_truth_is_compared_where_pictures_have_one_size(folders: tuple[Path, Path]) -> None:
    found = compare(*folders, bootstrap=FEW).comparisons[0]
    rows = [found.row("frontal faces", None, measure) for measure in ("L1", "SSIM")]
    assert (rows[0].second.value, rows[1].second.value) == (0.0, 1.0)  # the truth itself
    quality = load_results(folders[0] / "results.json").quality
    assert rows[0].first.value == pytest.approx(np.mean([row.frontalised.l1.value for row in quality]))
    assert [row.winner for row in rows] == ["second", "second"]
    assert "frontal faces" not in found.arms
    change(folders[1], output_size=14)
    other = compare(*folders, bootstrap=FEW).comparisons[0]
    assert "L1" not in other.measures
    assert any("28 and 14 pixels" in note for note in other.notes)


def test_swapped_sides_swap_the_winner(folders: tuple[Path, Path]) -> None:
    one, other = (
        compare(*pair, bootstrap=FEW).comparisons[0].row("frontalised", 90, "margin")
        for pair in (folders, folders[::-1])
    )
    assert one.difference.value == pytest.approx(-other.difference.value)
    assert (one.winner, other.winner) == ("second", "first")


def test_outcomes_count_every_probe_once(folders: tuple[Path, Path]) -> None:
    found = compare(*folders, bootstrap=FEW).comparisons[0]
    for row in found.outcomes:
        assert row.both + row.only_first + row.only_second + row.neither == 20
    frontal = next(row for row in found.outcomes if row.arm == "frontalised")
    rate = found.row("frontalised", None, "rank-1").first.value
    assert (frontal.both, frontal.only_second) == (round(20 * rate), 20 - round(20 * rate))
    raw = next(row for row in found.outcomes if row.arm == "raw")
    assert raw.only_first == raw.only_second == 0
    gains = [case.gain for case in found.moved]
    assert gains == sorted(gains, reverse=True)
    assert all(case.second - case.first == pytest.approx(case.gain) for case in found.moved)


def test_files_and_page(folders: tuple[Path, Path], tmp_path: Path) -> None:
    results = compare(*folders, bootstrap=FEW)
    page = write_comparison(tmp_path / "out", results, command="enface compare <a> b")
    assert load_comparison(tmp_path / "out" / "comparison.json") == results
    assert json.loads((tmp_path / "out" / "comparison.json").read_text())["comparison_version"] == 1
    with (tmp_path / "out" / "tables" / "differences.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(results.comparisons[0].differences)
    assert {row["better"] for row in rows} >= {"B", ""}
    plots = {file.name for file in (tmp_path / "out" / "plots").iterdir()}
    assert plots == {"rank-1-difference.svg", "margin-difference.svg"}
    text = page.read_text()
    assert "enface compare &lt;a&gt; b" in text
    assert "://" not in text
    assert results.comparisons[0].first.results_sha256[:12] in text
    assert 'class="gain"' in text
    assert (
        'class="loss"'
        in write_comparison(tmp_path / "back", compare(*folders[::-1], bootstrap=FEW)).read_text()
    )


def test_words(folders: tuple[Path, Path]) -> None:
    results = compare(*folders, bootstrap=FEW)
    sentences = verdicts(results.comparisons[0])
    assert sentences[0].startswith("The frontal face alone, rank-1: B is above A at every angle (by ")
    assert sentences[0].endswith("which is better.")
    assert sentences[1].startswith("The frontal face alone, margin: B is above A at every angle (by 1.")
    near = next(sentence for sentence in sentences if sentence.startswith("Nearness to the truth, L1: "))
    assert "B is below A at every angle" in near and near.endswith("which is better.")
    assert "would by chance" in sentences[-1]
    text = summary(results)
    assert "A: runs/mean\nB: runs/truth\n" in text
    assert "20 probes of 4 people" in text
    back = verdicts(compare(*folders[::-1], bootstrap=FEW).comparisons[0])
    assert back[0].startswith("The frontal face alone, rank-1: B is below A at every angle (by ")
    assert back[0].endswith("which is worse.")


@pytest.mark.parametrize(
    ("setup", "match"),
    [
        ({"protocol": "pose_roles"}, "the protocol differs: 'rendered' and 'pose_roles'"),
        ({"across_looks": True}, "show different looks differs"),
        ({"gallery": "frontalised"}, "how the gallery is enrolled differs: 'raw' and 'frontalised'"),
        ({"judge": "someone"}, "the judge differs: 'judge' and 'someone'"),
        ({"judge_sha256": "c" * 64}, "the judge's weights differs"),
        ({"data_sha256": "d" * 64}, "the pictures or people differ"),
    ],
)
def test_other_questions_are_refused(
    folders: tuple[Path, Path], setup: dict[str, object], match: str
) -> None:
    change(folders[1], **setup)
    with pytest.raises(ConfigError, match=match) as caught:
        compare(*folders, bootstrap=FEW)
    assert "same --protocol, --data and --judge" in str(caught.value)


def test_other_probes_are_refused(folders: tuple[Path, Path]) -> None:
    file = folders[1] / "tables" / "cases.csv"
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(ConfigError, match=r"20 and 19\): 1 are in one only, for example 'p4_90.png' of 'p4'"):
        compare(*folders, bootstrap=FEW)


def test_folders_without_results_are_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no folder"):
        compare(folders[0], tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="run enface evaluate first"):
        compare(folders[0], tmp_path / "empty")
    with pytest.raises(ConfigError, match="was given twice"):
        compare(folders[0], folders[0])
    (folders[1] / "tables" / "cases.csv").write_text("picture\n")
    with pytest.raises(ConfigError, match="evaluate again"):
        compare(*folders)
    (folders[1] / "results.json").write_text("{")
    with pytest.raises(ConfigError, match="cannot be read as JSON"):
        compare(*folders)


def test_folders_of_several_evaluations_are_matched(folders: tuple[Path, Path], tmp_path: Path) -> None:
    sides = tmp_path / "a", tmp_path / "b"
    for side, folder in zip(sides, folders, strict=True):
        side.mkdir()
        folder.rename(side / "01-evaluation")
    more = sides[1] / "02-other"
    more.mkdir()
    (more / "tables").mkdir()
    for name in ("results.json", "tables/cases.csv"):
        (more / name).write_bytes((sides[1] / "01-evaluation" / name).read_bytes())
    change(more, judge="someone")
    found = compare(*sides, bootstrap=FEW)
    assert len(found.comparisons) == 1
    assert found.unmatched == (f"{more} (rendered, judged by someone) has no counterpart.",)
    change(sides[1] / "01-evaluation", judge="nobody")
    with pytest.raises(ConfigError, match="no evaluation among 1 and 2 has a counterpart"):
        compare(*sides, bootstrap=FEW)


def test_evaluations_by_several_judges_are_found_in_the_folder_of_a_run(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """And of a judge that judged a run twice the newest counts."""
    runs = tmp_path / "a", tmp_path / "b"
    for run, folder in zip(runs, folders, strict=True):
        shutil.copytree(folder, run / "evaluation-all-across-looks" / "01-judge")
        shutil.copytree(folder, run / "evaluation-all" / "02-other")
        change(run / "evaluation-all" / "02-other", judge="other")
    older = runs[1] / "evaluation-judge"
    shutil.copytree(folders[0], older)
    change(older, model="runs/truth")
    os.utime(older / "results.json", (0, 0))
    found = compare(*runs, bootstrap=FEW)
    assert [comparison.setup.judge for comparison in found.comparisons] == ["other", "judge"]
    assert found.unmatched == ()
    newest = runs[1] / "evaluation-all-across-looks" / "01-judge"
    assert found.comparisons[1].second.folder == str(newest)
    os.utime(older / "results.json")
    found = compare(*runs, bootstrap=FEW)
    assert found.comparisons[1].second.folder == str(older)


def test_files_of_earlier_results_do_not_stay_beside_new_ones(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    output = tmp_path / "out"
    for folder in (folders[0], output):
        for name in ("tables/pictures.csv", "plots/distances.svg", "tables/notes.txt"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("old")
    page = write_comparison(output, compare(*folders, bootstrap=FEW))
    assert page.is_file() and (output / "tables" / "headline.csv").is_file()
    write_tables(folders[0], tables=(), charts=())
    for folder in (folders[0], output):
        assert not (folder / "tables" / "pictures.csv").exists()
        assert not (folder / "plots" / "distances.svg").exists()
        assert (folder / "tables" / "notes.txt").read_text() == "old"
    assert not list(folders[0].glob("plots/*.svg"))


def test_a_folder_holds_the_tables_of_one_evaluation(
    ignorant: LoadedModel, protocol: Protocol, recognizer: Make, tmp_path: Path
) -> None:
    def write(*, pictures: bool) -> set[str]:
        made = evaluate(
            ignorant,
            protocol=protocol,
            judge=recognizer("judge"),
            name="m",
            signals=(),
            pictures=pictures,
            bootstrap=FEW,
        )
        write_folder(tmp_path, made)
        return {file.name for file in (tmp_path / "tables").iterdir()}

    assert {"pictures.csv", "distances.csv", "cases.csv"} <= write(pictures=True)
    assert not {"pictures.csv", "distances.csv"} & (left := write(pictures=False))
    assert {"headline.csv", "recognition.csv", "cases.csv"} <= left


def test_raw_pictures_that_were_seen_otherwise_are_told_of(folders: tuple[Path, Path]) -> None:
    assert not any("other scores" in note for note in compare(*folders, bootstrap=FEW).comparisons[0].notes)
    file = folders[1] / "tables" / "cases.csv"
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[3]["raw:margin"] = str(float(rows[3]["raw:margin"]) + 0.25)
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    notes = compare(*folders, bootstrap=FEW).comparisons[0].notes
    assert any("got other scores (by up to 0.250)" in note for note in notes)

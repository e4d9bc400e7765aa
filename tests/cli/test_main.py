"""The command itself: fast help, helpful mistakes, exit codes."""

import json
import re
import subprocess
import sys
import time
from itertools import groupby

import pytest

from enface.cli.main import VERBS, main
from enface.config import presets
from enface.training import rendered_presets


def test_help_is_fast_and_needs_no_torch() -> None:
    code = (
        "import sys; from enface.cli.main import main; main(['--help']); "
        "heavy = {'torch', 'numpy', 'PIL', 'tyro', 'matplotlib'} & set(sys.modules); assert not heavy, heavy"
    )
    start = time.perf_counter()
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 2.0  # 0.03 s when idle; the bound allows for a busy machine
    for verb in VERBS:
        assert verb in result.stdout


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_explains_itself_without_torch(verb: str) -> None:
    code = (
        "import sys\nfrom enface.cli.main import main\n"
        f"try:\n    main([{verb!r}, '--help'])\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        "assert 'torch' not in sys.modules"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert f"usage: enface {verb}" in result.stdout


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trian"]) == 2
    assert "did you mean 'train'" in capsys.readouterr().err


def test_presets_list_names_every_preset(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "list", "--json"]) == 0
    listed = {entry["name"]: entry["kind"] for entry in json.loads(capsys.readouterr().out)}
    assert [name for name, kind in listed.items() if kind == "setting"] == presets.names()
    assert [name for name, kind in listed.items() if kind == "recipe"] == list(rendered_presets.PRESETS)
    assert main(["presets", "list"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert set(listed) <= {line.split(" ")[0] for line in printed}


def test_presets_list_needs_no_torch() -> None:
    code = (
        "import sys; from enface.cli.main import main; main(['presets', 'list']); "
        "heavy = {'torch', 'numpy', 'PIL', 'numba'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)


def test_recipes_are_shown_and_have_no_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "show", "landmarks_v1"]) == 0
    shown = capsys.readouterr().out
    assert "fixed recipe" in shown and "docs/architecture.md" in shown
    assert main(["presets", "show", "landmarks_v1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "recipe"
    assert main(["presets", "diff", "landmarks_v1", "smoke"]) == 2
    assert "landmarks_v1 is a fixed recipe" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["presets", "show"], ["train", "--preset"]])
def test_unknown_names_are_compared_with_recipes_too(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "landmark_v1"]) == 2
    assert "did you mean 'landmarks_v1'" in capsys.readouterr().err


def test_presets_show_prints_flags_that_train_accepts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "show", "seed_default"]) == 0
    assert "--objective.feature.weight 500.0" in capsys.readouterr().out


def test_presets_diff_shows_both_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "diff", "seed_default", "small_rendered", "--json"]) == 0
    differences = json.loads(capsys.readouterr().out)
    assert differences["generator.sizes"] == {"seed_default": [56, 112, 224], "small_rendered": [28, 56, 112]}


def test_presets_diff_keeps_groups_together_and_marks_absent_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["presets", "diff", "c_1_2", "c_1_4"]) == 0
    rows = [re.split(r"  +", line, maxsplit=2) for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["field", "c_1_2", "c_1_4"]
    assert ["critic_optimizer.kind", "rmsprop", "adam"] in rows
    assert ["critic_optimizer.decay", "0.9", "-"] in rows
    assert ["generator.size", "-", "224"] in rows
    groups = [group for group, _ in groupby(field.rpartition(".")[0] for field, *_ in rows[1:])]
    assert len(groups) == len(set(groups))


def test_an_unknown_preset_is_an_unusable_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets", "show", "smok"]) == 2
    assert "did you mean 'smoke'" in capsys.readouterr().err

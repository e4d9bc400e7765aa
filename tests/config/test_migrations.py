"""A run of an older schema version reads as what it was."""

import json
from pathlib import Path

import pytest

from enface.config import presets
from enface.config.codec import parse_experiment
from enface.config.migrations import migrate
from enface.errors import ConfigError

GOLDEN = Path(__file__).parents[1] / "golden" / "migrations"


@pytest.mark.parametrize("name", ["smoke", "c_1_4"])
def test_version_1_reads_as_the_preset_it_was_written_from(name: str) -> None:
    text = (GOLDEN / f"{name}-version-1.json").read_text()
    assert parse_experiment(text) == presets.get(name).experiment


def test_migration_leaves_its_argument_alone() -> None:
    old = json.loads((GOLDEN / "smoke-version-1.json").read_text())["experiment"]
    before = json.dumps(old)
    migrate(old, 1, "config.json")
    assert json.dumps(old) == before


def test_what_was_no_experiment_of_its_version_says_so() -> None:
    with pytest.raises(
        ConfigError, match=r"old.json is not an experiment of schema version 1: .*'objective'"
    ):
        migrate({"seed": 0}, 1, "old.json")

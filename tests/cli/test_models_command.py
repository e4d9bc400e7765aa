"""`enface models`: every shipped network is listed and has its card."""

import json

import pytest

from enface.cli.main import main
from enface.models.shipped import SHIPPED


def test_every_network_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert list(rows) == list(SHIPPED)
    assert rows["quality_v1"]["kind"] == "quality"
    assert all(row["megabytes"] > 0 for row in rows.values() if row["kind"] != "quality")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_network_has_a_card(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "info", name]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# ") and "Apache-2.0" in text

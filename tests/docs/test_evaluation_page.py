"""docs/evaluation.md names what there is, and what it shows works."""

import json
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text()


def test_every_protocol_is_explained() -> None:
    from enface.evaluation.protocols.registry import known_protocols

    for name in known_protocols():
        assert f"`{name}`" in PAGE, f"docs/evaluation.md does not name the protocol {name}"


def test_every_arm_and_signal_is_explained() -> None:
    from enface.evaluation.arms import ARMS, PAIR_ARMS
    from enface.evaluation.signals import SIGNALS

    for name in (*ARMS, *PAIR_ARMS, *(signal.name for signal in SIGNALS)):
        assert f"`{name}`" in PAGE, f"docs/evaluation.md does not name {name}"


def test_every_group_of_people_is_named() -> None:
    from enface.data.attributes import ATTRIBUTES
    from enface.evaluation.groups import FEW_PEOPLE

    paragraph = PAGE.split("**Who it fails.**")[1].split("\n\n")[0].replace("\n", " ")
    for name in ATTRIBUTES:
        assert name.partition(",")[0] in paragraph
    assert f"fewer than {FEW_PEOPLE} people" in paragraph


def test_the_card_of_an_onnx_file_is_one(tmp_path: Path) -> None:
    from enface.recognizers.outside import read_input_card

    found = re.search(r"^ +(\{\"input_size\".*?\})$", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert found
    json.loads(found[1])
    (tmp_path / "card.json").write_text(found[1])
    assert read_input_card(tmp_path / "card.json").input_size == (112, 112)


def test_the_lines_of_python_make_a_judge() -> None:
    code = PAGE.split("and so executed:\n\n")[1].split("\n\n  `version`")[0]
    names = {"my_function": lambda batch: batch.mean(dim=(2, 3))}
    exec("\n".join(line.strip() for line in code.splitlines()), names)
    assert names["judge"].card.name == "mine"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["results.json", "verification.json", "search.json", "comparison.json"])
def test_files_are_named(name: str) -> None:
    assert f"`{name}`" in PAGE

"""docs/presets.md says what the presets are today, and which test stands for which to-do item."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from enface.config import presets
from enface.config.flat import differing_fields
from enface.config.overrides import apply

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """The page's writer."""
    specification = importlib.util.spec_from_file_location("page", ROOT / "tools" / "make_presets_page.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["page"] = module  # where its dataclasses look for their module
    specification.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(tool: ModuleType) -> None:
    written = (ROOT / "docs" / "presets.md").read_text(encoding="utf-8")
    assert tool.page() == written, "run: python tools/make_presets_page.py docs/presets.md"


def test_every_to_do_item_has_a_test(tool: ModuleType) -> None:
    assert [item.number for item in tool.TO_DO] == list(range(1, 17))
    for item in tool.TO_DO:
        assert f"def {item.test}(" in (ROOT / item.file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", presets.names())
def test_every_to_do_item_is_an_option_of_every_preset(tool: ModuleType, name: str) -> None:
    experiment = presets.get(name).experiment
    for item in tool.TO_DO:
        changed = apply(experiment, [f"--{option}" for option in item.options])
        wanted = {option.split("=")[0].rsplit(".", 1)[0] for option in item.options}
        parts = {field.rsplit(".", 1)[0] for field in differing_fields(experiment, changed)}
        assert parts <= wanted, f"item {item.number} changes more than it says"

"""docs/presets.md says what the presets are today."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    specification = importlib.util.spec_from_file_location("page", ROOT / "tools" / "make_presets_page.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    written = (ROOT / "docs" / "presets.md").read_text(encoding="utf-8")
    assert module.page() == written, "run: python tools/make_presets_page.py docs/presets.md"

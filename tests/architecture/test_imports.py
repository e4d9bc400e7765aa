"""Every module can be imported on its own, silently, and none of them reaches for the network or a device."""

import subprocess
import sys
from pathlib import Path

import pytest

import enface

ROOT = Path(enface.__file__).parent
MODULES = sorted(
    "enface" + "".join(f".{part}" for part in path.relative_to(ROOT).with_suffix("").parts)
    for path in ROOT.rglob("*.py")
    if path.name not in {"__init__.py", "__main__.py"}
)


@pytest.mark.slow
def test_every_module_imports_without_a_warning() -> None:
    code = f"import importlib\nfor name in {MODULES!r}:\n    importlib.import_module(name)\n"
    command = [sys.executable, "-W", "error", "-W", "ignore::DeprecationWarning", "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_no_file_is_too_long() -> None:
    long = {p.name: n for p in ROOT.rglob("*.py") if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_public_names_resolve() -> None:
    for name in enface.__all__:
        assert getattr(enface, name) is not None
    with pytest.raises(AttributeError, match="public names"):
        _ = enface.nothing


def test_the_changelog_knows_this_version() -> None:
    changelog = (ROOT.parents[1] / "CHANGELOG.md").read_text()
    assert f"## [{enface.__version__}]" in changelog

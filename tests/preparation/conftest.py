"""Fixtures of the preparation's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from enface.preparation.prepare import Prepared, prepare_set

from .few_people import QUICK, TEST, TRAIN, copy_people


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return copy_people(tmp_path / "source", TRAIN + TEST)


@pytest.fixture
def prepare(source: Path, tmp_path: Path) -> Callable[..., Prepared]:
    """Prepares `source` into `tmp_path / "out"` unless told otherwise."""

    def call(**options: object) -> Prepared:
        arguments: dict[str, object] = {"output": tmp_path / "out", "crops": QUICK, **options}
        return prepare_set("rendered", source, **arguments)  # type: ignore[arg-type]

    return call

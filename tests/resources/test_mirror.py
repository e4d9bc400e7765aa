"""The catalog against the real files, where somebody has fetched them."""

import pytest

from enface.resources import CATALOG, locate, present


@pytest.mark.resources
@pytest.mark.parametrize("name", CATALOG)
def test_fetched_files_are_what_the_catalog_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # the home of the user, not the empty one of these tests
    if not present(name):
        pytest.skip(f"needs `enface fetch {name}`")
    assert list(locate(name)) == [file.key for file in CATALOG[name].files]

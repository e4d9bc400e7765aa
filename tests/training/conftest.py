"""What trainings against the renderer need."""

import pytest


@pytest.fixture
def renderer() -> None:
    """Skips where nothing can be rendered."""
    pytest.importorskip("numba", reason="needs the `render` extra")
    from enface.rendering.asset.store import find_asset
    from enface.rendering.errors import RenderingError

    try:
        find_asset()
    except RenderingError as error:
        pytest.skip(f"needs the face asset: {error}")

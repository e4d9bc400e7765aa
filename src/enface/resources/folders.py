"""Where fetched and shipped files lie."""

import os
from pathlib import Path

import platformdirs

from enface.errors import ResourceError

HOME_VARIABLE = "ENFACE_HOME"
MIRROR_VARIABLE = "ENFACE_MIRROR"
_ASSETS = Path(__file__).resolve().parents[1] / "assets"


def home() -> Path:
    """Folder of fetched files: `ENFACE_HOME`, or the platform's cache folder. It need not exist yet."""
    value = os.environ.get(HOME_VARIABLE)
    return Path(value).expanduser().absolute() if value else platformdirs.user_cache_path("enface")


def mirror() -> Path | None:
    """Folder that stands in for the network (`ENFACE_MIRROR`), laid out like the catalog's mirror paths."""
    value = os.environ.get(MIRROR_VARIABLE)
    return Path(value).expanduser().absolute() if value else None


def shipped(relative: str) -> Path:
    """Path of a file that is part of the package.

    Args:
        relative: Path inside the package's `assets` folder, with forward slashes.

    Raises:
        ResourceError: The package has no such file or folder.
    """
    path = _ASSETS / relative
    if not path.exists() or not path.resolve().is_relative_to(_ASSETS):
        raise ResourceError(f"enface ships no file {relative!r} (looked in {_ASSETS}); reinstall enface")
    return path

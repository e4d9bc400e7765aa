"""The data card: every parameter, seed and version that a folder of pictures came from."""

import json
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from enface import __version__
from enface.rendering.errors import RenderingError
from enface.rendering.set_folder import require_empty
from enface.resources import atomic_write

CARD = "data-card.json"


@dataclass(frozen=True)
class Settings:
    """What decides every byte of the pictures."""

    preset: str
    people: int
    size: int
    seed: int
    samples: int
    quality: int
    truth: bool
    asset: str
    """Source and hash of the geometry."""


def write_card(folder: Path, settings: Settings, counts: dict[str, Any]) -> None:
    """Writes or replaces the card."""
    card = {
        "settings": asdict(settings),
        "counts": counts,
        "versions": versions(),
        "people": "invented: no photograph and no real person is in these pictures",
        "geometry_licence": "MIT, Copyright (c) 2020 USC Institute for Creative Technologies",
    }
    with atomic_write(folder / CARD) as part:
        part.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def check_card(folder: Path, settings: Settings) -> None:
    """Lets a folder go on only with the settings it was begun with; without a card it has to be empty.

    Raises:
        RenderingError: The card is broken or tells other settings, or there are other files and no card.
    """
    path = folder / CARD
    if not path.exists():
        require_empty(folder)
        return
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["settings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RenderingError(f"{path} is not a data card ({error}); choose another folder") from error
    wanted = asdict(settings)
    for name, value in wanted.items():
        if found.get(name) != value:
            raise RenderingError(
                f"{folder} was begun with {name} {found.get(name)!r}, not {value!r}; "
                "give the same settings to go on, or another folder"
            )


def versions() -> dict[str, str]:
    """What besides the settings may change bytes: packages, and the vector units that numpy computes with."""
    packages = ("numpy", "scipy", "scikit-image", "pillow", "numba")
    return {
        **{name: _version(name) for name in packages},
        "enface": __version__,
        "python": platform.python_version(),
        "simd": " ".join(np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"

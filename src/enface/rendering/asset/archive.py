"""The asset from ICT-FaceKit's archive or from a checkout of it."""

import zipfile
from importlib.resources.abc import Traversable
from pathlib import Path

from enface.rendering.asset.build import EXPRESSION_SOURCES, MODES, build_asset
from enface.rendering.asset.store import save_asset
from enface.rendering.errors import RenderingError
from enface.rendering.kernels.compiler import require_compiler

FOLDER = "FaceXModel"


def build_from_archive(
    source: Path,
    target: Path,
    *,
    modes: int = MODES,
    expressions: dict[str, tuple[str, ...]] = EXPRESSION_SOURCES,
) -> None:
    """Builds the asset and writes it.

    Args:
        source: The zip file that GitHub gives, or a folder: a checkout or its FaceXModel.
        target: The asset's file.
        modes: How many identity modes to read.
        expressions: As for `build_asset`.

    Raises:
        RenderingError: numba is not installed, or the source is not ICT-FaceKit.
    """
    require_compiler()
    if source.is_dir():
        folder = source / FOLDER if (source / FOLDER).is_dir() else source
        save_asset(target, build_asset(folder, modes=modes, expressions=expressions))
        return
    try:
        with zipfile.ZipFile(source) as archive:
            asset = build_asset(_models(archive, source), modes=modes, expressions=expressions)
    except (OSError, zipfile.BadZipFile) as error:
        raise RenderingError(f"{source} is no zip archive of ICT-FaceKit ({error})") from error
    save_asset(target, asset)


def _models(archive: zipfile.ZipFile, source: Path) -> Traversable:
    """FaceXModel below the archive's one folder."""
    for top in zipfile.Path(archive).iterdir():
        if (top / FOLDER).is_dir():
            return top / FOLDER
    raise RenderingError(f"{source} has no folder {FOLDER}; give an archive of ICT-FaceKit")

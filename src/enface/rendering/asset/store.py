"""The asset as one compressed file: 8-bit modes with one scale each."""

import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int8
from numpy import ndarray

from enface.rendering.asset.face_asset import LANDMARKS, FaceAsset
from enface.rendering.errors import RenderingError
from enface.resources import atomic_write, home, mirror, resource
from enface.resources.digest import digest_of_npz
from enface.resources.inventory import check_file

NAME = "ict-facekit"
_KEYS = ("V", "F", "mat", "uv", "region", "Iq", "Is", "Eq", "Es", "en", "lm", "ao")
_UV_STEPS = 65535.0


def find_asset(path: str | Path | None = None) -> Path:
    """The asset's file: the one given, the one fetched, or the mirror's.

    Raises:
        RenderingError: There is none.
    """
    if path is not None:
        return Path(path)
    file = resource(NAME).files[0]
    if (home() / file.path_in_home).is_file():
        return home() / file.path_in_home
    folder = mirror()
    if folder is not None and (folder / file.mirror_path).is_file():
        if problem := check_file(file, folder / file.mirror_path):
            raise RenderingError(f"{folder / file.mirror_path} is not the expected head: {problem}")
        return folder / file.mirror_path
    raise RenderingError(
        f"rendering needs a head: run `enface fetch {NAME}` once (ICT-FaceKit, MIT licence), or give with "
        "--asset a file that `enface render --build-asset` made"
    )


@cache
def load_asset(path: Path, *, modes: int | None = None) -> FaceAsset:
    """Reads an asset; the same arguments give the same object.

    Args:
        path: File written by `save_asset`.
        modes: How many identity modes to keep; all by default.

    Raises:
        RenderingError: The file is missing, broken, or not such an asset.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            data = {key: archive[key] for key in _KEYS}
    except FileNotFoundError:
        raise RenderingError(f"no face asset at {path}; `enface fetch {NAME}` brings one") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RenderingError(f"{path} is not a face asset ({error}); run `enface fetch {NAME}`") from error
    if data["lm"].shape != (LANDMARKS,) or data["Iq"].shape[1:] != data["V"].shape:
        raise RenderingError(f"{path} is not a face asset: its arrays do not fit together")
    kept = slice(None, modes)
    shapes = _expanded(data["Eq"], data["Es"])
    return FaceAsset(
        neutral=data["V"].astype(np.float32),
        triangles=data["F"].astype(np.int32),
        materials=data["mat"].astype(np.int32),
        uv=(data["uv"] / _UV_STEPS).astype(np.float32),
        regions=data["region"].astype(np.uint8),
        identity_modes=_expanded(data["Iq"][kept], data["Is"][kept]).reshape(len(data["Iq"][kept]), -1),
        expressions={str(name): shape for name, shape in zip(data["en"], shapes, strict=True)},
        landmarks=data["lm"].astype(np.int64),
        occlusion=(data["ao"] / 255.0).astype(np.float32),
        source=f"ICT-FaceKit Face Model Light (MIT), arrays sha256 {digest_of_npz(path, _KEYS)}",
    )


def save_asset(path: Path, asset: FaceAsset) -> None:
    """Writes an asset; modes and expressions lose at most half a step of 1/127 of their largest component."""
    count = len(asset.neutral)
    modes, mode_scales = _quantized(asset.identity_modes.reshape(-1, count, 3))
    shapes, shape_scales = _quantized(np.stack(list(asset.expressions.values())))
    with atomic_write(path) as part, part.open("wb") as stream:
        np.savez_compressed(
            stream,
            V=asset.neutral,
            F=asset.triangles.astype(np.uint16),
            mat=asset.materials.astype(np.uint8),
            uv=(asset.uv * _UV_STEPS).astype(np.uint16),
            region=asset.regions,
            Iq=modes,
            Is=mode_scales,
            Eq=shapes,
            Es=shape_scales,
            en=np.array(list(asset.expressions)),
            lm=asset.landmarks.astype(np.int32),
            ao=(asset.occlusion * 255.0).astype(np.uint8),
        )


def _quantized(
    shapes: Float32[ndarray, "shapes vertices 3"],
) -> tuple[Int8[ndarray, "shapes vertices 3"], Float32[ndarray, " shapes"]]:
    scales = np.abs(shapes).max(axis=(1, 2)) / 127.0
    scales = np.where(scales > 0.0, scales, 1.0)
    return np.round(shapes / scales[:, None, None]).astype(np.int8), scales.astype(np.float32)


def _expanded(
    shapes: Int8[ndarray, "shapes vertices 3"], scales: Float32[ndarray, " shapes"]
) -> Float32[ndarray, "shapes vertices 3"]:
    expanded: Float32[ndarray, "shapes vertices 3"] = shapes.astype(np.float32) * scales[:, None, None]
    return expanded

"""The asset as one compressed file: 8-bit modes with one scale each."""

import hashlib
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
from jaxtyping import Float32, Int8
from numpy import ndarray

from enface.rendering.asset.face_asset import LANDMARKS, FaceAsset
from enface.rendering.errors import RenderingError
from enface.resources import atomic_write, home, mirror

NAME = "ict-facekit"
_BUILT = Path(NAME, "asset.npz")
_MIRRORED = Path("assets", "ict_facekit", "ict100.npz")
_MIRRORED_SHA256 = "903083b4200bac1c6901f1ca59aa58709ebf5b71ed1e68c8902fc0e36007a58b"
_KEYS = ("V", "F", "mat", "uv", "region", "Iq", "Is", "Eq", "Es", "en", "lm", "ao")
_UV_STEPS = 65535.0


def built_path() -> Path:
    """Where `enface render --build-asset` puts the asset."""
    return home() / _BUILT


def find_asset(path: str | Path | None = None) -> Path:
    """The asset's file: the one given, the one built here, or the mirror's.

    Raises:
        RenderingError: There is none.
    """
    if path is not None:
        return Path(path)
    if built_path().is_file():
        return built_path()
    folder = mirror()
    if folder is not None and (folder / _MIRRORED).is_file():
        if _sha256(folder / _MIRRORED) != _MIRRORED_SHA256:
            raise RenderingError(
                f"the mirror's {folder / _MIRRORED} is not the expected file (SHA-256 differs)"
            )
        return folder / _MIRRORED
    raise RenderingError(
        "rendering needs a head: download github.com/ICT-VGL/ICT-FaceKit (MIT licence) and run "
        "`enface render --build-asset ICT-FaceKit/FaceXModel` once, or give a built file with --asset"
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
        raise RenderingError(f"no face asset at {path}; `enface render --build-asset` makes one") from None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RenderingError(f"{path} is not a face asset ({error}); build it again") from error
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
        source=f"ICT-FaceKit Face Model Light (MIT), {path.name}, sha256 {_sha256(path)}",
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
            uv=np.round(asset.uv * _UV_STEPS).astype(np.uint16),
            region=asset.regions,
            Iq=modes,
            Is=mode_scales,
            Eq=shapes,
            Es=shape_scales,
            en=np.array(list(asset.expressions)),
            lm=asset.landmarks.astype(np.int32),
            ao=np.round(asset.occlusion * 255.0).astype(np.uint8),
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


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""Every file that `enface fetch` knows: official address, SHA-256, licence, and what it is good for."""

import difflib
from dataclasses import dataclass

from enface.errors import ResourceError


@dataclass(frozen=True)
class ResourceFile:
    """One file of a resource."""

    key: str
    """Name within the resource, for example "xml"."""
    path_in_home: str
    """Place below `enface.resources.home()`."""
    url: str
    """Official address."""
    mirror_path: str
    """Place below the folder named by `ENFACE_MIRROR`."""
    sha256: str
    size: int
    """Bytes."""
    arrays: tuple[str, ...] = ()
    """Of an npz file that is built from the archive at `url`: `sha256` and `size` are those of these arrays
    (`enface.resources.digest`), for the file's compression differs between machines."""


@dataclass(frozen=True)
class Resource:
    """Files that belong together and are fetched under one name."""

    name: str
    files: tuple[ResourceFile, ...]
    licence: str
    """SPDX identifier."""
    licence_note: str
    """Who grants it and where the text lies."""
    summary: str
    enables: str
    """What works once it is there."""


_OPEN_MODEL_ZOO = "https://storage.openvinotoolkit.org/repositories/open_model_zoo/2023.0/models_bin/1"
_OPEN_MODEL_ZOO_LICENCE = (
    "Intel Open Model Zoo, github.com/openvinotoolkit/open_model_zoo/blob/master/LICENSE"
)

_ICT_COMMIT = "da5f95a607f5e6b37755b38d3385d7f2853732e5"


def _open_model_zoo_files(
    resource: str, model: str, mirror: str, *, xml: tuple[str, int], weights: tuple[str, int]
) -> tuple[ResourceFile, ...]:
    """The two files of an OpenVINO model, FP16 weights; digests and sizes as (SHA-256, bytes)."""
    return tuple(
        ResourceFile(
            key=key,
            path_in_home=f"{resource}/{model}.{key}",
            url=f"{_OPEN_MODEL_ZOO}/{model}/FP16/{model}.{key}",
            mirror_path=f"models/{mirror}/{model}.{key}",
            sha256=sha256,
            size=size,
        )
        for key, (sha256, size) in (("xml", xml), ("bin", weights))
    )


_RESOURCES = (
    Resource(
        name="yunet",
        files=(
            ResourceFile(
                key="onnx",
                path_in_home="yunet/face_detection_yunet_2023mar.onnx",
                # The repository keeps its models in git LFS, which answers at media.githubusercontent.com.
                url="https://media.githubusercontent.com/media/opencv/opencv_zoo/"
                "82b38c8f98e7b52aa171400f3e4c722352d0669f/"
                "models/face_detection_yunet/face_detection_yunet_2023mar.onnx",
                mirror_path="models/detector_yunet/face_detection_yunet_2023mar.onnx",
                sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
                size=232_589,
            ),
        ),
        licence="MIT",
        licence_note="Shiqi Yu, github.com/opencv/opencv_zoo/blob/main/models/face_detection_yunet/LICENSE",
        summary="YuNet 2023mar, face boxes with five landmarks",
        enables="finding faces in photographs (`enface frontalize` with the yunet detector)",
    ),
    Resource(
        name="reid0095",
        files=_open_model_zoo_files(
            "reid0095",
            "face-reidentification-retail-0095",
            "recognizer_reid0095",
            xml=("ce53d2c9c08c0bd1c1660fb8a5b6d0e3e4ec19eb92f1036d2d83a85e83082dce", 350_427),
            weights=("241229ca3d206321868d46ce74a3c0b06c49cea58db7dc70b2e842ff287545d1", 2_213_628),
        ),
        licence="Apache-2.0",
        licence_note=_OPEN_MODEL_ZOO_LICENCE,
        summary="face-reidentification-retail-0095, 256-d face embedding",
        enables="the recognizer `reid0095`: guiding training on real faces, judging and verification",
    ),
    Resource(
        name="mobilefacenet",
        files=(
            ResourceFile(
                key="pt",
                path_in_home="mobilefacenet/mobilefacenet.pt",
                url="https://raw.githubusercontent.com/foamliu/MobileFaceNet/"
                "408e13c0bcd1c10b666f00b07efcc2eab3c5d195/weights/mobilefacenet.pt",
                mirror_path="models/recognizer_mobilefacenet/mobilefacenet.pt",
                sha256="90a00ba1d8b0b688af3deb731ed53dca582e6106805d1bc3cfdef55f570493f4",
                size=4_135_271,
            ),
        ),
        licence="Apache-2.0",
        licence_note="foamliu, github.com/foamliu/MobileFaceNet/blob/master/LICENSE; trained on MS-Celeb-1M",
        summary="MobileFaceNet, 128-d face embedding",
        enables="the recognizer `mobilefacenet`, an independent judge of other models' results",
    ),
    Resource(
        name="headpose0001",
        files=_open_model_zoo_files(
            "headpose0001",
            "head-pose-estimation-adas-0001",
            "pose_omz_headpose0001",
            xml=("7a00509b02c15371c8156b848daf2825a061488b6f1b257ccbb648596c0a1ef3", 78_824),
            weights=("035c41b04268c4541fc0d7fc4a131070bc2d424324ad8e1163f83953ee8bb0b1", 3_823_816),
        ),
        licence="Apache-2.0",
        licence_note=_OPEN_MODEL_ZOO_LICENCE,
        summary="head-pose-estimation-adas-0001, yaw, pitch and roll",
        enables="an independent measure of how frontal an output is",
    ),
    Resource(
        name="ict-facekit",
        files=(
            ResourceFile(
                key="npz",
                path_in_home="ict-facekit/asset.npz",
                url=f"https://codeload.github.com/ICT-VGL/ICT-FaceKit/zip/{_ICT_COMMIT}",
                mirror_path="assets/ict_facekit/ict100.npz",
                sha256="25be2717fa18da81b87b67f62d92b7b2697fff24f69a52ba8f16392d76960512",
                size=9_098_414,
                # All but ambient occlusion, which is computed from them and may differ in last bits.
                arrays=("V", "F", "mat", "uv", "region", "Iq", "Is", "Eq", "Es", "en", "lm"),
            ),
            ResourceFile(
                key="licence",
                path_in_home="ict-facekit/LICENSE",
                url=f"https://raw.githubusercontent.com/ICT-VGL/ICT-FaceKit/{_ICT_COMMIT}/LICENSE",
                mirror_path="assets/ict_facekit/LICENSE",
                sha256="b20a78d8fc51657e14f3e00c8abb538d786ad00aa63210328c22565e583167e1",
                size=1_096,
            ),
        ),
        licence="MIT",
        licence_note="USC Institute for Creative Technologies; the text is fetched with it",
        summary="ICT-FaceKit Face Model Light, the shape of heads, built from 148 OBJ files",
        enables="rendering invented people (`enface render`, `enface train --data render:in-the-wild`)",
    ),
)

CATALOG: dict[str, Resource] = {entry.name: entry for entry in _RESOURCES}
"""Resources by name."""


def resource(name: str) -> Resource:
    """Looks a resource up.

    Raises:
        ResourceError: No resource has this name.
    """
    if name in CATALOG:
        return CATALOG[name]
    close = difflib.get_close_matches(name, CATALOG, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise ResourceError(f"unknown resource {name!r}; {hint}known: {', '.join(CATALOG)}")

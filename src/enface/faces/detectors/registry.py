"""Detectors by name."""

from collections.abc import Callable
from typing import Any

from enface.errors import FaceError
from enface.faces.detectors.protocol import Detector


def _yunet(**options: Any) -> Detector:
    # onnxruntime takes a while to import and is needed by this detector alone.
    from enface.faces.detectors.yunet import YuNet

    return YuNet(**options)


def _sidecar(**options: Any) -> Detector:
    from enface.faces.detectors.sidecar import Sidecar

    return Sidecar(**options)


def _aligned(**options: Any) -> Detector:
    from enface.faces.detectors.aligned import Aligned

    return Aligned(**options)


DETECTORS: dict[str, Callable[..., Detector]] = {"yunet": _yunet, "sidecar": _sidecar, "aligned": _aligned}


def make_detector(name: str, **options: Any) -> Detector:
    """Detector called `name`; options are those of its constructor.

    Raises:
        FaceError: unknown name.
        ResourceError: the detector needs a file that was not fetched.
    """
    if name not in DETECTORS:
        raise FaceError(
            f"unknown detector {name!r}; known: {', '.join(DETECTORS)}, and where enface's own networks are "
            "at hand (frontalize, evaluate) finder"
        )
    return DETECTORS[name](**options)

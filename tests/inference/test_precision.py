"""`--precision bfloat16`: nearly the same faces, never taken for those of float32."""

from pathlib import Path

import numpy as np
import pytest

from enface.cli.main import main
from enface.data.embedded import embedded_manifest
from enface.data.faceset import aligned_crop
from enface.faces.detectors.registry import make_detector
from enface.inference import Frontalizer
from enface.inference.report import REPORT

from .conftest import MakePhoto, read_report


def test_faces_of_the_shipped_model_hardly_change() -> None:
    """By 0.06 of a grey level on average of 16 rendered faces."""
    detector = make_detector("aligned")
    exact = Frontalizer.load("photo", detector=detector)
    fast = Frontalizer.load("photo", detector=detector, precision="bfloat16")
    people = embedded_manifest().select(split="test")
    probes = [r for r in people.records if r.role == "probe" and r.yaw in (30, -60)][:4]
    differences = []
    for record in probes:
        frame = aligned_crop(people, record, 224, whole=True)
        one, other = exact(frame), fast(frame)
        assert other.frontal.shape == one.frontal.shape and other.frontal.dtype == np.uint8
        assert one.origin is not None and other.origin is not None
        assert other.origin.confidence == pytest.approx(one.origin.confidence, abs=0.01)
        differences.append(np.abs(other.frontal.astype(int) - one.frontal).mean())
    assert 0.0 < np.mean(differences) < 0.3


def test_the_fingerprint_tells_the_precision(model_folder: Path) -> None:
    detector = make_detector("aligned")
    exact = Frontalizer.load(model_folder, detector=detector).model
    same = Frontalizer.load(model_folder, detector=detector, precision="float32").model
    fast = Frontalizer.load(model_folder, detector=detector, precision="bfloat16").model
    assert exact.fingerprint == same.fingerprint != fast.fingerprint
    assert (fast.name, fast.guides, fast.whole_frame) == (exact.name, exact.guides, exact.whole_frame)
    assert fast.crop_side(10.0) == exact.crop_side(10.0)


def test_finished_pictures_are_done_again(model_folder: Path, make_photo: MakePhoto) -> None:
    photo = make_photo("a.png", side=64)
    output = photo.parents[1] / "out"
    settings = set()
    for precision in ("float32", "bfloat16"):
        options = ["--detector", "aligned", "--quiet", "--precision", precision]
        command = ["frontalize", str(photo), "--model", str(model_folder), "--output", str(output), *options]
        assert main(command) == 0
        (row,) = read_report(output / REPORT)[str(photo)]
        settings.add(row.settings)
    assert len(settings) == 2

"""One photograph in, one frontal face out."""

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.data import astronaut

from enface.errors import CheckpointError, ConfigError, FaceError
from enface.faces.detectors.protocol import Detection, box_around
from enface.images import hwc_to_tensor, resize, to_uint8, to_unit
from enface.inference import FrontalFace, Frontalizer
from enface.resources import present

from .conftest import TEMPLATE, RuleDetector

NOISE = np.random.default_rng(0).integers(0, 256, (250, 500, 3), dtype=np.uint8)


def test_the_face_is_what_the_model_makes_of_the_crop(frontalizer: Frontalizer) -> None:
    face = frontalizer(NOISE)
    size = frontalizer.model.crop_side(0.0)
    assert isinstance(face, FrontalFace)
    assert face.input.shape == (size, size, 3) and face.input.dtype == np.uint8
    with torch.inference_mode():
        outputs = frontalizer.model.model.normalizer(to_unit(hwc_to_tensor(face.input)[None]))
    expected = to_uint8(outputs[max(outputs)])[0].permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(face.frontal, expected)
    assert face.frontal.std() > 0


def test_the_crop_is_the_centre_of_the_template(frontalizer: Frontalizer) -> None:
    """A picture that shows the template's frame is cropped to 13..237 and shrunk, nothing else."""
    smooth = resize(NOISE[:5, :5], height=250, width=250)
    size = frontalizer.model.crop_side(0.0)
    face = frontalizer(smooth)
    expected, shifted = (
        resize(smooth[top : top + 224, 13:237], height=size, width=size).astype(int) for top in (13, 15)
    )
    error = np.abs(face.input - expected).mean()
    assert error < 1
    assert error < np.abs(face.input - shifted).mean() / 2


def test_all_faces_largest_first_and_the_same_alone_or_together(frontalizer: Frontalizer) -> None:
    first, second = frontalizer.all_faces(NOISE)
    assert first.detection.box.width > second.detection.box.width
    alone = frontalizer(NOISE)
    assert np.abs(first.frontal.astype(int) - alone.frontal).max() <= 1
    assert not np.array_equal(first.input, second.input)
    assert [face.yaw for face in (first, second)] == [0.0, 0.0]


def test_batches_of_any_size_give_the_same(frontalizer: Frontalizer) -> None:
    faces = [frontalizer.cut(NOISE, found) for found in frontalizer.detect(NOISE)] * 3
    whole = frontalizer.turn(faces)
    parts = frontalizer.turn(faces, batch_size=2)
    assert len(whole) == len(parts) == 6
    for a, b in zip(whole, parts, strict=True):
        assert np.abs(a.frontal.astype(int) - b.frontal).max() <= 1
    assert frontalizer.turn([]) == []


def test_pasting_changes_the_face_alone(frontalizer: Frontalizer) -> None:
    face = frontalizer(NOISE)
    before = NOISE.copy()
    pasted = face.pasted(NOISE)
    np.testing.assert_array_equal(NOISE, before)
    changed = (pasted != NOISE).any(axis=2)
    assert changed[125, 125]
    assert not changed[:, 250:].any() and not changed[:13].any()


def test_yaw_is_estimated_where_the_detector_does_not_know_it(frontalizer: Frontalizer) -> None:
    class Turned:
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            points = TEMPLATE.turned(-30)
            return [Detection(box=box_around(points), points=points, score=0.5)]

    face = Frontalizer(frontalizer.model, detector=Turned())(NOISE)
    assert face.yaw == pytest.approx(-30, abs=0.5)


def test_no_face_and_impossible_landmarks(frontalizer: Frontalizer) -> None:
    with pytest.raises(FaceError, match=r"no face found in the 4 x 3 picture"):
        frontalizer(np.zeros((3, 4, 3), np.uint8))

    class Outside:
        def detect(self, image: np.ndarray, *, path: Path | None = None) -> list[Detection]:
            points = TEMPLATE.points + 10_000
            return [Detection(box=box_around(points), points=points, score=1.0)]

    with pytest.raises(FaceError, match="outside"):
        Frontalizer(frontalizer.model, detector=Outside())(NOISE)


def test_one_pixel(frontalizer: Frontalizer) -> None:
    face = frontalizer(np.full((1, 1, 3), 200, np.uint8))
    assert (face.input == 200).all()


def test_loading_what_cannot_be_loaded(model_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        Frontalizer.load(tmp_path, detector=RuleDetector())
    with pytest.raises(FaceError, match="unknown detector 'yunett'"):
        Frontalizer.load(model_folder, detector="yunett")
    for device in ("warp-drive", "cuda:99"):
        with pytest.raises(ConfigError, match=device):
            Frontalizer.load(model_folder, detector=RuleDetector(), device=device)


def test_the_package_names_it_lazily() -> None:
    import enface

    assert enface.Frontalizer is Frontalizer
    assert enface.FrontalFace is FrontalFace


@pytest.mark.resources
def test_a_real_photograph(model_folder: Path) -> None:
    if not present("yunet"):
        pytest.skip("needs `enface fetch yunet`")
    photo = np.asarray(astronaut())
    face = Frontalizer.load(model_folder)(photo)
    eyes = face.alignment.apply(face.detection.points)[:2, 1].mean()
    assert eyes == pytest.approx(TEMPLATE.eye_row, abs=0.04 * TEMPLATE.size)
    x, y, width, height = face.detection.box
    assert x < 223 < x + width and y < 110 < y + height  # where the astronaut's nose is
    changed = (face.pasted(photo) != photo).any(axis=2)
    assert changed[110, 223] and not changed[300:].any()

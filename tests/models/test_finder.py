"""The face finder: decoding in closed form, the shipped network with and without a face, bad input."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy import ndarray

from enface.errors import ConfigError, FaceError, ResourceError
from enface.faces.detectors.aligned import Aligned
from enface.faces.detectors.protocol import Detector, FaceBox
from enface.faces.mirror import mirror_image
from enface.models import landmark_detector
from enface.models.finder import Finder, decode
from enface.models.landmark_detector import (
    ConfirmedFinder,
    RefinedDetector,
    default_detector,
    detector_label,
    load_detector,
)
from enface.models.landmarker import Landmarker
from enface.models.quality import QualityMeter
from enface.networks.finder import MIDDLE_SIDE, FinderOutput
from enface.resources import shipped

FOLDER = "weights/finder_v2"


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder.load()


@pytest.fixture(scope="module")
def confirmed() -> Detector:
    return load_detector("finder")


@pytest.fixture(scope="module")
def astronaut() -> ndarray:
    from skimage.data import astronaut

    return np.asarray(astronaut())


def test_a_cell_is_a_box() -> None:
    face = torch.full((1, 4, 6), -9.0)
    face[0, 2, 3] = 0.0
    offset = torch.zeros(1, 2, 4, 6)
    offset[0, :, 2, 3] = torch.tensor([0.25, -0.5])
    log_side = torch.full((1, 4, 6), 0.5)
    boxes, scores = decode(FinderOutput(face, offset, log_side), least=0.4)
    assert scores.tolist() == [0.5]
    height = MIDDLE_SIDE * np.exp(0.5)
    width = height * 0.93 / 1.32
    # The middle of cell (2, 3) is (27.5, 19.5).
    expected = [29.5 - width / 2, 15.5 - height / 2, width, height]
    assert boxes[0].tolist() == pytest.approx(expected, rel=1e-6)


def test_the_shipped_file_is_small_and_has_its_card(finder: Finder) -> None:
    folder = shipped(FOLDER)
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000
    assert finder.card.sha256 in (folder / "README.md").read_text(encoding="utf-8")
    assert 0 < finder.card.proposal <= finder.card.threshold < 1


def test_finds_the_astronaut(confirmed: Detector, astronaut: ndarray) -> None:
    (face,) = confirmed.detect(astronaut)
    x, y, width, height = face.box
    assert x < 223 < x + width and y < 110 < y + height  # the nose
    assert 80 < height < 220
    assert face.points.shape == (5, 2) and face.points[0, 0] < face.points[1, 0]


@pytest.mark.parametrize("factor", [0.3, 0.5, 2.0])
def test_finds_the_astronaut_at_any_size(confirmed: Detector, astronaut: ndarray, factor: float) -> None:
    from PIL import Image

    size = (round(512 * factor),) * 2
    image = np.asarray(Image.fromarray(astronaut).resize(size, Image.Resampling.BICUBIC))
    x, y, width, height = confirmed.detect(image)[0].box
    assert x < 223 * factor < x + width and y < 110 * factor < y + height


def test_a_face_that_fills_the_picture_and_two_of_them(confirmed: Detector, astronaut: ndarray) -> None:
    close = np.ascontiguousarray(astronaut[40:190, 150:300])
    x, y, width, height = confirmed.detect(close)[0].box
    assert x < 73 < x + width and y < 70 < y + height
    both = np.concatenate([astronaut[:256, 96:352], mirror_image(astronaut[:256, 96:352])], axis=1)
    middles = [face.box.x + face.box.width / 2 for face in confirmed.detect(both)]
    assert min(middles) < 256 < max(middles)


def test_larger_pictures_are_shrunk_and_smaller_faces_left_out(astronaut: ndarray) -> None:
    small = load_detector("finder", longest=64, least_face=60.0)
    assert small.detect(astronaut) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (7, 9), (40, 40), (333, 21)])
def test_odd_shapes_have_no_face(finder: Finder, confirmed: Detector, shape: tuple[int, int]) -> None:
    picture = np.full((*shape, 3), 120, dtype=np.uint8)
    assert finder.detect(picture) == confirmed.detect(picture) == []


def test_an_empty_picture_has_no_face(finder: Finder, confirmed: Detector) -> None:
    picture = np.zeros((0, 10, 3), dtype=np.uint8)
    assert finder.detect(picture) == confirmed.detect(picture) == []


def test_noise_and_drawings_have_no_faces(confirmed: Detector, astronaut: ndarray) -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (200, 240, 3), dtype=np.uint8) for _ in range(8)]
    pictures += [np.kron(rng.integers(0, 256, (25, 30, 3)), np.ones((8, 8, 1))).astype(np.uint8)] * 2
    grey = astronaut.mean(axis=2)
    edges = np.abs(np.diff(grey, axis=1))[:, :, None].repeat(3, 2)
    pictures.append((255 - np.clip(4 * edges, 0, 255)).astype(np.uint8))
    assert sum(len(confirmed.detect(picture)) for picture in pictures) <= 1


def test_few_faces_are_upside_down(confirmed: Detector, astronaut: ndarray) -> None:
    assert len(confirmed.detect(np.ascontiguousarray(astronaut[::-1]))) <= 1


@pytest.mark.parametrize(
    "options", [{"score": 0.0}, {"score": 1.5}, {"overlap": 1.0}, {"least_face": 2.0}, {"longest": 8}]
)
def test_options_out_of_range(options: dict[str, float]) -> None:
    with pytest.raises(FaceError, match=next(iter(options))):
        Finder.load(**options)  # type: ignore[arg-type]


def test_weights_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"unknown finder network 'finder_v3'.*finder_v2"):
        Finder.load("finder_v3")
    shutil.copytree(shipped(FOLDER), tmp_path / "copy")
    card = tmp_path / "copy" / "config.json"
    entries = json.loads(card.read_text())
    card.write_text(json.dumps({**entries, "sha256": "0" * 64}))
    with pytest.raises(ResourceError, match="the card says"):
        Finder.load(tmp_path / "copy")
    card.write_text("{}")
    with pytest.raises(ResourceError, match="is not a FinderCard"):
        Finder.load(tmp_path / "copy")


def test_the_default_is_yunet_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmark_detector, "present", lambda name: True)
    assert default_detector() == "yunet"
    monkeypatch.setattr(landmark_detector, "present", lambda name: False)
    assert default_detector() == "finder"
    detector = load_detector()
    assert isinstance(detector, ConfirmedFinder)
    assert isinstance(load_detector("finder", network=False), Finder)
    assert isinstance(load_detector("aligned"), Aligned)


def test_labels_tell_the_weights_apart(finder: Finder) -> None:
    label = detector_label("finder")
    assert finder.card.sha256[:12] in label and Landmarker.load().card.sha256[:12] in label
    assert detector_label("finder", network=False) == f"finder:{finder.card.sha256[:12]}"
    assert detector_label("aligned") == "aligned"


def test_the_detectors_share_one_landmark_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmark_detector, "make_detector", lambda name, **_: Aligned())
    found, refined = load_detector("finder"), load_detector("yunet")
    assert isinstance(found, ConfirmedFinder) and isinstance(refined, RefinedDetector)
    assert found.landmarker is refined.landmarker is QualityMeter.load().landmarker


def test_a_box_too_large_is_looked_into(finder: Finder, astronaut: ndarray) -> None:
    """Hair makes boxes large; the network is asked again about the middle, and not where it was sure."""
    (true,) = load_detector("finder").detect(astronaut)
    x, y, width, height = true.box
    wide = FaceBox(x - width, y - height, 3 * width, 3 * height)

    class Large(Finder):
        """Proposes a box whose middle is still too large, then one not quite so large."""

        box = wide

        def propose(self, image: ndarray) -> list:
            return [replace(true, box=self.box)]

    large = Large(finder.card, finder.network)
    landmarker = Landmarker.load()
    doubted = landmarker.landmarks(astronaut, wide)
    assert doubted.confidence < 0.5
    assert ConfirmedFinder(large, landmarker).detect(astronaut) == []

    large.box = FaceBox(x - 0.4 * width, y - 0.4 * height, 1.8 * width, 1.8 * height)
    assert landmarker.landmarks(astronaut, large.box).confidence < 0.5
    (found,) = ConfirmedFinder(large, landmarker).detect(astronaut)
    assert found.score >= 0.5
    assert found.points == pytest.approx(true.points, abs=4)


def test_landmarks_replace_the_guess_and_drop_what_is_no_face(finder: Finder, astronaut: ndarray) -> None:
    found = load_detector("finder").detect(astronaut)
    assert len(found) == 1 and found[0].yaw is not None
    eyes = found[0].points[:2].mean(axis=0)
    assert eyes == pytest.approx([222, 98], abs=12)

    class Everywhere(Finder):
        """Takes a corner of the flag for a face, and the face twice."""

        def propose(self, image: ndarray) -> list:
            (face,) = load_detector("finder").detect(astronaut)
            x, y, width, height = face.box
            boxes = [(10, 400, 60, 80), (x, y, width, height), (x + 5, y, 1.2 * width, 1.2 * height)]
            return [replace(face, box=FaceBox(*box)) for box in boxes]

    everywhere = Everywhere(finder.card, finder.network)
    kept = ConfirmedFinder(everywhere, Landmarker.load()).detect(astronaut)
    assert [face.box.y < 300 for face in kept] == [True]

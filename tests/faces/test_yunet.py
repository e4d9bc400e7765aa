"""YuNet: decoding and suppression in closed form, and the network on a photograph and rendered faces."""

import os
from pathlib import Path

import numpy as np
import pytest

from enface.errors import FaceError, ResourceError
from enface.faces.detectors.registry import make_detector
from enface.faces.detectors.suppression import suppress
from enface.faces.detectors.yunet import CANVAS, STRIDES, YuNet, decode
from enface.faces.mirror import mirror_image, mirror_points
from enface.faces.pose import estimate_yaw
from enface.resources import present


def _empty_maps() -> dict[str, np.ndarray]:
    channels = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
    return {
        f"{kind}_{stride}": np.zeros((1, (CANVAS // stride) ** 2, count), dtype=np.float32)
        for stride in STRIDES
        for kind, count in channels.items()
    }


def test_decode_reads_offsets_in_units_of_the_stride() -> None:
    maps = _empty_maps()
    row, column, stride = 7, 3, 16
    cell = row * (CANVAS // stride) + column
    maps["cls_16"][0, cell], maps["obj_16"][0, cell] = 0.81, 1.0
    maps["bbox_16"][0, cell] = [0.5, -0.25, np.log(4), np.log(6)]
    maps["kps_16"][0, cell] = np.arange(10) / 10
    boxes, points, scores = decode(maps, least=0.5)
    assert scores == pytest.approx([0.9])
    middle = np.array([3.5, 6.75]) * stride
    assert np.allclose(boxes, [[*(middle - [32, 48]), 64, 96]], atol=1e-4)
    assert np.allclose(points[0], (np.array([column, row]) + np.arange(10).reshape(5, 2) / 10) * stride)


def test_decode_drops_low_scores_and_clips_high_ones() -> None:
    maps = _empty_maps()
    maps["cls_8"][0, :3, 0], maps["obj_8"][0, :3, 0] = [0.3, 1.5, 1.0], [1.0, 1.0, 0.49]
    _, _, scores = decode(maps, least=0.6)
    assert scores == pytest.approx([1.0, 0.7])


def test_suppress_keeps_the_best_of_each_cluster() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 10, 10], [50, 0, 10, 10], [5, 0, 10, 10]], dtype=float)
    scores = np.array([0.8, 0.9, 0.7, 0.6])
    # 1 and 0 share 9/11, 1 and 3 share 6/14, 0 and 3 share 5/15 of their union.
    assert suppress(boxes, scores, overlap=0.5).tolist() == [1, 2, 3]
    assert suppress(boxes, scores, overlap=0.3).tolist() == [1, 2]
    assert suppress(boxes[:0], scores[:0], overlap=0.3).tolist() == []


def test_file_that_is_no_network(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"not a network")
    with pytest.raises(ResourceError, match="not a readable ONNX"):
        YuNet(path=tmp_path / "broken.onnx")


def test_thresholds_out_of_range() -> None:
    with pytest.raises(FaceError, match=r"score 1\.5"):
        make_detector("yunet", score=1.5)


@pytest.fixture(scope="module")
def yunet() -> YuNet:
    if not present("yunet"):
        pytest.skip("YuNet is not here; run `enface fetch yunet`")
    return YuNet()


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    from skimage.data import astronaut

    return np.asarray(astronaut())


@pytest.mark.resources
def test_finds_the_astronaut(yunet: YuNet, astronaut: np.ndarray) -> None:
    found = yunet.detect(astronaut)
    assert len(found) == 1 and found[0].score > 0.8
    # Read off the photograph: eyes, nose, mouth corners.
    seen = np.array([[204, 101], [247, 103], [224, 127], [204, 141], [244, 142]])
    assert np.abs(found[0].points - seen).max() < 8
    assert abs(estimate_yaw(found[0].points)) < 25


@pytest.mark.resources
def test_mirror_image_gives_mirrored_points(yunet: YuNet, astronaut: np.ndarray) -> None:
    mirrored = mirror_points(yunet.detect(mirror_image(astronaut))[0].points, astronaut.shape[1])
    assert np.abs(mirrored - yunet.detect(astronaut)[0].points).max() < 8


@pytest.mark.resources
@pytest.mark.parametrize("factor", [0.2, 0.5, 2, 4])
def test_points_scale_with_the_photograph(yunet: YuNet, astronaut: np.ndarray, factor: float) -> None:
    from PIL import Image

    side = round(512 * factor)
    resized = np.asarray(Image.fromarray(astronaut).resize((side, side)))
    points = yunet.detect(resized)[0].points
    # A quarter of the eyes' distance: at a fifth the whole face measures 20 pixels.
    assert np.abs((points + 0.5) / factor - 0.5 - yunet.detect(astronaut)[0].points).max() < 12


@pytest.mark.resources
def test_face_that_fills_the_photograph(yunet: YuNet, astronaut: np.ndarray) -> None:
    assert len(yunet.detect(astronaut[60:190, 160:290])) == 1


@pytest.mark.resources
def test_several_faces_come_largest_first(yunet: YuNet, astronaut: np.ndarray) -> None:
    both = np.zeros((512, 800, 3), dtype=np.uint8)
    both[:256, :256] = astronaut[::2, ::2]
    both[:, 288:] = astronaut
    found = yunet.detect(both)
    assert len(found) == 2 and found[0].box.width > found[1].box.width
    assert found[0].points[:, 0].min() > 288 > found[1].points[:, 0].max()


@pytest.mark.resources
@pytest.mark.parametrize("shape", [(1, 1), (1, 30_000), (3000, 2), (300, 30_000), (64, 64)])
def test_no_face_in_odd_shapes(yunet: YuNet, shape: tuple[int, int]) -> None:
    assert yunet.detect(np.full((*shape, 3), 120, dtype=np.uint8)) == []


@pytest.mark.resources
@pytest.mark.slow
def test_agrees_with_opencv_on_real_photographs(yunet: YuNet) -> None:
    """LFW's landmarks beside the photographs were made by OpenCV's YuNet, at another canvas size."""
    import csv

    from enface.images import read_image

    folder = Path(os.environ.get("ENFACE_MIRROR", "none")) / "photos" / "lfw"
    if not (folder / "manifest.csv").exists():
        pytest.skip("LFW is not beside the mirrored files")
    with (folder / "manifest.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))[::29]
    names = [f"{point}_{axis}" for point in ("eye_a", "eye_b", "nose", "mouth_a", "mouth_b") for axis in "xy"]
    distances = []
    for row in rows:
        reference = np.array([float(row[name]) for name in names]).reshape(5, 2)
        found = yunet.detect(read_image(folder / row["file"]))
        best = min(np.hypot(*(one.points - reference).T).mean() for one in found)
        distances.append(best)
    # The eyes are about 45 px apart.
    assert len(distances) > 90 and np.mean(distances) < 5 and max(distances) < 15

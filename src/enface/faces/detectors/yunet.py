"""YuNet, a small face detector with five landmarks, run by onnxruntime.

Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023);
weights of opencv_zoo, March 2023 (MIT). Decoding follows OpenCV's FaceDetectorYN.
"""

from pathlib import Path

import numpy as np
import onnxruntime
from jaxtyping import Float, Float32
from PIL import Image

from enface.errors import FaceError, ResourceError
from enface.faces.detectors.protocol import Detection, FaceBox, largest_first
from enface.faces.detectors.suppression import suppress
from enface.faces.geometry import Pixels
from enface.resources import locate

CANVAS = 640
"""The network's input is fixed at this height and width."""

STRIDES = (8, 16, 32)


class YuNet:
    """Finds frontal to profile faces.

    The network sees a 640 x 640 canvas; the image lies in its upper left corner, the rest is black. Larger
    images are shrunk to fit. Smaller ones are enlarged until their longer side is `enlarge_to`: landmarks of
    an image and its mirror image agree better then (docs/decisions/0001-onnxruntime-for-yunet.md). When
    nothing is found the image is tried again at half that size, for faces too large for the coarsest grid.

    Args:
        path: of the ONNX file; None takes the fetched one.
        score: lowest score of a face, 0 to 1.
        overlap: faces that cover each other by more than this (intersection over union) are one.
        enlarge_to: pixels of the longer side up to which small images are enlarged, at most 640.
        threads: of the network; 1 leaves the other cores to the caller's own workers.

    Raises:
        ResourceError: the file is absent, or no YuNet of 640 x 640 px.
    """

    def __init__(
        self,
        *,
        path: str | Path | None = None,
        score: float = 0.6,
        overlap: float = 0.3,
        enlarge_to: int = 440,
        threads: int = 1,
    ) -> None:
        for name, value in (("score", score), ("overlap", overlap)):
            if not 0 < value < 1:
                raise FaceError(
                    f"{name} {value} of the face detector is out of range; give a number between 0 and 1"
                )
        file = Path(path) if path is not None else locate("yunet")["onnx"]
        self.score = score
        self.overlap = overlap
        self.enlarge_to = enlarge_to
        self._session = _open(file, threads)
        self._input = self._session.get_inputs()[0].name

    def detect(self, image: Pixels, *, path: Path | None = None) -> list[Detection]:
        """Faces of an image, largest first (`Detector.detect`)."""
        longer = max(image.shape[:2])
        fit = min(max(longer, self.enlarge_to), CANVAS) / longer
        for scale in (fit, fit / 2):
            found = self._detect_at(image, scale)
            if found:
                return largest_first(found)
        return []

    def _detect_at(self, image: Pixels, scale: float) -> list[Detection]:
        canvas, factors = _place(image, scale)
        names = [f"{kind}_{stride}" for stride in STRIDES for kind in ("cls", "obj", "bbox", "kps")]
        outputs = dict(zip(names, self._session.run(names, {self._input: canvas}), strict=True))
        boxes, points, scores = decode(outputs, least=self.score)
        kept = suppress(boxes, scores, overlap=self.overlap)
        faces = []
        for box, five, score in zip(boxes[kept], points[kept], scores[kept], strict=True):
            # Canvas and photograph share their outer edges, half a pixel off the first pixel's centre.
            corner = (box[:2] + 0.5) / factors - 0.5
            extent = box[2:] / factors
            landmarks = (five.astype(np.float64) + 0.5) / factors - 0.5
            faces.append(
                Detection(
                    box=FaceBox(*(float(value) for value in (*corner, *extent))),
                    points=landmarks,
                    score=float(score),
                )
            )
        return faces


def decode(
    outputs: dict[str, Float32[np.ndarray, "1 cells channels"]], *, least: float
) -> tuple[Float[np.ndarray, "faces 4"], Float[np.ndarray, "faces 5 2"], Float[np.ndarray, "faces"]]:
    """Candidate faces from the network's maps.

    Every cell of the grid of each stride offers one face: middle and landmarks as offsets from the cell in
    units of the stride, extent as its logarithm, score as the geometric mean of class and object score.

    Args:
        outputs: maps "cls", "obj", "bbox" and "kps" of each stride, named "cls_8" and so on.
        least: candidates of a lower score are dropped.

    Returns:
        boxes (x, y, width, height) and landmarks in canvas pixels, scores; all in the order of the cells.
    """
    boxes, points, scores = [], [], []
    for stride in STRIDES:
        side = CANVAS // stride
        cells = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
        certainty = np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(
            outputs[f"obj_{stride}"][0, :, 0], 0, 1
        )
        score = np.sqrt(certainty)
        kept = score >= least
        cell, offset = cells[kept], outputs[f"bbox_{stride}"][0, kept]
        middle = (cell + offset[:, :2]) * stride
        extent = np.exp(offset[:, 2:]) * stride
        boxes.append(np.concatenate([middle - extent / 2, extent], axis=1))
        points.append((cell[:, None] + outputs[f"kps_{stride}"][0, kept].reshape(-1, 5, 2)) * stride)
        scores.append(score[kept])
    return np.concatenate(boxes), np.concatenate(points), np.concatenate(scores)


def _place(image: Pixels, scale: float) -> tuple[Float32[np.ndarray, "1 3 640 640"], Float[np.ndarray, "2"]]:
    """Image on the canvas as the network wants it (BGR, 0 to 255), and the exact factors in x and y."""
    rows, columns = image.shape[:2]
    height, width = (max(1, round(side * scale)) for side in (rows, columns))
    if (height, width) != (rows, columns):
        image = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BICUBIC))
    canvas = np.zeros((1, 3, CANVAS, CANVAS), dtype=np.float32)
    canvas[0, :, :height, :width] = image[:, :, ::-1].transpose(2, 0, 1)
    return canvas, np.array([width / columns, height / rows])


def _open(file: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common base for its errors
        raise ResourceError(f"{file} is not a readable ONNX network: {error}") from error
    shape = session.get_inputs()[0].shape
    if shape != [1, 3, CANVAS, CANVAS] or "kps_8" not in {output.name for output in session.get_outputs()}:
        raise ResourceError(
            f"{file} with input {shape} is not the YuNet of March 2023; run `enface fetch yunet`"
        )
    return session

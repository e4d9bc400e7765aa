"""What enface sees of the faces of a photograph, drawn into it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PIL import Image

from enface.faces import geometry
from enface.faces.axes import head_axes
from enface.faces.detectors.protocol import FaceBox
from enface.faces.geometry import Pixels, Points
from enface.faces.landmarks68 import COUNT
from enface.inference.labels import Label, place_label
from enface.inference.observer import SeenFace
from enface.inference.pen import Colour, Pen, dashed

_JAW, _BROWS, _NOSE = (range(17),), (range(17, 22), range(22, 27)), (range(27, 31), range(31, 36))
_EYES = ((*range(36, 42), 36), (*range(42, 48), 42))
_MOUTH = ((*range(48, 60), 48), (*range(60, 68), 60))
CURVES: tuple[Sequence[int], ...] = (*_JAW, *_BROWS, *_NOSE, *_EYES, *_MOUTH)
"""Landmarks that are joined by lines."""

SEEN: Colour = (64, 236, 204)
HIDDEN: Colour = (255, 178, 64)
UNSURE: Colour = (255, 96, 112)
"""Instead of both, where the landmark network does not believe in its landmarks."""
OWN_POINTS: Colour = (255, 240, 90)
_BOX: Colour = (255, 255, 255)
_AXES: tuple[Colour, ...] = ((255, 84, 84), (96, 220, 96), (88, 150, 255))
"""To the left ear, to the chin, out of the face."""

_PICTURE, _FACE = 1000, 240
"""Pixels; smaller photographs are enlarged until their longer side has the one, or their typical face the
other."""
_MOST = 2400
"""Pixels that photographs are not enlarged beyond for the sake of small faces."""
_MOST_TIMES = 8.0
_LARGEST = 65_000
"""Pixels; a JPEG has at most 65,535 a side."""
_LEAST_TEXT = 14.0
_CROWDED = 0.3
"""Share of a label over other things above which a shorter one is taken."""


def drawing_scale(photo: Pixels, faces: Sequence[SeenFace]) -> float:
    """How many times as large as the photograph its drawing is."""
    longer = float(max(photo.shape[:2]))
    typical = float(np.median([max(face.detection.box[2:]) for face in faces]))
    for_faces = min(_FACE / max(typical, 1.0), _MOST / longer)
    return min(max(1.0, _PICTURE / longer, for_faces), _MOST_TIMES, _LARGEST / longer)


def draw_faces(photo: Pixels, faces: Sequence[SeenFace]) -> Pixels:
    """The photograph, enlarged where it is small, with the faces' boxes, landmarks, poses and qualities.

    Landmarks that are seen are filled, hidden ones hollow. Yellow crosses are the points that the face is
    aligned by, where those are not the network's. The three axes beside the text are the head's: to the side
    of its left ear red, to the chin green, out of the face blue.

    Args:
        photo: uint8 RGB, of any size.
        faces: at least one, pixels of the photograph.

    Returns:
        `drawing_scale` times as large.
    """
    scale = drawing_scale(photo, faces)
    height, width = (max(1, round(side * scale)) for side in photo.shape[:2])
    image = Image.fromarray(photo)
    if scale != 1:
        image = image.resize((width, height), Image.Resampling.BICUBIC)
    picture = np.array(image)
    to_picture = geometry.rescale(width / photo.shape[1], vertical=height / photo.shape[0])
    boxes = [_scaled(face.detection.box, to_picture) for face in faces]
    for face, box in reversed(list(zip(faces, boxes, strict=True))):  # the largest last, on top
        _draw_face(picture, face, box, to_picture)
    taken = list(boxes)
    for number, (face, box) in enumerate(zip(faces, boxes, strict=True), start=1):
        place = _write_label(picture, face, box, number=number if len(faces) > 1 else None, taken=taken)
        taken += [] if place is None else [place]
    return picture


def _draw_face(picture: Pixels, face: SeenFace, box: FaceBox, to_picture: geometry.Affine) -> None:
    unit = max(box.width, box.height)
    thin, radius = max(1.1, unit / 240), max(1.5, unit / 105)
    points = geometry.apply(to_picture, face.marks.points)
    five = geometry.apply(to_picture, face.detection.points)
    frame = np.array([[box.x, box.y], [box.x + box.width, box.y + box.height]])
    pen = Pen(picture, np.vstack([points, five, frame]), margin=3 * radius, rim=max(0.7, unit / 420))
    corners = np.array([frame[0], [frame[1, 0], frame[0, 1]], frame[1], [frame[0, 0], frame[1, 1]], frame[0]])
    pen.lines(corners, width=thin, colour=_BOX)
    seen = face.marks.visible >= 0.5
    colours = (SEEN, HIDDEN) if face.confident else (UNSURE, UNSURE)
    for curve in CURVES:
        for one, other in pairwise(curve):
            if seen[one] and seen[other]:
                pen.lines(points[[one, other]], width=thin, colour=colours[0], opacity=0.85)
            else:
                for piece in dashed(points[one], points[other], dash=2.5 * thin):
                    pen.lines(piece, width=0.8 * thin, colour=colours[1], opacity=0.85)
    for k in range(COUNT):
        if seen[k]:
            pen.dot(points[k], radius=radius, colour=colours[0])
        else:
            pen.ring(points[k], radius=radius, width=max(0.9, 0.4 * radius), colour=colours[1])
    if np.abs(face.detection.points - face.marks.five).max() > 0.01:
        arm = 2.2 * radius
        for point in five:
            for direction in ([arm, arm], [arm, -arm]):
                ends = np.array([point - direction, point + direction])
                pen.lines(ends, width=1.3 * thin, colour=OWN_POINTS)
    pen.put()


def _write_label(
    picture: Pixels, face: SeenFace, box: FaceBox, *, number: int | None, taken: Sequence[FaceBox]
) -> FaceBox | None:
    """Writes pose and quality near a face, less of it where there is no room; returns where."""
    height, width = picture.shape[:2]
    unit = max(box.width, box.height)
    size = max(_LEAST_TEXT, unit / 18, min(unit / 9, max(width, height) / 60))
    place: FaceBox | None = None
    for lines in _texts(face, number):
        label = Label(lines, size).fitted(width=width, height=height)
        if label is None:
            continue
        place, covered = place_label(label, box, width=width, height=height, taken=taken)
        chosen = label
        if covered <= _CROWDED:
            break
    if place is not None:
        chosen.draw(picture, (int(place.x), int(place.y)))
        _draw_axes(picture, face, chosen, place)
    return place


def _draw_axes(picture: Pixels, face: SeenFace, label: Label, place: FaceBox) -> None:
    """The pose cross, on the label's plate."""
    marks = face.marks
    axes = head_axes(yaw=marks.yaw, pitch=marks.pitch, roll=marks.roll)
    middle = np.array([place.x, place.y]) + label.free_middle
    ends = middle + 0.4 * label.extent[1] * axes
    # What is nearer to the camera covers what is farther away.
    depth = [np.sin(np.radians(marks.yaw)), -np.sin(np.radians(marks.pitch)), 2.0]
    pen = Pen(picture, np.vstack([ends, middle]), margin=label.size / 4, rim=0.0)
    for k in np.argsort(depth):
        pen.lines(np.array([middle, ends[k]]), width=max(1.5, label.size / 8), colour=_AXES[k])
    pen.put()


def _texts(face: SeenFace, number: int | None) -> list[tuple[str, ...]]:
    """What a label may say, the fullest first."""
    who = [] if number is None else [f"{number}"]
    quality = "not aligned" if face.quality is None else f"quality {face.quality.value:.2f}"
    doubt = [] if face.confident else [f"confidence {face.marks.confidence:.2f}"]
    marks = face.marks
    pose = "  ".join(f"{name} {round(getattr(marks, name))}°" for name in ("yaw", "pitch", "roll"))
    short = "?" if face.quality is None else f"{face.quality.value:.2f}"
    return [("  ".join([*who, quality, *doubt]), pose), ("  ".join([*who, short]),)]


def _scaled(box: FaceBox, to_picture: geometry.Affine) -> FaceBox:
    corners: Points = np.array([[box.x, box.y], [box.x + box.width, box.y + box.height]])
    (left, top), (right, bottom) = geometry.apply(to_picture, corners)
    return FaceBox(float(left), float(top), float(right - left), float(bottom - top))

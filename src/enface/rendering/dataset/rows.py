"""Rows of the manifest, as `enface.data` and the multi-pose set's documentation have them."""

import csv
import io
from pathlib import Path

from enface.rendering.dataset.plan import FREE, Planned
from enface.rendering.people.identity import Identity
from enface.rendering.people.look import Look
from enface.rendering.scene.camera import Camera
from enface.rendering.truth.landmarks import Landmarks
from enface.resources import atomic_write

_RECORD = "path subject session expression camera illumination yaw pitch split role"
_POINTS = "lex ley rex rey nx ny lmx lmy rmx rmy lev rev nv lmv rmv"
_PERSON = "skin_tone glasses beard age sex hair covering occluder makeup"
COLUMNS = (*_RECORD.split(), *_POINTS.split(), *_PERSON.split())
MANIFEST = "manifest.csv"


def row_of(
    planned: Planned,
    *,
    subject: str,
    split: str,
    camera: Camera,
    points: Landmarks,
    identity: Identity,
    look: Look,
    occluder: str = "none",
) -> list[str]:
    """One picture's row; make-up counts from lipstick or eye shadow on."""
    expression, camera_label, light = planned.labels
    angle = "{:.2f}" if camera_label == FREE else "{:g}"
    return [
        planned.path(subject),
        subject,
        f"{planned.session:02d}",
        expression,
        camera_label,
        light,
        angle.format(camera.yaw),
        angle.format(camera.pitch),
        split,
        "gallery" if planned.gallery else "probe",
        *(f"{value:.2f}" for value in points.points.ravel()),
        *(str(int(seen)) for seen in points.visible),
        f"{identity.melanin:.2f}",
        str(int(look.glasses is not None)),
        str(int(look.bearded)),
        f"{identity.age:.2f}",
        "female" if identity.female else "male",
        look.style,
        look.covering,
        occluder,
        str(int(look.lipstick is not None or look.eye_shadow is not None)),
    ]


def write_rows(path: Path, rows: list[list[str]], *, header: bool) -> None:
    """Writes rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if header:
        writer.writerow(COLUMNS)
    writer.writerows(rows)
    with atomic_write(path) as part:
        part.write_text(text.getvalue(), encoding="utf-8")


def read_rows(path: Path) -> list[list[str]]:
    """Reads rows without a header."""
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))

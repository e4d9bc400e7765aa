"""The files that one photograph becomes."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from enface.faces.geometry import Pixels
from enface.images import write_image
from enface.images.mark import COMPOSITE
from enface.inference.columns import detection_columns
from enface.inference.frontalizer import FrontalFace
from enface.inference.inputs import Picture
from enface.inference.ledger import make_parent
from enface.inference.report import Row
from enface.models.turner import FaceTurner, Origin


def write_outputs(
    folder: Path,
    picture: Picture,
    faces: Mapping[int, FrontalFace],
    *,
    photo: Pixels | None,
    model: FaceTurner,
    settings: str,
) -> list[Row]:
    """Writes the outputs of one picture and describes them.

    `NAME-1-aligned.png` shows the largest face as the network saw it and, being a part of the photograph, has
    no mark; `NAME-1-frontal.png` is marked as synthesised; `NAME-pasted` (a JPEG if the photograph is one)
    as a composite. Models that copy what they see also give `NAME-1-evidence.png`: green what was seen,
    yellow what was mirrored, red what was invented.

    Args:
        folder: of all outputs.
        picture: where the faces come from.
        faces: by number from 1, largest first.
        photo: the photograph, when its faces are to be pasted back.
        model: what made the faces, for the mark.
        settings: fingerprint for the rows.

    Raises:
        ImageError: a file cannot be written.
        FaceError: a face cannot be pasted.
    """
    mark = {"input": picture.path.name, "model": model.name, "settings": settings}
    if model.guides:
        mark["guide"] = ", ".join(model.guides)
    make_parent(folder / picture.name)
    pasted = ""
    if photo is not None and faces:
        for _, face in sorted(faces.items(), reverse=True):  # the largest last, on top
            photo = face.pasted(photo)
        suffix = ".jpg" if picture.path.suffix.lower() in (".jpg", ".jpeg") else ".png"
        pasted = f"{picture.name}-pasted{suffix}"
        write_image(folder / pasted, photo, synthesised=mark | {"digital_source_type": COMPOSITE})
    rows = []
    for number, face in faces.items():
        aligned, frontal = (f"{picture.name}-{number}-{kind}.png" for kind in ("aligned", "frontal"))
        write_image(folder / aligned, face.input)
        write_image(folder / frontal, face.frontal, synthesised=mark | {"yaw": f"{face.yaw:.1f}"})
        evidence = ""
        if face.origin is not None:
            evidence = f"{picture.name}-{number}-evidence.png"
            write_image(folder / evidence, face.origin.picture, synthesised=mark)
        rows.append(
            Row(
                input=str(picture.path),
                face=number,
                status="ok",
                yaw=f"{face.yaw:.1f}",
                name=picture.name,
                aligned=aligned,
                frontal=frontal,
                pasted=pasted,
                settings=settings,
                evidence=evidence,
                **detection_columns(face.detection),
                **_origin_columns(face.origin),
            )
        )
    return rows


def _origin_columns(origin: Origin | None) -> dict[str, str]:
    """Values of the report that say where a face comes from; none for faces drawn from an embedding."""
    if origin is None:
        return {}
    shares = {name: f"{share:.3f}" for name, share in asdict(origin.evidence).items()}
    return {**shares, "confidence": f"{origin.confidence:.3f}"}

"""CMU Multi-PIE as its owner delivers it, or as one flat folder of pictures with the same names.

    raw     data/session01/multiview/001/01/05_1/001_01_01_051_07.png
    flat    session01_align/001_01_01_051_07.jpg

Names carry everything, `SSS_ss_ee_ccc_ii`: subject, session, recording, camera, illumination (specification
D.1). What a recording number means differs by session; 01 is neutral in all of them. Folders are used only to
check the names. Pictures of `enface render` have the same names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from enface.data.records import FaceRecord
from enface.data.source_set import Finding, SourceSet, usable_set
from enface.data.tree import pictures_below
from enface.errors import ManifestError
from enface.faces.multipie import CAMERAS, FRONTAL_CAMERA, FRONTAL_LIGHT, LIGHTS, NEUTRAL

EXAMPLE = "001_01_01_051_07.png"
OTHER_PARTS = ("highres", "movie")
"""Folders of the delivery whose pictures belong to no list."""

_NAME = re.compile(r"(\d{3})_(\d{2})_(\d{2})_(\d{3})_(\d{2})")
_RAW = re.compile(r"(\d{3})/(\d{2})/(\d{2})_(\d)")
_SESSION = re.compile(r"session(\d{2})")


@dataclass(frozen=True, order=True)
class ViewName:
    """What the name of a picture says; text with leading zeros."""

    subject: str
    session: str
    expression: str
    camera: str
    illumination: str

    def __str__(self) -> str:
        return "_".join((self.subject, self.session, self.expression, self.camera, self.illumination))


def parse_name(stem: str) -> ViewName | None:
    """The parts of a file name without suffix; None when it is another kind of name."""
    match = _NAME.fullmatch(stem)
    return ViewName(*match.groups()) if match else None


def read_multipie(folder: str | Path) -> SourceSet:
    """Lists the pictures of a Multi-PIE tree of either layout, or a mixture; no picture is opened.

    The neutral picture of camera 051 under light 07 is a gallery, all others are probes, everybody is in the
    train split; `enface.data.studio_lists` assigns them anew. Findings: "wrong name", "unknown camera",
    "unknown light", "wrong folder" (the folders of the raw layout contradict the name; the name holds),
    "duplicate" (the first one by path is taken), "unusable name" (`usable_set`), "missing camera" and
    "missing light" (other people of the same session and recording have it).

    Args:
        folder: any folder above the pictures.

    Raises:
        ManifestError: no such folder, or no picture with a name of Multi-PIE in it.
    """
    folder = Path(folder)
    views: dict[ViewName, PurePosixPath] = {}
    findings: list[Finding] = []
    for path in pictures_below(folder, skip=OTHER_PARTS):
        view = parse_name(path.stem)
        problem = _problem_of(view)
        if view is None or problem is not None:
            findings.append(Finding(str(path), *(problem or ("wrong name", f"expected as in {EXAMPLE}"))))
            continue
        contradiction = _contradiction(path, view)
        if contradiction:
            findings.append(Finding(str(path), "wrong folder", contradiction))
        first = views.setdefault(view, path)
        if first is not path:
            findings.append(Finding(str(path), "duplicate", f"{first} is taken"))
    if not views:
        seen = f", for example {findings[0].path}: {findings[0].problem}" if findings else ""
        raise ManifestError(
            f"no picture of Multi-PIE in {folder}: names must be as in {EXAMPLE}; "
            f"{len(findings)} other pictures{seen}"
        )
    records = (_record(view, path) for view, path in sorted(views.items()))
    return usable_set(folder, records, (*findings, *missing_views(views)))


def missing_views(views: Iterable[ViewName]) -> list[Finding]:
    """Cameras and lights that a person lacks although others of the session and recording have them."""
    lights: dict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for view in views:
        person = (view.subject, view.session, view.expression)
        lights[person][view.camera].add(view.illumination)
    usual: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (_, *recording), cameras in lights.items():
        for camera, found in cameras.items():
            usual[recording[0], recording[1]][camera] |= found
    findings = []
    for person, cameras in sorted(lights.items()):
        for camera, expected in sorted(usual[person[1], person[2]].items()):
            begin = "_".join((*person, camera))
            if camera not in cameras:
                findings.append(Finding(f"{begin}_*", "missing camera", f"{len(expected)} pictures"))
            elif lacking := sorted(expected - cameras[camera]):
                findings.append(Finding(f"{begin}_*", "missing light", f"lights {', '.join(lacking)}"))
    return findings


def _problem_of(view: ViewName | None) -> tuple[str, str] | None:
    if view is None:
        return None
    if view.camera not in CAMERAS:
        return "unknown camera", f"{view.camera} is none of {', '.join(CAMERAS)}"
    if view.illumination not in LIGHTS:
        return "unknown light", f"{view.illumination} is none of {LIGHTS[0]} to {LIGHTS[-1]}"
    return None


def _contradiction(path: PurePosixPath, view: ViewName) -> str:
    """What the folders say against the name; empty when they agree or say nothing."""
    folders = path.parent.parts
    raw = _RAW.fullmatch("/".join(folders[-3:]))
    if raw:
        subject, expression, *camera = raw.groups()
        if (subject, expression, "".join(camera)) != (view.subject, view.expression, view.camera):
            return f"the folder says {'/'.join(folders[-3:])}"
    for name in folders:
        session = _SESSION.match(name)
        if session and session[1] != view.session:
            return f"the folder says {name}"
    return ""


def _record(view: ViewName, path: PurePosixPath) -> FaceRecord:
    yaw, pitch = CAMERAS[view.camera]
    frontal = (view.expression, view.camera, view.illumination) == (NEUTRAL, FRONTAL_CAMERA, FRONTAL_LIGHT)
    return FaceRecord(
        path=str(path),
        subject=view.subject,
        session=view.session,
        expression=view.expression,
        camera=view.camera,
        illumination=view.illumination,
        yaw=yaw,
        pitch=pitch,
        role="gallery" if frontal else "probe",
    )

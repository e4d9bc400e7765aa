"""Picks the rendered faces that are part of the package out of the full rendered set.

    python tools/make_embedded_set.py RENDERED_SET GEOMETRY_LICENCE

More people matter more than more pictures of each, so everybody is in: with both galleries, and

- train people with three probes per session, six different cameras per person, all cameras equally often;
- test people with one probe of every level camera in session 01 (lights alternate over people and cameras).

Pictures are copied byte for byte; the manifest lists the same columns. The set is at most 12 MB.
"""

import argparse
import shutil
from pathlib import Path

from enface.data.manifest import read_manifest, write_manifest
from enface.data.records import FaceRecord, Manifest

LIMIT = 12_000_000
TARGET = Path(__file__).parents[1] / "src" / "enface" / "assets" / "multipose_mini"
LEVEL_CAMERAS = ("110", "120", "090", "080", "130", "140", "051", "050", "041", "190", "200", "010", "240")
"""By yaw, -90 to 90 degrees in steps of 15."""
TRAIN_OFFSETS = {"01": (0, 4, 9), "02": (2, 6, 11)}
"""Places in LEVEL_CAMERAS, from where each person's number starts to count: far apart in yaw."""


def chosen(manifest: Manifest) -> list[FaceRecord]:
    """Records of the embedded set, in the order of the full one."""
    seen: dict[tuple[str, str, str], int] = {}
    picked = []
    for record in manifest.records:
        if record.role == "gallery":
            picked.append(record)
            continue
        if record.camera not in LEVEL_CAMERAS:
            continue
        camera, person = LEVEL_CAMERAS.index(record.camera), int(record.subject)
        if record.split == "train":
            places = {(person + offset) % len(LEVEL_CAMERAS) for offset in TRAIN_OFFSETS[record.session]}
            if camera in places:
                picked.append(record)
        elif record.session == "01":
            key = (record.subject, record.session, record.camera)
            seen[key] = seen.get(key, -1) + 1
            if seen[key] == (person + camera) % 2:
                picked.append(record)
    return picked


def main() -> None:
    """Writes the set and reports its size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rendered_set", type=Path, help="folder with manifest.csv and images/")
    parser.add_argument("geometry_licence", type=Path, help="licence text of ICT-FaceKit")
    parser.add_argument("--output", type=Path, default=TARGET)
    arguments = parser.parse_args()

    full = read_manifest(arguments.rendered_set / "manifest.csv")
    subset = Manifest(root=full.root, records=tuple(chosen(full)))
    output: Path = arguments.output
    if output.exists():
        shutil.rmtree(output)
    for record in subset.records:
        target = output / record.path
        target.parent.mkdir(parents=True, exist_ok=True)
        # copyfile, not copy2: the copies get ordinary permissions.
        shutil.copyfile(full.file(record), target)
    write_manifest(subset, output / "manifest.csv")
    (output / "README.md").write_text(readme(subset, arguments.geometry_licence.read_text()))
    size = sum(file.stat().st_size for file in output.rglob("*") if file.is_file())
    print(f"{len(subset)} pictures, {size:,} bytes in {output}")  # noqa: T201
    if size > LIMIT:
        raise SystemExit(f"{size:,} bytes are more than the limit of {LIMIT:,}")


def readme(subset: Manifest, licence: str) -> str:
    """Provenance, contents and terms."""
    counts = "\n".join(
        f"| {split} | {len({r.subject for r in subset.select(split=split).records})} "
        f"| {len(subset.select(split=split, role='gallery'))} "
        f"| {len(subset.select(split=split, role='probe'))} |"
        for split in ("train", "test")
    )
    return f"""# multipose_mini: rendered faces inside the package

{len(subset)} pictures (JPEG, 144 x 144 px, RGB) of 200 invented people. No real person, no photograph and
no picture of another data set is in it.

## Where it comes from
A subset of this project's rendered set "multipose", made by `tools/make_embedded_set.py`; the pictures are
byte for byte those of the full set. They were rendered by this project's own renderer from the head geometry
of ICT-FaceKit (Face Model Light, licence below): 60 random identity modes per person; skin, hair, eyes,
glasses, clothes and lights are this project's own.

## What is in it
| split | people | gallery | probe |
| --- | --- | --- | --- |
{counts}

- Names are `SUBJECT_SESSION_EXPRESSION_CAMERA_LIGHT.jpg`; people 001-150 are for training, 151-200 for
  testing.
- Sessions 01 and 02 are two looks of one person: other hair, beard, glasses, make-up.
- A gallery picture is frontal, neutral and lit from the front; it is the ground truth of its person and
  session.
- Cameras, by yaw from -90 to 90 degrees in steps of 15: 110, 120, 090, 080, 130, 140, 051, 050, 041, 190,
  200, 010, 240. At negative yaw the camera stands on the subject's right and the nose points to the image's
  right.
- Train people have three probes per session, six different cameras per person; all six expressions occur.
- Test people have one neutral probe of every camera in session 01.

`manifest.csv` holds camera angles, five exact landmarks and attributes of every picture; `docs/datasets.md`
describes its columns.

## Limits
Hairlines and the temple edge of long hair look artificial, there are 12 hair styles, backgrounds are smooth
gradients, the gaze is fixed, and nothing but hair, beard and glasses hides a face. Results on these faces
say little about photographs.

## Terms
The pictures are this project's, under its licence. The geometry behind them is used under the following
licence:

```
{licence.strip()}
```
"""


if __name__ == "__main__":
    main()

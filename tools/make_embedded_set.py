"""Puts the rendered faces that are part of the package in their place.

    enface render --preset mini --seed 2019 --output FOLDER
    python tools/make_embedded_set.py FOLDER

Copies pictures, manifest and data card of that folder, byte for byte, beside a README made from them. The set
is at most 12 MB.
"""

import argparse
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path

from enface.data.manifest import read_manifest
from enface.data.records import FaceRecord, Manifest
from enface.rendering.dataset.card import CARD
from enface.resources import locate

LIMIT = 12_000_000
TARGET = Path(__file__).parents[1] / "src" / "enface" / "assets" / "multipose_mini"


def main() -> None:
    """Writes the set and reports its size and hash."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rendered", type=Path, help="folder of `enface render --preset mini`")
    parser.add_argument("--output", type=Path, default=TARGET)
    arguments = parser.parse_args()

    source: Path = arguments.rendered
    manifest = read_manifest(source / "manifest.csv")
    settings = json.loads((source / CARD).read_text(encoding="utf-8"))["settings"]
    licence = locate("ict-facekit")["licence"].read_text(encoding="utf-8")
    output: Path = arguments.output
    if output.exists():
        shutil.rmtree(output)
    (output / "images").mkdir(parents=True)
    for name in ("manifest.csv", CARD, *(record.path for record in manifest.records)):
        # copyfile, not copy2: the copies get ordinary permissions.
        shutil.copyfile(source / name, output / name)
    (output / "README.md").write_text(readme(manifest, settings, licence), encoding="utf-8")
    size = sum(file.stat().st_size for file in output.rglob("*") if file.is_file())
    print(f"{len(manifest)} pictures, {size:,} bytes in {output}, hash {hash_of(manifest)}")
    if size > LIMIT:
        raise SystemExit(f"{size:,} bytes are more than the limit of {LIMIT:,}")


def hash_of(manifest: Manifest) -> str:
    """What `sha256sum manifest.csv images/* | sha256sum` prints in the folder."""
    names = ["manifest.csv", *sorted(record.path for record in manifest.records)]
    sums = [f"{hashlib.sha256((manifest.root / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    return hashlib.sha256("".join(sums).encode()).hexdigest()


def readme(manifest: Manifest, settings: dict[str, int], licence: str) -> str:
    """Provenance, contents and terms."""
    counts = "\n".join(
        f"| {split} | {len({r.subject for r in manifest.select(split=split).records})} "
        f"| {len(manifest.select(split=split, role='gallery'))} "
        f"| {len(manifest.select(split=split, role='probe'))} |"
        for split in ("train", "test")
    )
    looks = manifest.select(role="gallery").records
    sexes = Counter(person.sex for person in {look.subject: look for look in looks}.values())
    size = settings["size"]
    return f"""# multipose_mini: rendered faces inside the package

{len(manifest)} pictures (JPEG, {size} x {size} px, RGB) of {sexes.total()} invented people. No real
person, no photograph and no picture of another data set is in it.

## Where it comes from
This project's own renderer made it from the head geometry of ICT-FaceKit (Face Model Light, licence below);
skin, hair, eyes, glasses, clothes and lights are this project's own. One command makes it again:

    enface render --preset mini --seed {settings["seed"]} --output FOLDER

`sha256sum manifest.csv images/* | sha256sum` in that folder prints
`{hash_of(manifest)}`
with the versions that `{CARD}` lists; others may differ in last bits. `tools/make_embedded_set.py` copied
it here.

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
- {sexes["female"]} women and {sexes["male"]} men; {share(looks, "glasses")} of the looks have glasses,
  {share(looks, "beard")} a beard.

`manifest.csv` holds camera angles, five exact landmarks and attributes of every picture; `docs/datasets.md`
describes its columns, `docs/rendering.md` the renderer and its limits. Results on these faces say little
about photographs.

## Terms
The pictures are this project's, under its licence. The geometry behind them is used under the following
licence:

```
{licence.strip()}
```
"""


def share(records: tuple[FaceRecord, ...], column: str) -> str:
    """Of records whose flag is set, as a percentage."""
    return f"{100 * sum(bool(getattr(record, column)) for record in records) / len(records):.0f} %"


if __name__ == "__main__":
    main()

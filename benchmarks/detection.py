"""How often YuNet finds a face, what it costs, and how well landmarks agree with those of the mirror image.

    python benchmarks/detection.py MANIFEST [--images 200] [--enlarge-to 440]

MANIFEST is a CSV file whose column `path` or `file` names photographs relative to it. Milliseconds are
processor time of one thread, decoding not counted, so other programs on the machine disturb them little.
"""

import argparse
import csv
import time
from pathlib import Path

import numpy as np

from enface.faces.align import align
from enface.faces.detectors.yunet import YuNet
from enface.faces.landmarks import eye_centre, mouth_centre
from enface.faces.mirror import mirror_image, mirror_points
from enface.images import read_image


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--images", type=int, default=200, help="how many rows, evenly spread")
    parser.add_argument("--enlarge-to", type=int, default=440, help="option of the detector, pixels")
    arguments = parser.parse_args()
    with arguments.manifest.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    chosen = [rows[k] for k in np.linspace(0, len(rows) - 1, min(arguments.images, len(rows))).astype(int)]
    detector = YuNet(enlarge_to=arguments.enlarge_to)
    found = 0
    detecting = aligning = 0.0
    disagreements = []
    for row in chosen:
        image = read_image(arguments.manifest.parent / (row.get("path") or row["file"]))
        start = time.process_time()
        faces = detector.detect(image)
        detecting += time.process_time() - start
        if not faces:
            continue
        found += 1
        points = faces[0].points
        start = time.process_time()
        align(image, points)
        aligning += time.process_time() - start
        mirrored = [
            mirror_points(face.points, image.shape[1]) for face in detector.detect(mirror_image(image))
        ]
        if mirrored:
            height = float(np.hypot(*(mouth_centre(points) - eye_centre(points))))
            disagreements.append(min(float(np.hypot(*(m - points).T).mean()) for m in mirrored) / height)
    print(f"found in {found} of {len(chosen)} images")
    print(f"detection {1000 * detecting / len(chosen):.1f} ms an image")
    print(f"alignment {1000 * aligning / max(found, 1):.1f} ms a face")
    print(
        f"mirror image's landmarks differ by {100 * np.mean(disagreements):.1f} % of the eye-mouth distance "
        f"(median {100 * np.median(disagreements):.1f} %)"
    )


if __name__ == "__main__":
    main()

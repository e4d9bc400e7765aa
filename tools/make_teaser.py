"""Draws the README's strip: rendered test people at thirteen angles, and what a run makes of them.

python tools/make_teaser.py demo/run docs/images/teaser.jpg
"""

import sys
from pathlib import Path

import torch

from enface.data.embedded import embedded_manifest
from enface.data.faceset import aligned_crops
from enface.images import grid, hwc_to_tensor, tensor_to_hwc, to_uint8, to_unit, write_image
from enface.models.folder import load_model

PEOPLE = 2


def main(run: Path, output: Path) -> None:
    """Writes the strip; the first people of the test split, not chosen by result."""
    model = load_model(run)
    size = model.experiment.data.crop_size
    test = embedded_manifest().select(split="test")
    rows = []
    for subject in sorted({record.subject for record in test.records})[:PEOPLE]:
        own = [record for record in test.records if (record.subject, record.session) == (subject, "01")]
        probes = sorted((r for r in own if r.role == "probe"), key=lambda record: record.yaw or 0.0)
        truth = [record for record in own if record.role == "gallery"]
        inputs = aligned_crops(test, probes, size)
        with torch.no_grad():
            images = model.normalizer(to_unit(torch.stack([hwc_to_tensor(image) for image in inputs])))
        frontal = [tensor_to_hwc(image) for image in to_uint8(images[max(images)])]
        rows += [[*inputs, *aligned_crops(test, truth, size)], frontal]
    labels = [f"{probe.yaw:+.0f}" for probe in probes] + ["truth"]
    picture = grid(rows, column_labels=labels)
    write_image(output, picture, synthesised={"model": "small_rendered"})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

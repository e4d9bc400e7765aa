"""`enface face-mask`: how much each pixel should count, from how much frontal faces differ there."""

import sys
from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError


@dataclass(frozen=True)
class Args:
    """Measure where aligned frontal faces differ, and write the mask of the pixel term.

    White pixels count 1, black ones 0: `enface train --preset NAME --objective.pixel.mask FILE`. Beside it
    lies a picture to look at, FILE with the ending -heat.png: mean face, deviation, mean face times mask.
    Faces are alike and backgrounds differ in photographs from many places; in studio pictures before one
    backdrop, as the rendered frontals are, it is the other way round, so look at it first.
    """

    output: Path
    """PNG of the mask."""
    data: str | None = None
    """Manifest, its folder, or a folder of aligned frontal faces; default: the rendered faces inside the
    package. Galleries of split train count."""
    size: int = 224
    """Side in pixels; training scales the mask to its own sizes."""
    quiet: bool = False
    """No progress bar."""


def run(args: Args) -> int:
    """Prints how many faces were seen and the heat map's path, and the mask's path as the last line."""
    if not 16 <= args.size <= 1024:
        raise ConfigError(f"--size is {args.size}; allowed: 16 to 1024 px")
    if args.output.suffix.lower() != ".png":
        raise ConfigError(f"--output {args.output} must end in .png; other formats change grey levels")

    from tqdm import tqdm

    from enface.data.embedded import embedded_manifest
    from enface.data.faceset import aligned_crop
    from enface.data.manifest import read_faces
    from enface.errors import ManifestError
    from enface.images import write_image
    from enface.preparation.face_mask import heat_picture, mask_picture, measure_variation

    faces = embedded_manifest() if args.data is None else read_faces(args.data, role="gallery")
    frontals = faces.select(split="train", role="gallery")
    if not len(frontals):
        raise ManifestError(
            f"{args.data}: no picture is gallery of split train; mark frontal, neutral pictures with role "
            "gallery (see `enface prepare --frontal-yaw`), or give a folder of aligned frontal faces"
        )
    shown = tqdm(
        frontals.records, unit=" faces", disable=args.quiet or not sys.stderr.isatty(), dynamic_ncols=True
    )
    variation = measure_variation(aligned_crop(frontals, record, args.size) for record in shown)
    mask, heat = mask_picture(variation), heat_picture(variation)
    heat_file = args.output.with_name(f"{args.output.stem}-heat.png")
    write_image(args.output, mask)
    write_image(heat_file, heat)
    print(f"{variation.count:,} frontal faces, deviation {variation.deviation.mean():.1f} grey levels")
    print(heat_file)
    print(args.output)
    return 0

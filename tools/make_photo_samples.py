"""Draws the README's picture: sample faces through the shipped model `photo`.

python tools/make_photo_samples.py docs/images/photo-samples.jpg
"""

import sys
import tempfile
from pathlib import Path

from enface.app.samples import turn_samples
from enface.images import write_image


def main(output: Path) -> None:
    """Writes the grid that the demo's report shows."""
    with tempfile.TemporaryDirectory() as folder:
        samples = turn_samples(Path(folder))
    write_image(output, samples.picture, synthesised={"model": "photo"})


if __name__ == "__main__":
    main(Path(sys.argv[1]))

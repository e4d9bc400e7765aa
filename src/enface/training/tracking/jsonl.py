"""Numbers as JSON lines, pictures as PNG: always on, readable without any tool."""

import json
import math
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from enface.images import write_image
from enface.resources.atomic import atomic_write


class JsonLines:
    """Appends rows to `metrics.jsonl` and writes pictures as `samples/NAME-STEP.png`."""

    def __init__(self, metrics: Path, samples: Path, *, done: int) -> None:
        """Opens the files of a run.

        Args:
            metrics: path of the JSON lines.
            samples: folder of the pictures.
            done: steps that the run resumes after; rows of later steps are dropped, since they come again.
        """
        self._metrics, self._samples = metrics, samples
        samples.mkdir(parents=True, exist_ok=True)
        if metrics.exists():
            _drop_after(metrics, done)
        self._file = metrics.open("a", encoding="utf-8")

    def scalars(self, values: dict[str, float], *, step: int) -> None:
        """Appends one row and flushes it."""
        self._file.write(json.dumps({"step": step, **values}) + "\n")
        self._file.flush()

    def image(self, name: str, image: UInt8[np.ndarray, "height width 3"], *, step: int) -> None:
        """Writes one PNG, marked as synthesised."""
        mark = {"what": "sample grid of a training run", "step": str(step)}
        write_image(self._samples / f"{name}-{step:08d}.png", image, synthesised=mark)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def read_rows(metrics: Path) -> list[dict[str, float]]:
    """Rows of a run, each with its `step`; values that are not finite numbers are left out."""
    rows = []
    for line in metrics.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            break  # a kill can leave half a last line
        rows.append({k: v for k, v in row.items() if isinstance(v, int | float) and math.isfinite(v)})
    return [row for row in rows if "step" in row]


def _drop_after(metrics: Path, done: int) -> None:
    kept = []
    for line in metrics.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            break  # a kill can leave half a last line
        if row["step"] <= done:
            kept.append(line + "\n")
    with atomic_write(metrics) as temporary:
        temporary.write_text("".join(kept), encoding="utf-8")

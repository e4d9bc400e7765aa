"""Without numba the package imports, and says what to install when asked to render."""

import subprocess
import sys

SCRIPT = """
import sys
sys.modules["numba"] = None
import enface.cli.render, enface.rendering.dataset.writer
from enface.rendering.errors import RenderingError
try:
    enface.rendering.dataset.writer.render_dataset("mini", "nowhere", progress=False)
except RenderingError as error:
    print(error)
from enface.rendering.kernels.noise import hashed
try:
    hashed(1, 2, 3)
except RenderingError as error:
    print(error)
"""


def test_the_extra_is_named_only_when_rendering_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 2 and all("pip install 'enface[render]'" in line for line in lines)

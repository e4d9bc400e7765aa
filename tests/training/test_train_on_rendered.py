"""A short training on faces that are rendered when they are needed."""

from dataclasses import replace
from pathlib import Path

import pytest

from enface.training.loop import train

from .test_loop import assert_same, small, with_images


@pytest.mark.slow
def test_stopped_and_resumed_equals_unbroken(tmp_path: Path, renderer: None) -> None:
    experiment = small(16)
    data = replace(experiment.data, manifest="render:session-looks,people=3,size=32", pairing="paired")
    experiment = replace(experiment, data=data)
    unbroken = train(experiment, output=tmp_path / "unbroken", progress=False)
    for images in (8, 16):
        parts = train(with_images(experiment, images), output=tmp_path / "parts", progress=False)
    assert_same(parts, unbroken)

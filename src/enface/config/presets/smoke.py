"""A run of seconds, for tests and for trying out an installation."""

from dataclasses import replace

from enface.config.presets.rendered import SMALL_RENDERED
from enface.config.schema import Performance, Preset, SizeCritics, ThreeScaleGenerator

_SMALL = SMALL_RENDERED.experiment

SMOKE = Preset(
    name="smoke",
    summary="small_rendered at 14, 28 and 56 px and an eighth of the width, four steps",
    provenance="made for this project's tests; too small to be of use",
    cost="seconds on any machine",
    experiment=replace(
        _SMALL,
        generator=ThreeScaleGenerator(sizes=(14, 28, 56), width=0.125),
        critics=SizeCritics(width=0.125),
        schedule=replace(
            _SMALL.schedule,
            images=16,
            batch_size=4,
            warmup_steps=1,
            log_every=1,
            sample_every=2,
            checkpoint_every=2,
        ),
        data=replace(_SMALL.data, aligned_size=62, crop_size=56),
        performance=Performance(),
    ),
)

"""Presets by name: Python values that are type-checked, diffable and documented where they stand."""

from enface.config.presets import dated, later, paired, rendered, seed, smoke
from enface.config.presets.costs import with_cost
from enface.config.schema import Preset
from enface.config.suggest import did_you_mean
from enface.errors import ConfigError

PRESETS: dict[str, Preset] = {
    preset.name: with_cost(preset)
    for preset in (
        *seed.SEED_LOG,
        *dated.NETS,
        *dated.DATED_RUNS,
        *paired.GENERATION_A,
        *paired.GENERATION_B,
        *later.GENERATIONS_D_TO_F,
        rendered.SMALL_RENDERED,
        rendered.FNM_V1,
        smoke.SMOKE,
    )
}


def names() -> list[str]:
    """All preset names, in reading order."""
    return list(PRESETS)


def get(name: str) -> Preset:
    """The preset of that name.

    Raises:
        ConfigError: for an unknown name; the message lists the known ones and the nearest.
    """
    if name not in PRESETS:
        raise ConfigError(
            f"unknown preset {name!r}{did_you_mean(name, PRESETS)}; presets: {', '.join(PRESETS)}"
        )
    return PRESETS[name]

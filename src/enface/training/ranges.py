"""What the numbers of an experiment may be, each for itself."""

from dataclasses import dataclass
from typing import Any

from enface.config.flat import experiment_fields
from enface.config.schema import Experiment
from enface.errors import ConfigError


@dataclass(frozen=True)
class Range:
    """From a number on, up to another where there is one."""

    low: float
    high: float | None = None
    low_too: bool = True
    """Whether `low` itself is allowed."""
    high_too: bool = True

    def __contains__(self, value: float) -> bool:
        if value < self.low or (value == self.low and not self.low_too):
            return False
        return self.high is None or value < self.high or (value == self.high and self.high_too)

    def __str__(self) -> str:
        if self.high is None:
            return f"{self.low:g} or more" if self.low_too else f"more than {self.low:g}"
        low = f"{self.low:g}" if self.low_too else f"more than {self.low:g}"
        return f"{low} to {self.high:g}" if self.high_too else f"{low} to less than {self.high:g}"


_COUNT, _SOME, _WEIGHT = Range(0), Range(1), Range(0.0)
_POSITIVE = Range(0.0, low_too=False)
_SHARE = Range(0.0, 1.0)
_DECAY = Range(0.0, 1.0, high_too=False)
_OPTIMIZER = {
    "learning_rate": _WEIGHT,
    "beta1": _DECAY,
    "beta2": _DECAY,
    "decay": _SHARE,
    "momentum": _DECAY,
    "epsilon": _POSITIVE,
    "initial_mean_square": _WEIGHT,
}

RANGES: dict[str, Range] = {
    "encoding.noise": _COUNT,
    "generator.width": _POSITIVE,
    "generator.dropout": _DECAY,
    "generator.init_std": _POSITIVE,
    "generator.size": _SOME,
    "generator.sizes": _SOME,
    "generator.side": _SOME,
    "generator.channels": _SOME,
    "generator.bridges": _SOME,
    "generator.blocks": _COUNT,
    "generator.block_kernel": _SOME,
    "generator.head_kernel": _SOME,
    "critics.width": _POSITIVE,
    "critics.init_std": _POSITIVE,
    "critics.head_kernel": _SOME,
    "objective.adversarial.clip": _POSITIVE,
    "objective.adversarial.penalty": _WEIGHT,
    "objective.adversarial.label_smoothing": _DECAY,
    "objective.adversarial_weight": _WEIGHT,
    "objective.drift": _WEIGHT,
    "objective.branches.profile": _WEIGHT,
    "objective.branches.front": _WEIGHT,
    "objective.feature.weight": _WEIGHT,
    "objective.feature.after_warmup": _WEIGHT,
    "objective.pixel.weight": _WEIGHT,
    "objective.pixel.after_warmup": _WEIGHT,
    "objective.symmetry.weight": _WEIGHT,
    "objective.l2": _WEIGHT,
    **{
        f"{side}_optimizer.{name}": allowed
        for side in ("generator", "critic")
        for name, allowed in _OPTIMIZER.items()
    },
    "schedule.images": _SOME,
    "schedule.batch_size": _SOME,
    "schedule.critic_steps": _COUNT,
    "schedule.boost_steps": _COUNT,
    "schedule.boost_critic_steps": _COUNT,
    "schedule.warmup_steps": _COUNT,
    "schedule.generator_steps": _SOME,
    "schedule.rate_decay": _POSITIVE,
    "schedule.rate_decay_steps": _SOME,
    "schedule.ema_images": _WEIGHT,
    "schedule.log_every": _COUNT,
    "schedule.sample_every": _COUNT,
    "schedule.checkpoint_every": _COUNT,
    "schedule.keep_checkpoints": _COUNT,
    "data.aligned_size": _SOME,
    "data.crop_size": _SOME,
    "data.brightness": Range(0, 255),
    "data.workers": _COUNT,
    "performance.threads": _SOME,
}
"""By dotted name, for all kinds of generators, critics and optimisers; the seed may be any number."""


def refuse_out_of_range(experiment: Experiment) -> None:
    """Looks at every number that has a range; null stands for no number.

    Raises:
        ConfigError: naming the field, its value and the allowed range.
    """
    for name, value in experiment_fields(experiment).items():
        allowed = RANGES.get(name)
        if allowed is not None and any(number not in allowed for number in _numbers(value)):
            raise ConfigError(f"{name} is {value}; allowed: {allowed}")


def _numbers(value: Any) -> list[float]:
    values = value if isinstance(value, list) else [value]
    return [number for number in values if number is not None]

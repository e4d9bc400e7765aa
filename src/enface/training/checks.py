"""What an experiment must satisfy before anything is loaded or written."""

from enface.config.schema import Experiment
from enface.errors import ConfigError
from enface.training.combinations import refuse_impossible


def check_experiment(experiment: Experiment, *, processes: int = 1) -> None:
    """Refuses combinations that cannot be trained.

    Args:
        experiment: what is about to be trained.
        processes: over how many processes a batch is split.

    Raises:
        ConfigError: naming the field and what to do.
    """
    objective, schedule = experiment.objective, experiment.schedule
    if schedule.images < 1 or schedule.batch_size < 1:
        raise ConfigError(
            f"schedule.images is {schedule.images} and schedule.batch_size {schedule.batch_size}; "
            "both must be at least 1"
        )
    if schedule.batch_size % processes:
        raise ConfigError(
            f"schedule.batch_size {schedule.batch_size} cannot be split evenly over {processes} processes"
        )
    if experiment.performance.threads is not None and experiment.performance.threads < 1:
        raise ConfigError(f"performance.threads is {experiment.performance.threads}; use null or at least 1")
    guided = objective.feature.weight or objective.pixel.weight or objective.symmetry.weight
    if not guided and not objective.adversarial_weight:
        raise ConfigError("every weight of the generator's objective is 0; give at least one term a weight")
    if not guided and schedule.warmup_steps:
        raise ConfigError(
            "schedule.warmup_steps trains without the adversarial term, but no other term has a weight; "
            "set it to 0 or give objective.feature a weight"
        )
    if schedule.generator_steps < 1 or schedule.critic_steps < 0 or schedule.rate_decay_steps < 1:
        raise ConfigError(
            f"schedule.generator_steps {schedule.generator_steps} and schedule.rate_decay_steps "
            f"{schedule.rate_decay_steps} must be at least 1, schedule.critic_steps {schedule.critic_steps} "
            "at least 0"
        )
    refuse_impossible(experiment, processes=processes)

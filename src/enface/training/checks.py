"""What an experiment must satisfy before anything is loaded or written."""

from enface.config.schema import Experiment
from enface.errors import ConfigError
from enface.training.combinations import refuse_impossible
from enface.training.ranges import refuse_out_of_range


def check_experiment(experiment: Experiment, *, processes: int = 1) -> None:
    """Refuses numbers and combinations that cannot be trained.

    Args:
        experiment: what is about to be trained.
        processes: over how many processes a batch is split.

    Raises:
        ConfigError: naming the field and what to do.
    """
    refuse_out_of_range(experiment)
    objective, schedule = experiment.objective, experiment.schedule
    if schedule.batch_size % processes:
        raise ConfigError(
            f"schedule.batch_size {schedule.batch_size} cannot be split evenly over {processes} processes"
        )
    guided = objective.feature.weight or objective.pixel.weight or objective.symmetry.weight
    if not guided and not objective.adversarial_weight:
        raise ConfigError("every weight of the generator's objective is 0; give at least one term a weight")
    if not guided and schedule.warmup_steps:
        raise ConfigError(
            "schedule.warmup_steps trains without the adversarial term, but no other term has a weight; "
            "set it to 0 or give objective.feature a weight"
        )
    refuse_impossible(experiment, processes=processes)

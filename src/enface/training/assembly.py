"""From a configuration to the networks of a run."""

from dataclasses import dataclass
from pathlib import Path

import torch

from enface.config.schema import Experiment
from enface.errors import ConfigError
from enface.models.guide import GuideRecord
from enface.models.normalizer import FaceNormalizer
from enface.networks.critics import build_critics
from enface.networks.generators import build_generator
from enface.recognizers.registry import CARDS, load_recognizer
from enface.training.combinations import layer_shape_of
from enface.training.frozen import accelerate
from enface.training.masks import read_masks
from enface.training.seeding import seeded
from enface.training.task import FrontalizationTask


@dataclass(frozen=True)
class Assembly:
    """The networks of a run."""

    task: FrontalizationTask
    guide: GuideRecord
    sizes: tuple[int, ...]
    """Of the generated images in pixels, smallest first."""


def assemble(experiment: Experiment, *, device: torch.device, processes: int = 1) -> Assembly:
    """Builds recognizer, generator and critics; their first weights depend on the seed alone.

    Args:
        experiment: the run.
        device: where everything goes.
        processes: over how many processes gradients are averaged.

    Raises:
        ConfigError: the recognizer is a judge, which may not guide.
    """
    guide, performance = experiment.guide, experiment.performance
    recognizer = load_recognizer(guide.recognizer, weights=guide.weights, layer=guide.layer)
    if not recognizer.card.may_guide:
        allowed = ", ".join(name for name, card in CARDS.items() if card.may_guide)
        raise ConfigError(
            f"{guide.recognizer} is kept as an independent judge and may not guide a training; "
            f"guides: {allowed}"
        )
    record = GuideRecord(guide.recognizer, recognizer.layer, recognizer.weights_sha256)
    encoding = experiment.encoding
    with seeded(experiment.seed, "first weights"):
        generator = build_generator(
            experiment.generator,
            feature_size=recognizer.feature_size,
            maps=recognizer.maps,
            noise=encoding.noise,
        )
        critics = build_critics(
            experiment.critics, sizes=generator.sizes, layer_shape=layer_shape_of(experiment)
        )
    fast = accelerate(recognizer.to(device), performance)
    for module in (generator, critics):
        module.to(device)
        if performance.channels_last:
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mask = experiment.objective.pixel.mask
    task = FrontalizationTask(
        FaceNormalizer(fast, generator, mirror_sum=encoding.mirror_sum, noise=encoding.noise),
        critics=critics,
        objective=experiment.objective,
        joint_critic_pass=experiment.critics.norm != "batch",
        masks=None if mask is None else read_masks(Path(mask), sizes=generator.sizes, device=device),
        precision=torch.bfloat16 if performance.precision == "bfloat16" else torch.float32,
        channels_last=performance.channels_last,
        processes=processes,
    )
    return Assembly(task, record, generator.sizes)

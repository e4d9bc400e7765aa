"""Fields that cannot work together, refused before any weight is read; each message names both of them."""

import torch

from enface.config.schema import Experiment, PlainGenerator, StackCritics, UnetGenerator, WganGp
from enface.errors import ConfigError
from enface.networks.critics import build_critics
from enface.networks.generators import Generator, build_generator
from enface.networks.sizes import BASE
from enface.recognizers.registry import card_of, layer_shape


def refuse_impossible(experiment: Experiment, *, processes: int = 1) -> None:
    """Refuses combinations that cannot be trained.

    The networks are built without memory, so that whatever they refuse (five regions of a small image,
    instance norm on a map of one pixel, a layer that the guide lacks) is refused here too.

    Args:
        experiment: what is about to be trained.
        processes: over how many processes a batch is split.

    Raises:
        ConfigError: naming the fields and what to do.
    """
    _terms(experiment)
    _pairs(experiment)
    _schedule(experiment)
    _norms(experiment, share=experiment.schedule.batch_size // processes)
    with torch.device("meta"):
        generator = blank_generator(experiment)
        build_critics(experiment.critics, sizes=generator.sizes, layer_shape=layer_shape_of(experiment))
    _maps(experiment, generator)
    critics, crop = experiment.critics, experiment.data.crop_size
    beside = isinstance(critics, StackCritics) and critics.condition and critics.layer is None
    if beside and max(generator.sizes) != crop:
        raise ConfigError(
            f"critics.condition lays inputs of data.crop_size {crop} beside images of generator.size "
            f"{max(generator.sizes)}; make them equal, or set critics.condition false"
        )


def blank_generator(experiment: Experiment) -> Generator:
    """The generator of an experiment, built from the guide's card alone.

    Raises:
        ConfigError: a layer that the guide does not have, or a generator that cannot be built.
    """
    guide, card = experiment.guide, card_of(experiment.guide.recognizer)
    layer = guide.layer or card.embedding_layer
    if layer not in card.layers:
        raise ConfigError(
            f"guide.layer {layer!r} is no vector of guide.recognizer {guide.recognizer}; "
            f"vectors: {', '.join(card.layers)}"
        )
    return build_generator(
        experiment.generator,
        feature_size=card.layers[layer],
        maps=card.maps,
        noise=experiment.encoding.noise,
    )


def layer_shape_of(experiment: Experiment) -> tuple[int, int, int] | None:
    """Shape of the guide's layer that the critics look at; None where they look at images."""
    critics = experiment.critics
    if not isinstance(critics, StackCritics) or critics.layer is None:
        return None
    return layer_shape(experiment.guide.recognizer, critics.layer)


def _maps(experiment: Experiment, generator: Generator) -> None:
    """The guide's maps are joined to, or stand for, the generator's own of 7 px, 14 px and so on."""
    guide = experiment.guide.recognizer
    for place, layer in enumerate(generator.layers):
        wanted, (_, height, width) = BASE << place, layer_shape(guide, layer)
        if (height, width) == (wanted, wanted):
            continue
        fitting = [name for name in card_of(guide).maps if layer_shape(guide, name)[1:] == (wanted, wanted)]
        field = "generator.layers" if isinstance(experiment.generator, UnetGenerator) else "generator.layer"
        raise ConfigError(
            f"{field} names {layer!r}, a map of {width}x{height} px of guide.recognizer {guide}, where the "
            f"generator reads one of {wanted}x{wanted}; maps that fit: {', '.join(fitting) or 'none'}"
        )


def _terms(experiment: Experiment) -> None:
    objective, pairing = experiment.objective, experiment.data.pairing
    truth = objective.pixel.weight and objective.pixel.target == "ground_truth"
    needs_truth = truth or (objective.feature.weight and objective.feature.target == "ground_truth")
    if needs_truth and pairing == "unpaired":
        raise ConfigError(
            "the pixel term and objective.feature.target ground_truth compare with a paired frontal face, "
            "but data.pairing is unpaired; use --data.pairing paired, or objective.pixel.weight 0"
        )
    if objective.pixel.weight and objective.pixel.target == "front" and not objective.branches.front:
        raise ConfigError(
            "objective.pixel.target front compares what became of real frontals with themselves, but "
            "objective.branches.front is 0, so that none are made; give it a share, for example 0.5"
        )
    if (
        objective.pixel.weight
        and objective.pixel.similarity_weighted
        and (not truth or pairing == "unpaired")
    ):
        raise ConfigError(
            "objective.pixel.similarity_weighted compares features with those of the ground truth; it needs "
            "objective.pixel.target ground_truth and data.pairing paired"
        )
    game = objective.adversarial
    if isinstance(game, WganGp) and objective.adversarial_weight and experiment.critics.norm == "batch":
        raise ConfigError(
            "critics.norm batch mixes the samples of a batch, so that objective.adversarial.kind wgan_gp "
            "cannot take a slope for each of them; use critics.norm layer, instance or pixel"
        )


def _pairs(experiment: Experiment) -> None:
    data, critics = experiment.data, experiment.critics
    if experiment.encoding.mirror_sum and data.mirror:
        raise ConfigError(
            "encoding.mirror_sum makes the same of a face and its mirror image, which leaves data.mirror "
            "nothing to do; set data.mirror false"
        )
    if data.ground_truth != "gallery" and data.pairing == "unpaired":
        raise ConfigError(
            f"data.ground_truth {data.ground_truth} picks the paired frontal face, but data.pairing is "
            "unpaired; use data.pairing paired, or data.ground_truth gallery"
        )
    if isinstance(critics, StackCritics) and critics.condition:
        if data.pairing != "same_identity":
            raise ConfigError(
                f"critics.condition shows the critics the input beside a frontal face, but with data.pairing "
                f"{data.pairing} the real one is of somebody else; use data.pairing same_identity"
            )
        if experiment.objective.branches.front:
            raise ConfigError(
                "critics.condition has no input to lay beside the faces of objective.branches.front; set "
                "one of them to false or 0"
            )


def _schedule(experiment: Experiment) -> None:
    objective, schedule = experiment.objective, experiment.schedule
    for name, term in (("feature", objective.feature), ("pixel", objective.pixel)):
        if term.after_warmup != 1 and not schedule.warmup_steps:
            raise ConfigError(
                f"objective.{name}.after_warmup {term.after_warmup:g} counts from the end of the warm-up, "
                "but schedule.warmup_steps is 0; give it some, or change the weight itself"
            )


def _norms(experiment: Experiment, *, share: int) -> None:
    generator = experiment.generator
    if isinstance(generator, PlainGenerator) and generator.opening_norm:
        if generator.opening != "dense":
            raise ConfigError(
                "generator.opening_norm normalises the outputs of a dense layer, but generator.opening is "
                "reshape; set one of them otherwise"
            )
        if share < 2:
            raise ConfigError(
                "generator.opening_norm needs at least two samples to take a variance of, but "
                f"schedule.batch_size gives {share} per process; use 2 or more"
            )

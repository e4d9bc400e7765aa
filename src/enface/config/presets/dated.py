"""Net against Net2, and the dated runs of November 2017 (specification B.6, B.7).

The dated runs are not settings but one model, Net, changed from run to run; each preset holds all changes up
to it. "Loss 10:1" is the frontalisation loss to the feature loss. No critic plays.
"""

from dataclasses import replace

from enface.config.presets.paired import NET2_STEPS
from enface.config.schema import (
    Adam,
    Data,
    Experiment,
    FeatureTerm,
    Guide,
    Objective,
    PixelTerm,
    PlainGenerator,
    Preset,
    Schedule,
)

_NET = PlainGenerator(
    opening="dense",
    side=14,
    channels=256,
    opening_activation=True,
    steps=("k5 s2 128", "k5 s1 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s1 32"),
    norm="batch",
    norm_after_activation=True,
    init_std=0.01,
)
_SETTING1 = "Profiles and ground truth: Multi-PIE Setting1, 14,000 images x 5 epochs. "
_SESSION01 = "Profiles and ground truth: Multi-PIE Session01, 120,000 images x 5 epochs. "
_BASE = (
    "Model Net of code a6d868e: fc7, paired ground truth 051_07, L1 on [0, 255], feature cosine to the "
    "ground truth's, loss 1:1, no L2 in the loss, fc1 without batch norm, norm after activation, init 0.01, "
    "centre crop, Adam, 0.01; specification B.6, B.7. Batch size and the betas of Adam are not recorded "
    "before 11.29: 16 and torch's own. No source says whether inputs were mirrored; data.mirror is false. "
)

_NET_EXPERIMENT = Experiment(
    guide=Guide(recognizer="vgg_face", layer="fc7"),
    generator=_NET,
    objective=Objective(
        adversarial_weight=0.0,
        feature=FeatureTerm(weight=1.0, target="ground_truth"),
        pixel=PixelTerm(weight=1.0, range=255),
        l2=0.0,
    ),
    generator_optimizer=Adam(learning_rate=0.01, beta1=0.9, beta2=0.999),
    critic_optimizer=Adam(learning_rate=0.01, beta1=0.9, beta2=0.999),
    schedule=Schedule(images=70_000, batch_size=16, critic_steps=1, boost_steps=0, boost_critic_steps=1),
    data=Data(pairing="paired", crop="center", mirror=False),
)

NET_SEED = Preset(
    name="net_seed",
    summary="Net: a dense layer from the feature to 14x14x256, 205,520,896 weights",
    provenance=(f"Log of 2018-01-30, FBI WARNING 1, before the change. {_BASE}{_SETTING1}"),
    experiment=_NET_EXPERIMENT,
)

NET2_SEED = Preset(
    name="net2_seed",
    summary="Net2: the feature reshaped to 4x4x256, then transposed convolutions to 14x14x256",
    provenance=(
        "Log of 2018-01-30, FBI WARNING 1: 'Net2.py: no dense layer turns the vgg feature into (14,14,256) "
        "any more; it is reshaped to (4,4,256) and brought to (14,14,256) by transposed convolutions; the "
        "parameters fall from (4096*14*14*256) to ...'. The file was never committed: the layers are those "
        "of 3cfeed1, the third with 256 channels as the text says (1,769,472 weights); 128 as in that code "
        f"would be a_1_2's (B.6). Everything else as net_seed. {_BASE}{_SETTING1}"
    ),
    experiment=replace(
        _NET_EXPERIMENT,
        generator=replace(
            _NET,
            opening="reshape",
            side=4,
            opening_activation=False,
            steps=("k3 s1 valid 256", "k3 s2 256", "k3 s1 valid 256", *NET2_STEPS),
            norm_first=False,
        ),
    ),
)


def _rate(value: float, experiment: Experiment) -> Experiment:
    """With another learning rate on both sides."""
    return replace(
        experiment,
        generator_optimizer=replace(experiment.generator_optimizer, learning_rate=value),
        critic_optimizer=replace(experiment.critic_optimizer, learning_rate=value),
    )


def _losses(experiment: Experiment, *, pixel: float, feature: float, l2: float) -> Experiment:
    """With other weights."""
    before = experiment.objective
    return replace(
        experiment,
        objective=replace(
            before,
            pixel=replace(before.pixel, weight=pixel),
            feature=replace(before.feature, weight=feature),
            l2=l2,
        ),
    )


def _fc1_norm(experiment: Experiment, *, on: bool) -> Experiment:
    return replace(experiment, generator=replace(_NET, opening_norm=on))


_RELU7 = replace(_NET_EXPERIMENT, guide=Guide(recognizer="vgg_face", layer="relu7"))
_29_1 = _losses(_rate(0.001, _RELU7), pixel=0.0, feature=1.0, l2=0.0)
_29_2 = _losses(_29_1, pixel=0.0, feature=1.0, l2=1e-5)
_29_3 = _fc1_norm(_29_2, on=True)
_29_4 = _losses(_29_3, pixel=10.0, feature=1.0, l2=1e-5)
_29_5 = _fc1_norm(_losses(_29_4, pixel=1.0, feature=1.0, l2=1e-3), on=False)
_29_7 = _losses(_29_5, pixel=10.0, feature=1.0, l2=1e-3)
_30_1 = replace(
    _losses(_29_7, pixel=10.0, feature=1.0, l2=1e-4), schedule=replace(_29_7.schedule, images=600_000)
)


def _run(date: str, entry: str, summary: str, line: str, remark: str, experiment: Experiment) -> Preset:
    month, day = date.split(".")
    session01 = experiment.schedule.images == 600_000
    return Preset(
        name=f"run_{month}{day}" + (f"_{entry}" if entry else ""),
        summary=summary,
        provenance=(
            f"Log, {date}{', entry ' + entry if entry else ''}: '{line}'. {remark}{_BASE}"
            f"{_SESSION01 if session01 else _SETTING1}"
        ),
        experiment=experiment,
    )


RUN_1128 = _run(
    "11.28",
    "",
    "11.28: relu7 instead of fc7",
    "the face is rebuilt from relu7 instead of fc7",
    "",
    _RELU7,
)
RUN_1129_1 = _run(
    "11.29",
    "1",
    "11.29-1: the feature loss alone, rate 0.001",
    "frontalisation by VGG feature only, learning rate 0.001",
    "Taken as the feature loss alone; it may also mean features computed beforehand as the network's input. "
    "The pixel loss would be objective.pixel.weight 1. ",
    _29_1,
)
RUN_1129_2 = _run(
    "11.29",
    "2",
    "11.29-2: L2 added to the loss, where it had been forgotten",
    "forgot to put L2 regularisation into the loss, added",
    "The coefficient is that of the configuration, 1e-5. ",
    _29_2,
)
RUN_1129_3 = _run(
    "11.29",
    "3",
    "11.29-3: batch norm on fc1, withdrawn later by FBI WARNING 2",
    "forgot to give fc1 batch norm, added",
    "FBI WARNING 2 of the same log: 'the bad results before came from batch norm on fc1'. ",
    _29_3,
)
RUN_1129_4 = _run(
    "11.29",
    "4",
    "11.29-4: Setting1, loss 10:1, batch norm on fc1; 'not right'",
    "trained anew on the data of setting1, loss 10:1, tested on 20 lights + 15 poses + 2 expressions, "
    "lr=0.001 - not right",
    "Batch norm on fc1 is inferred from entry 3 (generator.opening_norm). ",
    _29_4,
)
RUN_1129_5 = _run(
    "11.29",
    "5",
    "11.29-5: Setting1, loss 1:1, fc1 without batch norm, L2 0.001",
    "trained on setting1, features of relu7, loss 1:1, fc1 without BN, LR=0.001, L2 0.001, bs16, cpu",
    "",
    _29_5,
)
RUN_1129_6 = _run(
    "11.29",
    "6",
    "11.29-6: Setting1, loss 10:1, L2 0.00001; 'not right'",
    "trained on setting1, features of relu7, loss 10:1, LR=0.001, L2 0.00001, bs16, gpu - not right",
    "Batch norm on fc1 is inferred, since entry 7 says 'without' (generator.opening_norm). It makes this run "
    "the same experiment as entry 4. ",
    _29_4,
)
RUN_1129_7 = _run(
    "11.29",
    "7",
    "11.29-7: Setting1, loss 10:1, fc1 without batch norm, L2 0.001",
    "trained on setting1, features of relu7, loss 10:1, fc1 without BN, LR=0.001, L2 0.001, bs16, gpu",
    "",
    _29_7,
)
RUN_1130_1 = _run(
    "11.30",
    "1",
    "11.30-1: Session01, loss 10:1, fc1 without batch norm, L2 0.0001",
    "trained on session01, features relu7, loss 10:1, fc1 without BN, lr=0.001, L2 0.0001, bs16, gpu",
    "",
    _30_1,
)
RUN_1130_2 = _run(
    "11.30",
    "2",
    "11.30-2: as 11.30-1 with batch norm on fc1",
    "trained on session01, features relu7, loss 10:1, fc1 with BN, lr=0.001, L2 0.0001, bs16, gpu",
    "",
    _fc1_norm(_30_1, on=True),
)

NETS = (NET_SEED, NET2_SEED)
DATED_RUNS = (
    RUN_1128,
    RUN_1129_1,
    RUN_1129_2,
    RUN_1129_3,
    RUN_1129_4,
    RUN_1129_5,
    RUN_1129_6,
    RUN_1129_7,
    RUN_1130_1,
    RUN_1130_2,
)

"""What came after the log: generations D and E of 2018, the release of 2019 and the paper (B.3).

All of them: ResNet-50, five region critics with layer norm, WGAN-GP 10 on their sum, one critic update a step
and 25 of them in the first 25, Adam(0, 0.9), batch norm in the generator, k3 residual blocks, 250 -> 224.
Their docstrings say beta2 0.99, their configuration 0.9. From D1_7 on real frontals are rebuilt too.
"""

from dataclasses import replace

from enface.config.schema import (
    Adam,
    Branches,
    Data,
    Experiment,
    FeatureTerm,
    Objective,
    PixelTerm,
    Preset,
    RegionCritics,
    ResidualGenerator,
    Schedule,
    UnetGenerator,
    WganGp,
)

_GAME = WganGp(penalty=10.0, scope="summed")
_CASIA = "Profiles: CASIA-WebFace without its near-frontal faces, 297,369 images x 5 epochs of whole batches"
_FRONTS = "; frontals: near-frontal faces of CASIA-WebFace. "
_BOTH = (
    "One update of both sides at once per step, as from 211b431 to a707b1d (schedule.simultaneous false "
    "would alternate). "
)


def _adam(rate: float) -> Adam:
    return Adam(learning_rate=rate, beta1=0.0, beta2=0.9)


def _with_rate(rate: float, experiment: Experiment) -> Experiment:
    return replace(experiment, generator_optimizer=_adam(rate), critic_optimizer=_adam(rate))


def _images(pictures: int, *, epochs: int, batch: int) -> int:
    """Epochs of whole batches."""
    return pictures // batch * batch * epochs


D_1_6 = Preset(
    name="d_1_6",
    summary="Setting 1_6 of generation D: U-Net joins of ResNet maps, five regions, CASIA profiles",
    provenance=(
        "Code 211b431, WGAN_GP2.py; specification B.3: documented 0:250:1:10:1e-6, configured with a feature "
        "weight of 100 (objective.feature.weight). Its pixel term, cosine of the features times the summed "
        "squared error to a pseudo-frontal picture of the same person, has weight 0; with pairs it would be "
        "objective.pixel.weight with metric l2_sum and similarity_weighted true. Whether the 1x1 "
        f"convolutions of the joins are followed by anything is not recorded. {_BOTH}{_CASIA}{_FRONTS}"
    ),
    experiment=Experiment(
        generator=UnetGenerator(),
        critics=RegionCritics(boxes="v1", kernel=4, norm="layer"),
        objective=Objective(
            adversarial=_GAME,
            feature=FeatureTerm(weight=250.0),
            pixel=PixelTerm(weight=0.0, metric="l2_sum", similarity_weighted=True),
            l2=1e-6,
        ),
        generator_optimizer=_adam(2e-4),
        critic_optimizer=_adam(2e-4),
        schedule=Schedule(
            images=_images(297_369, epochs=5, batch=8), batch_size=8, critic_steps=1, simultaneous=True
        ),
        data=Data(),
    ),
)

D_1_7 = Preset(
    name="d_1_7",
    summary="Setting 1_7 of generation D: 1_6 with a branch that rebuilds real frontals, 0.8 to 0.2",
    provenance=(
        "Code 211b431, WGAN_GP.py; specification B.3: configured 0:100:1:10:1e-6; feature and adversarial "
        "terms are 0.8 profile + 0.2 frontal; the pixel term of the frontal branch, the sum of absolute "
        f"differences to the frontal itself, has weight 0. {_BOTH}{_CASIA}{_FRONTS}"
    ),
    experiment=replace(
        D_1_6.experiment,
        objective=Objective(
            adversarial=_GAME,
            branches=Branches(profile=0.8, front=0.2),
            feature=FeatureTerm(weight=100.0),
            pixel=PixelTerm(weight=0.0, metric="l1_sum", target="front"),
            l2=1e-6,
        ),
    ),
)

D_1_7B = Preset(
    name="d_1_7b",
    summary="Setting 1_7 of generation D at its next commit: only conv5_3 joined, pixel term on, 0.9 to 0.1",
    provenance=(
        "Code 243236b, which has a syntax error and cannot have run; specification B.3: 0.01:250:1:10:1e-6, "
        f"critics' loss divided by 5 instead of 10, rate 1e-4. {_BOTH}{_CASIA}{_FRONTS}"
    ),
    experiment=_with_rate(
        1e-4,
        replace(
            D_1_7.experiment,
            generator=UnetGenerator(layers=("conv5_3",)),
            objective=Objective(
                adversarial=_GAME,
                critic_average="mean",
                branches=Branches(profile=0.9, front=0.1),
                feature=FeatureTerm(weight=250.0),
                pixel=PixelTerm(weight=0.01, metric="l1_sum", target="front"),
                l2=1e-6,
            ),
        ),
    ),
)

D_1_8 = Preset(
    name="d_1_8",
    summary="Setting 1_8 of generation D: decodes conv5_3 alone through residual blocks at 7x7",
    provenance=(
        "Code a707b1d; specification B.3: 1x1 convolution of conv5_3 to 512, four residual blocks, then "
        f"doublings with a residual block each; weights as 1_7b. {_BOTH}{_CASIA}{_FRONTS}"
    ),
    experiment=replace(D_1_7B.experiment, generator=ResidualGenerator()),
)

D_1_8_V1 = Preset(
    name="d_1_8_v1",
    summary="Setting 1_8v1 of generation D, first stage: feature 500, branches alike, fronts of CASIA",
    provenance=(
        "Code d949b80, WGAN_GP.py; specification B.3: configured 0.001:500:1:10:1e-6, frontal share 0.5, "
        "batch 16. Two stages: first CASIA with CASIA fronts, 'diverse'; then d_1_8_v1_finetune. The first "
        "stage's rate is inferred from the second's, 'a tenth': 1e-4. Sides alternate (simultaneous updates "
        f"ended with a707b1d). {_CASIA}{_FRONTS}"
    ),
    experiment=replace(
        D_1_8.experiment,
        objective=Objective(
            adversarial=_GAME,
            critic_average="mean",
            branches=Branches(profile=0.5, front=0.5),
            feature=FeatureTerm(weight=500.0),
            pixel=PixelTerm(weight=0.001, metric="l1_sum", target="front"),
            l2=1e-6,
        ),
        schedule=Schedule(images=_images(297_369, epochs=5, batch=16), batch_size=16, critic_steps=1),
    ),
)

D_1_8_V1_FINETUNE = Preset(
    name="d_1_8_v1_finetune",
    summary="Setting 1_8v1 of generation D, second stage: a tenth of the rate, fronts of Multi-PIE",
    provenance=(
        "Code d949b80, WGAN_GP.py; specification B.3: the networks of d_1_8_v1 (give its run folder as "
        "schedule.start_from) trained on with 1e-5 and Multi-PIE fronts. A fine-tuned run of that code has "
        f"no boosted first steps (A.7). {_CASIA}; frontals: Multi-PIE, camera 051. "
    ),
    experiment=_with_rate(
        1e-5,
        replace(
            D_1_8_V1.experiment,
            schedule=replace(D_1_8_V1.experiment.schedule, boost_steps=0, boost_critic_steps=1),
        ),
    ),
)

D_1_9 = Preset(
    name="d_1_9",
    summary="Setting 1_9 of generation D: squared Euclid between features instead of their cosine",
    provenance=(
        "Code d949b80, WGAN_GP2.py; specification B.3: documented 0.01:0.01:1:10 and profile to frontal 0.8 "
        "to 0.2; configured with equal shares (objective.branches.front 0.5). Rate 1e-4 as documented. "
        f"{_CASIA}{_FRONTS}"
    ),
    experiment=replace(
        D_1_8_V1.experiment,
        objective=Objective(
            adversarial=_GAME,
            critic_average="mean",
            branches=Branches(profile=0.8, front=0.2),
            feature=FeatureTerm(weight=0.01, metric="squared_euclid"),
            pixel=PixelTerm(weight=0.01, metric="l1_sum", target="front"),
            l2=1e-6,
        ),
    ),
)

E_RAF1 = Preset(
    name="e_raf1",
    summary="raf1 of generation E: setting 1_8v1 from the start at 1e-4, batch 6, 20 epochs",
    provenance=(
        "Code a2c076d; specification B.3: 0.001:500:1:10:1e-6, frontal share 0.5, batch 6. Profiles: "
        "CASIA-WebFace, 150,000 images x 20 epochs; frontals: as in d_1_8_v1, which is inferred. "
    ),
    experiment=replace(
        D_1_8_V1.experiment,
        schedule=replace(
            D_1_8_V1.experiment.schedule, images=_images(150_000, epochs=20, batch=6), batch_size=6
        ),
    ),
)

F_RELEASE = Preset(
    name="f_release",
    summary="The release of 2019: 1_8v1 with k3 critics, larger boxes, feature 100, random brightness",
    provenance=(
        "Code b672647 to 859e2e3, 'fnm', the paper's code; specification B.3: 0.001:100:1:10:1e-5, batch "
        "norm after the first 1x1 convolution too, critics with k3 kernels and boxes v2, penalty between y "
        "and x~ alone, brightness up to 20 grey levels on both inputs, 1e-4, batch 16, 10 epochs. It resizes "
        "whole pictures of 250 px to 224 instead of cropping them, so that nothing is left to crop at "
        "random; how large a face lies in its frame is the alignment template's business here, hence "
        "data.crop center (random as in all others). Its boxes fit its own alignment; critics.boxes template "
        "fits enface's. Profiles: CASIA-WebFace without its near-frontal faces, 297,369 images x 10 epochs "
        "of whole batches; frontals: Multi-PIE, camera 051. "
    ),
    experiment=replace(
        D_1_8_V1.experiment,
        generator=ResidualGenerator(norm_first=True),
        critics=RegionCritics(boxes="v2", kernel=3, norm="layer"),
        objective=replace(D_1_8_V1.experiment.objective, feature=FeatureTerm(weight=100.0), l2=1e-5),
        schedule=replace(D_1_8_V1.experiment.schedule, images=_images(297_369, epochs=10, batch=16)),
        data=Data(crop="center", brightness=20),
    ),
)

P_PAPER = Preset(
    name="p_paper",
    summary="The paper of CVPR 2019: squared Euclid 10, mean pixel term 0.001, critics summed",
    provenance=(
        "Paper, equations 3 to 6 and section 4.1; specification B.3, F.4: identity loss 10 as squared "
        "distance of unnormalised features, pixel loss 0.001 as mean of |y - y~|, five critics summed, D(x~) "
        "+ D(y~) - D(y) unweighted; its code halves the two generated terms (objective.branches 0.5, 0.5) "
        "and divides by five (objective.critic_average mean). Adam(0, 0.9), 1e-4. The pixels' range is not "
        "given: [0, 1] (objective.pixel.range 255). No L2 is mentioned, nor a batch size, boosted steps or "
        "brightness: those of the release but for L2. Profiles: CASIA-WebFace, 297,369 images x 10 epochs; "
        "frontals: 5,000 of Multi-PIE. "
    ),
    experiment=replace(
        F_RELEASE.experiment,
        objective=Objective(
            adversarial=_GAME,
            critic_average="sum",
            branches=Branches(profile=1.0, front=1.0),
            feature=FeatureTerm(weight=10.0, metric="squared_euclid"),
            pixel=PixelTerm(weight=0.001, metric="l1_mean", target="front"),
            l2=0.0,
        ),
    ),
)

GENERATIONS_D_TO_F = (
    D_1_6,
    D_1_7,
    D_1_7B,
    D_1_8,
    D_1_8_V1,
    D_1_8_V1_FINETUNE,
    D_1_9,
    E_RAF1,
    F_RELEASE,
    P_PAPER,
)

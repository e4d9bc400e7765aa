"""The experiment log's settings of January 2018, generation C (specification A, A.9, B.2).

Settings were renumbered four times in that repository, so names carry the generation: `c_1_2` is the log's
setting1_2 of that month. Where log and code differ the log holds, and `provenance` names what the code does.
Multi-PIE and CASIA-WebFace come from their owners alone, so no preset names a manifest: `--data.manifest`
takes the profile set, `--data.frontal_manifest` the frontal one; without them the rendered set stands in.
"""

from dataclasses import replace

from enface.config.schema import (
    Adam,
    Experiment,
    FeatureTerm,
    Lsgan,
    Objective,
    PixelTerm,
    Preset,
    RegionCritics,
    RMSProp,
    Schedule,
    SingleScaleGenerator,
    SizeCritics,
    WganGp,
)

SEED_DEFAULT = Preset(
    name="seed_default",
    summary="The log's default: three sizes at 224 px, WGAN with clipping, feature cosine 500, unpaired",
    provenance=(
        "Experiment log of 2018-01-30, 'default', with the choices of specification A.9: "
        "l1:fea:GAN:sym = 0:500:1:0, L2 1e-4, batch 5, Adam(0.5, 0.9), 2e-4 constant, pixel norm but not in "
        "the first and last layer, patch critics, critic 5 with 25 boosted steps of 25, clip 0.01, "
        "init 0.02 truncated, mirror, random crop 250 -> 224"
    ),
    cost="not measured; the log's epochs of 120,000 images x 5 need a GPU",
    # Every value is the schema's default: the schema was written down from this setting.
    experiment=Experiment(objective=Objective(), schedule=Schedule(images=600_000)),
)

_DEFAULT = SEED_DEFAULT.experiment
_ONE_CRITIC_STEP = replace(_DEFAULT.schedule, critic_steps=1)
_PAIRED = replace(_DEFAULT.data, pairing="paired")

_FRONTALS = "frontals: near-frontal faces of CASIA-WebFace (A.9-11). "
_SESSION01 = f"Profiles: Multi-PIE Session01, 120,000 images x 5 epochs; {_FRONTALS}"
_CASIA = (
    "Profiles: CASIA-WebFace without its near-frontal faces, 113,006 images x 5 epochs of whole batches; "
    f"{_FRONTALS}"
)
_CODE = (
    "batch 8, L2 1e-5, critics.head global (A.9-2), generator.norm_first true (A.9-4) and "
    "data.small_frontals decimate (A.9-10)"
)
_CODE_85271B7 = f"Besides, that code has objective.feature.weight 0.01, schedule.warmup_steps 3000, {_CODE}"
_CODE_73B5399 = f"Besides, that code, configured for 1_5, has objective.feature.weight 250, {_CODE}"

C_1_8 = Preset(
    name="c_1_8",
    summary="Setting 1_8: the default with batch norm in the critics (WGAN, critic 5, clip 0.01)",
    provenance=(
        "Log of 2018-01-30, entry 1: 'WGAN, critic=5'; specification B.2. "
        f"{_SESSION01}"
        "Code 85271b7, WGAN.py, with l1 = 0: its critics have batch norm; the log's default 'ins norm "
        "instead of BN' would be critics.norm pixel (A.9-3). Its clip is defined and never run, which would "
        f"be objective.adversarial.clip null (A.9-1). {_CODE_85271B7}"
    ),
    experiment=replace(_DEFAULT, critics=SizeCritics(norm="batch")),
)

C_1_1 = Preset(
    name="c_1_1",
    summary="Setting 1_1: 1_8 with the absolute difference to the paired frontal face",
    provenance=(
        "Log of 2018-01-30, entry 2: 'WGAN, critic=5, absolute loss to the frontal ground truth added'; "
        f"specification B.2. {_SESSION01}"
        "The log gives no weight; 1 is that of the code, 85271b7, WGAN.py. Critics' norm and clip as in 1_8. "
        f"{_CODE_85271B7}"
    ),
    experiment=replace(
        _DEFAULT,
        critics=SizeCritics(norm="batch"),
        objective=replace(_DEFAULT.objective, pixel=PixelTerm(weight=1.0, metric="l1_mean")),
        data=_PAIRED,
    ),
)

C_1_2 = Preset(
    name="c_1_2",
    summary="Setting 1_2, marked as working: WGAN-GP 10, critic 1, layer norm and RMSProp for the critics",
    provenance=(
        "Log of 2018-01-30, entry 3: '(work) WGAN-GP (w_gp=10), critic=1, Layer-Norm, RMS'; "
        f"specification B.2. {_SESSION01}"
        "That the profiles are Session01 is inferred. 'RMS' is RMSProp for the critics and Adam for the "
        "generator, as in the code, 73b5399, WGAN_GP.py; its docstring claims RMSProp for both, which would "
        f"be generator_optimizer.kind rmsprop (A.9-8). {_CODE_73B5399}"
    ),
    experiment=replace(
        _DEFAULT,
        critics=SizeCritics(norm="layer"),
        objective=replace(_DEFAULT.objective, adversarial=WganGp(penalty=10.0, scope="per_critic")),
        critic_optimizer=RMSProp(learning_rate=2e-4),
        schedule=_ONE_CRITIC_STEP,
    ),
)

C_1_3 = Preset(
    name="c_1_3",
    summary="Setting 1_3, marked as working: LSGAN, critic 1, absolute difference to the paired frontal face",
    provenance=(
        "Log of 2018-01-30, entry 4: '(work) LSGAN, critic=1, absolute loss to the frontal ground truth "
        f"added, beta1=0.5'; specification B.2. {_SESSION01}"
        "That the profiles are Session01 is inferred. The pixel term's weight is not recorded anywhere; 1 is "
        "chosen after 1_1. Code 73b5399, LSGAN.py: its critics have batch norm (A.9-3); its clip is defined "
        f"and never run, and there is none here. {_CODE_73B5399}"
    ),
    experiment=replace(
        _DEFAULT,
        critics=SizeCritics(norm="batch"),
        objective=replace(
            _DEFAULT.objective, adversarial=Lsgan(), pixel=PixelTerm(weight=1.0, metric="l1_mean")
        ),
        schedule=_ONE_CRITIC_STEP,
        data=_PAIRED,
    ),
)

_REGIONS = (
    "'WGAN-GP2 (w_gp=10), critic=1, adam(0, .9), one critic for each of five regions of the face (all, eyes, "
    "nose, mouth, face), LayerNorm in the critics'; specification A.3b, A.4b, B.2, C.1. WGAN-GP2 is the file "
    "WGAN_GP2.py of code 73b5399: one penalty on the summed scores, one output size. Its first transposed "
    "convolution is normalised; the log's default 'first layer without PN' would be generator.norm_first "
    "false (A.9-4). It feeds the critics grey levels, a defect that is not repeated. "
)

C_1_4 = Preset(
    name="c_1_4",
    summary="Setting 1_4, marked as working: five region critics, WGAN-GP 10 on their sum, critic 1",
    provenance=(
        f"Log of 2018-01-30, entry 5: '(work)' {_REGIONS}{_SESSION01}"
        "The code's feature weight, L2 and batch are in c_1_5_code (A.9-5)"
    ),
    experiment=replace(
        _DEFAULT,
        generator=SingleScaleGenerator(size=224, norm="pixel", norm_first=True),
        critics=RegionCritics(boxes="v1", kernel=4, norm="layer"),
        objective=replace(_DEFAULT.objective, adversarial=WganGp(penalty=10.0, scope="summed")),
        generator_optimizer=Adam(beta1=0.0, beta2=0.9),
        critic_optimizer=Adam(beta1=0.0, beta2=0.9),
        schedule=_ONE_CRITIC_STEP,
    ),
)

C_1_5 = Preset(
    name="c_1_5",
    summary="Setting 1_5: 1_4 with profiles of CASIA-WebFace",
    provenance=(
        f"Log of 2018-01-30, entry 6, as entry 5 but 'profiles from casia': {_REGIONS}{_CASIA}"
        "The code's feature weight, L2 and batch are in c_1_5_code (A.9-5)"
    ),
    experiment=replace(C_1_4.experiment, schedule=replace(_ONE_CRITIC_STEP, images=565_025)),
)

C_1_5_CODE = Preset(
    name="c_1_5_code",
    summary="Setting 1_5 with its code's weights: feature 250, L2 1e-5, batch 8",
    provenance=(
        "Code 73b5399, WGAN_GP2.py and config.py (specification A.7, A.9-5), for the log's entry 6: "
        f"{_REGIONS}{_CASIA}"
    ),
    experiment=replace(
        C_1_5.experiment,
        objective=replace(C_1_5.experiment.objective, feature=FeatureTerm(weight=250.0), l2=1e-5),
        schedule=replace(_ONE_CRITIC_STEP, images=565_000, batch_size=8),
    ),
)

C_WGAN_GP_0 = Preset(
    name="c_wgan_gp_0",
    summary="wgan_gp_0: WGAN-GP of weight 100, critic 5, pixel norm in the critics",
    provenance=(
        "README of 85271b7 alone, not in the log of 2018-01-30: 'WGAN-GP, critic=5, PN in place of BN in D "
        f"(no BN allowed in D)'; specification B.2. {_SESSION01}"
        "The penalty's weight of 100 is that of the code, 85271b7, WGAN_GP.py. That file cannot be imported, "
        f"so the setting may never have run. {_CODE_85271B7}"
    ),
    experiment=replace(
        _DEFAULT,
        critics=SizeCritics(norm="pixel"),
        objective=replace(_DEFAULT.objective, adversarial=WganGp(penalty=100.0, scope="per_critic")),
    ),
)

SEED_LOG = (SEED_DEFAULT, C_1_8, C_1_1, C_1_2, C_1_3, C_1_4, C_1_5, C_1_5_CODE, C_WGAN_GP_0)
"""The default, then the log's entries in its order."""

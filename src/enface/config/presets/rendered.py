"""Runs on rendered faces that a CPU can finish."""

from dataclasses import replace

from enface.config.schema import (
    Adam,
    Data,
    Experiment,
    FeatureTerm,
    Guide,
    Objective,
    Performance,
    PixelTerm,
    Preset,
    Schedule,
    SizeCritics,
    SymmetryTerm,
    ThreeScaleGenerator,
    WganGp,
)

SMALL_RENDERED = Preset(
    name="small_rendered",
    summary="Three sizes at 28, 56 and 112 px and lower width, paired rendered faces; `make demo`",
    provenance=(
        "seed_default with half the sizes, a small rendered guide and the pixel term on: "
        "rendered faces come with their frontal truth (specification A.6 'pixel L1'); "
        "weights found by trial on the rendered set"
    ),
    cost="4.3 minutes of training on two CPU cores (docs/results.md)",
    experiment=Experiment(
        guide=Guide(recognizer="rendered_a", layer="pool"),
        generator=ThreeScaleGenerator(sizes=(28, 56, 112), width=0.5),
        critics=SizeCritics(width=0.5),
        objective=Objective(
            adversarial_weight=0.5,
            # More weight on the guide's feature draws patterns that please the guide and nobody else.
            feature=FeatureTerm(weight=1.0),
            pixel=PixelTerm(weight=50.0, sizes="all"),
            symmetry=SymmetryTerm(weight=5.0),
            l2=1e-5,
        ),
        generator_optimizer=Adam(learning_rate=5e-4),
        critic_optimizer=Adam(learning_rate=2e-4),
        schedule=Schedule(
            images=28_800,
            batch_size=16,
            critic_steps=1,
            boost_steps=0,
            boost_critic_steps=1,
            warmup_steps=300,
            fresh_batch="step",
            ema_images=2_000.0,
            sample_every=200,
            checkpoint_every=200,
        ),
        data=Data(pairing="paired", aligned_size=125, crop_size=112, mirror_ground_truth=True, workers=0),
        performance=Performance(precision="bfloat16"),
    ),
)

FNM_V1 = Preset(
    name="fnm_v1",
    summary="The shipped model `fnm`: wgan_gp_0's game at 28, 56 and 112 px with a pixel term",
    provenance=(
        "c_wgan_gp_0, the setting of the log whose faces were recognised most (docs/ablation.md), at half "
        "the sizes and the width, with reid0095 as the guide. Rendered faces come with their frontal truth: "
        "a pixel term (specification A.6) leads, first alone, and the others' weights are set beside it by "
        "the size of their gradients; found by trial"
    ),
    cost="docs/fnm.md",
    experiment=replace(
        SMALL_RENDERED.experiment,
        guide=Guide(recognizer="reid0095"),
        critics=SizeCritics(width=0.25, norm="pixel"),
        objective=Objective(
            # Slopes of 1 per grey level would leave the pixel term no say.
            adversarial=WganGp(penalty=10.0, scope="per_critic", space="unit"),
            adversarial_weight=0.5,
            # From the start and in this strength it draws patterns; faces must be there before.
            feature=FeatureTerm(weight=1.0, after_warmup=10.0),
            pixel=PixelTerm(weight=100.0, sizes="all"),
            symmetry=SymmetryTerm(weight=5.0),
            l2=1e-5,
        ),
        schedule=replace(
            SMALL_RENDERED.experiment.schedule,
            images=40_000,
            critic_steps=2,
            warmup_steps=600,
            sample_every=150,
            checkpoint_every=150,
        ),
        performance=Performance(precision="bfloat16", threads=1),
    ),
)

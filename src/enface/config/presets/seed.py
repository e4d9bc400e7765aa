"""The experiment log's settings of January 2018, generation C (specification A, A.9, B.2)."""

from enface.config.schema import Experiment, Objective, Preset, Schedule

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

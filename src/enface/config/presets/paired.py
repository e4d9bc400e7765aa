"""The settings of December 2017 and January 2018 with paired pictures, generations A and B (B.4, B.5).

Where the README of a day and its code differ the README holds, and `provenance` says what the code does.
Settings that list no difference in a field have that of their generation's common row. Epochs are of
Multi-PIE's Setting1, 14,000 pictures, five of them and that of the warm-up before, unless stated.
"""

from dataclasses import replace

from enface.config.schema import (
    Adam,
    Bce,
    Data,
    Experiment,
    FeatureTerm,
    Guide,
    Lsgan,
    Objective,
    PixelTerm,
    PlainGenerator,
    Preset,
    ResidualGenerator,
    Schedule,
    SizeCritics,
    StackCritics,
    SymmetryTerm,
    ThreeScaleGenerator,
)

_VGG = Guide(recognizer="vgg_face", layer="relu7")
_RESNET = Guide(recognizer="vggface2_resnet50")
_SETTING1 = (
    "Profiles: Multi-PIE Setting1, 14,000 images x 5 epochs, ground truth and frontals its gallery. An epoch "
    "has floor(14,000 / batch) steps however many updates a step makes (A.1); that of the warm-up, with one "
    "update a step, comes before the five (main.py). "
)
_SMOOTHED = Bce(label_smoothing=0.1)

_DATA_A = Data(pairing="same_identity", crop="center", mirror=False)
_UNMIRRORED = "No source says whether inputs were mirrored before 553d4a3; data.mirror is false. "


def _five_epochs(schedule: Schedule, *, pictures: int = 14_000) -> Schedule:
    """The schedule with the images of its warm-up and of five epochs of whole batches."""
    steps = schedule.warmup_steps + 5 * (pictures // schedule.batch_size)
    return replace(schedule, images=steps * schedule.batch_size * schedule.generator_steps)


_A_SCHEDULE = _five_epochs(
    Schedule(
        batch_size=16,
        critic_steps=1,
        generator_steps=2,
        boost_steps=0,
        boost_critic_steps=1,
        warmup_steps=438,
        rate_decay=0.98,
    )
)
_A_ADAM = Adam(learning_rate=1e-3, beta1=0.9, beta2=0.999)
_POOL5_CRITIC = StackCritics(layer="pool5_map", steps=("k3 s1 128", "k3 s1 64"))
_ON_POOL5 = (
    "The critic looks at VGG's pool5 of the face; the strides of its convolutions are not recorded, 1 is "
    "chosen (critics.steps). "
)
_COMMON_A = (
    "Generation A: VGG16, BCE with labels smoothed by 0.1, one epoch of warm-up with the texture loss, then "
    "1 critic and 2 generator updates a step, leaky ReLU, batch norm but in the first layer, rates decaying "
    "by 0.98 every 100 steps. Ten epochs are configured in 6c0039e and 553d4a3; five, as in generation B, "
    f"are chosen (schedule.images). {_UNMIRRORED}{_SETTING1}"
)

A_1_1 = Preset(
    name="a_1_1",
    summary="Setting 1_1 of generation A: decodes VGG's pool5, critic on pool5, L1 on 0..255",
    provenance=(
        "Code 6c0039e; specification B.5. Texture loss: L1 on [0, 255] + 0.001 cosine; once the critic "
        "plays, 0.1 texture + 0.001 adversarial. Adam with its default betas, 1e-3. Batch 16 in the code, 32 "
        f"in the README (schedule.batch_size). {_ON_POOL5}{_COMMON_A}"
    ),
    experiment=Experiment(
        guide=Guide(recognizer="vgg_face", layer="pool5"),
        generator=PlainGenerator(
            opening="reshape",
            side=7,
            channels=512,
            steps=("k5 s2 256", "k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s1 32"),
            norm_first=False,
            activation="leaky",
        ),
        critics=_POOL5_CRITIC,
        objective=Objective(
            adversarial=_SMOOTHED,
            adversarial_weight=0.001,
            feature=FeatureTerm(weight=0.001, target="ground_truth", after_warmup=0.1),
            pixel=PixelTerm(weight=1.0, range=255, after_warmup=0.1),
            l2=1e-5,
        ),
        generator_optimizer=_A_ADAM,
        critic_optimizer=_A_ADAM,
        schedule=_A_SCHEDULE,
        data=_DATA_A,
    ),
)

NET2_STEPS = ("k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s1 32")
_A_LOW = Adam(learning_rate=1e-4, beta1=0.5, beta2=0.999)

A_1_2 = Preset(
    name="a_1_2",
    summary="Setting 1_2 of generation A: relu7 reshaped to 4x4x256 instead of a dense layer",
    provenance=(
        "Code 3cfeed1 and 8b5cf87; specification B.5, B.6. The later commit is chosen: L1 on [0, 1] of "
        "weight 100, feature 1, adversarial 1, Adam(0.5), 1e-4; the earlier has objective.pixel.range 255. "
        "The third layer has 128 channels here and 256 in net2_seed (B.6). That the critic is still that of "
        f"1_1 is inferred. {_ON_POOL5}{_COMMON_A}"
    ),
    experiment=replace(
        A_1_1.experiment,
        guide=_VGG,
        generator=PlainGenerator(
            opening="reshape",
            side=4,
            channels=256,
            steps=("k3 s1 valid 256", "k3 s2 256", "k3 s1 valid 128", *NET2_STEPS),
            norm_first=False,
            activation="leaky",
        ),
        objective=Objective(
            adversarial=_SMOOTHED,
            feature=FeatureTerm(weight=1.0, target="ground_truth"),
            pixel=PixelTerm(weight=100.0),
            l2=1e-5,
        ),
        generator_optimizer=_A_LOW,
        critic_optimizer=_A_LOW,
    ),
)

_A_1_3_GENERATOR = PlainGenerator(
    steps=("k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s2 32"),
    norm_first=False,
    activation="leaky",
)

A_1_3 = Preset(
    name="a_1_3",
    summary="Setting 1_3 of generation A: a dense layer to 7x7x256, deeper critic on pool5",
    provenance=(
        "Code f6fba78, which does not run, and 553d4a3; specification B.5. Critic and random crop are those "
        "of 553d4a3, whose exchange of real and generated faces (G.1-12) is not repeated; weights and "
        f"optimiser are inferred to be those of 1_2. {_ON_POOL5}{_COMMON_A}"
    ),
    experiment=replace(
        A_1_2.experiment,
        generator=_A_1_3_GENERATOR,
        critics=StackCritics(layer="pool5_map", steps=("k3 s1 128", "k3 s1 128", "k3 s1 256")),
        schedule=_five_epochs(replace(_A_SCHEDULE, batch_size=10, warmup_steps=700)),
        data=replace(_DATA_A, crop="random"),
    ),
)

A_1_4 = Preset(
    name="a_1_4",
    summary="Setting 1_4 of generation A: the critic sees the input and the frontal face as pictures",
    provenance=(
        "Code 8903070; specification B.5. Its scaling of the critic's input (x/2 - 127.5, G.1-12) is not "
        "repeated. Rate 2e-4; weights are inferred to be those of 1_2, the generator that of 1_3. "
        f"{_COMMON_A}"
    ),
    experiment=replace(
        A_1_3.experiment,
        critics=StackCritics(condition=True, steps=("k5 s2 64", "k5 s2 128", "k5 s2 256", "k5 s2 256")),
        generator_optimizer=replace(_A_LOW, learning_rate=2e-4),
        critic_optimizer=replace(_A_LOW, learning_rate=2e-4),
        data=_DATA_A,
    ),
)

_COMMON_B = (
    "Generation B: paired ground truth, camera 051 and illumination 07; BCE; Adam(0.5, 0.999), 2e-4 "
    "constant; L1:feature:GAN 1:0.1:0.01 on [0, 1]; L2 1e-4; one epoch of warm-up with the texture losses, "
    "then 1 critic and 2 generator updates a step; feature compared with the ground truth's. "
)
_B_STEPS = ("k5 s2 128", "k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32", "k5 s1 32")
_B_ADAM = Adam(learning_rate=2e-4, beta1=0.5, beta2=0.999)

B_1_1 = Preset(
    name="b_1_1",
    summary="Setting 1_1 of generation B, marked as working: dense layer, k5 kernels, critic sees both",
    provenance=(
        "README of 410a598: '(work) as default'; specification B.4. The code applies the L2 coefficient "
        "twice, an effective 1e-8 (G.1-11), which would be objective.l2 1e-8. "
        f"{_COMMON_B}{_SETTING1}"
    ),
    experiment=Experiment(
        guide=_VGG,
        generator=PlainGenerator(steps=_B_STEPS),
        critics=StackCritics(condition=True),
        objective=Objective(
            adversarial=Bce(),
            adversarial_weight=0.01,
            feature=FeatureTerm(weight=0.1, target="ground_truth"),
            pixel=PixelTerm(weight=1.0),
            l2=1e-4,
        ),
        generator_optimizer=_B_ADAM,
        critic_optimizer=_B_ADAM,
        schedule=_five_epochs(
            Schedule(
                batch_size=5,
                critic_steps=1,
                generator_steps=2,
                boost_steps=0,
                boost_critic_steps=1,
                warmup_steps=1400,
            )
        ),
        data=Data(pairing="same_identity", crop="center"),
    ),
)

B_1_2 = Preset(
    name="b_1_2",
    summary="Setting 1_2 of generation B, marked as working: four dense bridges from the feature to the maps",
    provenance=(
        "README: '(work) bridges added: four outputs of relu7 joined to convolution layers'; code cf42e59; "
        "specification B.4. Bridges of 4, 4, 4 and 2 channels after the first four layers, last stride-1 "
        f"layer removed, smaller critic, batch 3, random crop. {_COMMON_B}{_SETTING1}"
    ),
    experiment=replace(
        B_1_1.experiment,
        generator=PlainGenerator(
            steps=("k5 s2 128", "k5 s2 128", "k5 s2 64", "k5 s2 64", "k5 s2 32"), bridges=(4, 4, 4, 2)
        ),
        critics=StackCritics(
            condition=True, steps=("k5 s2 32", "k5 s2 64", "k5 s2 128", "k5 s2 128", "k5 s2 128")
        ),
        schedule=_five_epochs(replace(B_1_1.experiment.schedule, batch_size=3, warmup_steps=2333)),
        data=Data(pairing="same_identity", crop="random"),
    ),
)

B_1_3 = Preset(
    name="b_1_3",
    summary="Setting 1_3 of generation B: half of the values dropped after the decoder's first two layers",
    provenance=(
        "README: 'dropout 0.5 on the first two layers of G_dec'; commented out in cf42e59, so never active; "
        "specification B.4, E-10. Taken as a change of the default, as 1_1 is; with the bridges of 1_2 it "
        f"would be generator.bridges 4,4,4,2. {_COMMON_B}{_SETTING1}"
    ),
    experiment=replace(B_1_1.experiment, generator=PlainGenerator(steps=_B_STEPS, dropout=0.5)),
)

B_1_4 = Preset(
    name="b_1_4",
    summary="Setting 1_4 of generation B: the critic starts from VGG's pool2 of both pictures",
    provenance=(
        "README: 'D starts from vgg pool2, loss 1:0.01:0.01'; traces in cf42e59; specification B.4. What "
        "comes after the 256 joined channels of 56x56 is not recorded: the last three convolutions of the "
        f"default critic are chosen (critics.steps). {_COMMON_B}{_SETTING1}"
    ),
    experiment=replace(
        B_1_1.experiment,
        critics=StackCritics(layer="pool2", condition=True, steps=("k5 s2 128", "k5 s2 256", "k5 s2 256")),
        objective=replace(
            B_1_1.experiment.objective, feature=FeatureTerm(weight=0.01, target="ground_truth")
        ),
    ),
)

_B_RESNET_OBJECTIVE = replace(
    B_1_1.experiment.objective, feature=FeatureTerm(weight=0.03, target="ground_truth")
)

B_1_5 = Preset(
    name="b_1_5",
    summary="Setting 1_5 of generation B: ResNet-50, patch critic that sees the face alone",
    provenance=(
        "README: 'ResNet-50, loss 1:0.03:0.01 (later 1:0.1:0.01), patchGAN, last layer k3 s1; D sees only "
        "the synthesised face or the ground truth'; code 1024ab1 and ce505a5, Net.py; specification B.4. The "
        "later weight would be objective.feature.weight 0.1, the feature's square of ce505a5 "
        "objective.feature.metric mse, bridges as in 1_2 generator.bridges 4,4,4,2. "
        f"{_COMMON_B}{_SETTING1}"
    ),
    experiment=replace(
        B_1_1.experiment,
        guide=_RESNET,
        generator=PlainGenerator(steps=_B_STEPS, head_kernel=3),
        critics=StackCritics(head="patch", head_kernel=5),
        objective=_B_RESNET_OBJECTIVE,
    ),
)

B_1_6 = Preset(
    name="b_1_6",
    summary="Setting 1_6 of generation B: the later Net2, residual blocks at 7x7, both sides updated at once",
    provenance=(
        "README: 'ResNet-50, 1:0.03:0.01, patchGAN, new G_dec'; code 1024ab1 and ce505a5, Net2.py; "
        "specification B.4. Three residual blocks, later two (generator.blocks 2). Each step updates both "
        "sides at once, then the generator twice more. ce505a5 has a rate of 0.002 "
        "(generator_optimizer.learning_rate); the kernel of the residual blocks is not recorded, 4 as in "
        f"generation C is chosen. {_COMMON_B}{_SETTING1}"
    ),
    experiment=replace(
        B_1_5.experiment,
        generator=ResidualGenerator(
            layer=None,
            blocks=3,
            block_kernel=4,
            residual_steps=False,
            head_kernel=5,
            bias=True,
        ),
        critics=StackCritics(
            steps=("k4 s2 32", "k4 s2 64", "k4 s2 128", "k4 s2 256"), head="patch", head_kernel=4
        ),
        schedule=_five_epochs(
            replace(B_1_1.experiment.schedule, generator_steps=3, simultaneous=True, warmup_steps=934)
        ),
    ),
)

B_1_7 = Preset(
    name="b_1_7",
    summary="Setting 1_7 of generation B: three sizes, no L1, random real frontals, cosine to the input",
    provenance=(
        "README: '1:0.001:0.01, L1 removed, cosine(input profile, generated), GAN(generated, RANDOM real "
        "frontal)'; code a4c93eb; specification B.4. The code has a feature square of weight 0.1 "
        "(objective.feature.metric mse) and an adversarial weight of 1, and only the critic of 224 px in its "
        "losses, which is taken over. Its joins have no ReLU. Centre crop. There is no texture to warm up "
        f"with. {_COMMON_B}{_SETTING1}"
    ),
    experiment=replace(
        B_1_1.experiment,
        guide=_RESNET,
        generator=ThreeScaleGenerator(norm="batch", join_activation=False, bias=True),
        critics=SizeCritics(only_largest=True, norm="batch", bias=True),
        objective=Objective(
            adversarial=Bce(), adversarial_weight=0.01, feature=FeatureTerm(weight=0.001), l2=1e-4
        ),
        schedule=_five_epochs(replace(B_1_1.experiment.schedule, warmup_steps=0)),
        data=Data(pairing="unpaired", crop="center"),
    ),
)

_B_1_8_ADAM = Adam(learning_rate=2e-4, beta1=0.0, beta2=0.99)

B_1_8 = Preset(
    name="b_1_8",
    summary="Setting 1_8 of generation B: patch-LSGAN on three sizes, unpaired, symmetric loss 0.01",
    provenance=(
        "README: 'ResNet-50, patch-LSGAN'; code 19896a2; specification B.4: 0:1:1, symmetric 0.01, pixel "
        "norm in the generator but not in its first layer, batch norm in the critics, whose maps keep 256, "
        "256 and 128 channels, each value a score; Adam(0, 0.99); 1 critic and 2 generator updates. Not to "
        "be mistaken for the log's setting1_8 of 2018-01-30, which is c_1_8. Profiles: Multi-PIE Session01, "
        "120,000 images x 5 epochs, an epoch of 24,000 steps however many updates a step makes (A.1); "
        "frontals: near-frontal faces of CASIA-WebFace."
    ),
    experiment=Experiment(
        guide=_RESNET,
        generator=ThreeScaleGenerator(join_activation=False, bias=True),
        critics=SizeCritics(head="channels", norm="batch", bias=True),
        objective=Objective(
            adversarial=Lsgan(),
            feature=FeatureTerm(weight=1.0),
            symmetry=SymmetryTerm(weight=0.01),
            l2=1e-4,
        ),
        generator_optimizer=_B_1_8_ADAM,
        critic_optimizer=_B_1_8_ADAM,
        schedule=_five_epochs(
            Schedule(batch_size=5, critic_steps=1, generator_steps=2, boost_steps=0, boost_critic_steps=1),
            pictures=120_000,
        ),
        data=Data(),
    ),
)

B_LFW_1 = Preset(
    name="b_lfw_1",
    summary="lfw_1 of generation B: setting 1_8 with centre crops, looked at on LFW",
    provenance=(
        "README: 'lfw_1: ResNet-50, centre crop'; no code; specification B.4, a run to look at on LFW rather "
        "than a way to train. Everything but the crop is taken from 1_8. Profiles: LFW, deep-funnelled; "
        "frontals: near-frontal faces of CASIA-WebFace."
    ),
    experiment=replace(B_1_8.experiment, data=Data(crop="center")),
)

GENERATION_A = (A_1_1, A_1_2, A_1_3, A_1_4)
GENERATION_B = (B_1_1, B_1_2, B_1_3, B_1_4, B_1_5, B_1_6, B_1_7, B_1_8, B_LFW_1)

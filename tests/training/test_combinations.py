"""Fields that cannot work together are refused before anything is loaded, and both are named."""

from pathlib import Path

import pytest

from enface.cli.main import main
from enface.config import presets
from enface.config.overrides import apply
from enface.errors import ConfigError, ResourceError
from enface.recognizers.registry import CARDS, load_recognizer
from enface.training.checks import check_experiment


@pytest.mark.parametrize(
    ("preset", "changes", "named"),
    [
        ("c_1_4", ("generator.size=56",), ("critics.kind regions", "generator.size 56")),
        (
            "a_1_1",
            ("critics.norm=instance", 'critics.steps=["k4 s2 8", "k4 s2 8", "k4 s2 8"]'),
            ("critics.norm instance", "1x1", "generator's size"),
        ),
        ("c_1_2", ("critics.norm=batch",), ("critics.norm batch", "objective.adversarial.kind wgan_gp")),
        ("c_1_1", ("data.pairing=unpaired",), ("pixel term", "data.pairing is unpaired")),
        (
            "seed_default",
            ("objective.feature.target=ground_truth",),
            ("objective.feature.target ground_truth", "data.pairing is unpaired"),
        ),
        (
            "c_1_1",
            ("objective.pixel.target=front",),
            ("objective.pixel.target front", "objective.branches.front is 0"),
        ),
        (
            "f_release",
            ("objective.pixel.similarity_weighted=true",),
            ("objective.pixel.similarity_weighted", "objective.pixel.target ground_truth"),
        ),
        ("seed_default", ("encoding.mirror_sum=true",), ("encoding.mirror_sum", "data.mirror")),
        (
            "seed_default",
            ("data.ground_truth=mean_lights",),
            ("data.ground_truth mean_lights", "data.pairing is unpaired"),
        ),
        ("a_1_4", ("data.pairing=paired",), ("critics.condition", "data.pairing paired")),
        (
            "a_1_4",
            ("objective.branches.front=0.5",),
            ("critics.condition", "objective.branches.front"),
        ),
        (
            "seed_default",
            ("objective.feature.after_warmup=0.1",),
            ("objective.feature.after_warmup 0.1", "schedule.warmup_steps is 0"),
        ),
        (
            "c_1_1",
            ("objective.pixel.after_warmup=0.1",),
            ("objective.pixel.after_warmup 0.1", "schedule.warmup_steps is 0"),
        ),
        ("run_1129_3", ("schedule.batch_size=1",), ("generator.opening_norm", "schedule.batch_size")),
        ("f_release", ("guide.recognizer=reid0095",), ("generator.layer", "guide.recognizer")),
        ("d_1_6", ('generator.layers=["conv9"]',), ("generator.layers", "guide.recognizer")),
        ("d_1_6", ('generator.layers=["conv4_6"]',), ("generator.layers", "14x14", "fit: conv5_3")),
        ("d_1_8", ("generator.layer=conv4_6",), ("generator.layer names", "14x14", "7x7", "fit: conv5_3")),
        (
            "d_1_8",
            ("guide.recognizer=vgg_face", "generator.layer=pool2"),
            ("'pool2', a map of 56x56", "7x7", "fit: pool5_map"),
        ),
        ("b_1_1", ('critics.steps=["k5 s2 32", "k3 s1 valid 64"]',), ("critics.steps", "k3 s1 valid 64")),
        ("seed_default", ("guide.layer=fc7",), ("guide.layer 'fc7'", "guide.recognizer vggface2_resnet50")),
        ("seed_default", ("generator.sizes=56,100,224",), ("generator sizes", "double")),
    ],
)
def test_both_fields_are_named(preset: str, changes: tuple[str, ...], named: tuple[str, ...]) -> None:
    experiment = presets.get(preset).experiment
    check_experiment(experiment)
    with pytest.raises(ConfigError) as caught:
        check_experiment(apply(experiment, [f"--{change}" for change in changes]))
    for words in named:
        assert words in str(caught.value)


def test_a_batch_must_be_split_evenly() -> None:
    experiment = presets.get("seed_default").experiment
    with pytest.raises(ConfigError, match=r"schedule\.batch_size 5 .* 2 processes"):
        check_experiment(experiment, processes=2)


def test_the_command_says_so_before_it_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = f"{tmp_path}/run"
    assert main(["train", "--preset", "c_1_4", "--output", output, "--generator.size", "56"]) == 2
    error = capsys.readouterr().err
    assert "critics.kind" in error and "generator.size" in error


@pytest.mark.parametrize(
    "name", [name for name, card in CARDS.items() if not card.shipped and not card.resource]
)
def test_absent_weights_say_which_file_from_where_and_which_flag(name: str) -> None:
    with pytest.raises(ResourceError) as caught:
        load_recognizer(name)
    message = str(caught.value)
    for words in (name, CARDS[name].source, "--guide.weights FILE", "--guide.recognizer"):
        assert words in message

"""Checkpoints: atomic, few, checked, readable without code."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from enface.config.presets import get
from enface.config.schema import Experiment, Wgan
from enface.errors import CheckpointError
from enface.models.guide import GuideRecord
from enface.training.state import checkpoints, describe_last, load_networks, load_newest, save_checkpoint

GUIDE, FACES = "ab" * 32, "12" * 32
EXPERIMENT = get("smoke").experiment


def save(folder: Path, step: int, *, keep: int = 3, experiment: Experiment = EXPERIMENT) -> Path:
    state = {"weights": torch.arange(1000.0) + step}
    return save_checkpoint(
        folder,
        step=step,
        experiment=experiment,
        guide_sha256=GUIDE,
        data_sha256=FACES,
        state=state,
        keep=keep,
    )


def load(
    folder: Path, experiment: Experiment = EXPERIMENT, *, guide: str = GUIDE, faces: str = FACES
) -> tuple[int, dict[str, Any]] | None:
    return load_newest(folder, experiment=experiment, guide_sha256=guide, data_sha256=faces)


def test_a_state_comes_back_and_the_newest_wins(tmp_path: Path) -> None:
    assert load(tmp_path) is None
    save(tmp_path, 5)
    save(tmp_path, 10)
    found = load(tmp_path)
    assert found is not None
    assert found[0] == 10
    assert torch.equal(found[1]["weights"], torch.arange(1000.0) + 10)


def test_only_the_last_k_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 3, 4):
        save(tmp_path, step, keep=2)
    assert [p.name for p in checkpoints(tmp_path)] == ["step-00000003.pt", "step-00000004.pt"]
    assert str(tmp_path / "step-00000004.pt") in describe_last(tmp_path)


def test_a_truncated_checkpoint_falls_back_to_the_one_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path, 1)
    newest = save(tmp_path, 2)
    newest.write_bytes(newest.read_bytes()[:700])
    with caplog.at_level(logging.WARNING):
        found = load(tmp_path)
    assert found is not None
    assert found[0] == 1
    assert "step-00000002.pt" in caplog.text


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04 broken"])
def test_nothing_readable_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    save(tmp_path, 1).write_bytes(content)
    with pytest.raises(CheckpointError, match=r"step-00000001\.pt.*--fresh"):
        load(tmp_path)


def test_another_experiment_is_refused_field_by_field(tmp_path: Path) -> None:
    save(tmp_path, 1)
    objective = replace(EXPERIMENT.objective, l2=0.5, adversarial=Wgan(clip=0.02))
    with pytest.raises(CheckpointError) as caught:
        load(tmp_path, replace(EXPERIMENT, objective=objective))
    for words in ("objective.l2 is 0.5 now and was 1e-05", "objective.adversarial.clip", "--fresh"):
        assert words in str(caught.value)


def test_length_and_speed_may_change(tmp_path: Path) -> None:
    save(tmp_path, 1)
    longer = replace(
        EXPERIMENT,
        schedule=replace(EXPERIMENT.schedule, images=10_000, log_every=7, keep_checkpoints=9),
        data=replace(EXPERIMENT.data, workers=3),
    )
    assert load(tmp_path, longer) is not None


def test_other_recognizer_weights_are_refused(tmp_path: Path) -> None:
    save(tmp_path, 1)
    with pytest.raises(CheckpointError, match=r"other weights of rendered_a: SHA-256 abab"):
        load(tmp_path, guide="cd" * 32)


def test_other_faces_are_refused_where_the_checkpoint_knows_its_own(tmp_path: Path) -> None:
    path = save(tmp_path, 1)
    with pytest.raises(
        CheckpointError, match=r"other faces than .* lists now: SHA-256 .* 1212.* 3434.*--fresh"
    ):
        load(tmp_path, faces="34" * 32)
    content = torch.load(path, weights_only=True)
    del content["data_sha256"]  # as it was written before checkpoints said so
    torch.save(content, path)
    assert load(tmp_path, faces="34" * 32) is not None


def test_networks_to_start_from_decode_the_same_feature(tmp_path: Path) -> None:
    pool = GuideRecord("rendered_a", "pool", GUIDE)
    with pytest.raises(CheckpointError, match="holds no checkpoint to start from"):
        load_networks(tmp_path, guide=pool)
    path = save(tmp_path, 1)  # smoke decodes pool
    assert load_networks(tmp_path, guide=pool)[0] == path
    with pytest.raises(
        CheckpointError, match=r"decodes layer pool of rendered_a, and guide.layer is embedding"
    ):
        load_networks(tmp_path, guide=replace(pool, layer="embedding"))
    with pytest.raises(CheckpointError, match=r"weights of SHA-256 abab.*cdcd.*give the same guide"):
        load_networks(tmp_path, guide=replace(pool, weights_sha256="cd" * 32))
    save(tmp_path, 2, experiment=replace(EXPERIMENT, guide=replace(EXPERIMENT.guide, layer=None)))
    load_networks(tmp_path, guide=replace(pool, layer="embedding"))  # that of the card


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    save(tmp_path, 1)
    with pytest.raises(Exception, match="pickle"):
        save_checkpoint(
            tmp_path,
            step=2,
            experiment=EXPERIMENT,
            guide_sha256="",
            data_sha256="",
            state={"generator": (value for value in ())},
            keep=3,
        )
    assert [p.name for p in tmp_path.iterdir()] == ["step-00000001.pt"]

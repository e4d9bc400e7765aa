"""A world of seven people whose pictures are coloured noise, a recognizer that pools pixels, and models that
know the answer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from enface.config.schema import Data, Experiment, Guide
from enface.data.faceset import aligned_crops
from enface.data.manifest import write_manifest
from enface.data.records import FaceRecord, Manifest
from enface.evaluation.protocols import Protocol, make_protocol
from enface.images import resize, to_unit, write_image
from enface.models.folder import LoadedModel
from enface.models.guide import GuideRecord
from enface.recognizers.card import RecognizerCard
from enface.recognizers.frozen import FrozenRecognizer

YAWS = (-90, -45, 0, 45, 90)
TEST_PEOPLE = ("p1", "p2", "p3", "p4")
TRAIN_PEOPLE = ("t1", "t2", "t3")
SIZE = 28


def noise(key: int) -> np.ndarray:
    """A smooth random picture."""
    generator = np.random.Generator(np.random.Philox(key=key))
    return resize(generator.integers(0, 256, (4, 4, 3), dtype=np.uint8), height=32, width=32)


class Pooled(nn.Module):
    """The picture itself, centred, is the feature."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def forward(self, images: Tensor, layers: Any) -> dict[str, Tensor]:
        self.seen += len(images)
        flat = images.flatten(1)
        return {"embedding": flat - flat.mean(dim=1, keepdim=True)}


CARD = RecognizerCard(
    name="pooled",
    architecture="pooled",
    input_size=(7, 7),
    colour="RGB",
    mean=(127.5, 127.5, 127.5),
    scale=(1.0, 1.0, 1.0),
    points=None,
    embedding_layer="embedding",
    layers={"embedding": 147},
    maps={},
    licence="none",
    source="none",
    training_data="none",
    resource=None,
    shipped=None,
    sha256="",
    golden=(),
    golden_source="none",
    may_guide=False,
)


@pytest.fixture
def recognizer() -> Callable[..., FrozenRecognizer]:
    def make(name: str = "pooled", sha256: str = "b" * 64, card_sha256: str = "") -> FrozenRecognizer:
        card = replace(CARD, name=name, sha256=card_sha256)
        return FrozenRecognizer(card, Pooled(), weights_sha256=sha256)

    return make


@pytest.fixture(scope="session")
def people_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures and manifest.csv: each person's probes hold a trace of the person, the less the more yaw."""
    root = tmp_path_factory.mktemp("people")
    records = []
    for number, person in enumerate((*TEST_PEOPLE, *TRAIN_PEOPLE)):
        split = "test" if person in TEST_PEOPLE else "train"
        face = noise(number)
        write_image(root / f"{person}_front.png", face)
        records.append(
            FaceRecord(path=f"{person}_front.png", subject=person, yaw=0.0, split=split, role="gallery")
        )
        for yaw in YAWS:
            share = 1 - abs(yaw) / 90
            mixed = share * face + (1 - share) * noise(1000 + 100 * number + yaw)
            write_image(root / f"{person}_{yaw}.png", mixed.astype(np.uint8))
            records.append(
                FaceRecord(path=f"{person}_{yaw}.png", subject=person, yaw=float(yaw), split=split)
            )
    write_manifest(Manifest(root, tuple(records)), root / "manifest.csv")
    return root


@pytest.fixture
def protocol(people_folder: Path) -> Protocol:
    from enface.data.manifest import read_manifest

    return make_protocol("rendered", read_manifest(people_folder / "manifest.csv"), data="noise people")


@pytest.fixture
def oracle(protocol: Protocol, recognizer: Callable[..., FrozenRecognizer]) -> LoadedModel:
    """A model that returns the truth of the probe whose feature it gets."""
    guide = recognizer("guide", "a" * 64)
    probes = _crops(protocol, [probe.record for probe in protocol.probes])
    truths = _crops(protocol, [probe.truth for probe in protocol.probes])
    known = guide(probes)
    guide.network.seen = 0

    def decode(features: Tensor) -> dict[int, Tensor]:
        nearest = torch.cdist(features, known).argmin(dim=1)
        return {14: truths[nearest][..., ::2, ::2], SIZE: truths[nearest]}

    return model_of(guide, decode)


@pytest.fixture
def ignorant(protocol: Protocol, recognizer: Callable[..., FrozenRecognizer]) -> LoadedModel:
    """A model that always returns the mean train frontal."""
    mean = _crops(protocol, list(protocol.train_frontals)).mean(dim=0)
    return model_of(recognizer("guide", "a" * 64), lambda f: {SIZE: mean.expand(len(f), -1, -1, -1)})


def model_of(guide: FrozenRecognizer, decode: Callable[[Tensor], dict[int, Tensor]]) -> LoadedModel:
    normalizer: Any = SimpleNamespace(recognizer=guide, decode=decode, decodes_the_feature_alone=True)
    experiment = Experiment(guide=Guide(recognizer="guide"), data=Data(crop_size=SIZE, aligned_size=32))
    return LoadedModel(normalizer, experiment, GuideRecord("guide", "embedding", "a" * 64))


def _crops(protocol: Protocol, records: list[FaceRecord]) -> Tensor:
    faces = aligned_crops(protocol.manifest, records, SIZE)
    return to_unit(torch.from_numpy(faces.transpose(0, 3, 1, 2).copy()))

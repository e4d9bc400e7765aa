"""`mobilefacenet`: an independent judge, weak on profiles."""

from pathlib import Path

from torch import nn

from enface.recognizers.architectures.mobilefacenet import MobileFaceNet
from enface.recognizers.card import RecognizerCard
from enface.recognizers.entry import Entry
from enface.recognizers.weights import fill, read_torch

_CARD = RecognizerCard(
    name="mobilefacenet",
    architecture="MobileFaceNet",
    input_size=(112, 112),
    colour="RGB",
    mean=(0.485 * 255, 0.456 * 255, 0.406 * 255),
    scale=(1 / (0.229 * 255), 1 / (0.224 * 255), 1 / (0.225 * 255)),
    points=(
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ),
    embedding_layer="embedding",
    layers={"pool": 512, "embedding": 128},
    maps={},
    licence="Apache-2.0",
    source="github.com/foamliu/MobileFaceNet",
    training_data="MS-Celeb-1M",
    resource="mobilefacenet",
    shipped=None,
    sha256="90a00ba1d8b0b688af3deb731ed53dca582e6106805d1bc3cfdef55f570493f4",
    golden=(
        *(0.354766, -1.186791, -0.354443, 0.375098, 0.462142, 1.715775, -0.25833, 0.329949),
        *(0.472536, 1.49145, 0.788796, 0.355878, -0.239667, -0.024238, -0.935207, -0.235967),
    ),
    golden_source="this implementation; its verification accuracy says that it is right",
    may_guide=False,
)


def _load(path: Path) -> tuple[nn.Module, str]:
    state, digest = read_torch(path)
    network = MobileFaceNet()
    fill(network, state, path=path)
    return network, digest


ENTRY = Entry(card=_CARD, build=MobileFaceNet, load=_load, weights_key="pt")

"""`reid0095`: face-reidentification-retail-0095 of Intel's Open Model Zoo."""

from pathlib import Path

from torch import nn

from enface.recognizers.card import RecognizerCard, synthetic_input
from enface.recognizers.entry import Entry
from enface.recognizers.openvino_ir.graph import IrGraph, randomize
from enface.recognizers.openvino_ir.reader import IrModel, read_ir
from enface.recognizers.weights import read_bytes
from enface.resources import locate

_OUTPUTS = {"pool": "657", "embedding": "658"}

_CARD = RecognizerCard(
    name="reid0095",
    architecture="OpenVINO IR: MobileNetV2 blocks with squeeze and excitation, PReLU",
    input_size=(128, 128),
    colour="BGR",
    mean=(0.0, 0.0, 0.0),
    scale=(1.0, 1.0, 1.0),
    points=(
        (0.31556875 * 128, 0.46157411 * 128),
        (0.68262292 * 128, 0.46157411 * 128),
        (0.50026250 * 128, 0.64050536 * 128),
        (0.34947188 * 128, 0.82469196 * 128),
        (0.65343646 * 128, 0.82469196 * 128),
    ),
    embedding_layer="embedding",
    layers={"pool": 512, "embedding": 256},
    maps={},
    licence="Apache-2.0",
    source="Intel Open Model Zoo 2023.0, face-reidentification-retail-0095, FP16",
    training_data="not stated by the publisher",
    resource="reid0095",
    shipped=None,
    sha256="241229ca3d206321868d46ce74a3c0b06c49cea58db7dc70b2e842ff287545d1",
    golden=(
        *(-0.14953, 0.250496, -0.27481, 0.256724, 0.214696, 0.456623, 0.242963, 0.240547),
        *(-0.966838, -0.668941, -0.299727, -0.252023, -0.677589, 0.540475, -0.555611, -0.505676),
    ),
    golden_source="OpenVINO 2026.4, CPU, float32",
    may_guide=True,
)


def _load(path: Path) -> tuple[nn.Module, str]:
    """Takes the `.bin` file (or the `.xml`); the other one lies beside it."""
    weights, digest = read_bytes(path.with_suffix(".bin"))
    return IrGraph(read_ir(path.with_suffix(".xml"), weights), outputs=_OUTPUTS), digest


def _build() -> nn.Module:
    """The topology is in the fetched file, so even untrained weights need it."""
    graph = IrGraph(_model(), outputs=_OUTPUTS)
    randomize(graph, images=synthetic_input(_CARD))
    return graph


def _model() -> IrModel:
    files = locate("reid0095")
    return read_ir(files["xml"], files["bin"].read_bytes())


ENTRY = Entry(card=_CARD, build=_build, load=_load, weights_key="bin")

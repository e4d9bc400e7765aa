"""VGG16 as VGG-Face: shapes, parameters, and both forms of its weights."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from enface.errors import ResourceError
from enface.recognizers.architectures.vgg16 import VGG16
from enface.recognizers.registry import CARDS, layer_shape, load_recognizer
from enface.recognizers.vgg_face import load_vgg_face

DIVISOR = 32
LAYERS = ("pool2", "pool5_map", "pool5", "fc7", "relu7")


def small() -> VGG16:
    torch.manual_seed(0)
    return VGG16(divisor=DIVISOR).eval()


def outputs(network: torch.nn.Module, images: torch.Tensor) -> dict[str, torch.Tensor]:
    with torch.no_grad():
        found: dict[str, torch.Tensor] = network(images, LAYERS)
    return found


def test_parameters_and_layers_of_the_real_size() -> None:
    with torch.device("meta"):
        network = VGG16()
        found = network(torch.empty(2, 3, 224, 224), LAYERS)
    assert sum(p.numel() for p in network.parameters()) == 14_714_688 + 102_764_544 + 16_781_312
    assert {name: tuple(layer.shape) for name, layer in found.items()} == {
        "pool2": (2, 128, 56, 56),
        "pool5_map": (2, 512, 7, 7),
        "pool5": (2, 25088),
        "fc7": (2, 4096),
        "relu7": (2, 4096),
    }


def test_the_card_says_what_the_network_gives() -> None:
    card = CARDS["vgg_face"]
    assert layer_shape("vgg_face", "pool2") == (128, 56, 56)
    assert layer_shape("vgg_face", "pool5_map") == (512, 7, 7)
    assert layer_shape("vgg_face", "relu7") == (4096, 1, 1)
    assert set(card.layers) | set(card.maps) == set(LAYERS)


def test_relu7_is_fc7_without_its_negative_part_and_pool5_is_its_map_pixel_by_pixel() -> None:
    found = outputs(small(), torch.randn(2, 3, 224, 224))
    torch.testing.assert_close(found["relu7"], found["fc7"].clamp(min=0))
    assert (found["fc7"] < 0).any()
    channels = found["pool5_map"].shape[1]
    torch.testing.assert_close(found["pool5"][:, channels : 2 * channels], found["pool5_map"][:, :, 0, 1])


def test_a_shallow_layer_needs_no_deep_one() -> None:
    network = small()
    del network.fc6, network.conv3_1
    assert tuple(network(torch.randn(1, 3, 224, 224), ("pool2",))["pool2"].shape[2:]) == (56, 56)


@pytest.mark.parametrize("form", ["safetensors", "pth", "pairs", "names"])
def test_every_form_of_the_weights_gives_the_same_network(tmp_path: Path, form: str) -> None:
    network = small()
    images = torch.randn(2, 3, 224, 224)
    state = {name: value.clone() for name, value in network.state_dict().items()}
    if form in {"safetensors", "pth"}:
        # That file's first convolution takes RGB.
        state["conv1_1.weight"] = state["conv1_1.weight"].flip(1).contiguous()
        state["fc8.weight"] = torch.zeros(3, 3)
        path = tmp_path / f"weights.{form}"
        if form == "pth":
            torch.save(state, path)
        else:
            save_file(state, path)
    else:
        path = tmp_path / "vgg_face.npy"
        np.save(path, np.array(caffe(state, named=form == "names"), dtype=object), allow_pickle=True)
    loaded, digest = load_vgg_face(path, divisor=DIVISOR)
    assert len(digest) == 64
    for name, value in outputs(network, images).items():
        torch.testing.assert_close(outputs(loaded.eval(), images)[name], value)


def caffe(state: dict[str, torch.Tensor], *, named: bool) -> dict[str, object]:
    """As TensorFlow conversions of Caffe's file lay the kernels."""
    layers: dict[str, object] = {}
    for name in (n.removesuffix(".weight") for n in state if n.endswith(".weight")):
        if name == "fc8":
            continue
        kernel, bias = state[f"{name}.weight"].numpy(), state[f"{name}.bias"].numpy()
        if name == "fc6":
            kernel = kernel.reshape(len(kernel), -1, 7, 7).transpose(2, 3, 1, 0).reshape(-1, len(kernel))
        else:
            kernel = kernel.T if kernel.ndim == 2 else kernel.transpose(2, 3, 1, 0)
        layers[name] = {"weights": kernel, "biases": bias} if named else [kernel, bias]
    return layers


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"end in .safetensors"):
        load_vgg_face(tmp_path / "VGG_FACE.t7", divisor=DIVISOR)
    save_file({"conv1_1.weight": torch.zeros(2, 3, 3, 3)}, tmp_path / "other.safetensors")
    with pytest.raises(ResourceError, match="is missing"):
        load_vgg_face(tmp_path / "other.safetensors", divisor=DIVISOR)
    np.save(tmp_path / "other.npy", np.array({"conv1_1": [np.zeros((3, 3, 3, 2))]}, dtype=object))
    with pytest.raises(ResourceError, match="not a Caffe conversion of VGG-Face: conv1_1"):
        load_vgg_face(tmp_path / "other.npy", divisor=DIVISOR)


@pytest.mark.parametrize(
    ("name", "file"), [("vgg_face", "vgg_face_dag.pth"), ("vggface2_resnet50", "resnet50_ft_weight.pkl")]
)
def test_absent_weights_are_named_with_their_source_and_flag(name: str, file: str) -> None:
    with pytest.raises(ResourceError) as caught:
        load_recognizer(name)
    message = str(caught.value)
    assert file in message
    assert "--guide.weights" in message
    assert "robots.ox.ac.uk" in message or "github.com" in message

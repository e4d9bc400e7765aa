"""Caffe's strides and the public forms of its weights."""

import io
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from enface.errors import ResourceError
from enface.recognizers.architectures.resnet50 import CaffeResNet50
from enface.recognizers.registry import load_recognizer
from enface.recognizers.vggface2_resnet50 import load_vggface2


@pytest.fixture(scope="module")
def network() -> CaffeResNet50:
    torch.manual_seed(0)
    return CaffeResNet50().eval()


def test_names_shapes_and_size_are_those_of_the_public_state_dict(network: CaffeResNet50) -> None:
    state = network.state_dict()
    assert state["conv1.weight"].shape == (64, 3, 7, 7)
    assert state["bn1.running_var"].shape == (64,)
    assert state["layer1.0.conv1.weight"].shape == (64, 64, 1, 1)
    assert state["layer1.0.downsample.0.weight"].shape == (256, 64, 1, 1)
    assert state["layer3.5.conv2.weight"].shape == (256, 256, 3, 3)
    assert state["layer4.2.bn3.bias"].shape == (2048,)
    assert [len(network.get_submodule(f"layer{i}")) for i in (1, 2, 3, 4)] == [3, 4, 6, 3]  # type: ignore[arg-type]
    # The usual ResNet-50 has 25,557,032 parameters, 2,049,000 of them in the classifier left out here.
    assert sum(parameter.numel() for parameter in network.parameters()) == 25_557_032 - 2_049_000


def test_strides_sit_in_the_first_convolution_and_the_projection(network: CaffeResNet50) -> None:
    for stage in (2, 3, 4):
        block = network.get_submodule(f"layer{stage}.0")
        assert block.conv1.stride == (2, 2)
        assert block.conv2.stride == (1, 1)
        assert block.downsample[0].stride == (2, 2)


def test_stages_of_a_224_px_input(network: CaffeResNet50) -> None:
    with torch.no_grad():
        found = network(torch.randn(1, 3, 224, 224), ("conv3_4", "conv4_6", "conv5_3", "pool5"))
    assert found["conv3_4"].shape == (1, 512, 28, 28)
    assert found["conv4_6"].shape == (1, 1024, 14, 14)
    assert found["conv5_3"].shape == (1, 2048, 7, 7)
    torch.testing.assert_close(found["pool5"], found["conv5_3"].mean(dim=(2, 3)))


def test_preprocessing_subtracts_the_means_of_the_right_channels() -> None:
    recognizer = load_recognizer("vggface2_resnet50", weights="random")
    means = torch.tensor([131.0912, 103.8827, 91.4953]).view(1, 3, 1, 1)  # R, G, B
    images = (means / 127.5 - 1).expand(1, 3, 224, 224)
    assert recognizer.network_input(images).abs().max() < 1e-4


def _caffe_dictionary(network: CaffeResNet50) -> dict[str, dict[str, np.ndarray]]:
    """The same weights under Caffe's names, written out here independently of the loader."""
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    layers: dict[str, dict[str, np.ndarray]] = {}

    def put(caffe: str, convolution: str, norm: str) -> None:
        layers[caffe] = {"weights": state[f"{convolution}.weight"].transpose(2, 3, 1, 0)}
        layers[f"{caffe}_bn"] = {
            "scale": state[f"{norm}.weight"],
            "offset": state[f"{norm}.bias"],
            "mean": state[f"{norm}.running_mean"],
            "variance": state[f"{norm}.running_var"],
        }

    put("conv1_7x7_s2", "conv1", "bn1")
    for stage, blocks in enumerate((3, 4, 6, 3), start=1):
        for block in range(blocks):
            ours, caffe = f"layer{stage}.{block}", f"conv{stage + 1}_{block + 1}"
            put(f"{caffe}_1x1_reduce", f"{ours}.conv1", f"{ours}.bn1")
            put(f"{caffe}_3x3", f"{ours}.conv2", f"{ours}.bn2")
            put(f"{caffe}_1x1_increase", f"{ours}.conv3", f"{ours}.bn3")
            if block == 0:
                put(f"{caffe}_1x1_proj", f"{ours}.downsample.0", f"{ours}.downsample.1")
    return layers


def test_every_public_form_gives_the_same_network(network: CaffeResNet50, tmp_path: Path) -> None:
    state = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    with_classifier = {**state, "fc.weight": torch.zeros(8631, 2048), "fc.bias": torch.zeros(8631)}
    torch.save(with_classifier, tmp_path / "weights.pth")
    save_file(state, tmp_path / "weights.safetensors")
    arrays = {name: value.numpy() for name, value in with_classifier.items()}
    (tmp_path / "weights.pkl").write_bytes(pickle.dumps(arrays, protocol=2))
    np.save(tmp_path / "weights.npy", np.array(_caffe_dictionary(network), dtype=object), allow_pickle=True)
    for suffix in ("pth", "safetensors", "pkl", "npy"):
        loaded, digest = load_vggface2(tmp_path / f"weights.{suffix}")
        assert len(digest) == 64
        for name, value in state.items():
            assert torch.equal(loaded.state_dict()[name], value), (suffix, name)


def test_wrong_files_are_refused_with_the_reason(network: CaffeResNet50, tmp_path: Path) -> None:
    state = network.state_dict()
    del state["layer3.2.bn1.bias"]
    state["conv1.weight"] = torch.zeros(64, 3, 3, 3)
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(
        ResourceError, match=r"layer3.2.bn1.bias is missing; conv1.weight has shape \(64, 3, 3, 3\)"
    ):
        load_vggface2(tmp_path / "other.pth")
    layers = _caffe_dictionary(network)
    del layers["conv4_3_3x3_bn"]
    np.save(tmp_path / "other.npy", np.array(layers, dtype=object), allow_pickle=True)
    with pytest.raises(ResourceError, match=r"not a Caffe conversion of ResNet-50.*conv4_3_3x3_bn"):
        load_vggface2(tmp_path / "other.npy")
    with pytest.raises(ResourceError, match=r"end in .safetensors"):
        load_vggface2(tmp_path / "weights.h5")


class _Call:
    """Its pickle asks the reader to call a function."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("code ran",)


@pytest.mark.parametrize("suffix", ["pkl", "npy"])
def test_pickled_code_does_not_run(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"weights.{suffix}"
    content = {"conv1.weight": _Call()}
    if suffix == "pkl":
        path.write_bytes(pickle.dumps(content))
    else:
        np.save(path, np.array(content, dtype=object), allow_pickle=True)
    with pytest.raises(ResourceError, match=r"refused to load builtins.print"):
        load_vggface2(path)
    assert capsys.readouterr().out == ""


def test_plain_array_and_truncated_pickle_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(ResourceError, match="plain array"):
        load_vggface2(tmp_path / "array.npy")
    stream = io.BytesIO()
    pickle.dump({"conv1.weight": np.zeros(100)}, stream)
    (tmp_path / "short.pkl").write_bytes(stream.getvalue()[:200])
    with pytest.raises(ResourceError, match="cannot be read as arrays"):
        load_vggface2(tmp_path / "short.pkl")

"""Folded networks compute the same numbers."""

import pytest
import torch
from torch import nn

from enface.recognizers.architectures.mobilefacenet import MobileFaceNet
from enface.recognizers.architectures.plain import PlainRecognizer
from enface.recognizers.architectures.residual import ResidualRecognizer
from enface.recognizers.architectures.resnet50 import CaffeResNet50
from enface.recognizers.folding import fold_batch_norms


@pytest.mark.parametrize(
    ("network", "size", "layer"),
    [
        (ResidualRecognizer(), 96, "embedding"),
        (PlainRecognizer(input_size=96), 96, "embedding"),
        (MobileFaceNet(), 112, "embedding"),
        (CaffeResNet50(), 64, "pool5"),
    ],
)
def test_folding_changes_nothing_but_the_batch_norms(network: nn.Module, size: int, layer: str) -> None:
    generator = torch.Generator().manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                assert tensor is not None
                tensor.copy_(0.8 + 0.4 * torch.rand(tensor.shape, generator=generator))
            for tensor in (module.bias.data, module.running_mean):
                assert tensor is not None
                tensor.copy_(0.2 * torch.randn(tensor.shape, generator=generator))
    network = network.eval().requires_grad_(False)
    images = torch.randn(2, 3, size, size, generator=generator)
    before = network(images, (layer,))[layer]
    fold_batch_norms(network)
    after = network(images, (layer,))[layer]
    assert not any(isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d) for m in network.modules())
    assert not any(parameter.requires_grad for parameter in network.parameters())
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-5 * float(before.abs().max()))

"""Networks trace without graph breaks, so that `torch.compile` is free to be used."""

import pytest
import torch
from torch import Tensor

from enface.config import schema
from enface.networks.critics import build_critics
from enface.networks.generators import build_generator


@pytest.mark.slow
@pytest.mark.parametrize(
    ("critics_config", "autocast"),
    [(schema.SizeCritics(width=0.125), True), (schema.RegionCritics(width=0.125), False)],
    ids=["sizes in bfloat16", "regions"],
)
def test_generator_and_critics_are_one_graph(critics_config: schema.Critics, autocast: bool) -> None:
    sizes = (28, 56, 112)
    generator = build_generator(schema.ThreeScaleGenerator(sizes=sizes, width=0.125), feature_size=16)
    critics = build_critics(critics_config, sizes=sizes)

    def total(features: Tensor) -> Tensor:
        return torch.stack([score.mean() for score in critics(generator(features)).values()]).sum()

    features = torch.randn(2, 16)
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        traced = torch.compile(total, fullgraph=True, backend="aot_eager")(features)
        torch.testing.assert_close(traced, total(features), rtol=1e-2, atol=1e-3)
    traced.backward()
    assert generator.kernels()[0].grad is not None
    assert all(kernel.grad is not None for kernel in critics.kernels())

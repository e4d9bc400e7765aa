"""The moving average of the generator."""

import torch
from torch import nn

from enface.training.ema import MovingAverage


def constant(value: float) -> nn.Module:
    module = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(value)
    return module


def test_the_half_life_is_in_images_whatever_the_batch() -> None:
    for batch in (5, 10, 25):
        average = MovingAverage(constant(0.0), half_life=100.0)
        for _ in range(100 // batch):
            average.update(constant(1.0), images=batch)
        for parameter in average.module.parameters():
            torch.testing.assert_close(parameter, torch.full_like(parameter, 0.5))


def test_buffers_are_copied_and_the_average_is_not_trained() -> None:
    trained = constant(1.0)
    trained[1].running_mean.fill_(3.0)
    average = MovingAverage(constant(0.0), half_life=10.0)
    average.update(trained, images=1)
    assert average.module[1].running_mean.tolist() == [3.0, 3.0]
    assert not any(p.requires_grad for p in average.module.parameters())
    assert not average.module.training

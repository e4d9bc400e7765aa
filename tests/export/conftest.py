"""Tiny models of random weights, one that copies and one that decodes."""

from pathlib import Path

import pytest
import torch

from enface.models.warp.confidence import Confidence
from enface.models.warp.folder import WarpConfig, save_warp
from enface.models.warp.model import WarpModel
from enface.networks.warp import WarpNetwork
from enface.networks.warp.blocks import identity
from enface.networks.warp.finisher import Finisher
from tiny_models import save_untrained_decoder

GUIDE = "mobilefacenet"


@pytest.fixture(scope="session")
def warp_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its mean field leaves every pixel where it is; components and layers are random."""
    torch.manual_seed(0)
    field = WarpNetwork(size=64, components=4)
    torch.nn.init.normal_(field.basis, std=0.01)
    field.mean.copy_(identity(64, like=field.mean).reshape(1, -1).expand(2, -1))
    confidence = Confidence(judge="reid0095", offset=0.9, spread=-0.1, invented=-0.5, mirrored=-0.2)
    config = WarpConfig(
        name="tiny", size=64, components=4, guides=("rendered_a",), seeds=(1,), confidence=confidence
    )
    folder = tmp_path_factory.mktemp("warp") / "model"
    save_warp(folder, WarpModel(field, Finisher()).eval(), config=config, card="# A card of its own\n")
    return folder


@pytest.fixture(scope="session")
def decoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smoke preset's generator behind an untrained recognizer."""
    folder = tmp_path_factory.mktemp("decoder")
    save_untrained_decoder(folder, guide=GUIDE)
    return folder

"""From a recipe to a published face finder."""

from pathlib import Path

from enface.networks.finder import FinderNetwork
from enface.training.finder.publish import publish
from enface.training.finder.recipe import FinderRecipe
from enface.training.finder.task import FinderTask
from enface.training.supervised.on_geometry import train_on_geometry
from enface.training.supervised.options import RunOptions


def train_finder(recipe: FinderRecipe, options: RunOptions) -> Path:
    """Trains, or goes on training (`train_on_geometry`); `Finder.load` reads the folder it returns.

    Pictures are composed on the CPU, whatever the device.
    """
    return train_on_geometry(recipe, options, task=FinderTask, network=FinderNetwork, publish=publish)

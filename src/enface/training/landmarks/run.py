"""From a recipe to a published landmark network."""

from pathlib import Path

from enface.networks.landmarks import LandmarkNetwork
from enface.training.landmarks.publish import publish
from enface.training.landmarks.recipe import LandmarkRecipe
from enface.training.landmarks.task import LandmarkTask
from enface.training.supervised.on_geometry import train_on_geometry
from enface.training.supervised.options import RunOptions


def train_landmarks(recipe: LandmarkRecipe, options: RunOptions) -> Path:
    """Trains, or goes on training (`train_on_geometry`); `Landmarker.load` reads the folder it returns."""
    return train_on_geometry(recipe, options, task=LandmarkTask, network=LandmarkNetwork, publish=publish)

"""Recipes of the warp networks that enface ships."""

from enface.rendering.geometry_set.plan import GeometrySet
from enface.training.supervised.schedule import Schedule
from enface.training.warp.recipe import FieldRecipe, FinishRecipe, WarpRecipe

PHOTO_WARP_V1 = WarpRecipe(
    name="photo_warp_v1",
    data=GeometrySet(seed=9_000_000, people=2000, sessions=2, pictures=6),
    field=FieldRecipe(Schedule(images=144_000, batch_size=32, learning_rate=1.5e-3, seed=1)),
    finish=FinishRecipe(
        Schedule(images=64_000, batch_size=16, learning_rate=1e-3, ema_images=8_000.0, seed=2)
    ),
)

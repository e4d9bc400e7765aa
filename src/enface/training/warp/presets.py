"""Recipes of warp models."""

from enface.rendering.geometry_set.plan import GeometrySet
from enface.training.supervised.schedule import Schedule
from enface.training.warp.recipe import FieldRecipe, FinishRecipe, WarpRecipe

_PHOTO_WARP_V1 = WarpRecipe(
    name="photo_warp_v1",
    data=GeometrySet(seed=9_000_000, people=2000, sessions=2, pictures=6),
    validation=GeometrySet(seed=9_000_001, people=64, sessions=1, pictures=12),
    field=FieldRecipe(Schedule(images=144_000, batch_size=32, learning_rate=1.5e-3, seed=1)),
    finish=FinishRecipe(
        Schedule(images=32_000, batch_size=16, learning_rate=1e-3, ema_images=3_000.0, seed=2)
    ),
    confidence_judge="reid0095",
)

_PHOTO_WARP_SMOKE = WarpRecipe(
    name="photo_warp_smoke",
    data=GeometrySet(seed=9_000_002, people=4, sessions=1, pictures=4),
    validation=GeometrySet(seed=9_000_003, people=4, sessions=1, pictures=3),
    field=FieldRecipe(Schedule(images=32, batch_size=8, ema_images=8.0), components=8),
    finish=FinishRecipe(Schedule(images=16, batch_size=8, ema_images=8.0)),
    confidence_judge="rendered_b",
)

RECIPES = {recipe.name: recipe for recipe in (_PHOTO_WARP_V1, _PHOTO_WARP_SMOKE)}
"""By preset name."""

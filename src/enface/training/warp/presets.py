"""Recipes of warp models."""

from enface.rendering.geometry_set.plan import GeometrySet
from enface.training.supervised.schedule import Schedule
from enface.training.warp.recipe import FieldRecipe, FieldWeights, FinishRecipe, Jitter, WarpRecipe

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

_BACKGROUNDS = Jitter(background=0.4)

_PHOTO_WARP_V2 = WarpRecipe(
    name="photo_warp_v2",
    data=GeometrySet(seed=9_000_010, people=2000, sessions=2, pictures=6),
    validation=_PHOTO_WARP_V1.validation,
    field=FieldRecipe(
        Schedule(images=112_000, batch_size=32, learning_rate=1e-3, ema_images=6_000.0, seed=3),
        jitter=_BACKGROUNDS,
        weights=FieldWeights(midline=1.0),
    ),
    finish=FinishRecipe(
        Schedule(images=16_000, batch_size=16, learning_rate=5e-4, ema_images=2_000.0, seed=4),
        jitter=_BACKGROUNDS,
    ),
    confidence_judge="reid0095",
    start_sha256="1e561f67aa40ca61c70d75a405c071e5384ff0f35c3141a618cabc1f62de8713",
)
"""Goes on from photo_warp_v1's weights with other people, what the renderer has learnt since, and faces, hair
and skin for backgrounds."""

_PHOTO_WARP_SMOKE = WarpRecipe(
    name="photo_warp_smoke",
    data=GeometrySet(seed=9_000_002, people=4, sessions=1, pictures=4),
    validation=GeometrySet(seed=9_000_003, people=4, sessions=1, pictures=3),
    field=FieldRecipe(Schedule(images=32, batch_size=8, ema_images=8.0), components=8),
    finish=FinishRecipe(Schedule(images=16, batch_size=8, ema_images=8.0)),
    confidence_judge="rendered_b",
)

RECIPES = {recipe.name: recipe for recipe in (_PHOTO_WARP_V1, _PHOTO_WARP_V2, _PHOTO_WARP_SMOKE)}
"""By preset name."""

"""What a checkpoint of a warp model's parts belongs to."""

from dataclasses import dataclass

from enface.training.warp.recipe import WarpRecipe


@dataclass(frozen=True)
class Origin:
    """What decides the weights of field or finisher; a checkpoint of another one is refused."""

    recipe: WarpRecipe
    field_sha256: str | None = None
    """Of the field network that a finisher is trained on; None for the field network itself."""

"""What a recognizer is trained for: telling people apart, and optionally keeping their look."""

from jaxtyping import Float, Int, UInt8
from torch import Tensor, nn
from torch.nn import functional as F

from enface.training.recognizer.margin import MarginSoftmax
from enface.training.recognizer.recipe import Recipe


class RecognizerObjective(nn.Module):
    """Classifiers and the readout that exist only during training."""

    def __init__(self, recipe: Recipe, *, sizes: dict[str, int], people: int, looks: int) -> None:
        """Terms of weight 0 get no parameters and are not computed.

        Args:
            recipe: weights, scale, margin.
            sizes: of the network's layers `pool` and `embedding`.
            people: classes of the identity term.
            looks: classes of the look term.
        """
        super().__init__()
        self.recipe = recipe
        margin = {"scale": recipe.scale, "margin": recipe.margin}
        self.people = MarginSoftmax(sizes["embedding"], classes=people, **margin)
        self.looks = MarginSoftmax(sizes["pool"], classes=looks, **margin) if recipe.look_weight else None
        self.picture = nn.Linear(sizes["pool"], 3 * recipe.picture_size**2) if recipe.picture_weight else None

    @property
    def layers(self) -> tuple[str, ...]:
        """Layers of the network that the terms read."""
        return ("embedding",) if self.looks is None and self.picture is None else ("pool", "embedding")

    def forward(
        self,
        features: dict[str, Tensor],
        *,
        person: Int[Tensor, " batch"],
        look: Int[Tensor, " batch"],
        pictures: Float[Tensor, "batch 3 small small"] | None,
    ) -> dict[str, Float[Tensor, ""]]:
        """Weighted terms by name; their sum is the loss. `pictures` in [-1, 1], read by the picture term."""
        terms = {"identity": self.people(features["embedding"].float(), person)}
        if self.looks is not None:
            terms["look"] = self.recipe.look_weight * self.looks(features["pool"].float(), look)
        if self.picture is not None and pictures is not None:
            readout = self.picture(features["pool"].float())
            terms["picture"] = self.recipe.picture_weight * (readout - pictures.flatten(1)).abs().mean()
        return terms


def small_pictures(
    frames: UInt8[Tensor, "batch 3 frame frame"], *, size: int
) -> Float[Tensor, "batch 3 size size"]:
    """Centre of the alignment frame, averaged down to `size` pixels, in [-1, 1]."""
    side = frames.shape[-1]
    edge = round(side * (1 - 224 / 250) / 2)
    centre = frames[..., edge : side - edge, edge : side - edge].float() / 127.5 - 1
    return F.interpolate(centre, size=(size, size), mode="area")

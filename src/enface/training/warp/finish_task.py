"""The finisher with its samples and losses (protocol `SupervisedTask`); the field network stands still."""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from torch import Tensor

from enface.networks.warp import WarpNetwork
from enface.networks.warp.finisher import SIDE, Finisher, finish
from enface.networks.warp.views import views_of
from enface.recognizers.weights import state_sha256
from enface.rendering.geometry_set.shards import ShardReader
from enface.rendering.truth.correspondence import ABSENT
from enface.training.seeding import seeded
from enface.training.warp.origin import Origin
from enface.training.warp.pictures import jittered_pictures
from enface.training.warp.recipe import WarpRecipe

_READ = (
    "image",
    "segmentation",
    "landmarks",
    "pose",
    "kept.picture",
    "kept.classes",
    "neutral.picture",
    "neutral.classes",
)


class FinishTask:
    """Network, samples and losses of the last step.

    Args:
        recipe: of the whole model, of which `finish` is this training's.
        field: trained; it is put into evaluation mode and never changed.
        reader: the rendered set, with frontal pictures of the finisher's side.
    """

    def __init__(self, recipe: WarpRecipe, field: WarpNetwork, reader: ShardReader) -> None:
        self.name = "finish"
        self.recipe = Origin(recipe, state_sha256(field))
        self.settings = recipe.finish
        self.field = field.eval().requires_grad_(False)
        self.reader = reader
        self.samples = reader.plan.samples
        with seeded(self.settings.schedule.seed, "network"):
            self.network = Finisher()

    def read(self, samples: Int[ndarray, " batch"]) -> dict[str, Tensor]:
        """Samples by number."""
        return {k: torch.from_numpy(v) for k, v in self.reader.read(samples.tolist(), _READ).items()}

    def losses(self, batch: dict[str, Tensor], *, generator: torch.Generator) -> dict[str, Tensor]:
        """Weighted terms of a batch, each picture in one mode drawn at random."""
        weights = self.settings.weights
        count, device = len(batch["image"]), batch["image"].device
        neutral = (torch.rand(count, generator=generator) < 0.5).to(device)
        mirror = (torch.rand(count, generator=generator) < 0.5).to(device)
        # Places in bfloat16 would be truth to a third of a pixel only, colours to seven bits.
        with torch.autocast(device.type, enabled=False):
            images, _ = jittered_pictures(
                batch, mirror, size=SIDE, jitter=self.settings.jitter, generator=generator
            )
            truth, head = _truth(batch, neutral, mirror)
        with torch.no_grad():
            found = self.field(_shrunk(images, self.field.size), neutral)
            views = views_of(
                images,
                field=found.field,
                classes=found.classes.softmax(dim=1),
                matte=found.matte.softmax(dim=1),
            )
        decisions = self.network(views, neutral)
        face = finish(views, decisions).face
        trusted = F.interpolate(views.seen, size=(SIDE, SIDE), mode="bilinear", align_corners=False) * head
        kept_light = in_light_of(truth, views.own, trusted)
        target = torch.where(neutral[:, None, None, None], truth, kept_light)
        total = 3.0 * head.sum()
        error = face - target
        across = error.diff(dim=3).abs() * head[..., 1:]
        down = error.diff(dim=2).abs() * head[..., 1:, :]
        gains = torch.cat([decisions.own_gain, decisions.mirrored_gain], dim=1)
        return {
            "pixel": weights.pixel * (error.abs() * head).sum() / total,
            "gradient": weights.gradient * (across.sum() + down.sum()) / total,
            "gain": weights.gain * gains.square().mean(),
        }


def _shrunk(images: Float[Tensor, "batch 3 h h"], size: int) -> Float[Tensor, "batch 3 s s"]:
    if images.shape[-1] == size:
        return images
    return F.interpolate(images, size=(size, size), mode="bilinear", align_corners=False, antialias=True)


def in_light_of(
    truth: Float[Tensor, "batch 3 s s"],
    picture: Float[Tensor, "batch 3 s s"],
    where: Float[Tensor, "batch 1 s s"],
) -> Float[Tensor, "batch 3 s s"]:
    """The true frontal picture with the picture's colour cast and contrast.

    Per channel the gain and the offset that fit best where both can be seen: cameras and websites changed the
    picture and not the truth.
    """
    weight = where + 1e-4
    total = weight.sum(dim=(2, 3), keepdim=True)
    truth_mean = (truth * weight).sum(dim=(2, 3), keepdim=True) / total
    picture_mean = (picture * weight).sum(dim=(2, 3), keepdim=True) / total
    spread = ((truth - truth_mean).square() * weight).sum(dim=(2, 3), keepdim=True) / total
    both = ((truth - truth_mean) * (picture - picture_mean) * weight).sum(dim=(2, 3), keepdim=True) / total
    gain = ((both + 0.01) / (spread + 0.01)).clamp(0.3, 2.0)
    return ((truth - truth_mean) * gain + picture_mean).clamp(-1.0, 1.0)


def _truth(
    batch: dict[str, Tensor], neutral: Bool[Tensor, " batch"], mirror: Bool[Tensor, " batch"]
) -> tuple[Float[Tensor, "batch 3 s s"], Float[Tensor, "batch 1 s s"]]:
    """The true frontal picture of the chosen mode in [-1, 1], and where its head is."""
    chosen = neutral[:, None, None]
    picture = torch.where(chosen[..., None], batch["neutral.picture"], batch["kept.picture"])
    picture = picture.permute(0, 3, 1, 2).float() / 127.5 - 1.0
    classes = torch.where(chosen, batch["neutral.classes"], batch["kept.classes"])
    head = (classes != ABSENT)[:, None].float()
    head = F.interpolate(head, size=picture.shape[-2:], mode="nearest")
    flip = mirror[:, None, None, None]
    return torch.where(flip, picture.flip(3), picture), torch.where(flip, head.flip(3), head)

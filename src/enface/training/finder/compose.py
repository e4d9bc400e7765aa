"""Pictures composed of drawn clutter and rendered heads, with the boxes of their faces."""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from enface.training.finder.clutter_pool import ClutterPool
from enface.training.finder.heads import Heads, rim
from enface.training.finder.recipe import Composition
from enface.training.finder.truth import IGNORED, NOTHING, boxes_around, judged

_BODY = 0.95
"""Half the height of a body, in halves of the head's picture."""

Maps = Float[Tensor, "batch 2 3"]
"""From the composed picture to the head's, both from -1 to 1."""


class Composed(NamedTuple):
    """A batch of pictures and what is in them; one slot for every head that may be in a picture."""

    images: Float[Tensor, "batch 3 size size"]
    boxes: Float[Tensor, "batch slots 4"]
    """Middle x and y, width, height, pixels."""
    kind: Int[Tensor, "batch slots"]
    """`FACE`, `IGNORED` or `NOTHING` (`enface.training.finder.truth`)."""
    head: Int[Tensor, "batch slots"]
    """Number of the head in the batch of heads."""


class _Drawn(NamedTuple):
    """Where one slot's heads go."""

    here: Bool[Tensor, " batch"]
    side: Float[Tensor, " batch"]
    roll: Float[Tensor, " batch"]
    middle: Float[Tensor, "batch 2"]
    """Of the box, pixels."""
    mirror: Bool[Tensor, " batch"]
    upside_down: Bool[Tensor, " batch"]
    faceless: Bool[Tensor, " batch"]


def compose(
    heads: Heads, pool: ClutterPool, settings: Composition, *, generator: torch.Generator
) -> Composed:
    """As many pictures as there are heads; a head may appear in several, or in none.

    Args:
        heads: a batch.
        pool: of pictures without a face.
        settings: how.
        generator: source of every draw.
    """
    count, size = len(heads.points), settings.size
    images = pool.sample(count, size=size, generator=generator)
    shares = torch.tensor(settings.counts)
    wanted = torch.multinomial(shares, count, replacement=True, generator=generator)
    boxes: list[Tensor] = []
    kinds: list[Tensor] = []
    numbers: list[Tensor] = []
    for slot in range(len(settings.counts) - 1):
        number = torch.randperm(count, generator=generator)
        chosen = Heads(*(value[number] for value in heads))
        drawn = _draw(count, settings, generator)._replace(here=wanted > slot)
        maps, box = _placed(chosen, drawn, size)
        images = _paste(images, chosen, maps, drawn, settings, generator)
        kinds = _covered(kinds, boxes, box, drawn)
        kind = judged(box, settings)
        kind = torch.where(drawn.upside_down | drawn.faceless | ~drawn.here, NOTHING, kind)
        boxes.append(box)
        kinds.append(kind)
        numbers.append(number)
    composed = Composed(images, torch.stack(boxes, 1), torch.stack(kinds, 1), torch.stack(numbers, 1))
    return _framed(composed, settings, generator)


def _draw(count: int, settings: Composition, generator: torch.Generator) -> _Drawn:
    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    def sizes(low: float, high: float) -> Tensor:
        return torch.exp(math.log(low) + (math.log(high) - math.log(low)) * uniform(count))

    share, least, most = settings.far_side
    near, far = sizes(*settings.side), sizes(least, most)
    side = torch.where(uniform(count) < share, far, near)
    share, farthest = settings.far_roll
    normal = settings.roll * torch.randn(count, generator=generator).clamp(-2.5, 2.5)
    roll = torch.where(uniform(count) < share, farthest * (2 * uniform(count) - 1), normal)
    upside_down = uniform(count) < settings.upside_down
    roll = torch.where(upside_down, 180 + roll, roll)
    return _Drawn(
        here=torch.ones(count, dtype=torch.bool),
        side=side,
        roll=roll,
        middle=settings.size * (1.2 * uniform(count, 2) - 0.1) - 0.5,
        mirror=uniform(count) < 0.5,
        upside_down=upside_down,
        faceless=uniform(count) < settings.faceless,
    )


def _placed(heads: Heads, drawn: _Drawn, size: int) -> tuple[Maps, Float[Tensor, "batch 4"]]:
    """Map from the picture to the head's, and the box of the face in the picture."""
    angle = torch.deg2rad(drawn.roll)
    cosine, sine = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([cosine, -sine], 1), torch.stack([sine, cosine], 1)], 1)
    sign = 1 - 2 * drawn.mirror.float()
    flip = torch.stack([sign, torch.ones_like(sign)], 1)
    turned = torch.einsum("bij,bnj->bni", turn, heads.points * flip[:, None])
    around = boxes_around(turned)
    scale = drawn.side / around[:, 2:].amax(1)
    shift = drawn.middle - scale[:, None] * around[:, :2]
    box = torch.cat([drawn.middle, scale[:, None] * around[:, 2:]], 1)
    # Pixel p of the picture shows the point turn^-1 ((p - shift) / scale) of the head, mirrored.
    unit = size / 2
    linear = turn.mT * (unit / scale)[:, None, None]
    corner = (unit - 0.5 - shift) / scale[:, None]
    offset = torch.einsum("bij,bj->bi", turn.mT, corner)
    maps = torch.cat([linear, offset[:, :, None]], 2) * flip[:, :, None]
    return maps, box


def _paste(
    images: Tensor,
    heads: Heads,
    maps: Maps,
    drawn: _Drawn,
    settings: Composition,
    generator: torch.Generator,
) -> Tensor:
    """Heads into the pictures that have one in this slot; every draw is made for all pictures alike."""
    count, size = len(images), images.shape[-1]
    chance = torch.rand(count, 3, generator=generator)
    colours = _without_face(heads, drawn.faceless, generator)
    mask = torch.where((chance[:, 0] < settings.whole)[:, None, None, None], 1.0, heads.head) * rim()
    # Faces that become small would alias.
    colours = torch.where((drawn.side < 24)[:, None, None, None], _softened(colours), colours)
    bodies, shapes = torch.rand(count, 4, generator=generator), torch.rand(count, 7, generator=generator)
    here = drawn.here.nonzero().squeeze(1)
    if not len(here):
        return images
    grid = F.affine_grid(maps[here], [len(here), 3, size, size], align_corners=False)
    both = torch.cat([colours, mask], 1)[here]
    pasted = F.grid_sample(both, grid, padding_mode="border", align_corners=False)
    alpha = pasted[:, 3:] * (grid.abs() <= 1).all(-1)[:, None]
    below = images[here]
    below = _body(below, grid, heads.cloth[here], bodies[here], chance[here, 1] < settings.body)
    below = below + alpha * (pasted[:, :3] - below)
    below = _occluded(below, grid, shapes[here], chance[here, 2] < settings.occluded)
    return images.index_copy(0, here, below)


def _without_face(heads: Heads, faceless: Bool[Tensor, " batch"], generator: torch.Generator) -> Tensor:
    """Some faces filled with skin or with hair, a little blotchy, as heads seen from behind are."""
    count = len(faceless)
    hair = torch.rand(count, generator=generator) < 0.6
    colour = torch.where(hair[:, None], heads.hair, heads.skin)[:, :, None, None]
    spread = 0.25 * torch.rand(count, 1, 1, 1, generator=generator)
    grains = torch.randn(count, 1, 10, 10, generator=generator)
    blotches = F.interpolate(grains, size=heads.colours.shape[-2:], mode="bilinear", align_corners=False)
    filling = (colour + spread * blotches).clamp(-1, 1)
    where = heads.face * faceless[:, None, None, None]
    return heads.colours + where * (filling - heads.colours)


def _softened(images: Tensor) -> Tensor:
    return F.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)


def _body(
    images: Tensor, grid: Tensor, cloth: Float[Tensor, "heads 3"], draws: Tensor, here: Tensor
) -> Tensor:
    """Shoulders of the clothes' colour below the head's picture."""
    draws = draws[:, :, None, None]
    across = grid[..., 0].abs() / (0.8 + 0.7 * draws[:, 0])
    down = (grid[..., 1] - 1.7 - 0.2 * draws[:, 1]).abs() / _BODY
    cover = (12 * (1 - across**3 - down**3)).clamp(0, 1) * here[:, None, None]
    shade = 0.3 * (draws[:, 2] - 0.5) * grid[..., 0] + 0.2 * draws[:, 3] * grid[..., 1]
    colour = (cloth[:, :, None, None] + shade[:, None]).clamp(-1, 1)
    return images + cover[:, None] * (colour - images)


def _occluded(images: Tensor, grid: Tensor, draws: Tensor, here: Tensor) -> Tensor:
    """A shape of one colour before the side, the chin or the brow of the head."""
    draws = draws[:, :, None, None]
    angle = 2 * torch.pi * draws[:, 0]
    across = (grid[..., 0] - (0.3 + 0.5 * draws[:, 1]) * angle.cos()) / (0.15 + 0.4 * draws[:, 2])
    down = (grid[..., 1] - (0.3 + 0.5 * draws[:, 1]) * angle.sin()) / (0.15 + 0.4 * draws[:, 3])
    cover = (8 * (1 - across.abs() ** 3 - down.abs() ** 3)).clamp(0, 1) * here[:, None, None]
    colour = 2 * draws[:, 4:7] - 1
    return images + cover[:, None] * (colour - images)


def _covered(
    kinds: list[Tensor], boxes: list[Tensor], box: Float[Tensor, "batch 4"], drawn: _Drawn
) -> list[Tensor]:
    """What becomes of the faces that a new head, or the body below it, is pasted over."""
    after = []
    for kind, old in zip(kinds, boxes, strict=True):
        by_head = _shared(old, box, above=0.75, below=0.75) * drawn.here
        by_both = _shared(old, box, above=0.75, below=2.5) * drawn.here
        lesser = torch.where(by_both > 0.25, IGNORED, kind)
        lesser = torch.where(by_head > 0.7, NOTHING, lesser)
        after.append(torch.minimum(kind, lesser))
    return after


def _shared(
    old: Float[Tensor, "batch 4"], new: Float[Tensor, "batch 4"], *, above: float, below: float
) -> Float[Tensor, " batch"]:
    """Share of the old boxes under the new ones, which reach this many heights from their middles."""
    reach = new[:, 2:] * torch.tensor([0.75, 1.0])
    low = torch.maximum(old[:, :2] - old[:, 2:] / 2, new[:, :2] - reach * torch.tensor([1.0, above]))
    high = torch.minimum(old[:, :2] + old[:, 2:] / 2, new[:, :2] + reach * torch.tensor([1.0, below]))
    return (high - low).clamp(min=0).prod(1) / old[:, 2:].prod(1)


def _framed(composed: Composed, settings: Composition, generator: torch.Generator) -> Composed:
    """Some pictures end before the edge; what lies beyond is grey."""
    count, size = len(composed.images), settings.size
    draws = torch.rand(count, 5, generator=generator)
    chosen = draws[:, 4] < settings.framed
    low = torch.where(chosen[:, None], size * 0.45 * draws[:, :2], torch.zeros(count, 2)).floor()
    high = torch.where(
        chosen[:, None], size * (1 - 0.45 * draws[:, 2:4]), torch.full((count, 2), size)
    ).ceil()
    position = torch.arange(size)
    inside = (position >= low[..., None]) & (position < high[..., None])
    images = composed.images * (inside[:, 1, :, None] & inside[:, 0, None, :])[:, None]
    boxes = composed.boxes.unbind(1)
    kept = torch.stack([judged(box, settings, low=low, high=high) for box in boxes], 1)
    return composed._replace(images=images, kind=torch.minimum(composed.kind, kept))

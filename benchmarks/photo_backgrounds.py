"""How much background a model that copies takes for the face, on rendered people whose outline is known.

    python benchmarks/photo_backgrounds.py GEOMETRY_SET [--model photo]

Every pixel of the frontal face is a sum of pixels of the picture; told is the share of that sum which lies on
the picture's background, mean over the true frontal head, in per cent, by yaw: with the renderer's backdrops,
and with parts of other pictures behind every head (`enface.training.warp.backgrounds`). Alignment as wrong as
in training; field errors in pixels of a frame of 128, over the inner face where it is seen.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from enface.models.library import load_turner
from enface.models.warp.model import Looked, WarpModel
from enface.models.warp.turner import WarpTurner
from enface.networks.warp.finisher import SIDE, Decisions, finish
from enface.networks.warp.views import views_of
from enface.rendering.geometry_set.shards import ShardReader
from enface.rendering.truth.correspondence import ABSENT, VISIBLE
from enface.rendering.truth.layers import SEGMENTS
from enface.training.warp.backgrounds import with_other_backgrounds
from enface.training.warp.measure import YAW_BINS, inner_face
from enface.training.warp.placing import cut_out, jittered_grids, moved_fields
from enface.training.warp.recipe import Jitter

READ = ("image", "segmentation", "landmarks", "pose", "kept.field", "kept.classes")
BATCH = 16


def background_share(looked: Looked, background: Tensor) -> Tensor:
    """Share of each frontal pixel's colour that comes from the background, 1 x SIDE x SIDE.

    Args:
        looked: what it found in the pictures.
        background: batch 1 s s, 1 where the pictures show it.
    """
    marked = (2.0 * background - 1.0).expand(-1, 3, -1, -1)
    views = views_of(marked, field=looked.field, classes=looked.classes, matte=looked.matte)
    count = len(background)
    still = Decisions(
        own_gain=torch.zeros(count, 1, 16, 16),
        mirrored_gain=torch.zeros(count, 1, 16, 16),
        drawn=torch.zeros(count, 3, SIDE, SIDE),
    )
    return (finish(views, still).face[:, :1] + 1.0) / 2.0


@torch.inference_mode()
def measure(model: WarpModel, reader: ShardReader, *, swapped: bool) -> dict[str, Any]:
    """Shares and field errors by yaw."""
    leaks, errors, yaws = [], [], []
    for first in range(0, reader.plan.samples, BATCH):
        numbers = range(first, min(first + BATCH, reader.plan.samples))
        batch = {k: torch.from_numpy(v) for k, v in reader.read(numbers, READ).items()}
        generator = torch.Generator().manual_seed(first)
        # Neighbours in the set are one person.
        order = torch.randperm(len(numbers), generator=generator)
        batch = {name: value[order] for name, value in batch.items()}
        pictures = with_other_backgrounds(
            batch["image"], batch["segmentation"], share=float(swapped), generator=generator
        )
        rng = np.random.default_rng([9, first])
        still = torch.zeros(len(numbers), dtype=torch.bool)
        grid = jittered_grids(batch, still, size=SIDE, jitter=Jitter(), rng=rng)
        looked = model.look(cut_out(pictures, grid, size=SIDE) * 2.0 - 1.0, neutral=False)
        behind = (batch["segmentation"] == SEGMENTS.index("background")).float()[:, None]
        places = F.affine_grid(grid, [len(numbers), 1, SIDE, SIDE], align_corners=False)
        behind = F.grid_sample(behind, places, padding_mode="border", align_corners=False)
        head = F.interpolate((batch["kept.classes"] != ABSENT).float()[:, None], size=(SIDE, SIDE))
        share = background_share(looked, behind)
        leaks.append(((share * head).sum(dim=(1, 2, 3)) / head.sum(dim=(1, 2, 3))).numpy())
        exact = moved_fields(batch["kept.field"].float(), grid)
        seen = (batch["kept.classes"] == VISIBLE) & inner_face(exact.shape[-1])
        error = (looked.field - exact).norm(dim=1) * 64.0
        errors.append(((error * seen).sum(dim=(1, 2)) / seen.sum(dim=(1, 2))).numpy())
        yaws.append(batch["pose"][:, 0].abs().numpy())
    leak, error, yaw = (np.concatenate(part) for part in (leaks, errors, yaws))
    report = {}
    for low, high in (*YAW_BINS, (0, 95)):
        chosen = (yaw >= low) & (yaw < high)
        report[f"{low}-{high}"] = {
            "pictures": int(chosen.sum()),
            "background, % of the head": round(100.0 * float(leak[chosen].mean()), 2),
            "95th percentile": round(100.0 * float(np.percentile(leak[chosen], 95)), 2),
            "field error": round(float(np.nanmean(error[chosen])), 3),
        }
    return report


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("--model", default="photo")
    args = parser.parse_args()
    torch.set_num_threads(1)
    turner = load_turner(args.model)
    if not isinstance(turner, WarpTurner):
        raise SystemExit(f"{args.model} does not copy; give a warp model")
    reader = ShardReader(args.set)
    report = {
        "backdrops of the renderer": measure(turner.model, reader, swapped=False),
        "other pictures behind": measure(turner.model, reader, swapped=True),
    }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()

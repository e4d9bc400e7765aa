"""One batch of training faces."""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Int64, UInt8
from torch import Tensor


@dataclass(frozen=True, eq=False)
class FrontalizationBatch:
    """Faces as uint8 RGB, 0 to 255; sample i of every field belongs together."""

    profile: UInt8[Tensor, "batch 3 crop crop"]
    """Inputs."""
    frontals: dict[int, UInt8[Tensor, "batch 3 size size"]]
    """Real frontal faces for the critics, by size; one picture at several sizes."""
    ground_truth: dict[int, UInt8[Tensor, "batch 3 size size"]] | None
    """The inputs' own frontal faces, by size; None when unpaired."""
    positions: Int64[Tensor, "batch"]
    """Where in the endless order each sample stands, over all processes."""

    def __len__(self) -> int:
        return len(self.profile)

    def to(self, device: torch.device | str) -> "FrontalizationBatch":
        """Pictures on another device; positions stay, they are only read by people."""

        def move(pictures: dict[int, Tensor]) -> dict[int, Tensor]:
            return {size: picture.to(device, non_blocking=True) for size, picture in pictures.items()}

        return replace(
            self,
            profile=self.profile.to(device, non_blocking=True),
            frontals=move(self.frontals),
            ground_truth=None if self.ground_truth is None else move(self.ground_truth),
        )

    def pin_memory(self) -> "FrontalizationBatch":
        """Pictures in page-locked memory, from where a copy to a GPU does not block."""

        def pin(pictures: dict[int, Tensor]) -> dict[int, Tensor]:
            return {size: picture.pin_memory() for size, picture in pictures.items()}

        return replace(
            self,
            profile=self.profile.pin_memory(),
            frontals=pin(self.frontals),
            ground_truth=None if self.ground_truth is None else pin(self.ground_truth),
        )

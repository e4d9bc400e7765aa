"""The networks that are part of the package."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["model", "recognizer", "landmarks", "finder", "quality"]


@dataclass(frozen=True)
class ShippedNetwork:
    """A folder with `config.json`, `model.safetensors` and `README.md` among the package's assets.

    Fits of few numbers have them in `config.json` and no weights.
    """

    name: str
    kind: Kind
    summary: str

    @property
    def folder(self) -> str:
        """Path among the assets."""
        return f"weights/{self.name}"


SHIPPED: dict[str, ShippedNetwork] = {
    entry.name: entry
    for entry in (
        ShippedNetwork("photo", "model", "turns photographs to the front by copying what they show"),
        ShippedNetwork("fnm", "model", "draws frontal faces from embeddings of reid0095; for comparison"),
        ShippedNetwork("landmarks_v1", "landmarks", "68 landmarks, visibility, pose at any yaw"),
        ShippedNetwork("finder_v2", "finder", "where faces are, when no detector was fetched"),
        ShippedNetwork("quality_v1", "quality", "how good a picture of a face is, from what the others say"),
        ShippedNetwork("rendered_a", "recognizer", "guides generators; keeps looks as well as identity"),
        ShippedNetwork("rendered_b", "recognizer", "judges only"),
    )
}
"""By name."""

MODELS = tuple(entry.name for entry in SHIPPED.values() if entry.kind == "model")
"""Names that stand for a folder wherever a model is asked for."""

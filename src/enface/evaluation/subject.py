"""A model under evaluation, whatever it is made of."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from jaxtyping import UInt8
from tqdm import tqdm

from enface.errors import ConfigError
from enface.evaluation.embeddings import EmbeddingCache
from enface.evaluation.frontals import frontalise
from enface.evaluation.judge import KnownGuide, find_guide
from enface.evaluation.overlap import refuse_overlap
from enface.faces.templates import CROP_FRACTION
from enface.models.guide import GuideRecord
from enface.rendering.dataset.card import CARD

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.models.turner import FaceTurner
    from enface.models.warp.turner import WarpTurner

Faces = UInt8[np.ndarray, "n size size 3"]

_KEPT = 4
NO_GUIDE = GuideRecord(recognizer="none", layer="", weights_sha256="")
"""Of models that no recognizer helped to train."""


class Subject(Protocol):
    """What evaluation asks of a model."""

    @property
    def guide(self) -> GuideRecord:
        """The recognizer that guided the training, or `NO_GUIDE`; for the record."""

    @property
    def guides(self) -> tuple[KnownGuide, ...]:
        """Everybody who took part in the training; none of them may judge."""

    @property
    def crop_size(self) -> int:
        """Side of the centre crop in which faces are cut out, pixels."""

    @property
    def whole_frame(self) -> bool:
        """Whether the model wants the template's whole frame around that crop."""

    def refuse_overlap(self, *, root: Path, pictures: Iterable[tuple[str, str]], named: bool = True) -> str:
        """As `enface.evaluation.overlap.refuse_overlap`."""

    def frontalise(
        self,
        inputs: Faces,
        *,
        cache: EmbeddingCache,
        device: str | torch.device,
        batch_size: int,
        progress: bool,
    ) -> Faces:
        """Frontal faces of crops, or of whole frames, as a user gets them."""


@dataclass(frozen=True, eq=False)
class NormalizerSubject:
    """A face normaliser: recognizer and generator."""

    model: "LoadedModel"
    whole_frame: bool = False

    @property
    def guide(self) -> GuideRecord:
        """Recorded with the model."""
        return self.model.guide

    @property
    def guides(self) -> tuple[KnownGuide, ...]:
        """The recognizer inside the model."""
        return (KnownGuide(self.model.guide, self.model.normalizer.recognizer),)

    @property
    def crop_size(self) -> int:
        """The side that it was trained with."""
        return self.model.experiment.data.crop_size

    def refuse_overlap(self, *, root: Path, pictures: Iterable[tuple[str, str]], named: bool = True) -> str:
        """Looks the people of the test up in the training's manifests."""
        return refuse_overlap(self.model.experiment, root=root, pictures=pictures, named=named)

    def frontalise(
        self,
        inputs: Faces,
        *,
        cache: EmbeddingCache,
        device: str | torch.device,
        batch_size: int,
        progress: bool,
    ) -> Faces:
        """Frontal faces of centre crops."""
        return frontalise(
            self.model, inputs, cache=cache, device=device, batch_size=batch_size, progress=progress
        )


@dataclass(frozen=True, eq=False)
class WarpSubject:
    """A model that copies what it sees."""

    turner: "WarpTurner"
    crop_size: int = 224
    whole_frame: bool = True
    kept: OrderedDict[bytes, Faces] = field(default_factory=OrderedDict)
    """Frontal faces of the last inputs: another judge of the same faces does not turn them again."""

    @property
    def guide(self) -> GuideRecord:
        """The names of all recognizers that took part in the training: the model knows no more of them."""
        guides = self.turner.guides
        return GuideRecord(", ".join(guides), "", "") if guides else NO_GUIDE

    @cached_property
    def guides(self) -> tuple[KnownGuide, ...]:
        """All of them, with the weights that are present now."""
        return tuple(find_guide(name) for name in self.turner.guides)

    def refuse_overlap(self, *, root: Path, pictures: Iterable[tuple[str, str]], named: bool = True) -> str:
        """Rendered people are the same when their sets have the same seed.

        Raises:
            ConfigError: the test's people were rendered from a seed of the training.
        """
        seeds = self.turner.config.seeds
        try:
            seed = json.loads((root / CARD).read_text(encoding="utf-8"))["settings"]["seed"]
        except (OSError, ValueError, LookupError, TypeError):
            return (
                "The model was trained on rendered people of other seeds than any rendered set among these."
            )
        if seed in seeds:
            raise ConfigError(
                f"the people of {root} were rendered from seed {seed}, which also trained the model; render "
                f"the test with another --seed than {', '.join(map(str, seeds))}"
            )
        return f"The test's people were rendered from seed {seed}, the training's from {seeds}: other people."

    def frontalise(
        self,
        inputs: Faces,
        *,
        cache: EmbeddingCache,
        device: str | torch.device,
        batch_size: int,
        progress: bool,
    ) -> Faces:
        """Frontal faces of whole frames. Pixels come from the frames, too many for the folder of remembered
        embeddings; the last `_KEPT` sets are kept as long as the model is."""
        key = hashlib.sha256(np.ascontiguousarray(inputs).data).digest()
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        faces = []
        with tqdm(total=len(inputs), desc="frontalise", unit="face", disable=not progress) as bar:
            for start in range(0, len(inputs), batch_size):
                batch = list(inputs[start : start + batch_size])
                faces += [turned.frontal for turned in self.turner.turn(batch)]
                bar.update(len(batch))
        frontals = np.stack(faces)
        frontals.setflags(write=False)
        self.kept[key] = frontals
        while len(self.kept) > _KEPT:
            self.kept.popitem(last=False)
        return frontals


def as_subject(model: "LoadedModel | FaceTurner | Subject") -> Subject:
    """A loaded model as a subject; subjects pass.

    Raises:
        ConfigError: a model of a kind that cannot be evaluated.
    """
    from enface.models.decoding import DecodingTurner
    from enface.models.folder import LoadedModel
    from enface.models.warp.turner import WarpTurner

    match model:
        case LoadedModel():
            return NormalizerSubject(model)
        case DecodingTurner():
            return NormalizerSubject(model.model)
        case WarpTurner():
            return WarpSubject(model)
        case NormalizerSubject() | WarpSubject():
            return model
    raise ConfigError(f"a {type(model).__name__} cannot be evaluated; load the model with load_turner")


def model_name(place: str, *, subject: Subject) -> str:
    """Name of a model in results: where it is, and what was asked of it beside its default."""
    neutral = isinstance(subject, WarpSubject) and subject.turner.neutral
    return f"{place} (neutral)" if neutral else place


def centre_crops(inputs: Faces, *, subject: Subject) -> Faces:
    """The part of a subject's inputs that a judge is given: the centre 224 of 250 of the template's frame."""
    if not subject.whole_frame:
        return inputs
    margin = (inputs.shape[1] - round(inputs.shape[1] * CROP_FRACTION)) // 2
    return np.ascontiguousarray(inputs[:, margin:-margin, margin:-margin])

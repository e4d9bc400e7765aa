"""A judge at work: which recognizer, on which machine, with which memory, and what it took."""

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, UInt8

from enface.errors import JudgeError
from enface.evaluation.arms import JudgedFaces
from enface.evaluation.embeddings import EmbeddingCache, embed_faces
from enface.evaluation.findings import Cost
from enface.evaluation.judge import refuse_guides
from enface.evaluation.results import Environment
from enface.evaluation.subject import Subject, as_subject
from enface.training.run_folder import environment

if TYPE_CHECKING:
    from enface.models.folder import LoadedModel
    from enface.models.turner import FaceTurner
    from enface.recognizers.frozen import FrozenRecognizer

Faces = UInt8[np.ndarray, "n size size 3"]


@dataclass(frozen=True, eq=False)
class Judging:
    """Judge and model with everything that they need to work.

    Raises:
        JudgeError: the judge guided the model.
    """

    model: Subject
    judge: "FrozenRecognizer"
    cache: EmbeddingCache
    device: str | torch.device = "cpu"
    batch_size: int = 64
    progress: bool = False
    started: float = field(default_factory=time.perf_counter)
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall time by stage so far."""

    def __post_init__(self) -> None:
        refuse_guides(self.judge, guides=self.model.guides)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Adds the time of a block to a stage."""
        before = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - before

    def frontalise(self, inputs: Faces) -> Faces:
        """The model's frontal faces of its inputs."""
        with self.stage("frontalise"):
            return self.model.frontalise(
                inputs,
                cache=self.cache,
                device=self.device,
                batch_size=self.batch_size,
                progress=self.progress,
            )

    def embed(self, faces: Faces, *, label: str) -> Float[np.ndarray, "n feature"]:
        """The judge's embeddings.

        Raises:
            JudgeError: one that is not finite.
        """
        with self.stage("embed"):
            features = embed_faces(
                self.judge,
                faces,
                cache=self.cache,
                device=self.device,
                batch_size=self.batch_size,
                label=f"judge {label}",
                progress=self.progress,
            )
        broken = int((~np.isfinite(features).all(axis=1)).sum())
        if broken:
            raise JudgeError(
                f"{self.judge.card.name} gives {broken} of {len(features)} faces ({label}) an embedding that "
                "is not finite; check its weights, or choose another judge"
            )
        return features

    def see(self, crops: Faces, frontals: Faces, *, label: str) -> JudgedFaces:
        """Embeddings of crops, their mirror images and their frontal faces."""
        return JudgedFaces(
            raw=self.embed(crops, label=f"{label} raw"),
            frontalised=self.embed(frontals, label=f"{label} frontal"),
            mirrored=self.embed(np.ascontiguousarray(crops[:, :, ::-1]), label=f"{label} mirrored"),
        )

    def cost(self) -> Cost:
        """What it took until now."""
        return Cost(seconds=dict(self.seconds), peak_memory=peak_memory())

    def environment(self) -> Environment:
        """Where the numbers are made, and the wall time until now."""
        record = environment(device=torch.device(self.device), world=1)
        return Environment(
            commit=record["commit"],
            dirty=record["dirty"],
            versions=record["versions"],
            machine=record["device"],
            processors=record["processors"],
            threads=record["threads"],
            seconds=time.perf_counter() - self.started,
        )


def judging(
    model: "LoadedModel | FaceTurner | Subject",
    judge: "FrozenRecognizer",
    *,
    cache: Path | None = None,
    device: str | torch.device = "cpu",
    batch_size: int = 64,
    progress: bool = False,
) -> Judging:
    """A judge at work on a model, both on `device`; see `runner.evaluate` for the rest.

    Raises:
        JudgeError: the judge guided the model.
    """
    return Judging(as_subject(model), judge, EmbeddingCache(cache), device, batch_size, progress)


def peak_memory() -> int:
    """Most memory that this process ever held, bytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(most) if sys.platform == "darwin" else int(most) * 1024

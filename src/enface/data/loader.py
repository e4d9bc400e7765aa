"""Endless batches for training, from worker processes or from this one, with the same content."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

import torch
from torch.utils.data import DataLoader

from enface.config.schema import Data
from enface.data.batch import FrontalizationBatch
from enface.data.embedded import embedded_manifest
from enface.data.faceset import AlignedFaces, Faces
from enface.data.manifest import read_faces
from enface.data.pairing import make_pairs
from enface.data.records import Manifest, Role, Split
from enface.data.rendered_source import is_rendered, parse_source
from enface.data.sampler import PositionSampler
from enface.data.samples import SampleSource
from enface.errors import ConfigError, EnfaceError, TrainingError

CACHE_BYTES = 512 * 2**20
"""A set whose aligned faces fit into this, over all workers of a process, is decoded only once per worker."""

_KILLED = (
    "a process that loads faces was killed, perhaps for lack of memory; the same command, with fewer "
    "--data.workers, goes on"
)


def make_loader(
    data: Data,
    *,
    sizes: tuple[int, ...],
    batch_size: int,
    seed: int,
    start: int = 0,
    rank: int = 0,
    world: int = 1,
    split: Split = "train",
    pin_memory: bool = False,
    cache_bytes: int = CACHE_BYTES,
) -> Generator[FrontalizationBatch, None, None]:
    """Batches without end; `close()` ends the worker processes, as does dropping the loader.

    Batch k holds the positions `k * batch_size` to `(k + 1) * batch_size - 1` of the endless order: neither
    the number of workers nor where the loader started changes a pixel. With `world` processes each gets
    its share of these positions, and the shares together are the batch of one process.

    Args:
        data: files, crops, pairing, number of workers (0: in this process).
        sizes: sizes of frontals and ground truth, pixels.
        batch_size: images per step over all processes, a multiple of `world`.
        seed: of the order and every random choice.
        start: batches that were drawn before.
        rank: this process, 0..world-1.
        world: number of processes.
        split: which people.
        pin_memory: page-locked batches, for a GPU.
        cache_bytes: memory for aligned faces over all workers; 0 decodes or renders each time.

    Raises:
        ConfigError: sizes or the batch size do not fit; at once, as the following.
        ManifestError: the manifest is not valid or cannot be paired.
        RenderingError: a set is to be rendered, but compiler or head is missing, or a value is impossible.
        TrainingError: from `next()`, when a worker process was killed.
        ImageError, FaceError: from `next()`, naming the file, when a picture cannot be read or aligned.
    """
    _check(data, sizes=sizes, batch_size=batch_size, world=world)
    manifest = read_set(data.manifest)
    separate = None if data.frontal_manifest is None else read_set(data.frontal_manifest, role="gallery")
    run = parse_source(data.manifest).together if data.manifest and is_rendered(data.manifest) else 1
    pairs = make_pairs(
        manifest, data.pairing, split=split, frontals=separate, run=run, truth=data.ground_truth
    )
    used = len(manifest.select(split=split)) + (len(separate.select(split=split)) if separate else 0)
    share = cache_bytes // max(1, data.workers)

    def opened(name: str | None, records: Manifest) -> Faces:
        if name is None or not is_rendered(name):
            cache = used * 3 * data.aligned_size**2 <= share
            return AlignedFaces(records, aligned_size=data.aligned_size, cache=cache)
        from enface.data.rendered import RenderedFaces  # imports the renderer

        rendered = RenderedFaces(name, records, aligned_size=data.aligned_size, cache_bytes=share)
        if data.workers:
            rendered.compile()
        return rendered

    faces = opened(data.manifest, manifest)
    source = SampleSource(
        data,
        faces=faces,
        frontal_faces=opened(data.frontal_manifest, separate) if separate else faces,
        pairs=pairs,
        sizes=sizes,
        seed=seed,
    )
    sampler = PositionSampler(len(pairs), seed=seed, start=start * batch_size, rank=rank, world=world)
    loader = DataLoader(
        source,
        batch_size=None,
        sampler=_Batches(sampler, batch_size=batch_size // world),
        num_workers=data.workers,
        collate_fn=_unchanged,
        pin_memory=pin_memory,
        worker_init_fn=_start_worker,
        # Its own generator: the loader's base seed must not be drawn from the trainer's.
        generator=torch.Generator().manual_seed(0),
    )
    return _batches(loader)


def read_set(path: str | None, *, role: Role = "probe") -> Manifest:
    """The faces that `data.manifest` names.

    A manifest, a folder, a `render:` text (`rendered_source`), or None for the set inside the package.

    Args:
        path: the name.
        role: of records that state none.

    Raises:
        ManifestError: see `read_faces`.
        ConfigError, RenderingError: see `rendered_manifest`.
    """
    if path is None:
        return embedded_manifest()
    if is_rendered(path):
        from enface.data.rendered import rendered_manifest  # imports the renderer

        return rendered_manifest(path)
    return read_faces(path, role=role)


class _Batches:
    """Lists of positions, one per batch of this rank."""

    def __init__(self, sampler: PositionSampler, *, batch_size: int) -> None:
        self._sampler = sampler
        self._batch_size = batch_size

    def __iter__(self) -> Iterator[list[int]]:
        positions = self._sampler.positions()
        while True:
            yield list(islice(positions, self._batch_size))


@contextmanager
def lost_workers_told() -> Iterator[None]:
    """A sentence for what PyTorch raises when a worker is killed.

    It raises when the signal of the death arrives, wherever the program is by then: what goes on between two
    batches is to be inside, too.

    Raises:
        TrainingError: a process that loads faces was killed.
    """
    try:
        yield
    except RuntimeError as error:
        if not _tells_of_a_death(error):
            raise
        raise TrainingError(_KILLED) from error


def _batches(
    loader: "DataLoader[FrontalizationBatch | EnfaceError]",
) -> Generator[FrontalizationBatch, None, None]:
    try:
        for item in loader:
            if isinstance(item, EnfaceError):
                raise item
            yield item
    except (RuntimeError, ConnectionError, EOFError) as error:
        if not _tells_of_a_death(error):
            raise
        # Its signal may still be to come; let it raise here: errors in the loader's destructor are printed
        # and lost.
        with suppress(RuntimeError):
            time.sleep(0.2)
        raise TrainingError(_KILLED) from error


def _tells_of_a_death(error: Exception) -> bool:
    """Whether PyTorch says so, or a batch that a worker was handing over could not be fetched from it."""
    text = str(error)
    if isinstance(error, RuntimeError):
        return "DataLoader worker (pid" in text
    # One that a living worker raised comes with its traceback as text.
    return "in DataLoader worker process" not in text


def _unchanged(item: Any) -> Any:
    return item


def _start_worker(_worker: int) -> None:
    torch.set_num_threads(1)


def _check(data: Data, *, sizes: tuple[int, ...], batch_size: int, world: int) -> None:
    if not 0 <= data.brightness <= 255:
        raise ConfigError(f"data.brightness is {data.brightness}, allowed: 0..255 grey levels")
    if batch_size < 1 or batch_size % world:
        raise ConfigError(
            f"schedule.batch_size is {batch_size}, but must be a positive multiple of the {world} processes"
        )
    if not 1 <= data.crop_size <= data.aligned_size:
        raise ConfigError(
            f"data.crop_size is {data.crop_size}, allowed: 1..{data.aligned_size} (data.aligned_size)"
        )
    for size in sizes:
        if not 1 <= size <= data.crop_size:
            raise ConfigError(f"output size {size} does not fit data.crop_size; allowed: 1..{data.crop_size}")
        if data.small_frontals == "decimate" and data.crop_size % size:
            raise ConfigError(
                f"data.small_frontals is decimate, but output size {size} is no whole fraction of"
                f" data.crop_size {data.crop_size}; choose antialias"
            )
    if data.workers < 0:
        raise ConfigError(f"data.workers is {data.workers}, allowed: 0 or more")

"""The training loop: fetch, step, tell, save (data flow in `docs/architecture.md`)."""

import logging
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from enface.config.schema import Experiment
from enface.data.batch import FrontalizationBatch
from enface.data.loader import lost_workers_told, make_loader
from enface.errors import CheckpointError, TrainingError
from enface.models.folder import save_model
from enface.models.guide import GuideRecord
from enface.training.allocator import keep_freed_memory
from enface.training.assembly import assemble
from enface.training.card import model_card
from enface.training.checks import check_experiment
from enface.training.distributed import Distributed, connect
from enface.training.faces_digest import faces_sha256
from enface.training.phases import batches_before, images_per_step, steps_of
from enface.training.run_folder import RunFolder
from enface.training.state import describe_last, load_networks, load_newest, save_checkpoint
from enface.training.status import Pace, log_to, status_line
from enface.training.tracking.jsonl import JsonLines
from enface.training.tracking.protocol import Tracker
from enface.training.tracking.samples import SampleGrid, sample_faces
from enface.training.tracking.tensorboard import TensorBoard
from enface.training.trainer import Trainer

log = logging.getLogger(__name__)


def train(
    experiment: Experiment,
    *,
    output: Path,
    preset: str | None = None,
    device: str = "cpu",
    progress: bool = True,
    resume: bool = True,
    tensorboard: bool = False,
) -> Path:
    """Trains, or goes on with, one run; under torchrun every process calls it alike.

    Args:
        experiment: everything that decides the run.
        output: the run's folder; a run that was broken off there goes on bit-exactly.
        preset: name for records, where the experiment has one.
        device: "cpu", "cuda" or "cuda:N".
        progress: whether to draw a progress bar.
        resume: False discards what a run left in `output`.
        tensorboard: whether to write TensorBoard events too.

    Returns:
        The run folder, with the trained model in `generator/`.

    Raises:
        ConfigError: the experiment cannot be trained as it is, or `output` cannot be used.
        CheckpointError: `output` holds a run of another experiment or other faces, or only damaged
            checkpoints.
        TrainingError: a term or a gradient is not finite.
    """
    with ExitStack() as stack:
        distributed = stack.enter_context(connect(device))
        check_experiment(experiment, processes=distributed.world)
        stack.enter_context(_threads(experiment.performance.threads))
        folder = RunFolder(output)
        if distributed.is_main:
            folder.prepare(fresh=not resume)
            stack.enter_context(log_to(folder.log))
        distributed.barrier()
        if distributed.device.type == "cpu":
            keep_freed_memory()
        run = _Run(experiment, folder, distributed, preset=preset)
        run.resume()
        try:
            with lost_workers_told():
                run.train(progress=progress, tensorboard=tensorboard)
        except TrainingError as error:
            log.info("stopped: %s", error)
            raise
    return output


class _Run:
    """One launch of a run."""

    def __init__(
        self, experiment: Experiment, folder: RunFolder, distributed: Distributed, *, preset: str | None
    ) -> None:
        self._experiment, self._schedule = experiment, experiment.schedule
        self._folder, self._distributed, self._preset = folder, distributed, preset
        self._parts = assemble(experiment, device=distributed.device, processes=distributed.world)
        self._trainer = Trainer(self._parts.task, experiment=experiment, distributed=distributed)
        self._sizes = self._parts.sizes
        self._data_sha256 = faces_sha256(experiment.data)
        self._done = 0

    def resume(self) -> None:
        """Restores the newest checkpoint, where there is one, and records the launch."""
        found = load_newest(
            self._folder.state,
            experiment=self._experiment,
            guide_sha256=self._parts.guide.weights_sha256,
            data_sha256=self._data_sha256,
        )
        if found:
            self._done, state = found
            self._trainer.load_state_dict(state)
        elif self._schedule.start_from is not None:
            start = RunFolder(Path(self._schedule.start_from))
            start_with(self._trainer, start, guide=self._parts.guide)
        if self._distributed.is_main:
            device, world = self._distributed.device, self._distributed.world
            self._folder.write_config(self._experiment)
            self._folder.record_launch(preset=self._preset, device=device, world=world, step=self._done)

    def train(self, *, progress: bool, tensorboard: bool) -> None:
        """Makes the steps that are left."""
        total, main = steps_of(self._schedule), self._distributed.is_main
        with ExitStack() as stack:
            if main:
                trackers = self._trackers(stack, tensorboard=tensorboard)
                grid = self._sample_grid()
                log.info("from step %d of %d in %s", self._done, total, self._folder.root)
            bar = stack.enter_context(self._bar(shown=progress and main))
            pace = Pace(images_per_step(self._schedule))
            batches = self._batches()
            stack.callback(batches.close)
            while self._done < total:
                last_good = describe_last(self._folder.state)
                values = self._trainer.step(self._done, batches, last_good=last_good)
                self._done += 1
                pace.step()
                bar.update(min(images_per_step(self._schedule), bar.total - bar.n))
                if not main:
                    continue
                if self._due(self._schedule.log_every):
                    self._tell(values, trackers, pace, total=total)
                if self._due(self._schedule.sample_every):
                    picture = grid.draw(self._trainer.result)
                    for tracker in trackers:
                        tracker.image("faces", picture, step=self._done)
                if self._due(self._schedule.checkpoint_every):
                    self._save()
            if main:
                log.info("finished after %d steps", self._done)
        self._distributed.barrier()

    def _due(self, every: int) -> bool:
        return self._done % max(1, every) == 0 or self._done == steps_of(self._schedule)

    def _tell(self, values: dict[str, Tensor], trackers: list[Tracker], pace: Pace, *, total: int) -> None:
        row = {name: float(value) for name, value in {**values, **self._trainer.l2_terms()}.items()}
        row["images"] = float(self._done * images_per_step(self._schedule))
        row["images_per_second"] = pace.images_per_second()
        for tracker in trackers:
            tracker.scalars(row, step=self._done)
        log.info("%s", status_line(row, step=self._done, total=total, batch=images_per_step(self._schedule)))

    def _save(self) -> None:
        """Writes the model folder that other verbs read, then the checkpoint.

        Killed between the two, a run goes on from the checkpoint before and writes the same model again; the
        other way round a finished run could be left without its last model.
        """
        generator = self._trainer.result
        card = model_card(
            self._experiment,
            preset=self._preset,
            guide_sha256=self._parts.guide.weights_sha256,
            step=self._done,
            generator=generator,
        )
        save_model(
            self._folder.generator,
            generator=generator,
            experiment=self._experiment,
            guide=self._parts.guide,
            card=card,
        )
        save_checkpoint(
            self._folder.state,
            step=self._done,
            experiment=self._experiment,
            guide_sha256=self._parts.guide.weights_sha256,
            data_sha256=self._data_sha256,
            state=self._trainer.state_dict(),
            keep=self._schedule.keep_checkpoints,
        )

    def _batches(self) -> Generator[FrontalizationBatch, None, None]:
        schedule, objective = self._schedule, self._experiment.objective
        start = batches_before(self._done, schedule, adversarial=objective.adversarial_weight != 0)
        return make_loader(
            self._experiment.data,
            sizes=self._sizes,
            batch_size=schedule.batch_size,
            seed=self._experiment.seed,
            start=start,
            rank=self._distributed.rank,
            world=self._distributed.world,
            pin_memory=self._distributed.device.type == "cuda",
        )

    def _sample_grid(self) -> SampleGrid:
        faces = sample_faces(self._experiment.data, sizes=self._sizes)
        return SampleGrid(self._parts.task, faces.to(self._distributed.device))

    def _trackers(self, stack: ExitStack, *, tensorboard: bool) -> list[Tracker]:
        trackers: list[Tracker] = [JsonLines(self._folder.metrics, self._folder.samples, done=self._done)]
        if tensorboard:
            trackers.append(TensorBoard(self._folder.tensorboard, done=self._done))
        for tracker in trackers:
            stack.callback(tracker.close)
        return trackers

    def _bar(self, *, shown: bool) -> "tqdm[None]":
        done = min(self._done * images_per_step(self._schedule), self._schedule.images)
        return tqdm(
            total=self._schedule.images, initial=done, unit=" images", disable=not shown, dynamic_ncols=True
        )


def start_with(trainer: Trainer, folder: RunFolder, *, guide: GuideRecord) -> None:
    """Takes the networks of another run's newest checkpoint (schedule.start_from).

    Raises:
        CheckpointError: there is none, or its networks have other shapes or decode another feature.
    """
    path, state = load_networks(folder.state, guide=guide)
    try:
        trainer.start_with(state)
    except RuntimeError as error:
        raise CheckpointError(
            f"schedule.start_from names {path}, whose networks are not those of this experiment: "
            f"{str(error).splitlines()[-1].strip()}; give the same generator and critics as that run"
        ) from error


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Sets torch's thread count for the block."""
    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)

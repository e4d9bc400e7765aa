"""The folder of one run: what lies where, and the record of how it was started."""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

import enface
from enface.config.codec import dump_experiment
from enface.config.schema import Experiment
from enface.errors import ConfigError
from enface.resources.atomic import atomic_write, remove_leftovers


@dataclass(frozen=True)
class RunFolder:
    """Paths of a run."""

    root: Path

    @property
    def config(self) -> Path:
        """The experiment as JSON."""
        return self.root / "config.json"

    @property
    def environment(self) -> Path:
        """One record for each launch of the run."""
        return self.root / "environment.json"

    @property
    def log(self) -> Path:
        """Status lines."""
        return self.root / "log.txt"

    @property
    def metrics(self) -> Path:
        """One JSON object a line."""
        return self.root / "metrics.jsonl"

    @property
    def samples(self) -> Path:
        """Picture grids by step."""
        return self.root / "samples"

    @property
    def state(self) -> Path:
        """Checkpoints."""
        return self.root / "state"

    @property
    def generator(self) -> Path:
        """The model folder that the other verbs read."""
        return self.root / "generator"

    @property
    def tensorboard(self) -> Path:
        """TensorBoard events, where asked for."""
        return self.root / "tensorboard"

    def prepare(self, *, fresh: bool) -> None:
        """Makes the folder.

        Args:
            fresh: remove what an earlier run left here.

        Raises:
            ConfigError: the folder cannot be written, or holds something that is not a run.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            remove_leftovers(self.root)
            remove_leftovers(self.state)
            if not self.config.exists() and any(self.root.iterdir()):
                raise ConfigError(f"{self.root} holds other files but no run; choose an empty --output")
            if fresh:
                self._remove_run()
            with tempfile.TemporaryFile(dir=self.root):  # fails here rather than at the first checkpoint
                pass
        except OSError as error:
            raise ConfigError(
                f"cannot write to {self.root}: {error.strerror or error}; choose another --output"
            ) from error

    def write_config(self, experiment: Experiment) -> None:
        """Writes `config.json`; only once it is known that the folder's checkpoints belong to it."""
        with atomic_write(self.config) as temporary:
            temporary.write_text(dump_experiment(experiment), encoding="utf-8")

    def record_launch(self, *, preset: str | None, device: torch.device, world: int, step: int) -> None:
        """Appends to `environment.json` how the run was started this time."""
        launches = json.loads(self.environment.read_text()) if self.environment.exists() else []
        launches.append(
            {
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "command": sys.argv,
                "preset": preset,
                "from_step": step,
                **environment(device=device, world=world),
            }
        )
        with atomic_write(self.environment) as temporary:
            temporary.write_text(json.dumps(launches, indent=2) + "\n", encoding="utf-8")

    def _remove_run(self) -> None:
        for path in (self.state, self.samples, self.generator, self.tensorboard):
            shutil.rmtree(path, ignore_errors=True)
        for path in (self.config, self.environment, self.log, self.metrics):
            path.unlink(missing_ok=True)


def environment(*, device: torch.device, world: int) -> dict[str, Any]:
    """Commit, versions and machine; what a result depends on besides the configuration."""
    commit, dirty = _commit()
    return {
        "commit": commit,
        "dirty": dirty,
        "versions": {
            "enface": enface.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else _processor(),
        "processors": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "processes": world,
    }


def _commit() -> tuple[str | None, bool | None]:
    """Commit of the checkout that this package runs from, and whether it has changes; None for an install."""
    package = Path(enface.__file__).parent

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(package), *arguments],
                capture_output=True,
                text=True,
                timeout=10,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    if git("ls-files", "--error-unmatch", "__init__.py") is None:
        return None, None
    status = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "HEAD"), None if status is None else bool(status)


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

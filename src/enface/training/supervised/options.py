"""Where a supervised run lies and what computes it; nothing here decides the weights."""

from dataclasses import dataclass
from pathlib import Path

from enface.errors import ConfigError


@dataclass(frozen=True)
class RunOptions:
    """What the command line decides about a run whose recipe is fixed."""

    output: Path
    """Run folder: checkpoints, curves, the published model; made if absent."""
    data: Path | None = None
    """Folder of the rendered set; what is missing there is rendered first. None: `rendered` in `output`."""
    workers: int = 1
    """Processes that render."""
    device: str = "cpu"
    """Where networks are trained."""
    progress: bool = True
    """Whether to show bars."""
    start: Path | None = None
    """Folder of the model that a recipe goes on from."""

    @property
    def rendered(self) -> Path:
        """Folder of the rendered training set."""
        return self.data or self.output / "rendered"

    def refuse_start(self, recipe: str) -> None:
        """For recipes that draw their first weights.

        Raises:
            ConfigError: a model to go on from was given.
        """
        if self.start is not None:
            raise ConfigError(f"{recipe} draws its first weights; leave out --start {self.start}")

"""TensorBoard events, through the extra `tensorboard`."""

from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from enface.errors import ConfigError


class TensorBoard:
    """Writes a run's rows and pictures as TensorBoard events."""

    def __init__(self, folder: Path, *, done: int) -> None:
        """Opens an event file; events of later steps than `done` are hidden, since they come again.

        Raises:
            ConfigError: the extra is not installed.
        """
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise ConfigError(
                "TensorBoard is not installed; install the extra (pip install 'enface[tensorboard]') "
                "or train without --tensorboard"
            ) from error
        self._writer = SummaryWriter(str(folder), purge_step=done + 1)

    def scalars(self, values: dict[str, float], *, step: int) -> None:
        """Writes each number as its own curve."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def image(self, name: str, image: UInt8[np.ndarray, "height width 3"], *, step: int) -> None:
        """Writes one picture."""
        self._writer.add_image(name, image, step, dataformats="HWC")

    def close(self) -> None:
        """Flushes and closes."""
        self._writer.close()

"""How a recognizer is trained beside its recipe, and what its model card says about that."""

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class RunSettings:
    """Where a run lies, what computes it, and words of its model card; nothing here decides the weights."""

    output: Path
    """Run folder: checkpoint, curve and its picture, recognizer; made if absent."""
    device: str = "cpu"
    """Where the network is trained: cpu, cuda or cuda:N."""
    training_data: str = ""
    """What the model card calls the training faces; empty describes or counts them."""
    command: str = ""
    """What the model card says to type; empty is the command line without options."""
    rendered: bool = True
    """Whether the faces are known to be rendered; the card of others promises no licence."""
    progress: bool = True
    """Whether to show bars."""

    def described(self, *, training_data: str, command: str) -> "RunSettings":
        """The same, with these words where it has none."""
        return replace(
            self, training_data=self.training_data or training_data, command=self.command or command
        )

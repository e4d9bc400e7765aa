"""Where and with what figures were taken; used by other benchmarks, not run by itself."""

import os
import platform
from typing import Any


def machine(threads: int) -> dict[str, Any]:
    """Versions, processor, load, and the threads that were asked for."""
    import torch

    from enface.training.run_folder import environment

    return {
        **environment(device=torch.device("cpu"), world=1),
        "threads": threads,
        "system": platform.platform(),
        "load": os.getloadavg(),
    }

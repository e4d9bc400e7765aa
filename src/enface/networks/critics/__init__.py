"""Critics that tell generated frontal faces from real ones."""

from enface.networks.critics.registry import build_critics
from enface.networks.interfaces import Critics

__all__ = ["Critics", "build_critics"]

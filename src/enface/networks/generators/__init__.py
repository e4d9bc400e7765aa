"""Decoders from an identity feature to frontal faces."""

from enface.networks.generators.registry import build_generator
from enface.networks.interfaces import Generator

__all__ = ["Generator", "build_generator"]

"""Who is compared with whom: one file and one registry line per protocol."""

from enface.evaluation.protocols.protocol import Probe, Protocol
from enface.evaluation.protocols.registry import PROTOCOLS, make_protocol

__all__ = ["PROTOCOLS", "Probe", "Protocol", "make_protocol"]

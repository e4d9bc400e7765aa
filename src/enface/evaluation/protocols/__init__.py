"""Who is compared with whom: one file and one registry line per protocol."""

from enface.evaluation.protocols.pairs import FacePair, PairsProtocol
from enface.evaluation.protocols.protocol import Probe, Protocol
from enface.evaluation.protocols.registry import PAIR_PROTOCOLS, PROTOCOLS, make_protocol

__all__ = ["PAIR_PROTOCOLS", "PROTOCOLS", "FacePair", "PairsProtocol", "Probe", "Protocol", "make_protocol"]

"""Who is compared with whom: one file and one registry line per protocol."""

from enface.evaluation.protocols.inspection import AnyProtocol, Inspection, inspect, require_files
from enface.evaluation.protocols.pairs import FacePair, PairsProtocol
from enface.evaluation.protocols.protocol import Probe, Protocol
from enface.evaluation.protocols.registry import (
    FILE_PROTOCOLS,
    PAIR_PROTOCOLS,
    PROTOCOLS,
    TEMPLATE_PROTOCOLS,
    check_name,
    known_protocols,
    make_protocol,
    open_protocol,
)
from enface.evaluation.protocols.templates import Sighting, Template, TemplatesProtocol

__all__ = [
    "FILE_PROTOCOLS",
    "PAIR_PROTOCOLS",
    "PROTOCOLS",
    "TEMPLATE_PROTOCOLS",
    "AnyProtocol",
    "FacePair",
    "Inspection",
    "PairsProtocol",
    "Probe",
    "Protocol",
    "Sighting",
    "Template",
    "TemplatesProtocol",
    "check_name",
    "inspect",
    "known_protocols",
    "make_protocol",
    "open_protocol",
    "require_files",
]

"""OpenVINO intermediate representations (XML and BIN) as plain, differentiable torch modules."""

from enface.recognizers.openvino_ir.graph import IrGraph
from enface.recognizers.openvino_ir.reader import read_ir

__all__ = ["IrGraph", "read_ir"]

"""A graph as a file: ONNX for onnxruntime and others, `.pt2` for torch alone."""

import importlib.util
import logging
import platform
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.export import Dim, ExportedProgram

import enface
from enface.errors import ConfigError
from enface.export.graphs import DecodingGraph, WarpGraph

Arrays = Mapping[str, np.ndarray]
Session = Callable[[Arrays], dict[str, np.ndarray]]
"""A graph at work: inputs by name to outputs by name."""

SUFFIXES = (".onnx", ".pt2")
OPSET = 18
"""Of ONNX: the first that can shrink a picture with antialiasing."""
_PACKAGES = ("onnx", "onnxscript")


def check_format(path: Path) -> None:
    """Whether a file of this name can be written here.

    Raises:
        ConfigError: another suffix, or packages are missing.
    """
    if path.suffix not in SUFFIXES:
        raise ConfigError(
            f"{path.name} has none of the suffixes {', '.join(SUFFIXES)}; give .onnx for onnxruntime and "
            "others, or .pt2 for torch"
        )
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if path.suffix == ".onnx" and missing:
        raise ConfigError(
            f"ONNX needs {' and '.join(missing)}; install the extra (pip install 'enface[export]'), or "
            "give a file with the suffix .pt2, which needs neither"
        )


def trace(graph: WarpGraph | DecodingGraph, *, pictures: Tensor) -> ExportedProgram:
    """The graph as operations, with an open number of faces.

    Args:
        graph: in evaluation mode.
        pictures: two or more examples in [-1, 1].

    Raises:
        ConfigError: something in the model is no operation of torch, for example a guide of the user's own.
    """
    example = graph.example(pictures)
    batch = Dim("batch")
    try:
        with _quiet(), torch.no_grad():
            return torch.export.export(graph, example, dynamic_shapes=tuple({0: batch} for _ in example))
    except Exception as error:  # whatever a tracer meets in somebody's network
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise ConfigError(
            f"the model cannot be written as a graph ({reason}); its networks must consist of torch's "
            "operations alone"
        ) from error


def write(program: ExportedProgram, path: Path, *, graph: WarpGraph | DecodingGraph, facts: str) -> None:
    """Writes a traced graph in the format that the suffix names; the file is not replaced atomically.

    Args:
        program: of `trace`.
        path: with one of `SUFFIXES`.
        graph: what was traced.
        facts: JSON that is stored inside the file under the key "enface".

    Raises:
        OSError: the file cannot be written.
    """
    with _quiet(), torch.no_grad():
        if path.suffix == ".pt2":
            # On a full disk torch's own writer ends the process, so it does not write to the disk.
            stream = BytesIO()
            torch.export.save(program, stream, extra_files={"enface": facts})
            path.write_bytes(stream.getbuffer())
            return
        written = torch.onnx.export(
            program,
            dynamo=True,
            verbose=False,
            opset_version=OPSET,
            input_names=[port.name for port in graph.inputs],
            output_names=[port.name for port in graph.outputs],
            # onnxscript's optimizer takes an addition of 1e-8 for one of nothing, and pixel norms then
            # divide by zero. onnxruntime optimizes what it loads by itself.
            optimize=False,
        )
        assert written is not None
        written.model.metadata_props["enface"] = facts
        written.save(path)


def open_graph(path: Path, *, threads: int = 1) -> Session:
    """Loads a file that `write` wrote, in onnxruntime or torch."""
    if path.suffix == ".pt2":
        module = torch.export.load(path).module()

        def in_torch(inputs: Arrays) -> dict[str, np.ndarray]:
            with torch.inference_mode():
                found = module(*(torch.from_numpy(array) for array in inputs.values()))
            return {name: tensor.numpy() for name, tensor in found.items()}

        return in_torch
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return lambda inputs: dict(
        zip(names, cast("list[np.ndarray]", session.run(names, dict(inputs))), strict=True)
    )


def versions(path: Path) -> dict[str, str]:
    """Of the packages that take part in writing a file of this name."""
    packages = _PACKAGES if path.suffix == ".onnx" else ()
    ours = {"enface": enface.__version__, "python": platform.python_version(), "torch": torch.__version__}
    return {**ours, **{name: metadata.version(name) for name in packages}}


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporters' remarks on their own insides."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            logger.setLevel(level)

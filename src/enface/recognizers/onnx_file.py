"""Any ONNX file with a card beside it: `arcface.onnx` and `arcface.json`."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from enface.errors import ConfigError, ResourceError
from enface.recognizers.frozen import FrozenRecognizer
from enface.recognizers.outside import InputCard, OutsideNetwork, freeze, read_input_card
from enface.recognizers.weights import read_bytes

ENDING = ".onnx"
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64}


def load_onnx(path: Path) -> FrozenRecognizer:
    """A recognizer from an ONNX file, computed by onnxruntime on the processor.

    Args:
        path: of the file; its card (`InputCard` as JSON) has the same name with the ending .json.

    Raises:
        ResourceError: file or card is missing or not what it should be, or the file's hash is not the card's.
        ConfigError: the network does not take one picture, or does not return embeddings.
    """
    content, digest = read_bytes(path)
    card = read_input_card(path.with_suffix(".json"))
    if card.sha256 and card.sha256 != digest:
        raise ResourceError(f"{path} has SHA-256 {digest}, its card says {card.sha256}; install it anew")
    card = replace(card, name=card.name or path.stem)
    return freeze(OnnxNetwork(content, card, path=path), card, weights_sha256=digest)


class OnnxNetwork(OutsideNetwork):
    """A session of onnxruntime."""

    def __init__(self, content: bytes, card: InputCard, *, path: Path) -> None:
        """Checks the network's input and output against the card.

        Raises:
            ResourceError: onnxruntime cannot read it.
            ConfigError: other inputs or outputs than the card's.
        """
        super().__init__(card.name, layout=card.layout)
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises many kinds for files that it cannot use
            raise ResourceError(f"{path} cannot be used by onnxruntime: {error}") from error
        inputs, outputs = self._session.get_inputs(), [o.name for o in self._session.get_outputs()]
        if len(inputs) != 1 or inputs[0].type not in _TYPES:
            kinds = ", ".join(f"{i.name} {i.type}" for i in inputs)
            raise ConfigError(f"{path} takes {kinds}; a judge takes one picture as floating-point numbers")
        self._path, self._size = path, card.input_size
        self._input, self._type = inputs[0].name, _TYPES[inputs[0].type]
        _check_shape(inputs[0].shape, card, path=path)
        self._one_by_one = inputs[0].shape[0] == 1
        if card.output is None and len(outputs) != 1:
            raise ConfigError(
                f"{path} has outputs {', '.join(outputs)}; name the embedding as `output` in its card"
            )
        if card.output is not None and card.output not in outputs:
            raise ConfigError(f"{path} has no output {card.output!r}; outputs: {', '.join(outputs)}")
        self._output = card.output or outputs[0]

    def compute(self, images: Tensor) -> Any:
        """Embeddings, float.

        Raises:
            ConfigError: the network cannot compute pictures of this size, which the file leaves open.
        """
        given = images.cpu().numpy().astype(self._type)
        batches = [given[i : i + 1] for i in range(len(given))] if self._one_by_one else [given]
        try:
            found = [self._session.run([self._output], {self._input: some})[0] for some in batches]
        except Exception as error:  # onnxruntime raises many kinds
            raise ConfigError(
                f"{self._path} cannot compute pictures of shape {list(batches[0].shape)}, which follows from "
                f"input_size {list(self._size)} in its card; correct it there. onnxruntime says: "
                f"{str(error).splitlines()[0]}"
            ) from error
        return np.concatenate(found)


def _check_shape(shape: list[Any], card: InputCard, *, path: Path) -> None:
    """A fixed size in the file must be the card's, a fixed batch 1; names stand for sizes that are open."""
    height, width = card.input_size
    wanted: dict[Literal["NCHW", "NHWC"], tuple[int, ...]] = {
        "NCHW": (3, height, width),
        "NHWC": (height, width, 3),
    }
    sizes = wanted[card.layout]
    if len(shape) != 4 or any(isinstance(s, int) and s != w for s, w in zip(shape[1:], sizes, strict=True)):
        raise ConfigError(
            f"{path} takes pictures of shape {shape}, its card says {list(sizes)} ({card.layout}); correct "
            "input_size or layout in the card"
        )
    if isinstance(shape[0], int) and shape[0] != 1:
        raise ConfigError(
            f"{path} takes pictures of shape {shape}, always {shape[0]} together; export it with an open "
            "batch, or for 1 picture"
        )

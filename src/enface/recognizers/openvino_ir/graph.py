"""A model's layers as one torch module."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from enface.errors import ResourceError
from enface.recognizers.openvino_ir.operations import OPERATIONS, Arithmetic
from enface.recognizers.openvino_ir.reader import IrLayer, IrModel


class IrGraph(nn.Module):
    """Runs the layers in order, each as an ordinary module, so that gradients reach the input."""

    def __init__(self, model: IrModel, *, outputs: Mapping[str, str]) -> None:
        """Builds every module.

        Args:
            model: what `read_ir` returned.
            outputs: names of this graph's layers -> names of layers in the model.

        Raises:
            ResourceError: an unsupported kind of layer, several inputs, or no layer of a wanted name.
        """
        super().__init__()
        constants = dict(model.constants)
        self.steps: list[tuple[str, str, tuple[str, ...]]] = []
        self.modules_by_id = nn.ModuleDict()
        inputs = []
        for layer in model.layers:
            if layer.kind == "Parameter":
                inputs.append(layer.id)
            elif layer.kind == "Convert" and layer.inputs[0] in constants:
                constants[layer.id] = constants[layer.inputs[0]]
            elif layer.kind not in {"Const", "Result"}:
                self._add(layer, constants)
        if len(inputs) != 1:
            raise ResourceError(f"a model with {len(inputs)} inputs is not supported, only with one")
        self.input = inputs[0]
        ids = {layer.name: layer.id for layer in model.layers}
        missing = [name for name in outputs.values() if name not in ids]
        if missing:
            raise ResourceError(f"the model has no layer {missing[0]!r}")
        self.outputs = {name: ids[inner] for name, inner in outputs.items()}
        self._merge_biases()

    def forward(
        self, images: Float[Tensor, "batch 3 height width"], layers: Collection[str]
    ) -> dict[str, Tensor]:
        """The named layers, those of size 1x1 flattened to vectors.

        Args:
            images: in the units of the model.
            layers: names among `outputs`.
        """
        values = {self.input: images}
        wanted = {self.outputs[name] for name in layers}
        for step, module, sources in self.steps:
            values[step] = self.modules_by_id[module](*(values[source] for source in sources))
            if wanted <= values.keys():
                break
        return {name: values[self.outputs[name]].flatten(1) for name in layers}

    def _add(self, layer: IrLayer, constants: dict[str, np.ndarray]) -> None:
        if layer.kind not in OPERATIONS:
            raise ResourceError(
                f"{layer.name}: layers of kind {layer.kind} are not supported, only {', '.join(OPERATIONS)}"
            )
        values = [constants.get(source) for source in layer.inputs]
        self.modules_by_id[layer.id] = OPERATIONS[layer.kind](layer, values)
        sources = tuple(s for s, value in zip(layer.inputs, values, strict=True) if value is None)
        self.steps.append((layer.id, layer.id, sources))

    def _merge_biases(self) -> None:
        """A constant per channel added to a convolution that nothing else reads becomes its bias."""
        readers = Counter(source for _, _, sources in self.steps for source in sources)
        readers.update(self.outputs.values())
        producers = {step: index for index, (step, _, _) in enumerate(self.steps)}
        kept = dict(self.modules_by_id.items())
        merged = set[int]()
        for index, (step, module, sources) in enumerate(self.steps):
            addition = self.modules_by_id[module]
            source = sources[0]
            if not (isinstance(addition, Arithmetic) and addition.kind == "Add" and source in producers):
                continue
            convolution = kept.get(source)
            value = addition.value
            if not isinstance(convolution, nn.Conv2d) or value is None or readers[source] != 1:
                continue
            if convolution.bias is not None or value.shape != (1, convolution.out_channels, 1, 1):
                continue
            convolution.bias = nn.Parameter(value.detach().flatten())
            before = producers[source]
            self.steps[index] = (step, source, self.steps[before][2])
            del self.modules_by_id[module]
            merged.add(before)
        self.steps = [entry for index, entry in enumerate(self.steps) if index not in merged]


@torch.no_grad()
def randomize(graph: IrGraph, *, images: Float[Tensor, "batch 3 height width"]) -> None:
    """Replaces kernels by random ones and biases by zero; everything else stays. Uses torch's seed.

    Without batch norms random kernels would blow activations up layer by layer, so each kernel is scaled to
    make its output's standard deviation one on `images` (Mishkin and Matas 2016, section 3).
    """

    def rescale(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> Tensor:
        deviation = output.std().clamp(min=1e-6)
        cast(nn.Conv2d, module).weight.div_(deviation)
        return output / deviation

    hooks = []
    for module in graph.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
            hooks.append(module.register_forward_hook(rescale))
    graph(images, tuple(graph.outputs))
    for hook in hooks:
        hook.remove()

"""What the rest of enface may rely on, whichever generator or critics the configuration names."""

from torch import nn

from enface.networks.parameters import kernel_parameters


class Generator(nn.Module):
    """A decoder: features "batch feature" -> {size: images "batch 3 size size" in [-1, 1], float32}."""

    feature_size: int
    """Length of the feature it decodes."""
    sizes: tuple[int, ...]
    """Sides of its images in pixels, smallest first; the order of the returned dict."""

    def kernels(self) -> list[nn.Parameter]:
        """The convolution and dense kernels, for L2 (specification A.6)."""
        return kernel_parameters(self)


class Critics(nn.Module):
    """Named critics: {size: images "batch 3 size size" in [-1, 1]} -> {name: scores "batch *map", float32}.

    A score is one value or a map of values per image; losses average over the map.
    """

    names: tuple[str, ...]
    """Of the critics, in the order of the returned dict."""

    def kernels(self) -> list[nn.Parameter]:
        """The convolution and dense kernels, for L2 (specification A.6)."""
        return kernel_parameters(self)

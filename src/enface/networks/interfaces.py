"""What the rest of enface may rely on, whichever generator or critics the configuration names."""

from torch import nn

from enface.networks.parameters import kernel_parameters


class Generator(nn.Module):
    """A decoder: features "batch feature" -> {size: images "batch 3 size size" in [-1, 1], float32}.

    One that lists `layers` also takes the recognizer's maps of the same images by these names, or starts from
    them alone.
    """

    layers: tuple[str, ...] = ()
    """Maps of the recognizer that it decodes besides the feature: of 7 px (`sizes.BASE`), 14 px and so on."""
    feature_size: int
    """Length of the feature it decodes."""
    sizes: tuple[int, ...]
    """Sides of its images in pixels, smallest first; the order of the returned dict."""

    def kernels(self) -> list[nn.Parameter]:
        """The convolution and dense kernels, for L2 (specification A.6)."""
        return kernel_parameters(self)


class Critics(nn.Module):
    """Named critics: {size: images "batch 3 size size" in [-1, 1]} -> {name: scores "batch *map", float32}.

    A score is one value or a map of values per image; losses average over the map. Critics with a `layer` get
    the recognizer's map of the largest image in its place, conditional ones the input's channels after it.
    """

    layer: str | None = None
    """Layer of the recognizer that they look at; None is the image itself."""
    conditional: bool = False
    """Whether they look at the input as well."""

    names: tuple[str, ...]
    """Of the critics, in the order of the returned dict."""

    def kernels(self) -> list[nn.Parameter]:
        """The convolution and dense kernels, for L2 (specification A.6)."""
        return kernel_parameters(self)

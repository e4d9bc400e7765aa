"""Protocols by name."""

from collections.abc import Callable
from pathlib import Path

from enface.config.suggest import did_you_mean
from enface.data.embedded import embedded_manifest
from enface.data.records import Manifest
from enface.errors import ConfigError
from enface.evaluation.protocols import lfw, own_pairs, rendered
from enface.evaluation.protocols.pairs import PairsProtocol
from enface.evaluation.protocols.protocol import Protocol

PROTOCOLS: dict[str, Callable[..., Protocol]] = {
    "rendered": rendered.build,
}
"""Each builds a protocol of identification from (manifest, data=name of the data, across_looks=bool)."""

PAIR_PROTOCOLS: dict[str, Callable[[Path], PairsProtocol]] = {
    "lfw_view1": lfw.view1,
    "lfw_view2": lfw.view2,
    "pairs": own_pairs.build,
}
"""Each builds a protocol of verification from the folder of its files, or from the file itself."""


def make_protocol(
    name: str, manifest: Manifest, *, data: str | None = None, across_looks: bool = False
) -> Protocol:
    """Builds a protocol.

    Args:
        name: in `PROTOCOLS`.
        manifest: pictures of train and test people.
        data: what they are, for the record; None says so of the embedded set and names the folder of others.
        across_looks: whether gallery and probes show different looks.

    Raises:
        ConfigError: an unknown name.
        ManifestError: the manifest lacks what the protocol needs.
    """
    if name not in PROTOCOLS:
        known = (*PROTOCOLS, *PAIR_PROTOCOLS)
        raise ConfigError(f"unknown protocol {name!r}{did_you_mean(name, known)}; {', '.join(known)}")
    if data is None:
        embedded = manifest is embedded_manifest()
        data = "rendered faces inside the package" if embedded else str(manifest.root)
    return PROTOCOLS[name](manifest, data=data, across_looks=across_looks)

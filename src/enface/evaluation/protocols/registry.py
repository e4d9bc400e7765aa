"""Protocols by name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from enface.config.suggest import did_you_mean
from enface.data.embedded import embedded_manifest
from enface.data.manifest import read_faces
from enface.data.records import Manifest
from enface.data.studio_protocols import STUDIO_PROTOCOLS
from enface.errors import ConfigError
from enface.evaluation.protocols import (
    cfp,
    cplfw,
    lfw,
    own_folder,
    own_pairs,
    pose_roles,
    rendered,
    studio,
    template_files,
)
from enface.evaluation.protocols.inspection import AnyProtocol
from enface.evaluation.protocols.pairs import PairsProtocol
from enface.evaluation.protocols.protocol import Protocol
from enface.evaluation.protocols.templates import TemplatesProtocol

PROTOCOLS: dict[str, Callable[..., Protocol]] = {
    "rendered": rendered.build,
    "rendered_looks": rendered.build_looks,
}
"""Each builds a protocol of identification from (manifest, data=name of the data, across_looks=bool)."""

FILE_PROTOCOLS: dict[str, Callable[[Path], Protocol]] = {
    "pose_roles": pose_roles.alone,
    "pose_roles_distractors": pose_roles.with_distractors,
    **{f"multipie_{name}": partial(studio.build, name) for name in STUDIO_PROTOCOLS},
}
"""Each builds a protocol of identification from a file or folder of its own layout."""

PAIR_PROTOCOLS: dict[str, Callable[[Path], PairsProtocol]] = {
    "lfw_view1": lfw.view1,
    "lfw_view2": lfw.view2,
    "cfp_ff": cfp.frontal_frontal,
    "cfp_fp": cfp.frontal_profile,
    "cplfw": cplfw.build,
    "pairs": own_pairs.build,
    "folder_pairs": own_folder.pairs,
}
"""Each builds a protocol of verification from the folder of its files, or from the file itself."""

TEMPLATE_PROTOCOLS: dict[str, Callable[[Path], TemplatesProtocol]] = {
    "templates_verification": template_files.verification,
    "templates_search": template_files.search,
    "folder_search": own_folder.search,
}
"""Each builds comparisons or a search of templates from the folder of its files."""


def known_protocols() -> tuple[str, ...]:
    """Names of all protocols."""
    return (*PROTOCOLS, *FILE_PROTOCOLS, *PAIR_PROTOCOLS, *TEMPLATE_PROTOCOLS)


def check_name(name: str) -> None:
    """Refuses a name that no protocol has.

    Raises:
        ConfigError: with the nearest name and all of them.
    """
    known = known_protocols()
    if name not in known:
        raise ConfigError(f"unknown protocol {name!r}{did_you_mean(name, known)}; {', '.join(known)}")


def open_protocol(name: str, data: Path | None, *, across_looks: bool = False) -> AnyProtocol:
    """Builds any protocol from its files; photographs are not looked at.

    Args:
        name: of `known_protocols`.
        data: file or folder; None takes the rendered faces inside the package where the protocol can.
        across_looks: for protocols of a manifest, whether gallery and probes show different looks.

    Raises:
        ConfigError: an unknown name, no data, or looks where there are none.
        ManifestError: the files lack what the protocol needs.
    """
    check_name(name)
    if name in PROTOCOLS:
        manifest = embedded_manifest() if data is None else read_faces(data)
        return make_protocol(
            name, manifest, data=None if data is None else str(data), across_looks=across_looks
        )
    if across_looks:
        raise ConfigError(f"protocol {name} knows no looks; leave --across-looks out")
    if data is None:
        raise ConfigError(f"protocol {name} needs --data, the folder or file that it reads")
    builders: dict[str, Callable[[Path], AnyProtocol]] = {
        **FILE_PROTOCOLS,
        **PAIR_PROTOCOLS,
        **TEMPLATE_PROTOCOLS,
    }
    return builders[name](data)


def make_protocol(
    name: str, manifest: Manifest, *, data: str | None = None, across_looks: bool = False
) -> Protocol:
    """Builds a protocol from a manifest.

    Args:
        name: in `PROTOCOLS`.
        manifest: pictures of train and test people.
        data: what they are, for the record; None says so of the embedded set and names the folder of others.
        across_looks: whether gallery and probes show different looks.

    Raises:
        ConfigError: an unknown name.
        ManifestError: the manifest lacks what the protocol needs.
    """
    check_name(name)
    if data is None:
        embedded = manifest is embedded_manifest()
        data = "rendered faces inside the package" if embedded else str(manifest.root)
    return PROTOCOLS[name](manifest, data=data, across_looks=across_looks)

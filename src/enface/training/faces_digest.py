"""Which faces a run learns from, as a hash: the path of a manifest says nothing of what it lists."""

import hashlib

from enface.config.schema import Data
from enface.data.loader import read_set


def faces_sha256(data: Data) -> str:
    """Hash of path, person, session and role of every training face, in order.

    Args:
        data: with the names of the manifests.

    Raises:
        ManifestError, ConfigError, RenderingError: as for `enface.data.loader.make_loader`.
    """
    sets = [read_set(data.manifest)]
    if data.frontal_manifest is not None:
        sets.append(read_set(data.frontal_manifest, role="gallery"))
    rows = [
        "\0".join((str(number), face.path, face.subject, face.session, face.role))
        for number, faces in enumerate(sets)
        for face in faces.select(split="train").records
    ]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()

"""The rendered faces that are part of the package."""

from functools import lru_cache

from enface.data.manifest import read_manifest
from enface.data.records import Manifest
from enface.resources.folders import shipped


@lru_cache(maxsize=1)
def embedded_manifest() -> Manifest:
    """200 rendered people, 150 to train with and 50 to test on; see `assets/multipose_mini/README.md`."""
    return read_manifest(shipped("multipose_mini/manifest.csv"))

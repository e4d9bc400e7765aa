"""Files that come from outside the project: where they lie, how they arrive, what each one enables."""

from enface.resources.atomic import atomic_write, remove_leftovers
from enface.resources.catalog import CATALOG, Resource, ResourceFile, resource
from enface.resources.download import fetch
from enface.resources.folders import home, mirror, shipped
from enface.resources.inventory import FileStatus, ResourceStatus, inventory, locate, present, status

__all__ = [
    "CATALOG",
    "Resource",
    "ResourceFile",
    "resource",
    "home",
    "mirror",
    "shipped",
    "fetch",
    "locate",
    "present",
    "inventory",
    "status",
    "ResourceStatus",
    "FileStatus",
    "atomic_write",
    "remove_leftovers",
]

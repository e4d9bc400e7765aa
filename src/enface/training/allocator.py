"""Keeps freed memory with the process instead of handing it back to the system after every tensor.

glibc maps each large block anew and unmaps it when freed, so that a step on the CPU clears the same pages
over and over. Told to serve large blocks from its own heap, it hands out pages that are already there.
"""

import ctypes
import platform

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4
_NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Sets glibc's allocator for this process; returns False where the C library is another one."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_M_MMAP_MAX, 0) and mallopt(_M_TRIM_THRESHOLD, _NEVER))

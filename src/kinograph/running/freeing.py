"""Gives the system back what was freed: the GNU C library keeps it, for each thread."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Takes some milliseconds. Elsewhere there is no such function."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)

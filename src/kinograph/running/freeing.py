"""Gives the system back what was freed, which the GNU C library keeps for each thread, and code that does not run."""

from __future__ import annotations

import ctypes
import gc
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_MADV_DONTNEED = 4
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ [1-9]\d* +(/.*\.so\S*)")
_OTHER = re.compile(r"[0-9a-f]+-[0-9a-f]+ ")


def give_back() -> None:
    """Takes some milliseconds. Elsewhere there is no such function."""
    gc.collect()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def unmap_code() -> None:
    """Has the system take out of our memory what it has mapped there of libraries' files, Polars' code above all. What
    is used again is mapped again, from the system's own memory of files: some milliseconds for a page."""
    if sys.platform != "linux":
        return
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    with suppress(OSError):  # not everywhere may one look
        for start, end in find_clean(Path("/proc/self/smaps").read_text()):
            madvise(start, end - start, _MADV_DONTNEED)


def find_clean(smaps: str) -> Iterator[tuple[int, int]]:
    """Where libraries are mapped that nobody can write to and nobody has written to: what the loader has filled in
    would be lost. First and last address, as the kernel tells them."""
    place: tuple[int, int] | None = None
    for line in smaps.splitlines():
        if found := _MAPPING.match(line):
            place = int(found[1], 16), int(found[2], 16)
        elif _OTHER.match(line):
            place = None
        elif place and line.startswith("Anonymous:"):  # said once of each, after its size
            if line.split()[1] == "0":
                yield place
            place = None

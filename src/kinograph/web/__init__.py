import ctypes
import os
import sys

# A page is a hundred small queries of Polars: handing each to several threads costs more than it brings, and as many
# pages are drawn at once as there are cores. It is read once, when Polars is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# What Polars allocates from is read then as well: one heap gives back what was freed, where of several some lie idle.
os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1")

# NumPy counts; its BLAS, which nothing here calls, would take memory for each thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_M_ARENA_MAX = -8  # of malloc.h


def _share_heap() -> None:
    """Has all threads allocate from one heap. The GNU C library gives each its own, which keeps what that thread freed,
    though only one of them runs Python at a time."""
    if sys.platform == "linux" and (tune := getattr(ctypes.CDLL(None), "mallopt", None)):
        tune(_M_ARENA_MAX, 1)


_share_heap()

"""The event loop of web server and worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


def find_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where there is one; None for Python's own."""
    try:
        from uvloop import new_event_loop
    except ImportError:  # there is none for Windows
        return None
    return new_event_loop

"""The pages of a session as they were sent last, compressed, kept as long as the version they show."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from sys import getsizeof

from kinograph.stats.memory import Tally


class PageCache:
    """Each page under a key that says all that it depends on. For one event loop."""

    MOST = 64
    """The pages of a session under a few filters, for a few kinds of visitors; the one silent longest gives way."""

    def __init__(self, tally: Tally | None = None) -> None:
        self._tally = tally or Tally()
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._drawing: dict[Hashable, asyncio.Task[tuple[bytes, bool]]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def n_bytes(self) -> int:
        return self._tally.bytes

    def get(self, key: Hashable) -> bytes | None:
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    async def get_or_draw(self, key: Hashable, draw: Callable[[], Awaitable[tuple[bytes, bool]]]) -> tuple[bytes, bool]:
        """The page, and whether it may be kept; drawn once however many ask. A failure is every asker's."""
        if kept := self.get(key):
            return kept, True
        task = self._drawing.get(key)
        if task is None:
            task = self._drawing[key] = asyncio.create_task(self._draw(key, draw))
        return await asyncio.shield(task)

    async def _draw(self, key: Hashable, draw: Callable[[], Awaitable[tuple[bytes, bool]]]) -> tuple[bytes, bool]:
        try:
            page, is_whole = await draw()
            if is_whole:
                self._keep(key, page)
            return page, is_whole
        finally:
            del self._drawing[key]

    def _keep(self, key: Hashable, page: bytes) -> None:
        self._kept[key] = page
        self._tally.add(getsizeof(page))
        while len(self._kept) > self.MOST:
            self._tally.add(-getsizeof(self._kept.popitem(last=False)[1]))

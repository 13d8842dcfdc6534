"""The pages of a session as they were sent last, compressed, kept as long as the version they show."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from sys import getsizeof
from threading import Lock

from kinograph.stats.memory import Tally

ASKED_AGAIN_SHARE = 0.8
"""Of the pages, at most, that stay because they were asked for again."""


class PageOrder:
    """Of the pages of all sessions, which is the next to go. What was drawn once goes before what was asked for again:
    most pages under a filter are looked at once, and would drive out those that everybody opens."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._once: OrderedDict[tuple[PageCache, Hashable], None] = OrderedDict()
        self._again: OrderedDict[tuple[PageCache, Hashable], None] = OrderedDict()

    def __len__(self) -> int:
        """Of pages."""
        return len(self._once) + len(self._again)

    def add(self, pages: PageCache, key: Hashable) -> None:
        """A page that was drawn."""
        with self._lock:
            self._once[pages, key] = None

    def ask_again(self, pages: PageCache, key: Hashable) -> None:
        with self._lock:
            self._once.pop((pages, key), None)
            self._again[pages, key] = None
            self._again.move_to_end((pages, key))
            if len(self._again) > ASKED_AGAIN_SHARE * len(self):
                self._once[self._again.popitem(last=False)[0]] = None

    def remove(self, pages: PageCache, keys: Iterable[Hashable]) -> None:
        with self._lock:
            for key in keys:
                self._once.pop((pages, key), None)
                self._again.pop((pages, key), None)

    def drop_one(self) -> None:
        """Forgets a page; there must be one."""
        with self._lock:
            (pages, key), _ = (self._once or self._again).popitem(last=False)
        pages.drop(key)


class PageCache:
    """Each page under a key that says all that it depends on. For one event loop."""

    MOST = 64
    """The pages of a session under a few filters, for a few kinds of visitors; the one silent longest gives way."""

    def __init__(self, tally: Tally | None = None, order: PageOrder | None = None) -> None:
        """With an `order` its pages may be dropped for those of others."""
        self._tally = tally or Tally()
        self.order = order
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
            if self.order is not None:
                self.order.ask_again(self, key)
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

    def drop(self, key: Hashable) -> None:
        if page := self._kept.pop(key, None):
            self._tally.add(-getsizeof(page))

    def close(self) -> None:
        """Its pages stand among those of others no more, nor do those that are still to come."""
        order, self.order = self.order, None
        if order is not None:
            order.remove(self, list(self._kept))

    def _keep(self, key: Hashable, page: bytes) -> None:
        self._kept[key] = page
        self._tally.add(getsizeof(page))
        if self.order is not None:
            self.order.add(self, key)
        while len(self._kept) > self.MOST:
            oldest = next(iter(self._kept))
            if self.order is not None:
                self.order.remove(self, [oldest])
            self.drop(oldest)

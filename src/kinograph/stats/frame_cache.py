"""The frames of the sessions looked at last, with their pages, in bounded memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from kinograph.database import Timeouts
from kinograph.layout.bounds import Bound
from kinograph.stats.frame_reader import FrameReader
from kinograph.stats.frames import Frame
from kinograph.stats.memory import Shelf, Tally
from kinograph.stats.packed_frames import PackedFrame, pack
from kinograph.stats.page_cache import PageCache, PageOrder

MEGABYTES = 40
OPEN_SHARE = 0.2
"""Of the memory, for frames that are open; the others are packed, and opened when somebody asks."""
PACKED_SHARE = 0.5
LEAST_PAGES = PageCache.MOST
"""So many stay, however large a frame is."""


@dataclass(eq=False, slots=True)
class Kept:
    """A session's frame of one version: `opened`, packed, or both."""

    version: str
    tally: Tally  # of its pages, and of what is made beside them
    opened_tally: Tally
    packed_tally: Tally = field(default_factory=Tally)
    order: PageOrder | None = None  # of all sessions
    pages: PageCache = field(init=False)
    shelf: Shelf = field(init=False)
    opened: asyncio.Task[Frame] | None = None
    packed: PackedFrame | None = None
    packing: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.pages = PageCache(self.tally, self.order)
        self.shelf = Shelf(self.tally)

    def close(self) -> None:
        """It counts nowhere any more, whoever still looks at it."""
        for tally in (self.tally, self.opened_tally, self.packed_tally):
            tally.close()
        self.pages.close()
        if (task := self.opened) and task.done() and not self.has_failed:
            task.result().derived.close()

    @property
    def has_failed(self) -> bool:
        task = self.opened
        return task is not None and task.done() and (task.cancelled() or task.exception() is not None)


@dataclass(frozen=True, slots=True)
class CacheFigures:
    """What is kept at the moment, by what it is: open, packed, pages; and since the start, where frames were found."""

    bytes: Mapping[str, int]
    frames: Mapping[str, int]
    lookups: Mapping[str, int]


class Frames:
    """Read once for each version, however many ask. What a frame takes is counted when it comes, and what is drawn of
    it when it is: who has to go is known without a look at the others."""

    def __init__(
        self, url: str, *, megabytes: int = MEGABYTES, timeouts: Timeouts | None = None, at_once: int = 2
    ) -> None:
        self._reader = FrameReader(url, timeouts=timeouts)
        self._reading = Bound(at_once, name="frames")
        self._most = megabytes << 20
        self._total = Tally()
        self._opened_total = Tally(self._total)
        self._packed_total = Tally(self._total)
        self._order = PageOrder()
        self._leaving = 0  # bytes of open frames that are being packed
        self._kept: OrderedDict[UUID, Kept] = OrderedDict()
        self._opened: OrderedDict[UUID, Kept] = OrderedDict()
        self._lookups = {"open": 0, "packed": 0, "missing": 0}

    @property
    def bytes(self) -> int:
        """Of all that is kept."""
        return self._total.bytes

    def figures(self) -> CacheFigures:
        """Looks at all that is kept."""
        packed = self._packed_total.bytes
        n_packed = sum(kept.packed is not None for kept in self._kept.values())
        opened = sum(kept.opened is not None for kept in self._kept.values())
        pages = self.bytes - self._opened_total.bytes - packed
        return CacheFigures(
            bytes={"open": self._opened_total.bytes, "packed": packed, "pages": pages},
            frames={"open": opened, "packed": n_packed},
            lookups=dict(self._lookups),
        )

    def pages(self, session_id: UUID, version: str) -> PageCache | None:
        """What is drawn already; None where nothing of this version is kept."""
        kept = self._kept.get(session_id)
        if kept is None or kept.version != version or kept.has_failed:
            return None
        self._kept.move_to_end(session_id)
        self._settle()
        return kept.pages

    async def frame(self, session_id: UUID, version: str) -> Frame:
        """Reads in a thread: a large session takes a fifth of a second, which nobody else should wait. Raises Busy."""
        kept = self._kept.get(session_id)
        if kept is None or kept.version != version or kept.has_failed:
            kept = self._begin(session_id, version, kept)
            self._lookups["missing"] += 1
        elif kept.opened is None:
            kept.opened = asyncio.create_task(self._unpack(kept))
            self._lookups["packed"] += 1
        else:
            self._lookups["open"] += 1
        self._kept.move_to_end(session_id)
        self._opened[session_id] = kept
        self._opened.move_to_end(session_id)
        assert kept.opened
        frame = await asyncio.shield(kept.opened)
        self._settle()
        return frame

    def forget(self, session_id: UUID) -> None:
        """Lets go of what is in memory of a deleted session."""
        if kept := self._kept.pop(session_id, None):
            self._opened.pop(session_id, None)
            kept.close()

    def forget_all(self) -> None:
        """The same of every session, where it is not known which of them are left."""
        for session_id in list(self._kept):
            self.forget(session_id)

    def close_idle(self) -> None:
        """The connections that nothing is read by; the next frame opens one."""
        self._reader.close()

    def close(self) -> None:
        self._reading.close()
        self._reader.close()

    def _begin(self, session_id: UUID, version: str, before: Kept | None) -> Kept:
        self.forget(session_id)
        kept = Kept(version, Tally(self._total), Tally(self._opened_total), Tally(self._packed_total), self._order)
        kept.opened = asyncio.create_task(self._read(kept, session_id, before))
        self._kept[session_id] = kept
        return kept

    async def _read(self, kept: Kept, session_id: UUID, before: Kept | None) -> Frame:
        def read() -> Frame:
            last = None
            if before and not before.has_failed:
                if before.opened and before.opened.done():
                    last = before.opened.result()
                elif before.packed:
                    last = before.packed.unpack()
            return self._reader.read(session_id, last)

        return self._opening(kept, await self._reading.run(read))

    async def _unpack(self, kept: Kept) -> Frame:
        assert kept.packed
        return self._opening(kept, await asyncio.to_thread(kept.packed.unpack))

    def _opening(self, kept: Kept, frame: Frame) -> Frame:
        carried = frame.carried
        frame = replace(frame, pages=kept.pages, shelf=kept.shelf)
        frame.__dict__["carried"] = carried  # which no other frame may have that is made of this one
        frame.derived.count_in(Tally(kept.opened_tally), kept.pages.order)
        kept.opened_tally.add(frame.own_bytes)
        return frame

    def _settle(self) -> None:
        """Packs those open longest ago, and forgets pages, and sessions asked for longest ago, until what is left
        fits."""
        while len(self._opened) > 1 and self._opened_total.bytes - self._leaving > OPEN_SHARE * self._most:
            session_id, kept = next(iter(self._opened.items()))
            if kept.opened and not kept.opened.done():
                break  # it is only now being read
            del self._opened[session_id]
            if kept.packed:
                self._close(kept)
            elif not kept.packing and not kept.has_failed:
                kept.packing = asyncio.create_task(self._pack(session_id, kept))
        while self._packed_total.bytes > PACKED_SHARE * self._most and len(self._kept) > 1:
            self.forget(next(iter(self._kept)))
        while self._total.bytes - self._leaving > self._most and len(self._order) > LEAST_PAGES:
            self._order.drop_one()
        while self._total.bytes > self._most and len(self._kept) > 1:
            self.forget(next(iter(self._kept)))

    async def _pack(self, session_id: UUID, kept: Kept) -> None:
        assert kept.opened
        leaving = kept.opened_tally.bytes
        self._leaving += leaving
        try:
            packed = await asyncio.to_thread(pack, kept.opened.result())
        finally:
            self._leaving -= leaving
            kept.packing = None
        if self._kept.get(session_id) is kept:
            kept.packed = packed
            kept.packed_tally.add(packed.bytes)
            if session_id not in self._opened:  # nobody has asked for it meanwhile
                self._close(kept)

    def _close(self, kept: Kept) -> None:
        if kept.opened and not kept.has_failed:
            kept.opened.result().derived.close()
        kept.opened = None
        kept.opened_tally.close()
        kept.opened_tally = Tally(self._opened_total)

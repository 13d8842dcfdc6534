"""The pages that are kept of sessions, and which of them go first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from sys import getsizeof

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.stats.frame_cache import Frames
from kinograph.stats.page_cache import PageCache, PageOrder
from tests.films.test_enrichment import store


@pytest.fixture
async def frames(database_url: str) -> AsyncIterator[Frames]:
    frames = Frames(database_url)
    yield frames
    frames.close()


async def test_many_who_ask_at_once_have_a_page_drawn_once() -> None:
    pages, drawings = PageCache(), []

    async def draw() -> tuple[bytes, bool]:
        drawings.append(1)
        await asyncio.sleep(0.01)
        return b"x" * 1000, True

    answers = await asyncio.gather(*(pages.get_or_draw("page", draw) for _ in range(5)))
    assert (len(drawings), answers) == (1, [(b"x" * 1000, True)] * 5)
    assert pages.get("page") == b"x" * 1000
    assert 1000 < pages.n_bytes < 1200


async def test_what_could_not_be_drawn_is_tried_again() -> None:
    pages = PageCache()

    async def fail() -> tuple[bytes, bool]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pages.get_or_draw("page", fail)
    assert await drawn(pages, "page", b"a", is_whole=False) == (b"a", False)
    assert await drawn(pages, "page", b"b") == (b"b", True)
    assert await drawn(pages, "page", b"c") == (b"b", True)


async def test_the_page_asked_for_longest_ago_is_evicted() -> None:
    pages = PageCache()
    for n in (*range(pages.MOST), 0, pages.MOST):
        await drawn(pages, n, b"first")
    assert (len(pages), pages.get(0), pages.get(1)) == (pages.MOST, b"first", None)
    assert pages.n_bytes == pages.MOST * getsizeof(b"first")


async def drawn(pages: PageCache, key: object, page: bytes, *, is_whole: bool = True) -> tuple[bytes, bool]:
    """As who asks for the page gets it, where it would be drawn so."""

    async def draw() -> tuple[bytes, bool]:
        return page, is_whole

    return await pages.get_or_draw(key, draw)


async def test_a_page_drawn_once_gives_way_before_one_that_was_asked_for_again(
    engine: AsyncEngine, frames: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else those who look at many pages once would drive out what everybody opens; the frames stay."""
    monkeypatch.setattr("kinograph.stats.frame_cache.LEAST_PAGES", 0)
    old, new = await store(engine, "Some Film,2001"), await store(engine, "Another,2002")
    first, second = await frames.frame(old, "1"), await frames.frame(new, "1")
    for n in range(5):
        await drawn(first.pages, n, b"x" * 1000)
    assert first.pages.get(0) and first.pages.get(1)
    frames._most = frames.bytes + 3000 - 1
    for n in range(5):
        await drawn(second.pages, n, b"x" * 1000)
        await frames.frame(new, "1")
    assert [n for n in range(5) if first.pages.get(n)] == [0, 1]
    assert [n for n in range(5) if second.pages.get(n)] == [0, 1, 2, 3, 4]
    assert frames.pages(old, "1") is first.pages
    assert frames.bytes <= frames._most


def test_most_pages_stay_for_having_been_asked_for_again_but_not_all() -> None:
    order = PageOrder()
    pages = PageCache(order=order)
    for n in range(10):
        pages._keep(n, b"page")
    for n in range(10):
        pages.get(n)
    order.drop_one()
    assert [n for n in range(10) if n in pages._kept] == [*range(1, 10)]

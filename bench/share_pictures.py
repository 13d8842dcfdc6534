"""How long pictures to post take, and what memory they cost: python bench/share_pictures.py --pictures 1000"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import time
from collections.abc import Callable, Iterator

import psutil
from library import synthetic

from kinograph.pictures.canvas import SHAPES, Picture
from kinograph.pictures.colors import LIGHTS, Light
from kinograph.pictures.contents import NothingToDraw, picture_of_card, picture_of_page
from kinograph.pictures.painters import Painters
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--films", type=int, default=1500)
    arguments.add_argument("--pictures", type=int, default=1000)
    options = arguments.parse_args()
    asyncio.run(_measure(synthetic(options.films), options.pictures))


async def _measure(frame: Frame, count: int) -> None:
    """One after another, each of them another picture."""
    painters, times, sizes = Painters(), [], []
    memory: list[int] = []
    for compose, light in _pictures(frame):
        start = time.perf_counter()
        try:
            png = await painters.paint(compose, light)
        except NothingToDraw:
            continue
        times.append(time.perf_counter() - start)
        sizes.append(len(png))
        if len(times) % 50 == 0:
            memory.append(_memory())
        if len(times) == count:
            break
    painters.close()
    print(
        f"{len(times)} pictures: median {statistics.median(times):.3f} s, "
        f"slowest of twenty {statistics.quantiles(times, n=20)[-1]:.3f} s, {statistics.median(sizes) / 1000:.0f} kB"
    )
    print("MB of this process and its painters, every 50 pictures:", *(f"{size >> 20}" for size in memory))


def _pictures(frame: Frame) -> Iterator[tuple[Callable[[], Picture], Light]]:
    """Of every page and card in every shape and light, decade after decade."""
    for decade, light in itertools.cycle(itertools.product(range(1930, 2030, 10), LIGHTS)):
        for page in PAGES:
            filters = Filters.parse((("released", f"{decade}-{decade + 29}"),), page=page.name)
            view = PageContext(frame, filters, f"/session/1{page.path}", images=False, page=page.name)
            for shape in SHAPES:
                yield lambda v=view, p=page, s=shape: picture_of_page(v, p, p.title, s), light  # type: ignore[misc]
                for card in page.cards:
                    yield lambda v=view, c=card, s=shape: picture_of_card(v, c, s), light  # type: ignore[misc]


def _memory() -> int:
    own = psutil.Process()
    return sum(process.memory_info().rss for process in (own, *own.children(recursive=True)))


if __name__ == "__main__":
    main()

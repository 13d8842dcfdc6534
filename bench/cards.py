"""How long the cards of each page take from a warm frame: python bench/cards.py --films 10000"""

from __future__ import annotations

import argparse
import statistics
import time

from library import synthetic

from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES, Page

QUERIES = ("", "released=1955-1979&country=JP", "rating=4", "viewed=2024", "genre=Drama", "director=10000003")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--films", type=int, default=10_000)
    arguments.add_argument("--times", type=int, default=20)
    options = arguments.parse_args()
    frame = synthetic(options.films)
    print(f"{options.films} films, {len(frame.viewings)} viewings; milliseconds, median of {options.times}")
    for page in PAGES:
        for query in QUERIES:
            _measure(frame, page, query, options.times)


def _measure(frame: Frame, page: Page, query: str, times: int) -> None:
    filters = Filters.parse(tuple(part.split("=", 1) for part in query.split("&")) if query else ())  # type: ignore[misc]
    computing, drawing, size = [], [], 0
    for _ in range(times):
        view = PageContext(all=frame, filters=filters, path=f"/session/1{page.path}", images=True, page=page.name)
        start = time.perf_counter()
        compute_headline(view)
        computed = [(module, module.compute(view)) for module in page.cards]
        middle = time.perf_counter()
        size = sum(len(module.render(card, module.TITLE).encode()) for module, card in computed if card is not None)
        computing.append(middle - start)
        drawing.append(time.perf_counter() - middle)
    compute, draw = (statistics.median(series) * 1000 for series in (computing, drawing))
    print(
        f"{page.name or 'overview':10}"
        f"{query or '(everything)':32} compute {compute:6.1f}  draw {draw:6.1f}  {size / 1000:6.1f} kB"
    )


if __name__ == "__main__":
    main()

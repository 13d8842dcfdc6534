"""How long a report as PDF takes, what memory the process that sets it needs, and how large it is:
python bench/reports.py --films 1500 10000"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import time
from datetime import date

from library import synthetic

from kinograph.pictures.legible import drawing_with
from kinograph.reports.contents import Plan, write_report
from kinograph.reports.making import Making, Reports, Written
from kinograph.reports.paper import A4
from kinograph.stats.address import Filters
from kinograph.stats.page_context import PageContext


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--films", type=int, nargs="+", default=[1500, 10_000])
    arguments.add_argument("--times", type=int, default=5)
    options = arguments.parse_args()
    for films in sorted(options.films):  # the peak is that of the largest so far
        asyncio.run(_measure(films, options.times))


async def _measure(films: int, times: int) -> None:
    """As the web makes it: the cards in a thread of ours, the pages in a process of their own, started for each."""
    frame, reports = synthetic(films), Reports()
    drawing, setting, made, began = [], [], set(), _cpu()
    for _ in range(times):
        view = PageContext(
            frame, Filters(), "/session/1", images=False, owner=True, made_on=date(2026, 11, 27)
        )  # a new one, which remembers nothing
        start = time.perf_counter()
        with drawing_with(lambda letter: False):
            text, _ = await asyncio.to_thread(write_report, view, Plan(A4))
        drawn = time.perf_counter()

        async def write(making: Making, text: bytes = text) -> Written:
            return Written(text)

        made.add(await reports.make(f"{drawn}", write).task)
        drawing.append(drawn - start)
        setting.append(time.perf_counter() - drawn)
    ended = _cpu()
    slowest = max(map(sum, zip(drawing, setting, strict=True)))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    cards, pages = (f"{min(series):.1f} to {max(series):.1f} s" for series in (drawing, setting))
    print(
        f"{films} films, {len(frame.viewings)} viewings, {times} times: cards {cards}, pages {pages}, slowest in all"
        f" {slowest:.1f} s, {(ended - began) / times:.1f} s of the CPU; {peak:.0f} MB at most,"
        f" {len(made.pop()) / 1e6:.1f} MB of PDF, the same bytes: {'no' if made else 'yes'}"
    )


def _cpu() -> float:
    """Seconds, of this process and of those that ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main()

"""How long the page of films takes from a warm frame, and the same as CSV: python bench/films.py --films 10000"""

from __future__ import annotations

import argparse
import gzip
import statistics
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl
from uuid import UUID

from library import synthetic

from kinograph.sessions.models import Status
from kinograph.sessions.progress import Progress
from kinograph.stats import film_table, films_routes
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.session_page import SessionPage
from kinograph.stats.table_options import TableOptions

QUERIES = (
    "",
    "page=50&size=100",
    "sort=title",
    "sort=-rating&look=posters",
    "look=posters&size=100",
    "sort=director&size=100&columns=year,director,rating,score,difference,watched,first,viewings,runtime,genres,countries",
    "q=lu",
    "q=agnes+ven",
    "country=JP&released=1955-1979&sort=-difference",
    "viewed=2024",
)
NOW = datetime.now(UTC)
PROGRESS = Progress(
    session_id=UUID(int=1), owner_id=1, status=Status.COMPLETED, key_state=None, created_at=NOW,
    expires_at=None, total=0, enriched=0, unmatched=0, failed=0, recently=0, digest=0, counted_at=NOW,
)  # fmt: skip
SESSION = SessionPage(PROGRESS, is_owner=True)
VISITOR = {"theme": "", "lang": "en", "back": "/"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--films", type=int, default=10_000)
    arguments.add_argument("--times", type=int, default=15)
    options = arguments.parse_args()
    frame = synthetic(options.films)
    print(f"{options.films} films, {len(frame.viewings)} viewings; milliseconds, median and slowest of {options.times}")
    for query in QUERIES:
        _measure(frame, query, options.times)


def _measure(frame: Frame, query: str, times: int) -> None:
    pairs = parse_qsl(query)
    filters, choices = Filters.parse(pairs), TableOptions.parse(pairs)
    drawing, writing = [], []
    for _ in range(times):
        start = time.perf_counter()
        html = films_routes.render(SESSION, _view(frame, filters), choices, VISITOR)
        drawn = time.perf_counter()
        film_table.write_csv(_view(frame, filters), choices)
        drawing.append((drawn - start) * 1000)
        writing.append((time.perf_counter() - drawn) * 1000)
    page = (
        f"{statistics.median(drawing):6.1f} {max(drawing):6.1f}  {len(gzip.compress(html.encode(), 5)) / 1000:5.1f} kB"
    )
    print(f"{query or '(everything)':44.44}  page {page}  CSV {statistics.median(writing):6.1f}")


def _view(frame: Frame, filters: Filters) -> PageContext:
    return PageContext(all=frame, filters=filters, path="/session/1/films", images=True, page="films")


if __name__ == "__main__":
    main()

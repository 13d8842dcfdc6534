"""How soon every page of a session is answered, with and without filters, by one process with its frame warm.

    python bench/pages.py [--films 1000 5000 10000 20000] [--times 3] [--only genres]

Stores an invented library of each size, with half as many wishes, in a PostgreSQL of its own and asks one web process
for each page so many times under each of a spread of filters, one request after another. Times are from the request to
the last byte, compressed; those after a change are of the first answer since films were matched anew, frame and all.
The calibration is one fixed loop of Python, to compare machines by.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import library
from library import synthetic
from start import answers
from upload import calibration

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph import database  # noqa: E402
from kinograph.lists import seeding  # noqa: E402
from kinograph.sessions.hashing import hash_token  # noqa: E402
from kinograph.stats.address import with_query  # noqa: E402
from kinograph.stats.pages import COLLECTIONS, FILMS, LISTS, PAGES, WATCHLIST  # noqa: E402
from tests import cluster  # noqa: E402
from tests.browser import free_port  # noqa: E402

PATHS = {page.name or "overview": page.path for page in PAGES} | {FILMS[0]: f"/{FILMS[0]}"}
PATHS |= {WATCHLIST.name: WATCHLIST.path, "tonight": f"{WATCHLIST.path}?near=yes&unmet=yes&seed=3"}
PATHS |= {LISTS[0]: "/lists", "a list": "/lists/cannes-palme-dor", "a long list": "/lists/own:all?page=7"}
PATHS |= {COLLECTIONS[0]: f"/{COLLECTIONS[0]}", "last collections": f"/{COLLECTIONS[0]}?page=99"}
PATHS |= {"filters": "/filter", "filters of films": f"/{FILMS[0]}/filter"}
TOKEN = "a-token-of-the-bench"
FILTERS = (
    "rating=4",
    "rating=3.5-",
    "rating=0.5-2",
    "score=7-8",
    "released=1994",
    "released=1990-1999",
    "released=1955-1979&country=JP",
    "genre=Drama",
    "genre=Drama&genre=Crime",
    "genre=Western",
    "genre.any=Drama&genre.any=Comedy&country.not=US",
    "director.any=10000003&director.any=10000100&genre.not=Horror",
    "country.all=US&country.all=GB",
    "unseen=365-&votes=1000-",
    "title=the&rated=yes&reviewed=no",
    "country=FR",
    "country=US",
    "language=ja",
    "director=10000003",
    "director=10000100",
    "cast=20",
    "writer=11000003",
    "photography=13000002",
    "producer=15000007",
    "studio=1",
    "runtime=90-119",
    "runtime=150-",
    "liked=yes",
    "liked=no&rating=4-",
    "viewed=2024",
    "viewed=2023-03",
    "viewed=2024-01-01..2024-12-31&weekday=6",
    "weekday=7",
    "month=11",
    "rewatched=yes",
    "rewatched=no&genre=Comedy",
    "genre=Drama&count=hours",
    "country=US&count=viewings",
    "rating=4&count=viewings",
    "viewed=2024&against=before",
    "viewed=last-12-months&against=year-earlier",
    "viewed=2023-03&against=2022-03&genre=Drama",
    "genre=Drama&against=all",
    "country=FR&against=all&count=hours",
)


@dataclass(frozen=True)
class Figures:
    """Milliseconds; kilobytes as they are sent."""

    plain: float  # without a filter, once it was drawn
    times: Sequence[float]  # with filters
    changes: Sequence[float]  # the first answers after a change
    size: float

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return sorted(self.times)[math.ceil(0.95 * len(self.times)) - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, nargs="+", default=[1000, 5000, 10_000, 20_000])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PATHS, default=PATHS, metavar="PAGE", help="by the names below")
    given = parser.parse_args()
    print(f"calibration {calibration():.3f} s")
    medians: dict[int, float] = {}
    for films in given.films:
        with stored(films) as (url, session_id), web(url) as port:
            figures = {
                name: measure(port, url, f"/session/{session_id}{path}", given.times)
                for name, path in PATHS.items()
                if name in given.only
            }
        print(f"{films} films          plain ms  median ms  95 % within ms  slowest ms  after a change ms  kB")
        every = [time for each in figures.values() for time in each.times]
        for name, each in figures.items():
            report(name, each)
        whole = Figures(
            statistics.median(each.plain for each in figures.values()),
            every,
            [time for each in figures.values() for time in each.changes],
            max(each.size for each in figures.values()),
        )
        report("all", whole)
        medians[films] = whole.median
    least = min(medians)
    for films, median in medians.items():
        print(f"{films:6} films: {median:.1f} ms, {median / medians[least]:.2f} times those of {least}")
    if {10_000, 20_000} <= set(medians):
        print(f"20,000 films cost {medians[20_000] / medians[10_000]:.2f} times as much as 10,000")


def report(name: str, figures: Figures) -> None:
    print(
        f"  {name:20} {figures.plain:8.1f} {figures.median:10.1f} {figures.p95:15.1f} {max(figures.times):11.1f}"
        f" {statistics.median(figures.changes):18.1f} {figures.size / 1000:5.1f}"
    )


@contextmanager
def stored(films: int) -> Iterator[tuple[str, str]]:
    """The address of a database, and the session in it."""
    with cluster.running() as url:
        database.migrate(url)
        session_id = library.store(url, synthetic(films, wishes=films // 2))
        asyncio.run(add_lists(url, session_id))
        yield url, session_id


async def add_lists(url: str, session_id: str) -> None:
    """Has the films of the built-in lists looked up, as films of the library, and gives the export lists of its own:
    ten of a hundred films, and all films in one."""
    connection = await asyncpg.connect(url)
    # The library's films have ids of its own.
    await connection.execute("SELECT setval(pg_get_serial_sequence('films', 'id'), (SELECT max(id) FROM films))")
    await asyncio.to_thread(seeding.seed, url)
    await connection.execute(
        "UPDATE films SET state = 'matched', settled_at = now(), confidence = 1, facts_id = known.id FROM"
        " (SELECT id, row_number() OVER (ORDER BY id) AS n FROM film_facts) known"
        " WHERE films.id IN (SELECT film_id FROM film_list_entries) AND known.n = 1 + films.id % 900"
    )
    await connection.execute(
        "WITH made AS (INSERT INTO owners (token_hash) VALUES ($2) RETURNING id)"
        " UPDATE sessions SET owner_id = made.id FROM made WHERE sessions.id = $1",
        session_id,
        hash_token(TOKEN),
    )
    names = [*(f"list-{n}" for n in range(10)), "all"]
    for n, name in enumerate(names):
        await connection.execute(
            "INSERT INTO lists (session_id, n, name, slug, uri, tags, description)"
            " VALUES ($1, $2, $3, $3, '', '{}', '')",
            session_id,
            n,
            name,
        )
        await connection.execute(
            "INSERT INTO list_films (session_id, list_n, position, film_n, note)"
            " SELECT session_id, $2, n + 1, n, '' FROM session_films"
            " WHERE session_id = $1 AND ($2 = 10 OR n % 97 = $2)",
            session_id,
            n,
        )
    await connection.execute("ANALYZE")
    await connection.close()


@contextmanager
def web(url: str) -> Iterator[int]:
    """The port of one web process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "kinograph", "web"],
            env={"DATABASE_URL": url, "KINOGRAPH_PORT": str(port), "KINOGRAPH_LOG_LEVEL": "warning"},
            cwd=folder,
        )
        try:
            while not answers(f"http://127.0.0.1:{port}/"):
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait()


def measure(port: int, url: str, path: str, times: int) -> Figures:
    client = http.client.HTTPConnection("127.0.0.1", port)
    _, size = ask(client, path)
    plain = [ask(client, path)[0] for _ in range(5)]
    for query in FILTERS[:5]:
        ask(client, with_query(path, query))
    filtered = [ask(client, with_query(path, query)) for _ in range(times) for query in FILTERS]
    changes = []
    for _ in range(times):
        asyncio.run(change(url))
        time.sleep(1.1)  # a count is good for a second
        changes.append(ask(client, path)[0])
    client.close()
    return Figures(
        statistics.median(plain), [each for each, _ in filtered], changes, max(size, *(b for _, b in filtered))
    )


def ask(client: http.client.HTTPConnection, path: str) -> tuple[float, int]:
    """Milliseconds, and bytes of the body as it is sent."""
    started = time.perf_counter()
    # Lists of an export are shown to its owner alone.
    owner = {"Authorization": f"Bearer {TOKEN}"} if "/lists" in path or "/watchlist" in path else {}
    client.request("GET", path, headers={"Accept-Encoding": "gzip", **owner})
    answer = client.getresponse()
    body = answer.read()
    took = 1000 * (time.perf_counter() - started)
    assert answer.status == 200, path
    return took, len(body)


async def change(url: str) -> None:
    connection = await asyncpg.connect(url)
    other = "SELECT id FROM film_facts ORDER BY random() LIMIT 1"
    await connection.execute(
        f"UPDATE films SET settled_at = clock_timestamp(), facts_id = ({other}) WHERE state = 'matched' AND id < 4"
    )
    await connection.close()


if __name__ == "__main__":
    main()

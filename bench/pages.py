"""How soon every page of a session is answered, with and without filters, by one process with its frame warm.

    python bench/pages.py [--films 1000 5000 10000 20000] [--times 3] [--only genres] [--against PATH]

Stores an invented library of each size, with half as many wishes, in a PostgreSQL of its own and asks one web process
for each page so many times under each of a spread of filters, one request after another. Films are matched anew before
each time, so that every page under a filter is drawn and none is one that was kept. Times are from the request to the
last byte, compressed; those after a change are of the first answer since films were matched anew, frame and all. With
another checkout, each stores a library by its own code, with a tenth as many wishes, and both are asked in turns, for
the pages and filters that both have: its figures stand below, and how often its times these are. The calibration is
one fixed loop of Python, to compare machines by.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from upload import calibration

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench" / "scale")]

from lists_of_pages import SOMEBODY, TOKEN, add_filmography, add_lists  # noqa: E402
from programs import Checkout, database, server, web  # noqa: E402

from kinograph.stats.address import with_query  # noqa: E402
from kinograph.stats.pages import COLLECTIONS, FILMS, LISTS, PAGES, WATCHLIST  # noqa: E402

PATHS = {page.name or "overview": page.path for page in PAGES} | {FILMS[0]: f"/{FILMS[0]}"}
PATHS |= {WATCHLIST.name: WATCHLIST.path, "tonight": f"{WATCHLIST.path}?near=yes&unmet=yes&seed=3"}
PATHS |= {LISTS[0]: "/lists", "a list": "/lists/cannes-palme-dor", "a long list": "/lists/own:all?page=7"}
PATHS |= {COLLECTIONS[0]: f"/{COLLECTIONS[0]}", "last collections": f"/{COLLECTIONS[0]}?page=99"}
PATHS |= {"person": f"/person/{SOMEBODY}"}
PATHS |= {"filters": "/filter", "filters of films": f"/{FILMS[0]}/filter"}
HERE = Checkout("here", ROOT)
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


# By the code of each checkout, and by any: an older one knows no wishes.
STORE = """
import sys
sys.path[:0] = ["bench", "."]
import library
from kinograph import database
database.migrate(sys.argv[1])
films, *wishes = map(int, sys.argv[2:])
print(library.store(sys.argv[1], library.synthetic(films, **({"wishes": wishes[0]} if wishes else {}))))
"""
# The names of its filters.
NAMES = "from kinograph.stats.filters import FILTERS; print(*FILTERS)"


@dataclass
class Figures:
    """Milliseconds; kilobytes as they are sent."""

    plain: list[float] = field(default_factory=list)  # without a filter, once it was drawn
    times: list[float] = field(default_factory=list)  # with filters
    changes: list[float] = field(default_factory=list)  # the first answers after a change
    size: float = 0

    def take(self, other: Figures) -> None:
        self.plain += other.plain
        self.times += other.times
        self.changes += other.changes
        self.size = max(self.size, other.size)

    def summary(self) -> list[float]:
        """The columns of the table."""
        p95 = sorted(self.times)[math.ceil(0.95 * len(self.times)) - 1]
        middle = statistics.median
        return [middle(self.plain), middle(self.times), p95, max(self.times), middle(self.changes), self.size / 1000]


@dataclass
class Served:
    """A checkout's web process with a session of its own."""

    url: str
    session_id: str
    client: http.client.HTTPConnection
    filters: Sequence[str]  # those that it has

    def has(self, path: str) -> bool:
        return request(self.client, self.path(path))[0] == 200

    def path(self, path: str) -> str:
        return f"/session/{self.session_id}{path}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, nargs="+", default=[1000, 5000, 10_000, 20_000])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PATHS, default=PATHS, metavar="PAGE", help="by the names below")
    parser.add_argument("--against", type=Path, help="another checkout with a .venv, to compare with")
    given = parser.parse_args()
    checkouts = [HERE]
    if given.against:
        checkouts.append(Checkout("there", given.against.resolve()))
    print(f"calibration {calibration():.3f} s")
    medians: dict[int, float] = {}
    for films in given.films:
        print(f"{films} films          plain ms  median ms  95 % within ms  slowest ms  after a change ms  kB")
        whole = [Figures() for _ in checkouts]
        with server() as url, ExitStack() as programs:
            sessions = [programs.enter_context(served(each, url, films, given.against)) for each in checkouts]
            filters = [each for each in FILTERS if all(each in session.filters for session in sessions)]
            for name in given.only:
                if not all(session.has(PATHS[name]) for session in sessions):
                    continue
                figures = measure(sessions, PATHS[name], filters, given.times)
                report(name, figures)
                for every, each in zip(whole, figures, strict=True):
                    every.take(each)
        report("all", whole)
        medians[films] = statistics.median(whole[0].times)
    least = min(medians)
    for films, median in medians.items():
        print(f"{films:6} films: {median:.1f} ms, {median / medians[least]:.2f} times those of {least}")
    if {10_000, 20_000} <= set(medians):
        print(f"20,000 films cost {medians[20_000] / medians[10_000]:.2f} times as much as 10,000")


def report(name: str, figures: Sequence[Figures]) -> None:
    here, *others = [each.summary() for each in figures]
    print_row(name, here, 1)
    for there in others:
        print_row("  there", there, 1)
        print_row("  ratio", [a / b for a, b in zip(here, there, strict=True)], 2)


def print_row(name: str, values: Sequence[float], digits: int) -> None:
    print(
        f"  {name:20}" + "".join(f" {each:{w}.{digits}f}" for each, w in zip(values, WIDTHS, strict=True)), flush=True
    )


WIDTHS = (8, 10, 15, 11, 18, 5)


@contextmanager
def served(checkout: Checkout, server_url: str, films: int, is_compared: object) -> Iterator[Served]:
    """A session of so many films at a web process of this checkout."""
    with database(server_url, checkout, is_migrated=False) as url:
        wishes = () if is_compared else (str(films // 2),)
        session_id = run(checkout, STORE, url, str(films), *wishes)[-1]
        names = run(checkout, NAMES)
        if checkout is HERE:
            asyncio.run(add_lists(url, session_id))
            asyncio.run(add_filmography(url))
        with web(checkout, url) as program:
            client = http.client.HTTPConnection("127.0.0.1", program.port)
            yield Served(url, session_id, client, [each for each in FILTERS if name_filters(each) <= {*names}])
            client.close()


def name_filters(query: str) -> set[str]:
    # "country.all" is another name of "country", where that holds one of many.
    return {pair.partition("=")[0].removesuffix(".all") for pair in query.split("&")}


def run(checkout: Checkout, code: str, *arguments: str) -> list[str]:
    """The words that this prints."""
    done = subprocess.run(
        [checkout.python, "-c", code, *arguments], cwd=checkout.root, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.split()


def measure(sessions: Sequence[Served], path: str, filters: Sequence[str], times: int) -> list[Figures]:
    """Of a page, by all of these in turns."""
    figures = [Figures() for _ in sessions]
    every = list(zip(figures, sessions, strict=True))
    for _ in range(times):
        for _, each in every:
            asyncio.run(change(each.url))
        time.sleep(1.1)  # a count is good for a second
        for figure, each in every:
            note(figure, figure.changes, each, path)
        for _ in range(2):
            for figure, each in every:
                note(figure, figure.plain, each, path)
        for query in filters:
            for figure, each in every:
                note(figure, figure.times, each, with_query(path, query))
    return figures


def note(figures: Figures, times: list[float], session: Served, path: str) -> None:
    started = time.perf_counter()
    status, size = request(session.client, session.path(path))
    times.append(1000 * (time.perf_counter() - started))
    assert status == 200, path
    figures.size = max(figures.size, size)


def request(client: http.client.HTTPConnection, path: str) -> tuple[int, int]:
    """The status, and bytes of the body as it is sent."""
    # Lists of an export are shown to its owner alone.
    owner = {"Authorization": f"Bearer {TOKEN}"} if "/lists" in path or "/watchlist" in path else {}
    client.request("GET", path, headers={"Accept-Encoding": "gzip", **owner})
    answer = client.getresponse()
    return answer.status, len(answer.read())


async def change(url: str) -> None:
    connection = await asyncpg.connect(url)
    other = "SELECT id FROM film_facts ORDER BY random() LIMIT 1"
    await connection.execute(
        f"UPDATE films SET settled_at = clock_timestamp(), facts_id = ({other}) WHERE state = 'matched' AND id < 4"
    )
    await connection.close()


if __name__ == "__main__":
    main()

"""What grows with everybody: each thing a person does, and each period, in an empty database and in filled ones.

    python bench/scale/growth.py [--against PATH] [--sessions 2000] [--many 10000] [--films 1500]
        [--times 20]

The empty database holds the films and facts that the uploads name, and nobody's session. Each checkout has databases of
its own, and all of them take turns. The periods run with 500 sessions open that wait for a film each, and then with
sessions that have expired and films that nobody names any more. Medians of so many times, or of three where one takes
longer than five seconds.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from programs import (
    MANY,
    Checkout,
    Uploaded,
    database,
    fetch_value,
    get,
    make_export,
    medians_ms,
    print_table,
    read_arguments,
    run_script,
    run_sql,
    server,
    upload,
    web,
)

from tests.filled import Size

OPEN = 500
EMPTY = Size(sessions=0, facts=2000)
FILTERS = ("genre=Drama", "country=FR", "rating=4", "released=1950-1959", "runtime=90-119", "liked=no", "genre=Western")


@dataclass
class Place:
    """A database of a checkout, and a web server with it."""

    checkout: Checkout
    sessions: int
    url: str
    web: str
    made: list[Uploaded] = field(default_factory=list)

    def page(self, n: int, rest: str = "") -> None:
        get(f"{self.web}/session/{self.made[n].session_id}{rest}")


def main() -> None:
    given, checkouts = read_arguments(__doc__, sessions=2000, many=10_000, films=1500, times=MANY)
    sizes = sorted({0, given.sessions, given.many})
    with server() as url, ExitStack() as stack:
        for checkout in checkouts:
            places = [stack.enter_context(place(url, checkout, sessions)) for sessions in sizes]
            steps = measure_steps(places, films=given.films, times=given.times)
            print_steps(checkout, sizes, steps)
            for each in places[1:]:
                print_periods(each, measure_progress(each.url), measure_periods(each))


@contextmanager
def place(server: str, checkout: Checkout, sessions: int) -> Iterator[Place]:
    size = Size().of_sessions(sessions) if sessions else EMPTY
    with database(server, checkout, size) as url, web(checkout, url) as started:
        yield Place(checkout, sessions, url, started.url)


def print_steps(checkout: Checkout, sizes: Sequence[int], steps: Mapping[str, Sequence[float]]) -> None:
    print(f"\n{checkout.name}: milliseconds by sessions, and how often those of the empty database")
    headings = [*(f"{size:,}" for size in sizes), *(f"x {size:,}" for size in sizes[1:])]
    print_table(headings, {name: [*row, *(value / row[0] for value in row[1:])] for name, row in steps.items()})


def print_periods(place: Place, progress: Mapping[str, float], periods: Mapping[str, Sequence[float]]) -> None:
    print(
        f"\n{place.checkout.name}, {place.sessions:,} sessions: milliseconds of counting 20,000 films, by corrections"
    )
    print_table(list(progress), {"count": list(progress.values())})
    print_table(["ms a run", "ms at a time", "ms locked", "CPU s an hour"], periods)
    hour = sum(each[-1] for each in periods.values())
    print(f"all periods: {hour:.1f} s an hour, {hour / 36:.2f} % of a core", flush=True)


def measure_steps(places: Sequence[Place], *, films: int, times: int) -> dict[str, list[float]]:
    export = make_export(range(1, films + 1), viewings=films)
    steps: dict[str, list[float]] = {}

    def measure(name: str, what: Callable[[Place, int], object]) -> None:
        steps[name] = medians_ms([partial(what, place) for place in places], times=times)

    for place in places:  # whatever is done once
        place.made.append(upload(place.web, export))
        place.page(0)
    measure("upload", lambda place, _: place.made.append(upload(place.web, export)))
    measure("first page", lambda place, n: place.page(n + 1))
    measure("filtered page", lambda place, n: place.page(n, f"?{FILTERS[n % len(FILTERS)]}"))
    time.sleep(6)  # what is counted while films come, and kept for a second, is over
    measure("/status", lambda place, n: get(f"{place.web}/api/session/{place.made[n].session_id}/status"))
    measure("/metrics", lambda place, _: get(f"{place.web}/metrics"))
    measure("doctor", lambda place, _: run_doctor(place))
    measure("correction search", search)
    measure("delete", delete)
    return steps


def run_doctor(place: Place) -> None:
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(
            [place.checkout.python, "-m", "kinograph", "doctor"],
            env={"DATABASE_URL": place.url, "KINOGRAPH_DATA_DIR": name},
            cwd=name,
            stdout=subprocess.DEVNULL,
            check=False,  # there is no worker, and it says so
        )


def search(place: Place, n: int) -> None:
    mine = {"Authorization": f"Bearer {place.made[0].token}"}
    get(f"{place.web}/session/{place.made[0].session_id}/repair?title=film+{n}", headers=mine)


def delete(place: Place, n: int) -> None:
    gone = place.made[n + 1]
    mine = {"Authorization": f"Bearer {gone.token}"}
    get(f"{place.web}/api/session/{gone.session_id}", headers=mine, method="DELETE")


LARGE = """
WITH made AS (
    INSERT INTO owners (token_hash) VALUES (sha256('large'))
    ON CONFLICT (token_hash) DO UPDATE SET token_hash = excluded.token_hash RETURNING id
), session AS (
    INSERT INTO sessions (id, owner_id, status, completed_at) SELECT gen_random_uuid(), id, 'completed', now() FROM made
    RETURNING id
)
INSERT INTO session_films (session_id, n, film_id, uri, watched, liked, watchlist)
SELECT session.id, row_number() OVER (), films.id, '', true, false, false
FROM session, (SELECT id FROM films WHERE source = 'tmdb' AND letterboxd_id IS NOT NULL ORDER BY id LIMIT 20000) films
"""
CORRECT = """
INSERT INTO repairs (owner_id, letterboxd_id, answer)
SELECT sessions.owner_id, letterboxd_id, 'nothing'
FROM sessions JOIN owners ON owners.id = owner_id JOIN session_films ON session_id = sessions.id
JOIN films ON films.id = film_id WHERE token_hash = sha256('large') AND n % (20000 / {corrections}) = 0
ON CONFLICT DO NOTHING
"""


def measure_progress(url: str) -> dict[str, float]:
    """The count that every version asks, as SQL: what stands around it differs."""
    asyncio.run(run_sql(url, LARGE))
    took = {}
    for corrections in (0, 100, 2000):
        if corrections:
            asyncio.run(run_sql(url, CORRECT.format(corrections=corrections)))
        asyncio.run(run_sql(url, "ANALYZE repairs"))
        took[f"{corrections:,} corrections"] = asyncio.run(count_ms(url))
    return took


COUNT = """
SELECT count(*) FILTER (WHERE watched), count(*) FILTER (WHERE state = 'matched'),
       bit_xor(hash_record_extended(ROW(n, state, facts_id, settled_at), 0))
FROM session_matches WHERE session_id = '{session}'
"""


async def count_ms(url: str) -> float:
    of_owner = "SELECT sessions.id FROM sessions JOIN owners ON owners.id = owner_id WHERE token_hash = sha256('large')"
    session = await fetch_value(url, of_owner)
    took = []
    for _ in range(MANY):
        sql = f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON, FORMAT JSON) {COUNT.format(session=session)}"
        told = json.loads(str(await fetch_value(url, sql)))[0]
        took.append(told["Planning Time"] + told["Execution Time"])
        if sum(took) > 15_000 and len(took) >= 3:
            break
    return float(statistics.median(took))


OPENED = f"""
DELETE FROM sessions WHERE id IN
    (SELECT sessions.id FROM sessions JOIN owners ON owners.id = owner_id WHERE token_hash = sha256('large'));
INSERT INTO films (title, year, state) SELECT 'Unknown', n, 'pending' FROM generate_series(1, {OPEN}) n;
INSERT INTO owners (token_hash) SELECT sha256(('open' || n)::bytea) FROM generate_series(1, {OPEN}) n;
WITH numbered AS (
    SELECT owners.id AS owner_id, films.id AS film_id, gen_random_uuid() AS session_id
    FROM generate_series(1, {OPEN}) n JOIN owners ON token_hash = sha256(('open' || n)::bytea)
    JOIN films ON title = 'Unknown' AND year = n
), begun AS (
    INSERT INTO sessions (id, owner_id, status) SELECT session_id, owner_id, 'enriching' FROM numbered
), known AS (
    SELECT row_number() OVER (ORDER BY id) AS k, id FROM films WHERE state <> 'pending' AND source = 'tmdb' LIMIT 999
)
INSERT INTO session_films (session_id, n, film_id, uri, watched, liked, watchlist)
SELECT session_id, k, known.id, '', true, false, false FROM numbered, known
UNION ALL SELECT session_id, 1000, film_id, '', true, false, false FROM numbered;
"""
LEFTOVER = """
UPDATE sessions SET expires_at = now() - interval '1 hour'
WHERE id IN (SELECT id FROM sessions WHERE status = 'completed' ORDER BY created_at LIMIT 100);
INSERT INTO film_facts (source, kind, tmdb_id, title, original_title, vote_count, popularity, genres, countries,
        languages, keywords, companies, directors, writers, cast_ids, cast_characters, composers, photography, editors,
        producers)
    SELECT 'tmdb', 'movie', 10000000 + k, 'Gone', 'Gone', 1, 1, no, no, no, no, '{}', '{}', '{}', '{}', no, '{}', '{}',
           '{}', '{}' FROM (SELECT '{}'::text[] AS no) nothing, generate_series(1, 28000) k;
INSERT INTO films (title, year, letterboxd_id, state, facts_id, settled_at)
    SELECT 'Gone', 2000, 10000000 + tmdb_id, 'matched', id, now() FROM film_facts WHERE title = 'Gone';
"""


def measure_periods(place: Place) -> dict[str, list[float]]:
    """Of each: a run in milliseconds, its longest transaction, the longest that it had the lock which uploads need, and
    seconds of a processor an hour; and of those that take longer where there is much to delete, the same of such a run,
    which does not come every hour."""
    url, checkout = place.url, place.checkout
    script = Path(__file__).parent / "run_periods.py"
    asyncio.run(run_sql(url, OPENED + "ANALYZE sessions, session_films, films, owners"))
    calm = json.loads(run_script(checkout, script, url, "5"))
    asyncio.run(run_sql(url, LEFTOVER + "ANALYZE films, film_facts"))
    busy = json.loads(run_script(checkout, script, url, "1"))
    told = {}
    for name, rounds in calm.items():
        # The first round does what is done once: the queue is empty.
        run, *longest = (statistics.median(each[what] for each in rounds[1:]) for what in ("all", "longest", "locked"))
        busy_ms = statistics.mean(each["busy"] for each in rounds[1:])
        told[name] = [run, *longest, busy_ms / 1000 * 3600 / rounds[0]["every"]]
        if busy[name][0]["all"] > 2 * run:
            told[f"{name}, with work"] = [*(busy[name][0][what] for what in ("all", "longest", "locked")), 0.0]
    return told


if __name__ == "__main__":
    main()

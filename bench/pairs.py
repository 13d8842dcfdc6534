"""How soon two people are set side by side, as a page and as JSON, by one process with both frames warm.

    python bench/pairs.py [--films 10000] [--times 40]

Stores two invented libraries that have half of their films in common, the other behind a share, and asks for the pair
so many times, one after another. Times are from the request to the last byte, compressed; beside them what the web
process used of a core. The joined films are kept; each request asks whether the share is open and draws the page.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import math
import statistics
import sys
import time
from pathlib import Path

import asyncpg
import library
from changes import used
from library import synthetic
from pages import HERE
from programs import web
from upload import calibration

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph import database  # noqa: E402
from kinograph.sessions.hashing import hash_token  # noqa: E402
from tests import cluster  # noqa: E402

MINE, THEIRS = "a-token-of-mine", "a-token-of-theirs"
SHOWS = {"stars": True, "likes": True, "watchlist": True, "compare": True}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=40)
    given = parser.parse_args()
    print(f"calibration {calibration():.3f} s")
    with cluster.running() as url:
        database.migrate(url)
        both = library.store(url, synthetic(given.films * 3 // 2))
        mine, theirs = asyncio.run(divide(url, both, given.films))
        with web(HERE, url) as program:
            port = program.port
            asked = json.dumps({"shows": SHOWS}).encode()
            token = json.loads(ask(port, "POST", f"/api/session/{theirs}/shares", THEIRS, asked)[1])["token"]
            print(f"{given.films} films each      first ms  median ms  95 % within ms  slowest ms  of a core     kB")
            pages = {
                "page, a share": f"/session/{mine}/with/{token}",
                "a group of it": f"/session/{mine}/with/{token}?part=both&page=7",
                "JSON": f"/api/session/{mine}/with/{token}",
            }
            for name, path in pages.items():
                first, body = ask(port, "GET", path, MINE)
                for _ in range(3):
                    ask(port, "GET", path, MINE)
                before = used()
                times = sorted(ask(port, "GET", path, MINE)[0] for _ in range(given.times))
                core = (used() - before) / given.times
                p95 = times[math.ceil(0.95 * len(times)) - 1]
                print(
                    f"  {name:20} {first:8.1f} {statistics.median(times):10.1f} {p95:15.1f} {times[-1]:11.1f}"
                    f" {core:8.0f}ms {len(body) / 1000:7.1f}"
                )


async def divide(url: str, session_id: str, films: int) -> tuple[str, str]:
    """Two owners of a session each, of the films of the one that is there: the first so many, and the last."""
    connection = await asyncpg.connect(url)
    ids = []
    for token, offset in ((MINE, 0), (THEIRS, films // 2)):
        owner = await connection.fetchval("INSERT INTO owners (token_hash) VALUES ($1) RETURNING id", hash_token(token))
        ids.append(
            await connection.fetchval(
                "INSERT INTO sessions (id, owner_id, status) VALUES (gen_random_uuid(), $1, 'completed') RETURNING id",
                owner,
            )
        )
        await connection.execute(
            "INSERT INTO session_films (session_id, n, film_id, uri, watched, rating, liked, watchlist)"
            " SELECT $1, n, film_id, uri, watched,"
            " CASE WHEN rating IS NOT NULL THEN greatest(0.5, least(5, rating + (n * $4 % 5 - 2) / 2.0)) END,"
            " liked, watchlist FROM session_films"
            " WHERE session_id = $2 AND (NOT watched OR n BETWEEN $3::int AND $3::int + $5::int - 1)",
            ids[-1],
            session_id,
            offset,
            offset % 7,
            films,
        )
    await connection.execute("ANALYZE")
    await connection.close()
    return str(ids[0]), str(ids[1])


def ask(port: int, method: str, path: str, token: str, body: bytes | None = None) -> tuple[float, bytes]:
    """Milliseconds, and the body as it is sent."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.connect()
    headers = {"Accept-Encoding": "gzip" if method == "GET" else "identity", "Authorization": f"Bearer {token}"}
    started = time.perf_counter()
    client.request(method, path, body, headers | {"Content-Type": "application/json"})
    answer = client.getresponse()
    read = answer.read()
    took = 1000 * (time.perf_counter() - started)
    client.close()
    assert answer.status in (200, 201), read
    return took, read


if __name__ == "__main__":
    main()

"""How soon it is told what changed between two exports, as a page and as JSON, by one process.

    python bench/changes.py [--films 10000] [--times 20]

Uploads an invented export and the same one as it may be some months later: three hundred films more, others renamed,
re-rated or deleted, viewings edited, wishes watched, lists changed. Then asks for the changes so many times, one after
another. Times are from the request to the last byte, compressed; beside them what the web process used of a core.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import statistics
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import exports
import psutil
from export_model import LAST_DAY, Entry, Film, Library, code
from export_writing import write
from library import _word
from pages import HERE
from programs import web
from upload import calibration

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph import database  # noqa: E402
from tests import cluster  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=20)
    given = parser.parse_args()
    print(f"calibration {calibration():.3f} s")
    titles = invent_titles()
    library = exports.make(titles, n_films=given.films, seed=1)
    with cluster.running() as url:
        database.migrate(url)
        with web(HERE, url) as program:
            port = program.port
            cookie = ""
            _, cookie = send(port, "2026-05-03", write(library, seed=1), cookie)
            edit(library, titles)
            session_id, cookie = send(port, "2026-10-03", write(library, seed=1), cookie)
            print(f"{given.films} films against {len(library.watched)}      first ms  median  slowest  of a core    kB")
            for name, path in (("page", f"/session/{session_id}"), ("JSON", f"/api/session/{session_id}")):
                first = ask(port, f"{path}/changes", cookie)
                before = used()
                times = [ask(port, f"{path}/changes", cookie)[0] for _ in range(given.times)]
                report(name, first, times, (used() - before) / given.times)


def invent_titles() -> Iterator[tuple[str, int | None]]:
    dice = random.Random(3)
    for n in itertools.count():
        yield f"{_word(dice)} {_word(dice)} {n}", dice.randint(1920, 2025)


def edit(library: Library, titles: Iterator[tuple[str, int | None]]) -> None:
    """As its member, and Letterboxd, leave it some months later."""
    dice = random.Random(5)
    films = list(library.watched)
    new = [Film(*next(titles), f"https://boxd.it/{code(10 * (2_000_000 + n))}") for n in range(250)]
    wished = [film for film in library.watchlist if film not in library.watched][:50]
    library.watchlist = [film for film in library.watchlist if film not in wished]
    for n, film in enumerate([*new, *wished]):
        library.watched[film] = LAST_DAY
        library.ratings[film] = 4.0
        entry = Entry(film, LAST_DAY, LAST_DAY, 4.0, False, ("home",))
        library.diary.append(replace(entry, uri=f"https://boxd.it/{code(10 * (900_000_000 + n) + 1)}"))
    for film in dice.sample(list(library.ratings), 200):
        library.ratings[film] = 5.5 - library.ratings[film]
    for entry in dice.sample(library.diary, 200):
        entry.rewatch = not entry.rewatch
    for films_of_list in dice.sample(list(library.lists.values()), len(library.lists) // 4):
        films_of_list[:3] = dice.sample(films, 3)
    gone = set(dice.sample(films, 60))
    names = {film: replace(film, title=f"{film.title}!") for film in dice.sample(films, len(films) // 100)}
    rename(library, names, gone)


def rename(library: Library, names: Mapping[Film, Film], gone: set[Film]) -> None:
    def of(film: Film) -> Film:
        return names.get(film, film)

    library.watched = {of(film): day for film, day in library.watched.items() if film not in gone}
    library.ratings = {of(film): stars for film, stars in library.ratings.items() if film not in gone}
    library.diary = [replace(entry, film=of(entry.film)) for entry in library.diary if entry.film not in gone]
    library.likes = [of(film) for film in library.likes if film not in gone]
    library.watchlist = [of(film) for film in library.watchlist]
    library.lists = {name: [of(film) for film in films] for name, films in library.lists.items()}


def send(port: int, day: str, content: bytes, cookie: str) -> tuple[str, str]:
    """The session, and the cookie of its owner."""
    name = f"letterboxd-someone-{day}-10-00-utc.zip"
    head = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=b"} | ({"Cookie": cookie} if cookie else {})
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/upload", head + content + b"\r\n--b--\r\n", headers)
    with urllib.request.urlopen(request) as answer:
        session_id: str = json.loads(answer.read())["session_id"]
        cookie = cookie or answer.headers["Set-Cookie"].partition(";")[0]
    return session_id, cookie


def ask(port: int, path: str, cookie: str) -> tuple[float, int]:
    """Milliseconds, and bytes of the body as it is sent."""
    client = http.client.HTTPConnection("127.0.0.1", port)
    started = time.perf_counter()
    client.request("GET", path, headers={"Accept-Encoding": "gzip", "Cookie": cookie})
    answer = client.getresponse()
    body = answer.read()
    took = 1000 * (time.perf_counter() - started)
    assert answer.status == 200, (path, answer.status, body[:300])
    return took, len(body)


def used() -> float:
    """Milliseconds that the web process has computed so far."""
    (process,) = (each for each in psutil.Process().children() if each.cmdline()[-2:] == ["kinograph", "web"])
    times = process.cpu_times()
    return 1000 * (times.user + times.system)


def report(name: str, first: tuple[float, int], times: list[float], computed: float) -> None:
    took, size = first
    median, slowest = statistics.median(times), max(times)
    print(f"  {name:28} {took:8.1f} {median:7.1f} {slowest:8.1f} {computed:10.1f} {size / 1000:5.1f}")


if __name__ == "__main__":
    main()

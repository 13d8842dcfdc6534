"""How long the cards of each page take from a warm frame: python bench/cards.py --films 10000"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import date, timedelta
from typing import Any

import polars as pl

from kinograph.stats.filters import Filters
from kinograph.stats.frames import COMPANIES, FILMS, PEOPLE, VIEWINGS, Frame
from kinograph.stats.headline import headline
from kinograph.stats.pages import PAGES, Page
from kinograph.stats.view import View

COUNTRIES = (
    ["US"] * 40 + ["GB", "FR", "JP", "IT", "DE", "CA"] * 4 + ["KR", "ES", "SE", "IN", "HK", "MX", "BR", "SU", "DK"] * 2
)
COUNTRIES += [
    "AR",
    "AU",
    "AT",
    "BE",
    "CL",
    "CN",
    "CZ",
    "FI",
    "GR",
    "HU",
    "ID",
    "IE",
    "IL",
    "IR",
    "IS",
    "MA",
    "MT",
    "NL",
]
COUNTRIES += ["NO", "NZ", "PE", "PH", "PL", "PT", "RO", "RS", "RU", "SG", "TH", "TR", "TW", "ZA"]
GENRES = ["Drama"] * 8 + ["Comedy"] * 5 + ["Thriller", "Romance", "Crime"] * 2
GENRES += ["Action", "Adventure", "Horror", "War", "Mystery", "Documentary", "Science Fiction", "Western"]
QUERIES = ("", "released=1955-1979&country=JP", "rating=4", "viewed=2024", "genre=Drama", "director=3")


def synthetic(films: int, *, seed: int = 7, looked_up: float = 0.97) -> Frame:
    """An invented film lover's frame: as many watched films, a tenth as many wished for, 1.1 viewings a film."""
    dice = random.Random(seed)
    rows = [_film(dice, n, watched=n < films, looked_up=dice.random() < looked_up) for n in range(films + films // 10)]
    start = date(2018, 3, 1)
    days = (date(2025, 12, 20) - start).days
    viewings = []
    for n in range(int(films * 0.9)):
        for again in range(1 + (dice.random() < 0.15)):
            day = start + timedelta(days=min(days, int(days * dice.random() ** 0.8)))
            day -= timedelta(days=day.weekday() % 5 if dice.random() < 0.3 else 0)
            viewings.append(
                {"n": n, "watched_on": day, "rating": rows[n]["rating"], "rewatch": bool(again), "tags": []}
            )
    viewings.sort(key=lambda row: row["watched_on"])
    people = [
        {
            "id": n,
            "name": f"{dice.choice(['Agnès', 'Yasujirō', 'Claire', 'Bong', 'Spike', 'Ida'])} {_word(dice)}",
            "gender": n % 3,
        }
        for n in range(films)
    ]
    return Frame(
        films=pl.DataFrame(rows, schema=FILMS),
        viewings=pl.DataFrame(viewings, schema=VIEWINGS),
        people=pl.DataFrame(people, schema=PEOPLE),
        companies=pl.DataFrame(schema=COMPANIES),
    )


def _word(dice: random.Random) -> str:
    return "".join(
        dice.choice(["lu", "ma", "ki", "sha", "ro", "ven", "da", "tor"]) for _ in range(dice.randint(2, 4))
    ).title()


def _film(dice: random.Random, n: int, *, watched: bool, looked_up: bool) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] if isinstance(kind, pl.List) else None for name, kind in FILMS.items()}
    liked = dice.random()
    row = empty | {
        "n": n,
        "film_id": n,
        "title": _word(dice),
        "year": max(1894, 2025 - int(dice.expovariate(1 / 24))),
        "uri": f"https://boxd.it/{n:x}",
        "watched": watched,
        "rating": min(10, max(1, round(dice.gauss(6.9, 1.8)))) / 2 if watched and dice.random() < 0.9 else None,
        "liked": liked < 0.2,
        "watchlist": not watched,
        "state": "matched" if looked_up else "unmatched",
    }
    if not looked_up:
        return row
    return row | {
        "kind": "movie",
        "tmdb_id": n,
        "original_language": dice.choice(["en", "fr", "ja", "it"]),
        "runtime_minutes": int(dice.gauss(108, 22)),
        "vote_average": min(9.5, max(2.0, dice.gauss(6.4, 0.9))),
        "vote_count": int(dice.paretovariate(0.5)),
        "genres": dice.sample(GENRES, dice.randint(1, 3)),
        "countries": list(dict.fromkeys(dice.choices(COUNTRIES, k=dice.choice([1, 1, 1, 2])))),
        "keywords": [_word(dice) for _ in range(8)],
        "companies": [dice.randrange(1, n // 4 + 20) for _ in range(3)],
        "directors": [min(int(dice.paretovariate(0.45)), n + 1)],
        "cast": [dice.randrange(1, n + 20) for _ in range(20)],
    }


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
        view = View(all=frame, filters=filters, path=f"/session/1{page.path}", images=True, page=page.name)
        start = time.perf_counter()
        headline(view)
        computed = [(module, module.compute(view)) for module in page.cards]
        middle = time.perf_counter()
        size = sum(len(module.render(card).encode()) for module, card in computed if card is not None)
        computing.append(middle - start)
        drawing.append(time.perf_counter() - middle)
    compute, draw = (statistics.median(series) * 1000 for series in (computing, drawing))
    print(
        f"{page.name or 'overview':10}"
        f"{query or '(everything)':32} compute {compute:6.1f}  draw {draw:6.1f}  {size / 1000:6.1f} kB"
    )


if __name__ == "__main__":
    main()

"""An invented film lover's library, as a frame or stored as an upload and TMDB would leave it."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import polars as pl

from kinograph.films.roles import COLUMNS
from kinograph.sessions import hashing
from kinograph.stats.frame_schema import COLLECTIONS, COMPANIES, FILMS, PEOPLE, VIEWINGS
from kinograph.stats.frames import Frame, add_times

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
LANGUAGES = ["en"] * 12 + ["fr", "ja", "it", "de", "es"] * 2 + ["ko", "sv", "ru", "hi", "pt", "da", "zh"]
GENRES = ["Drama"] * 8 + ["Comedy"] * 5 + ["Thriller", "Romance", "Crime"] * 2
GENRES += ["Action", "Adventure", "Horror", "War", "Mystery", "Documentary", "Science Fiction", "Western"]
SYLLABLES = ("lu", "ma", "ki", "sha", "ro", "ven", "da", "tor", "ne", "bel", "ion", "cas")
FIRST_NAMES = ("Agnès", "Yasujirō", "Claire", "Bong", "Spike", "Ida", "Ousmane", "Chantal", "Abbas", "Lucrecia")
CAST = (10, 60)
"""Credited in a film. Rankings count the first twenty."""


def synthetic(films: int, *, seed: int = 7, looked_up: float = 0.97, wishes: int | None = None) -> Frame:
    """As many watched films, a tenth as many wished for unless `wishes` says how many, 1.1 viewings a film, and those
    who made them."""
    dice = random.Random(seed)
    words = [_word(dice) for _ in range(films // 2 + 200)]
    count = films + (films // 10 if wishes is None else wishes)
    rows = [_film(dice, n, count, words, n < films, looked_up=dice.random() < looked_up) for n in range(count)]
    viewings = list(_viewings(dice, rows[: int(films * 0.9)]))
    viewings.sort(key=lambda row: row["watched_on"])
    credited = sorted({id for row in rows for role in COLUMNS for id in row[role]})
    people = [
        {
            "id": id,
            "name": f"{dice.choice(FIRST_NAMES)} {_word(dice)}",
            "gender": dice.choice([0, 1, 1, 2, 2, 2, 3]),
            "portrait": f"/{id:x}.jpg" if dice.random() < 0.7 else None,
        }
        for id in credited
    ]
    made = sorted({id for row in rows for id in row["companies"]})
    companies = [{"id": id, "name": f"{_word(dice)} Pictures", "country": dice.choice(COUNTRIES)} for id in made]
    stored = pl.DataFrame(rows, schema=FILMS)
    return Frame(
        films=stored,
        viewings=add_times(pl.DataFrame(viewings, schema=VIEWINGS)),
        people=pl.DataFrame(people, schema=PEOPLE),
        companies=pl.DataFrame(companies, schema=COMPANIES),
        collections=_collections(stored),
    )


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))).title()


def _film(
    dice: random.Random, n: int, films: int, words: list[str], watched: bool, *, looked_up: bool
) -> dict[str, Any]:
    row: dict[str, Any] = {name: [] if isinstance(kind, pl.List) else None for name, kind in FILMS.items()}
    row |= {
        "n": n,
        "film_id": n + 1,
        "title": " ".join(dice.choices(words, k=dice.choice([1, 2, 2, 3]))),
        "year": max(1894, 2025 - int(dice.expovariate(1 / 24))),
        "uri": f"https://boxd.it/{n:x}",
        "watched": watched,
        "rating": min(10, max(1, round(dice.gauss(6.9, 1.8)))) / 2 if watched and dice.random() < 0.9 else None,
        "liked": dice.random() < 0.2,
        "watchlist": not watched,
        "wanted_on": None if watched else date(2018, 1, 1) + timedelta(days=n * 7919 % 2900),
        "state": "matched" if looked_up else "unmatched",
    }
    return row | _facts(dice, n, films, words, title=row["title"], year=row["year"]) if looked_up else row


def _facts(dice: random.Random, n: int, films: int, words: list[str], *, title: str, year: int) -> dict[str, Any]:
    """What TMDB knows."""

    def crew(fewest: int, most: int, *, first: int, trade: int) -> list[int]:
        """Ids from `first` on, of `trade` people; few of them work much."""
        return list(dict.fromkeys(first + int(trade * dice.random() ** 1.3) for _ in range(dice.randint(fewest, most))))

    return {
        "kind": "movie",
        "tmdb_id": n + 1,
        "imdb_id": f"tt{n:07}",
        "original_title": title if dice.random() < 0.6 else " ".join(dice.choices(words, k=2)),
        "original_language": dice.choice(LANGUAGES),
        "release_date": date(year, dice.randint(1, 12), dice.randint(1, 28)),
        "runtime_minutes": max(1, int(dice.gauss(108, 22))),
        "vote_average": min(9.5, max(2.0, dice.gauss(6.4, 0.9))),
        "vote_count": int(dice.paretovariate(0.5)) % 30_000 + 1,
        "popularity": dice.expovariate(0.1),
        "poster_path": f"/{n:x}{n:x}.jpg",
        "collection_id": _collection(n),
        "genres": list(dict.fromkeys(dice.choices(GENRES, k=dice.randint(1, 4)))),
        "countries": list(dict.fromkeys(dice.choices(COUNTRIES, k=dice.choice([1, 1, 1, 2])))),
        "languages": list(dict.fromkeys(dice.choices(LANGUAGES, k=2))),
        "keywords": [words[int(len(words) * dice.random() ** 3)] for _ in range(dice.randint(2, 16))],
        "companies": [int(films * dice.random() ** 3) + 1 for _ in range(dice.randint(1, 5))],
        "directors": crew(1, 2, first=10_000_000, trade=films // 3),
        "writers": crew(1, 3, first=11_000_000, trade=films // 2),
        "cast": crew(*CAST, first=1, trade=films * 3),
        "composers": crew(0, 1, first=12_000_000, trade=films // 4),
        "photography": crew(1, 1, first=13_000_000, trade=films // 4),
        "editors": crew(1, 2, first=14_000_000, trade=films // 3),
        "producers": crew(1, 5, first=15_000_000, trade=films // 2),
    }


def _collection(n: int) -> int:
    """A quarter of the films, three of twelve in a row, are in a collection; of each one film and its sequels."""
    return n // 12 + 1 if n % 12 < 3 else 0


def _collections(films: pl.DataFrame) -> pl.DataFrame:
    """Each with a part that nobody has seen, every third with three more."""
    known = films.filter(pl.col("collection_id") != 0).select(
        "collection_id", "tmdb_id", "title", "release_date", "poster_path", "vote_average", "runtime_minutes"
    )
    ids = known["collection_id"].unique().to_list()
    unseen = [
        {
            "collection_id": id,
            "tmdb_id": 10_000_000 + 10 * id + n,
            "title": f"Unseen part {n} of {id}",
            "release_date": date(1990 + n, 1, 1 + id % 28),
            "poster_path": f"/{id:x}{n}.jpg",
            "vote_average": 6.5,
            "runtime_minutes": None,
        }
        for id in ids
        for n in range(4 if id % 3 == 0 else 1)
    ]
    parts = pl.concat([known, pl.DataFrame(unseen, schema=known.schema)]).with_columns(
        name=pl.lit("The Collection Number ") + pl.col("collection_id").cast(pl.String),
        fetched_on=pl.lit(date(2026, 1, 1)),
    )
    return parts.select(COLLECTIONS.names()).sort("collection_id", "release_date")


def _viewings(dice: random.Random, films: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    start = date(2018, 3, 1)
    days = (date(2025, 12, 20) - start).days
    for film in films:
        for again in range(1 + (dice.random() < 0.15)):
            day = start + timedelta(days=min(days, int(days * dice.random() ** 0.8)))
            day -= timedelta(days=day.weekday() % 5 if dice.random() < 0.3 else 0)
            tags = dice.sample(["cinema", "with friends", "festival", "streaming"], dice.choice([0, 0, 0, 1]))
            viewing: dict[str, Any] = dict.fromkeys(VIEWINGS)
            viewing |= {"n": film["n"], "watched_on": day, "rating": film["rating"], "rewatch": bool(again)}
            yield viewing | {"logged_on": day + timedelta(days=min(999, int(dice.paretovariate(0.9)))), "tags": tags}


def store(url: str, frame: Frame) -> str:
    """The id of a completed session, which is also its owner's token. The tables were empty."""
    return asyncio.run(_store(url, frame))


NAMED = ("n", "film_id", "uri", "watched", "rating", "liked", "watchlist", "wanted_on")
ENTERED = ("watched_on", "logged_on", "rating", "rewatch", "tags")
FACTS = {"cast": "cast_ids"}
COPIED: tuple[str, ...] = (
    "kind",
    "tmdb_id",
    "imdb_id",
    "original_title",
    "original_language",
    "release_date",
    "runtime_minutes",
    "collection_id",
)
COPIED += ("vote_average", "vote_count", "popularity", "budget", "revenue", "poster_path", "genres", "countries")
COPIED += ("languages", "keywords", "companies", *COLUMNS)


def _stored(collections: pl.DataFrame, now: datetime) -> Iterable[tuple[object, ...]]:
    """Rows of the table."""
    for (id, name), parts in collections.partition_by("collection_id", "name", as_dict=True).items():
        told = parts.select("tmdb_id", "title", "release_date", "poster_path", "vote_average", "runtime_minutes")
        yield id, name, told.write_json(), now, now + timedelta(days=100)


async def _store(url: str, frame: Frame) -> str:
    session_id = uuid.uuid4()
    db = await asyncpg.connect(url)

    async def copy(table: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        await db.copy_records_to_table(table, columns=list(columns), records=rows)

    films = frame.films.rows(named=True)
    known = [film for film in films if film["state"] == "matched"]
    owner_id = await db.fetchval(
        "INSERT INTO owners (token_hash) VALUES ($1) RETURNING id", hashing.hash_token(str(session_id))
    )
    await copy("people", ("id", "name", "gender", "portrait"), frame.people.rows())
    await copy("companies", ("id", "name", "country"), frame.companies.rows())
    await copy(
        "film_facts",
        ("id", "source", "title", "cast_characters", *(FACTS.get(name, name) for name in COPIED)),
        ((f["tmdb_id"], "tmdb", f["title"], [""] * len(f["cast"]), *(f[name] for name in COPIED)) for f in known),
    )
    now = await db.fetchval("SELECT now()")
    await copy("collections", ("id", "name", "parts", "fetched_at", "due_at"), _stored(frame.collections, now))
    await copy(
        "films",
        ("id", "source", "letterboxd_id", "title", "year", "state", "facts_id", "confidence", "settled_at"),
        ((f["film_id"], "tmdb", f["n"], f["title"], f["year"], f["state"], f["tmdb_id"], 1.0, now) for f in films),
    )
    await db.execute(
        "INSERT INTO sessions (id, owner_id, status, completed_at) VALUES ($1, $2, 'completed', now())",
        session_id,
        owner_id,
    )
    await copy(
        "session_films",
        ("session_id", *NAMED),
        ((session_id, *(f[name] for name in NAMED)) for f in films),
    )
    await copy(
        "viewings",
        ("session_id", "n", "film_n", *ENTERED),
        ((session_id, n, *row) for n, row in enumerate(frame.viewings.select("n", *ENTERED).rows())),
    )
    await db.execute("ANALYZE")
    await db.close()
    return str(session_id)

"""A session's whole life, with the plans of all its statements: uploads, looks, corrections, periods."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database, jobs
from kinograph.database import raw
from kinograph.films import sharing
from kinograph.sessions import progress
from kinograph.settings import Settings
from tests import applications, filled
from tests.addresses import of_session
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import completed, until, working
from tests.invented_films import film
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped

LARGE = ("films", "film_facts", "session_films", "viewings", "people", "repairs")


ON_PURPOSE = "SELECT max(length(title)) FROM films"
"""A bad statement, which is to be noticed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A statement and how many rows of each large table were read for it."""

    sql: str
    read: Mapping[str, float]


EXPLAINED = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_format": "json",
}


async def begin(url: str) -> dict[str, int]:
    """Has every further connection's plans noted. Returns how many rows there are."""
    connection = await asyncpg.connect(url)
    for name, value in EXPLAINED.items():
        await connection.execute(f"ALTER DATABASE postgres SET {name} = '{value}'")
    rows = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in LARGE}
    await connection.close()
    return rows


UNKNOWN = ("A Quay by Night,1994,https://boxd.it/29hy", "The Long Quay,1994,https://boxd.it/29hI")
NAMESAKES = ("Slate Rain,1989,https://boxd.it/1YgE", "Slate Rain,1989,https://boxd.it/29hS")
ENTRIES = (
    film("Slate Rain", 1989, id=900_101, votes=5000, popularity=20),
    film("Slate Rain", 1989, id=900_102, votes=300, original_title="Kuroi Ame", minutes=123),
    film("A Quay by Night", 1994, id=900_201),
    film("The Long Quay", 1994, id=900_202),
)
LOST = ("The Unfilmed Lighthouse,1999,https://boxd.it/29i2", "The Unfilmed Pier,1998,")
KNOWN = [f"{filled.film_title(k)},{filled.film_year(k)},{filled.film_uri(k)}" for k in (*range(1, 30), 40, 60)]
UNLINKED = [f"{filled.film_title(k)},{filled.film_year(k)}," for k in (20, 80)]


BROUGHT = {
    "letterboxd.csv": table(
        "Letterboxd list export v7", LIST, "2024-01-01,Brought,,,", "", PLACES,
        *(f"{n},{filled.film_title(n)},{filled.film_year(n)},{filled.film_uri(n)}," for n in (*range(1, 40), 500)),
    ),
    "imdb.csv": table(
        "Position,Const,Title,Year",
        *(f"{n},tt{n:07},{filled.film_title(n)},{filled.film_year(n)}" for n in (*range(1, 40), 700)),
    ),
}  # fmt: skip
LISTS = ("oscar-best-picture", "own:best", "imported:brought", "imported:imdb")


def export(*more: str, until_year: int = 2024) -> bytes:
    films = [*KNOWN, *UNLINKED, *UNKNOWN, *NAMESAKES, *LOST, *more]
    days = [f"{2021 + n % (until_year - 2020)}-0{1 + n % 9}-11" for n in range(len(films))]
    rated = [f"{day},{film},{n % 10 / 2 + 0.5:g}" for n, (day, film) in enumerate(zip(days, films, strict=True))]
    logged = [f"{row},,,{day}" for row, day in zip(rated, days, strict=True)]
    reviewed = [f"{row},,Rain,,{day}" for row, day in zip(rated[:3], days, strict=False)]
    listed = [f"{n},{film}," for n, film in enumerate(films[:5], 1)]
    return zipped(
        watched=table(FILM, *(f"{day},{film}" for day, film in zip(days, films, strict=True))),
        ratings=table(RATING, *rated),
        diary=table(DIARY, *logged),
        reviews=table(REVIEW, *reviewed),
        likes__films=table(FILM, *rated[:2]),
        watchlist=table(FILM, f"2024-01-01,{filled.film_title(99)},{filled.film_year(99)},{filled.film_uri(99)}"),
        lists__best=table(
            "Letterboxd list export v7", LIST, "2024-01-01,Best,,https://boxd.it/x1,", "", PLACES, *listed
        ),
    ).content


async def live(settings: Settings, tmdb: FakeTmdb) -> None:
    assert settings.database_url
    engine = database.connect(settings.database_url)
    made = applications.create(settings)
    made.state.today = lambda: date(2024, 12, 1)  # when a year is looked back on
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1:8000") as client,
        working(settings),
    ):
        oldest = await send(client, engine, export(until_year=2021), day="2022-05-03")
        first = await send(client, engine, export(until_year=2022), day="2023-05-03")
        await send(client, engine, export(until_year=2022), day="2023-05-03")
        await bring_lists(client, first)
        await look_at_everything(client, first)
        session = await send(client, engine, export("Rosalba,1980,https://boxd.it/2w5A"), day="2024-05-03")
        await client.get(f"/session/{session}")  # so that of its films those that change are read again
        await correct(client, engine, session, tmdb)
        async with engine.connect() as db:
            before = await progress.count_progress(db, UUID(session), rate_group="default")
            assert before is not None
            await progress.count_again(db, replace(before, recently=0), rate_group="default")
        await look_at_everything(client, session)
        await keep_in_order(engine, tmdb)
        await until(lambda: idle(engine))
        async with engine.connect() as db:
            await db.execute(text(ON_PURPOSE))
        for gone in (oldest, first, session):
            assert (await client.delete(f"/api/session/{gone}")).status_code == 204
        await jobs.delete_unnamed_films(engine)
    await engine.dispose()


async def send(client: AsyncClient, engine: AsyncEngine, content: bytes, *, day: str) -> str:
    name = f"letterboxd-someone-{day}-18-29-utc.zip"
    answer = await client.post("/api/upload", files=[("files", (name, content))])
    assert answer.status_code in (200, 201), answer.text
    session_id: str = answer.json()["session_id"]
    await completed(engine, session_id)
    return session_id


async def bring_lists(client: AsyncClient, session_id: str) -> None:
    files = [("files", (name, content, "text/csv")) for name, content in BROUGHT.items()]
    assert (await client.post(f"/session/{session_id}/lists", files=files)).status_code == 303


async def look_at_everything(client: AsyncClient, session_id: str) -> None:
    await client.get("/")
    await client.get("/metrics")
    for path in ("/account/everything.zip", "/api/me/widget"):
        assert (await client.get(path)).status_code == 200
    api = f"/api/session/{session_id}"
    included = ("", "?include=movies", "?include=everything")
    for path in (
        *included,
        "/status",
        "/movies",
        "/summary",
        "/report",
        "/repairs",
        "/lists",
        "/collections",
        "/watchlist",
    ):
        assert (await client.get(api + path)).status_code == 200, path
    await client.get(f"{api}/changes")  # which the first session has not
    page = f"/session/{session_id}"
    for path in of_session(session_id):
        if not path.endswith(("/picture", "/report", "/report.pdf")):
            await client.get(path)
    for path in (
        "?genre=Drama",
        "/films?title=film",
        "/films.csv",
        "/diary.csv",
        "/letterboxd.zip",
        "/imdb.csv",
        "/everything.json",
        "/person/2",
        "/repair?title=film+2",
        *(f"/lists/{name}{rest}" for name in LISTS for rest in ("", "/missing.csv")),
        *(f"/films?list={name}" for name in LISTS),
    ):
        assert (await client.get(page + path)).status_code == 200, path


async def correct(client: AsyncClient, engine: AsyncEngine, session_id: str, tmdb: FakeTmdb) -> None:
    api = f"/api/session/{session_id}"
    await client.get(f"{api}/films/0/candidates?query=film")
    known = {"kind": "movie", "tmdb_id": 77}
    for n, answer in enumerate((known, {"kind": "movie", "tmdb_id": tmdb.entry("Low Country").id}, None)):
        sent = await client.put(f"{api}/films/{n}/match", json=answer or {"kind": None, "tmdb_id": None})
        assert sent.status_code in (200, 202, 422), sent.text
    page = f"/session/{session_id}/repair"
    for n, choice in enumerate(({"choice": "nothing"}, {"link": "https://www.imdb.com/title/tt0000088/"})):
        await client.post(f"{page}/{n + 3}", data=choice)
    await client.delete(f"{api}/films/0/match")
    await client.post(f"{api}/retry")
    tmdb.credits[2] = {"cast": [], "crew": [{"id": 77, "media_type": "movie", "title": "Known", "job": "Director"}]}
    assert (await client.post(f"{api}/person/2/left")).json()["state"] == "known"
    async with engine.connect() as db:
        films = (await db.scalars(text("SELECT id FROM films WHERE title = 'Slate Rain'"))).all()
        for film_id in films:
            await sharing.find_sharers(await raw(db), film_id)


async def keep_in_order(engine: AsyncEngine, tmdb: FakeTmdb) -> None:
    """Every period, where each has something to do."""
    deleted, merged = tmdb.entry("A Quay by Night", 1994), tmdb.entry("The Long Quay", 1994)
    tmdb.delete(deleted)
    tmdb.unknown.add("A Quay by Night")
    tmdb.entries.remove(merged)
    tmdb.add(replace(merged, id=900_203, details=merged.details | {"id": 900_203}))
    async with engine.begin() as db:
        for statement in (
            "UPDATE film_facts SET fetched_at = now() - interval '1 year' WHERE tmdb_id IN (900201, 900202)",
            "UPDATE films SET settled_at = now() - interval '1 year' WHERE title LIKE 'The Unfilmed%'",
            "UPDATE sessions SET expires_at = now() - interval '1 hour' WHERE id IN"
            " (SELECT id FROM sessions WHERE expires_at IS NOT NULL ORDER BY created_at LIMIT 1)",
        ):
            await db.execute(text(statement))
    for period in jobs.PERIODS:
        await period.task(engine)


async def idle(engine: AsyncEngine) -> bool:
    async with engine.connect() as db:
        return not await db.scalar(text("SELECT count(*) FROM pgqueuer"))


def read_log(log: Path) -> Iterator[Ran]:
    """The statements of the log, in JSON behind a line that says so."""
    decoder = json.JSONDecoder()
    for entry in log.read_text(errors="replace").split("plan:\n")[1:]:
        told, _ = decoder.raw_decode(entry.lstrip())
        read: defaultdict[str, float] = defaultdict(float)
        add_rows_read(told["Plan"], read)
        yield Ran(" ".join(told["Query Text"].split()), read)


def add_rows_read(node: Mapping[str, Any], read: dict[str, float], *, tables: Sequence[str] = LARGE) -> None:
    if node.get("Relation Name") in tables and "Scan" in node["Node Type"]:
        left = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
        read[node["Relation Name"]] += (node["Actual Rows"] + left) * node["Actual Loops"]
    for below in node.get("Plans", ()):
        add_rows_read(below, read, tables=tables)

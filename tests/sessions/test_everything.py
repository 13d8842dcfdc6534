"""“Everything as JSON”: a session in one file, and another Kinograph that takes it in."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples_of
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import database
from kinograph.corrections import agreement
from kinograph.database import Base
from kinograph.errors import AppError
from kinograph.sessions import everything_format as shape
from kinograph.sessions import everything_reader, intake
from kinograph.sessions.everything import write_everything
from kinograph.sessions.export import Export, Upload, read
from kinograph.sessions.spooling import spool_file
from kinograph.settings import Settings
from tests.sessions.export_files import DIARY, FILM, table
from tests.sessions.export_model import Library, write
from tests.sessions.export_strategies import libraries, styles
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT
from tests.sessions.test_letterboxd_files import match

HEAD = b'{"kinograph":"everything","version":1'


def told(**more: object) -> Upload:
    """A file of one watched film and whatever more."""
    films = [{"title": "Ran", "year": 1985, "letterboxd_uri": "https://boxd.it/18", "watched": True}]
    return Upload("mine.json", orjson.dumps({"kinograph": "everything", "version": 1, "films": films} | more))


async def written(url: str, found: Export) -> bytes:
    engine = database.connect(url)
    file = io.BytesIO()
    try:
        async with engine.begin() as db:
            session_id = await intake.store_session(db, found, owner_id=None, lifetime_days=0)
        await spool_file(engine, write_everything, session_id, file)
    finally:
        await engine.dispose()
    return file.getvalue()


@examples_of(
    max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(library=libraries(namesakes=True) | libraries(namesakes=False), style=styles())
def test_all_that_an_export_told_comes_back(database_url: str, library: Library, style: Any) -> None:
    try:
        original = read(write(library, style))
    except AppError:  # there is no film in it
        return
    again = read([Upload("kinograph-everything.json", asyncio.run(written(database_url, original)))])
    alike = set(Export.__slots__) - {"files", "problems", "warnings", "unread", "fingerprint", "rated_on"}
    assert {name: getattr(again, name) for name in alike} == {name: getattr(original, name) for name in alike}
    assert {n: day for n, day in again.rated_on.items() if day} == {
        n: day for n, day in original.rated_on.items() if day and n in original.ratings
    }
    assert again.unread == original.unread
    assert [str(each.sentence) for each in again.problems] == [str(each.sentence) for each in original.problems]


def test_the_same_file_has_the_fingerprint_that_it_had_before() -> None:
    """Else it would make a second session where it is sent again after an upgrade."""
    told = everything_reader._with_fingerprint(read([EXPORT]))
    assert told.fingerprint.hex() == "65975206f41c3957eff21fbaef7c352e7c167ef87de409a2568db37e13ee7f4c"


def names(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def keys(kind: Any) -> set[str]:
    return set(names(kind))


# Of each table: which part of the file tells it, how columns are called there, and what is left out on purpose.
TABLES: dict[str, tuple[set[str], dict[str, str], set[str]]] = {
    "sessions": (
        keys(shape.Everything),
        {"made_at": "made_on"},
        # The session's own, on the server that has it.
        {"id", "owner_id", "status", "created_at", "completed_at", "expires_at", "read_at", "predecessor_id"}
        | {"waits_for", "sent_bytes", "closed_at", "fingerprint"},
    ),
    "session_films": (
        keys(shape.Film),
        {"uri": "letterboxd_uri"},
        {"session_id", "n", "film_id"},  # its place in the file
    ),
    "viewings": (keys(shape.Viewing), {"film_n": "film"}, {"session_id", "n"}),
    "reviews": (keys(shape.Review), {"film_n": "film"}, {"session_id", "n"}),
    "lists": (keys(shape.List), {"uri": "letterboxd_uri"}, {"session_id", "n"}),
    "list_films": (keys(shape.Listed), {"film_n": "film"}, {"session_id", "list_n"}),
    "films": (
        keys(shape.Film),
        {},
        # The look-up's: a new server looks for itself.
        {"id", "source", "state", "facts_id", "confidence", "runners_up", "reason", "settled_at", "agreed_at"}
        | {"compared_at", "changed_in"},
    ),
    "repairs": (
        keys(shape.Correction),
        {"letterboxd_id": "film", "title": "film", "year": "film", "answer": "entry", "facts_id": "entry"}
        | {"wanted_id": "entry"},
        {"id", "owner_id", "changed_at", "refreshed_at", "by_file", "wanted_by_file"},
    ),
}
# What is of nobody's export: the look-up's, the server's, and what proves or shares something.
ELSEWHERE = {
    *("film_facts", "people", "companies", "questions", "tallies", "tmdb_state", "worker_leads", "worker_reports"),
    *("owners", "logins", "keys", "phone_links", "throttles", "throttle_salt", "uploads_under_way"),
}


def test_the_file_has_what_the_tables_have() -> None:
    for name, (told_there, renamed, left_out) in TABLES.items():
        columns = set(Base.metadata.tables[name].columns.keys())
        assert left_out <= columns, name
        assert {renamed.get(column, column) for column in columns - left_out} <= told_there, name
    of_sessions = {
        name for name, table in Base.metadata.tables.items() if "session_id" in table.columns or name in TABLES
    }
    assert of_sessions - TABLES.keys() <= {"shares", "counted_changes"}  # these are counted anew
    assert not TABLES.keys() & ELSEWHERE


async def test_what_is_written_is_what_is_described(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await client.put(f"/api/session/{session_id}/films/0/match", json={"nothing": True})
    answer = await client.get(f"/session/{session_id}/everything.json")
    assert (answer.headers["content-type"], answer.status_code) == ("application/json", 200)
    assert 'filename="kinograph-everything-' in answer.headers["content-disposition"]
    found = answer.json()
    assert list(found) == names(shape.Everything)
    for name, kind in (
        ("films", shape.Film),
        ("viewings", shape.Viewing),
        ("reviews", shape.Review),
        ("lists", shape.List),
        ("corrections", shape.Correction),
        ("files", shape.File),
    ):
        assert [sorted(row) for row in found[name]] == [sorted(names(kind))] * len(found[name])
        assert found[name], name
    assert found["corrections"] == [{"film": 0, "entry": None}]
    for secret in (session_id, (await client.get("/api/session/" + session_id)).json()["created_at"]):
        assert secret not in answer.text
    described = (Path(__file__).parents[2] / "docs" / "everything.md").read_text()
    for each in (shape.Everything, shape.Film, shape.Viewing, shape.Review, shape.List, shape.Listed, shape.Correction):
        for name in names(each):
            assert f"`{name}`" in described, name


@pytest.fixture
async def elsewhere(server: str, template: str, settings: Settings, tmp_path: Path) -> AsyncIterator[AsyncClient]:
    """Another Kinograph with a database of its own, which knows nothing."""
    from urllib.parse import urlsplit, urlunsplit

    import asyncpg

    from tests import applications

    plain = await asyncpg.connect(server)
    await plain.execute(f"CREATE DATABASE elsewhere TEMPLATE {template} STRATEGY FILE_COPY")
    url = urlunsplit(urlsplit(server)._replace(path="/elsewhere"))
    made = applications.create(replace(settings, database_url=url, data_dir=tmp_path / "elsewhere"))
    transport = ASGITransport(made)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=transport, base_url="http://127.0.0.1:8001") as other,
    ):
        yield other
    await plain.execute("DROP DATABASE elsewhere WITH (FORCE)")
    await plain.close()


async def test_another_kinograph_takes_it_in(client: AsyncClient, elsewhere: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    async with engine.begin() as db:
        await match(db, "Heat 2", "movie", 77)
    api = f"/api/session/{session_id}"
    for n, answer in enumerate(({"kind": "movie", "tmdb_id": 77}, {"nothing": True}, {"kind": "tv", "tmdb_id": 5})):
        assert (await client.put(f"{api}/films/{n}/match", json=answer)).status_code in (200, 202)
    content = (await client.get(f"/session/{session_id}/everything.json")).content

    sent = await upload(elsewhere, Upload("kinograph-everything-2026-05-03.json", content))
    assert sent.status_code == 201, sent.text
    there = f"/api/session/{sent.json()['session_id']}"
    before, after = (await client.get(f"{api}/summary")).json(), (await elsewhere.get(f"{there}/summary")).json()
    looked_up = {"hours": 0, "directors": 0}  # the new server has asked TMDB nothing so far
    assert after | looked_up == before | looked_up
    whole = [
        (await each.get(f"{address}?include=everything")).json()["everything"]
        for each, address in ((client, api), (elsewhere, there))
    ]
    assert whole[0] == whole[1]
    again = (await elsewhere.get(f"/session/{sent.json()['session_id']}/everything.json")).json()
    mine = orjson.loads(content)
    alike = ("name", "made_on", "viewings", "reviews", "lists", "corrections", "orphaned", "problems")
    assert {name: again[name] for name in alike} == {name: mine[name] for name in alike}
    assert [each["letterboxd_uri"] for each in again["films"]] == [each["letterboxd_uri"] for each in mine["films"]]
    told = (await elsewhere.get(f"{there}/repairs?show=mine")).json()["films"]
    assert sorted((film["n"], film["repair"], film["waiting"]) for film in told) == [
        (0, None, True),  # the new server knows nothing of the entry and asks TMDB
        (1, "nothing", False),
        (2, None, True),
    ]
    # The same file once more is no second session.
    assert (await upload(elsewhere, Upload("copy.json", content))).status_code == 200


async def test_corrections_by_file_are_for_whoever_sent_it(client: AsyncClient, engine: AsyncEngine) -> None:
    entries = [{"film": 0, "entry_id": 1000 * k + n, "watched_on": "2024-01-01"} for k in (1,) for n in range(60)]
    async with engine.begin() as db:
        await db.execute(text("SELECT 1"))
    for person in range(4):
        client.cookies.clear()
        own = [entry | {"entry_id": int(str(entry["entry_id"])) + 10_000 * person} for entry in entries]
        sent = await upload(client, told(viewings=own))
        async with engine.begin() as db:
            if not person:
                await match(db, "Nothing", "movie", 77)
                await db.execute(text("UPDATE film_facts SET title = 'Ran', release_date = '1985-06-01'"))
                await db.execute(text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE title = 'Ran'"))
        sent = await upload(client, told(viewings=own, corrections=[{"film": 0, "entry": "movie/77"}]))
        assert (sent.status_code, sent.json()["enriched_count"]) == (200, 1)
    async with engine.begin() as db:
        assert await db.scalar(text("SELECT count(*) FROM repairs WHERE by_file AND answer = 'entry'")) == 4
        await db.execute(text("UPDATE repairs SET changed_at = now() - interval '8 days'"))
    await agreement.run_round(engine)
    async with engine.begin() as db:
        assert await db.scalar(text("SELECT state FROM films WHERE title = 'Ran'")) == "unmatched"
        # By hand the same would be everybody's.
        await db.execute(text("UPDATE repairs SET by_file = false"))
    await agreement.run_round(engine)
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT state FROM films WHERE title = 'Ran'")) == "matched"


async def test_what_was_said_by_hand_stays(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, told())).json()["session_id"]
    address = f"/api/session/{session_id}/films/0/match"
    await client.put(address, json={"nothing": True})
    by_file = told(corrections=[{"film": 0, "entry": "movie/77"}])
    corrections = text("SELECT answer, wanted_id IS NULL AS is_settled, by_file, wanted_by_file FROM repairs")
    await upload(client, by_file)
    async with engine.connect() as db:
        assert tuple((await db.execute(corrections)).one()) == ("nothing", True, False, False)
    await client.delete(address)
    await upload(client, by_file)
    async with engine.connect() as db:
        assert tuple((await db.execute(corrections)).one()) == (None, False, False, True)
    await client.put(address, json={"kind": "movie", "tmdb_id": 78})
    async with engine.connect() as db:
        assert tuple((await db.execute(corrections)).one()) == (None, False, False, False)
        assert await db.scalar(text("SELECT count(*) FROM questions")) == 2


async def test_files_beside_it_are_named(client: AsyncClient) -> None:
    watched = Upload("watched.csv", table(FILM, "2024-01-01,Kes,1969,"))
    sent = await upload(client, watched, told(), Upload("diary.csv", table(DIARY)))
    assert sent.json()["total_movies"] == 1
    assert [warning.partition(" and")[0] for warning in sent.json()["warnings"][:2]] == ["“watched.csv”", "“diary.csv”"]


async def test_it_is_its_owners_alone(client: AsyncClient, web: FastAPI) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    address = f"/session/{session_id}/everything.json"
    settings = (await client.get(f"/session/{session_id}/settings")).text
    assert f'href="{address}"' in settings
    client.cookies.clear()
    assert (await client.get(address)).status_code == 403
    assert "everything.json" not in (await client.get(f"/session/{session_id}/settings")).text

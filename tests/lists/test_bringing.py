"""Lists that owners bring: read, stored, told, deleted, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph import jobs
from kinograph.films import unnamed
from kinograph.lists import bringing, store
from kinograph.lists.bringing import Brought, BroughtFilm, ListTooLong, NoList
from kinograph.sessions import links, owners
from kinograph.sessions.export import Upload
from tests.lists.test_pages import EXPORT, film, look_up, tell
from tests.sessions.export_files import FILM, LIST, PLACES, table
from tests.sessions.test_api import upload

GATE, VERTIGO = (links.decode_link(f"https://boxd.it/{code}").id for code in ("2a9q", "DErS"))  # type: ignore[union-attr]
LETTERBOXD = table(
    "Letterboxd list export v7", LIST, "2024-01-01,Sight & Sound,,,", "", PLACES,
    "1,Gate of Hell,1953,https://boxd.it/2a9q,", "2,Vertigo,1958,https://boxd.it/DErS,",
)  # fmt: skip
IMDB = table(
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,Year",
    "1,tt0000548,2024-01-01,2024-01-01,,Rashômon,Rashômon,https://www.imdb.com/title/tt0000548,Movie,1950",
    '2,tt0000002,2024-01-01,2024-01-01,,"Tokyo, Story",x,https://www.imdb.com/title/tt0000002,Movie,1953',
    "3,,2024-01-01,2024-01-01,,No Number,x,,Movie,",
)


def test_a_list_of_either_is_read_in_its_order() -> None:
    assert bringing.read([Upload("sight.csv", LETTERBOXD)]) == [
        Brought("Sight & Sound", (BroughtFilm("Gate of Hell", 1953, GATE), BroughtFilm("Vertigo", 1958, VERTIGO)))
    ]
    assert bringing.read([Upload("My list.csv", IMDB)]) == [
        Brought(
            "My list",
            (
                BroughtFilm("Rashômon", 1950, imdb_id="tt0000548"),
                BroughtFilm("Tokyo, Story", 1953, imdb_id="tt0000002"),
                BroughtFilm("No Number", None),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (table(FILM, "2024-01-01,Heat,1995,https://boxd.it/2"), NoList),
        (table("Const,Title,Year"), NoList),
        (table("Const,Title,Year", *(f"tt{n:07d},Film {n},1990" for n in range(10_001))), ListTooLong),
    ],
    ids=["an export without a list", "an empty list", "more than ten thousand"],
)
def test_what_is_no_list_or_too_long_is_refused(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        bringing.read([Upload("watched.csv", content)])


@pytest.fixture
async def session(client: AsyncClient, engine: AsyncEngine) -> str:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await look_up(engine, "Rashōmon", "Gate of Hell", "Heat")
    return f"/session/{session_id}"


async def bring(client: AsyncClient, session: str, content: bytes, name: str = "list.csv") -> Response:
    return await client.post(f"{session}/lists", files={"files": (name, content, "text/csv")})


async def imported(client: AsyncClient, session: str) -> list[dict[str, Any]]:
    return [each for each in await tell(client, session) if each["kind"] == "imported"]


async def test_a_list_that_is_brought_counts_like_any_other(
    client: AsyncClient, session: str, engine: AsyncEngine
) -> None:
    answer = await bring(client, session, LETTERBOXD)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{session}/lists/imported:sight-sound")
    await look_up(engine, "Gate of Hell")
    assert await imported(client, session) == [
        {
            "name": "imported:sight-sound",
            "title": "Sight & Sound",
            "kind": "imported",
            "total": 2,
            "found": 1,
            "seen": 0,
            "minutes_left": 89,
            "as_of": None,
            "films": [film("Gate of Hell", 1953, 43349, watchlist=True), film("Vertigo", 1958, None)],
        }
    ]
    page = (await client.get(f"{session}/lists/imported:sight-sound")).text
    assert "Sight &amp; Sound" in page and "added by you" in page and "Delete this list" in page
    films = (await client.get(f"{session}/films?list=imported:sight-sound")).text
    assert "on “Sight &amp; Sound”" in films
    left = (await client.get(f"{session}/lists/imported:sight-sound/missing.csv")).text
    assert "https://boxd.it/DErS,,,Vertigo,1958," in left.splitlines()  # as the list's file links it

    again = await bring(client, session, LETTERBOXD)  # the same file makes no second list
    assert again.headers["location"] == answer.headers["location"]
    assert len(await imported(client, session)) == 1


async def test_a_film_of_imdbs_is_known_by_its_number(client: AsyncClient, session: str, engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(text("UPDATE film_facts SET imdb_id = 'tt0000548' WHERE tmdb_id = 548"))
    await bring(client, session, IMDB, "My list.csv")
    (found,) = await imported(client, session)
    assert found["films"] == [
        film("Rashômon", 1950, 548, seen=True), film("Tokyo, Story", 1953, None), film("No Number", None, None)
    ]  # fmt: skip
    async with engine.connect() as db:
        waiting = await db.scalar(text("SELECT count(*) FROM pgqueuer WHERE dedupe_key LIKE 'film:%'"))
    assert waiting  # the others are looked up


async def test_nobody_else_sees_brings_or_deletes(client: AsyncClient, session: str) -> None:
    await bring(client, session, LETTERBOXD)
    cookies = dict(client.cookies)
    client.cookies.clear()
    assert (await bring(client, session, IMDB)).status_code == 403
    assert (await client.get(f"{session}/lists/imported:sight-sound")).status_code == 404
    assert (await client.post(f"{session}/lists/imported:sight-sound/delete")).status_code == 403
    assert await imported(client, session) == []
    assert "Sight" not in (await client.get(f"{session}/films?list=imported:sight-sound")).text

    client.cookies.update(cookies)
    gone = await client.post(f"{session}/lists/imported:sight-sound/delete")
    assert (gone.status_code, gone.headers["location"]) == (303, f"{session}/lists")
    assert await imported(client, session) == []
    assert (await client.post(f"{session}/lists/imported:sight-sound/delete")).status_code == 404


async def test_lists_go_with_their_owner_and_their_films_with_them(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        holder = await owners.make_owner(db)
        brought = [Brought("One", (BroughtFilm("Vertigo", 1958), BroughtFilm("Vertigo", 1958)))]
        assert await store.bring_lists(db, brought, owner_id=holder.id) == ["one"]
    assert await unnamed.delete_unnamed(engine) == 0
    async with engine.begin() as db:
        await db.execute(text("DELETE FROM owners"))
    assert await unnamed.delete_unnamed(engine) == 1


async def test_lists_are_deleted_once_their_owner_has_no_export(
    client: AsyncClient, session: str, engine: AsyncEngine
) -> None:
    await bring(client, session, LETTERBOXD)
    await jobs.delete_left_lists(engine)
    assert len(await imported(client, session)) == 1
    await client.delete(f"/api{session}")
    await jobs.delete_left_lists(engine)
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM film_list_entries")) == 0


async def test_an_owner_has_fifty_lists(engine: AsyncEngine) -> None:
    lists = [Brought("Same", (BroughtFilm(f"Film {n}", 1990),)) for n in range(51)]
    async with engine.begin() as db:
        holder = await owners.make_owner(db)
        names = await store.bring_lists(db, lists[:50], owner_id=holder.id)
        assert names[:2] == ["same", "same-2"] and len(set(names)) == 50
    with pytest.raises(store.TooManyLists):
        async with engine.begin() as db:
            await store.bring_lists(db, lists[50:], owner_id=holder.id)
    async with engine.connect() as db:
        stored = text("SELECT count(*) FROM film_lists WHERE owner_id = :id")
        assert await db.scalar(stored, {"id": holder.id}) == 50

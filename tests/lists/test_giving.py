"""The lists that an owner brought, in the ZIP of everything, and brought again from it."""

from __future__ import annotations

import io
from operator import itemgetter
from zipfile import ZipFile

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.lists import bringing, giving, store
from kinograph.lists.bringing import Brought, BroughtFilm
from kinograph.sessions import owners
from kinograph.sessions.export import Upload
from tests.lists.test_bringing import IMDB, LETTERBOXD, bring
from tests.lists.test_pages import EXPORT, tell
from tests.sessions.test_api import upload

TRAPS = Brought(
    'Name, "so called"',
    (
        BroughtFilm("Red, White", 1994, 1),
        BroughtFilm('The "Quay"', None),
        BroughtFilm("=1+1", 2001, 51_568),
        BroughtFilm("Red, White", 1994, 1),  # a second time
        BroughtFilm("羅生門", 1950, 62**9),
    ),
)
NUMBERED = Brought("Ünïcode list", (BroughtFilm("One, Two", 1961, imdb_id="tt0055256"), BroughtFilm("No Number", None)))
SAME = Brought("ünïcode list", (BroughtFilm("Another", 1962, imdb_id="tt0055257"),))


async def test_what_is_given_is_read_as_it_was_brought(engine: AsyncEngine) -> None:
    lists = [TRAPS, NUMBERED, SAME]
    async with engine.begin() as db:
        holder = await owners.make_owner(db)
        await store.bring_lists(db, lists, owner_id=holder.id)
        kept = await giving.list_brought(db, holder.id)
        files = [Upload(each.file, await giving.write_list(db, each)) for each in kept]
    assert [each.name for each in files] == ["Name, -so called-.csv", "Ünïcode list.csv", "ünïcode list (2).csv"]
    (letterboxd,) = bringing.read(files[:1])
    assert letterboxd == TRAPS
    assert bringing.read(files[1:2]) == [NUMBERED]
    assert bringing.read(files[2:])[0].films == SAME.films


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["a/b", "a\\b", "A:B"], ["a-b.csv", "a-b (2).csv", "A-B (3).csv"]),
        (["", "..", "x" * 79 + "…"], ["list.csv", "list (2).csv", "x" * 79 + "….csv"]),
    ],
)
def test_no_two_files_are_the_same_and_none_leaves_its_folder(titles: list[str], names: list[str]) -> None:
    assert giving.name_files(titles) == names


async def test_brought_lists_are_in_the_zip_of_everything_and_come_back(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    session = f"/session/{(await upload(client, EXPORT)).json()['session_id']}"
    await bring(client, session, LETTERBOXD)
    await bring(client, session, IMDB, "My list.csv")
    await bring(client, session, LETTERBOXD.replace(b"Sight & Sound", b"Another"))
    before = await tell(client, session)
    with ZipFile(io.BytesIO((await client.get("/account/everything.zip")).content)) as packed:
        assert packed.testzip() is None
        found = {name: packed.read(name) for name in packed.namelist() if name.startswith("lists/")}
        assert len(packed.namelist()) == 1 + len(found)
    assert list(found) == ["lists/Sight & Sound.csv", "lists/My list.csv", "lists/Another.csv"]

    async with engine.begin() as db:
        await db.execute(text("DELETE FROM film_lists WHERE owner_id IS NOT NULL"))
    files = [("files", (name.removeprefix("lists/"), content, "text/csv")) for name, content in found.items()]
    assert (await client.post(f"{session}/lists", files=files)).status_code == 303  # all at once
    after = await tell(client, session)
    assert sorted(after, key=itemgetter("name")) == sorted(before, key=itemgetter("name"))
    assert {"imported:sight-sound", "imported:my-list"} <= {each["name"] for each in before}


async def test_nobody_gets_the_lists_of_others(client: AsyncClient) -> None:
    session = f"/session/{(await upload(client, EXPORT)).json()['session_id']}"
    await bring(client, session, LETTERBOXD)
    client.cookies.clear()
    await upload(client, EXPORT)
    with ZipFile(io.BytesIO((await client.get("/account/everything.zip")).content)) as packed:
        assert [name for name in packed.namelist() if "lists/" in name] == []

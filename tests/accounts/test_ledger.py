"""The page of all exports of an owner."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import routes
from kinograph.changes.since import SinceCache
from kinograph.sessions.export import Upload
from tests.changes.test_api import AFTER, BEFORE
from tests.changes.test_page import send_both, words
from tests.sessions.export_files import FILM, table, zipped
from tests.sessions.test_api import upload


def ledger(html: str) -> list[str]:
    """Each row of the table, in words."""
    rows = re.findall(r'<tr id="export-.*?</tr>', html, re.DOTALL)
    return [words(f"<main {row}").removeprefix("> ").split(" Open")[0] for row in rows]


async def test_all_exports_stand_newest_first_with_what_changed(client: AsyncClient) -> None:
    before, after = await send_both(client)
    page = await client.get("/account")
    assert page.status_code == 200
    newest, oldest = ledger(page.text)
    assert "Dec 24, 2024 2 +1 2 +1 1 re-rated, 1 from the watchlist : Dec 24, 2024" in newest
    assert "Oct 3, 2024 1 1 nothing before it" in oldest
    assert f'href="/session/{after}/changes?since={before}"' in page.text
    assert "2 exports, 2 films ." in words(page.text)
    assert page.text.count('class="hole"') == 2
    assert page.headers["cache-control"] == "no-store"


async def test_the_newest_is_by_the_day_it_was_made_and_not_by_its_upload(client: AsyncClient) -> None:
    after = (await upload(client, AFTER)).json()["session_id"]
    await upload(client, BEFORE)
    assert [row.split("202")[0].split()[-2] for row in ledger((await client.get("/account")).text)] == ["Dec", "Oct"]
    assert (await client.get("/me")).headers["location"] == f"/session/{after}"


async def test_an_export_gets_a_name(client: AsyncClient) -> None:
    _, after = await send_both(client)
    address = f"/account/exports/{after}/name"
    done = await client.post(address, data={"name": "  before the\n<b>festival</b>  "})
    assert (done.status_code, done.headers["location"]) == (303, f"/account#export-{after}")
    assert "before the &lt;b&gt;festival&lt;/b&gt;" in (await client.get("/account")).text
    await client.post(address, data={"name": "x" * 500})
    assert f'value="{"x" * routes.LONGEST_NAME}"' in (await client.get("/account")).text
    await client.post(address, data={"name": ""})
    assert "xxx" not in (await client.get("/account")).text


async def test_deleting_asks_first_and_comes_back(client: AsyncClient) -> None:
    before, after = await send_both(client)
    asked = await client.get(f"/account/exports/{before}/delete")
    assert "Delete the export of October 3, 2024? 1 film, 1 viewing." in words(asked.text)
    done = await client.post(f"/session/{before}/delete", data={"back": "/account"})
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    page = (await client.get("/account")).text
    assert len(ledger(page)) == 1
    assert f"/session/{after}" in page
    assert (await client.get(f"/account/exports/{before}/delete")).status_code == 404


async def test_what_others_sent_is_not_there(client: AsyncClient) -> None:
    theirs = (await upload(client, BEFORE)).json()["session_id"]
    client.cookies.clear()
    assert (await client.get("/account")).status_code == 403
    assert (await client.get("/me")).status_code == 403
    await upload(client, AFTER)
    assert theirs not in (await client.get("/account")).text
    assert (await client.get(f"/account/exports/{theirs}/delete")).status_code == 404
    assert (await client.post(f"/account/exports/{theirs}/name", data={"name": "mine"})).status_code == 404


async def test_many_exports_stand_under_their_years(client: AsyncClient, web: FastAPI) -> None:
    for n in range(routes.MOST_TOGETHER + 1):
        day = f"{2000 + n}-01-24"
        films = [f"2000-01-01,Film {m},1990," for m in range(n + 6)]
        sent = zipped(watched=table(FILM, *films), watchlist=table(FILM)).content
        done = await upload(client, Upload(f"letterboxd-someone-{day}-18-29-utc.zip", sent))
        assert done.status_code == 201, done.text
    page = (await client.get("/account")).text
    assert re.findall(r'scope="rowgroup" colspan="6">(\d+)', page) == [str(year) for year in range(2024, 1999, -1)]
    # All of them say what changed at the first visit, and the next process knows it.
    assert len(web.state.since._kept) == routes.MOST_TOGETHER
    web.state.since = SinceCache(web.state.engine)
    asked: list[str] = []
    event.listen(web.state.engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert (await client.get("/account")).text == page
    assert not any("FROM viewings" in sql and "count(*)" not in sql for sql in asked)
    assert len(web.state.since._kept) == routes.MOST_TOGETHER


async def test_a_visit_compares_so_many_films_and_the_next_the_others(
    client: AsyncClient, web: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "FILMS_COMPARED_AT_ONCE", 3)
    for n in range(4):
        films = [f"2000-01-01,Film {m},1990," for m in range(n + 6)]
        sent = zipped(watched=table(FILM, *films), watchlist=table(FILM)).content
        await upload(client, Upload(f"letterboxd-someone-200{n}-01-24-18-29-utc.zip", sent))
    for known in (1, 2, 3):
        await client.get("/account")
        assert len(web.state.since._kept) == known


async def test_what_was_counted_goes_with_its_export(client: AsyncClient, engine: AsyncEngine) -> None:
    older = (await upload(client, BEFORE)).json()["session_id"]
    await upload(client, AFTER)
    await client.get("/account")
    count = text("SELECT count(*) FROM counted_changes WHERE counts IS NOT NULL")
    async with engine.connect() as db:
        assert (await db.execute(count)).scalar_one() == 1
    await client.post(f"/session/{older}/delete")
    async with engine.connect() as db:
        assert (await db.execute(count)).scalar_one() == 0

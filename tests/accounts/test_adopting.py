"""What a browser had comes to an account: its exports stand between the older ones, and the account's wishes hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from kinograph.stats.saved_views import MOST
from tests.accounts.test_accounts import PASSWORD, Browsers, browsers, sign_up
from tests.changes.test_page import words
from tests.sessions.export_files import DIARY, FILM, table, zipped
from tests.sessions.test_api import upload

__all__ = ["browsers"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, accounts=True)


def export(month: int, films: int, *, of: str = "ada") -> Upload:
    """Of the first of a month: a diary that grows."""
    first = {"ada": 1_000, "bob": 9_000}[of]
    rows = [
        f"2024-01-{n + 1:02},{of} {n},2001,https://boxd.it/{first + n:x},4,,,2024-01-{n + 1:02}" for n in range(films)
    ]
    watched = [f"2024-01-01,{of} {n},2001,https://boxd.it/{first + n:x}" for n in range(films)]
    name = f"letterboxd-{of}-2024-{month:02}-01-10-00-utc.zip"
    return replace(zipped(diary=table(DIARY, *rows), watched=table(FILM, *watched)), name=name)


async def lines(engine: AsyncEngine) -> list[tuple[int, int | None]]:
    """The month of each export, and that of the one before it."""
    async with engine.connect() as db:
        rows = await db.execute(
            text(
                "SELECT extract(month FROM new.made_at), extract(month FROM old.made_at) FROM sessions new"
                " LEFT JOIN sessions old ON old.id = new.predecessor_id ORDER BY 1, 2"
            )
        )
        return [(int(new), None if old is None else int(old)) for new, old in rows]


async def adopt(browser: AsyncClient) -> None:
    await browser.post("/signin", data={"name": "Ada", "password": PASSWORD})
    assert (await browser.post("/account/adopt")).status_code == 303


async def test_adopted_exports_stand_between_those_there_were(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    for month, films in ((3, 6), (7, 10)):
        await upload(client, export(month, films))
    other = browsers()
    newest = ""
    for month, films in ((2, 5), (5, 8), (9, 13)):
        newest = (await upload(other, export(month, films))).json()["session_id"]
    await adopt(other)
    assert await lines(engine) == [(2, None), (3, 2), (5, 3), (7, 5), (9, 7)]
    page = words((await other.get("/account")).text)
    assert page.count("nothing before it") == 1
    opening = words((await other.get(f"/session/{newest}")).text)
    assert "Since July 1, 2024 3 films" in opening


async def test_the_same_export_stays_one_and_in_its_place(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    for month, films in ((3, 6), (5, 8)):
        await upload(client, export(month, films))
    other = browsers()
    for month, films in ((1, 4), (3, 6), (4, 7)):
        await upload(other, export(month, films))
    await adopt(other)
    assert await lines(engine) == [(1, None), (3, 1), (4, 3), (5, 4)]


async def test_exports_of_another_member_stay_apart(
    client: AsyncClient, browsers: Browsers, engine: AsyncEngine
) -> None:
    await sign_up(client)
    await upload(client, export(3, 6))
    other = browsers()
    for month, films in ((2, 5), (4, 7)):
        await upload(other, export(month, films, of="bob"))
    await adopt(other)
    assert await lines(engine) == [(2, None), (3, None), (4, 2)]


async def test_as_many_views_come_along_as_there_can_be(client: AsyncClient, browsers: Browsers) -> None:
    async def save(browser: AsyncClient, session: str, *names: str) -> None:
        for name in names:
            sent = {"name": name, "filters": "rating=3-"}
            assert (await browser.post(f"/api/session/{session}/views", json=sent)).status_code == 201

    await sign_up(client)
    kept = (await upload(client, export(3, 6))).json()["session_id"]
    await save(client, kept, *(f"Mine {n}" for n in range(MOST - 2)), "Both")
    other = browsers()
    await save(other, (await upload(other, export(2, 5))).json()["session_id"], "Both", "First", "Second")
    await adopt(other)
    names = [view["name"] for view in (await client.get(f"/api/session/{kept}/views")).json()]
    assert (len(names), names[-2:]) == (MOST, ["Both", "First"])


async def test_the_preferences_of_the_account_win(client: AsyncClient, browsers: Browsers) -> None:
    chosen = {"theme": "dark", "lang": "de", "posters": "on", "count": "hours"}
    await client.post("/preferences", data=chosen)
    await sign_up(client)
    other = browsers()
    await other.post("/preferences", data={"theme": "light", "lang": "en", "posters": "off", "count": "viewings"})
    await upload(other, export(2, 5))
    await adopt(other)
    kept = {name: other.cookies.get(name) for name in ("theme", "lang", "posters", "count")}
    assert kept == {"theme": "dark", "lang": "de", "posters": None, "count": "hours"}
    # What is chosen later is the account's as well, also where the page's script alone has set it.
    other.cookies.set("theme", "light", domain="127.0.0.1", path="/")
    await other.get("/account")
    third = browsers()
    await third.post("/signin", data={"name": "Ada", "password": PASSWORD})
    assert third.cookies["theme"] == "light"


async def test_nonsense_is_nobodys_preference(client: AsyncClient, engine: AsyncEngine) -> None:
    for name in ("theme", "lang", "count"):
        client.cookies.set(name, "x" * 2_000)
    await sign_up(client)
    async with engine.connect() as db:
        assert (await db.execute(text("SELECT preferences FROM accounts"))).scalar_one() == {}

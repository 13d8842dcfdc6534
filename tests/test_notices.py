"""What a form has done is said once, on the page that follows, and by nobody else."""

from __future__ import annotations

from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.sessions.export_files import FILM, table

GERMAN = {"Accept-Language": "de"}


async def upload(client: AsyncClient) -> str:
    files = {"files": ("watched.csv", table(FILM, "2024-01-01,Alpha,2001,https://boxd.it/10"))}
    return f"/session/{(await client.post('/api/upload', files=files)).json()['session_id']}"


async def test_a_notice_is_said_once_and_its_page_is_kept_nowhere(client: AsyncClient) -> None:
    session = await upload(client)
    plain = await client.get(session)
    answer = await client.post("/preferences", data={"back": session, "posters": "on"})
    assert "HttpOnly" in answer.headers["set-cookie"] and "notice" not in answer.headers["location"]
    said = await client.get(session, headers={"If-None-Match": plain.headers["etag"]})
    assert said.status_code == 200
    assert "Saved." in said.text
    assert said.headers["cache-control"] == "private, no-store"
    assert "etag" not in said.headers
    again = await client.get(session)
    assert "Saved." not in again.text
    assert again.headers["cache-control"] == "private, no-cache"


async def test_a_deletion_is_confirmed_and_clears_what_the_browser_keeps(client: AsyncClient) -> None:
    session = await upload(client)
    answer = await client.post(f"{session}/delete")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    said = await client.get("/", headers=GERMAN)
    assert "Gelöscht: Filme, Sterne, Tagebuch und Listen" in said.text


async def test_asking_again_says_of_how_many_films(client: AsyncClient, engine: AsyncEngine) -> None:
    session = await upload(client)
    async with engine.begin() as db:
        await db.execute(text("UPDATE films SET state = 'failed', settled_at = now()"))
    await client.post(f"{session}/retry")
    assert "1 film is being looked up again." in (await client.get(session)).text


async def test_only_our_own_sentences_are_said(client: AsyncClient) -> None:
    for forged in ("Your account is locked", "<b>saved</b>", "retried.x", "retried.-1", "retried", ""):
        answer = await client.get("/", headers={"Cookie": f'notice="{forged}"'})
        assert answer.status_code == 200
        assert 'id="notice"' not in answer.text, forged
    assert 'id="notice"' not in (await client.get("/?notice=saved")).text


async def test_nobody_but_the_owner_is_offered_what_is_the_owners(client: AsyncClient) -> None:
    session = await upload(client)
    owners = (await client.get(f"{session}/settings")).text
    client.cookies.clear()
    settings = (await client.get(f"{session}/settings")).text
    for offer in (
        "Upload a newer export",
        "your corrections carry over",
        "Delete for good",
        "Show the token",
        "How your files were",
    ):
        assert (offer in owners, offer in settings) == (True, False)
    assert "Are these your films?" in settings


async def test_the_first_page_says_what_leaves_the_machine(client: AsyncClient) -> None:
    page = (await client.get("/")).text
    assert "Titles and years are sent to TMDB" in page
    assert "Posters come from image.tmdb.org" in page

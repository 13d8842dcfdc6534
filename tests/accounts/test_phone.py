"""The link that opens an owner's exports in another browser."""

from __future__ import annotations

import html
import re

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.changes.test_page import send_both
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT


async def make_link(client: AsyncClient) -> str:
    """The path of a new link."""
    page = (await client.post("/account/phone")).text
    found = re.search(r'readonly value="([^"]+)"', page)
    assert found and "<path" in page
    return "/phone/" + html.unescape(found[1]).split("/phone/")[1]


def other_browser(web: FastAPI) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1:8000")


async def test_the_link_signs_another_browser_in_once(client: AsyncClient, web: FastAPI) -> None:
    _, after = await send_both(client)
    link = await make_link(client)
    async with other_browser(web) as phone:
        asked = await phone.get(link)
        assert "Open your exports here?" in asked.text
        assert (await phone.get("/account")).status_code == 403  # to look at it is not to use it
        done = await phone.post(link)
        assert (done.status_code, done.headers["location"]) == (303, "/me")
        assert "httponly" in done.headers["set-cookie"].lower()
        assert (await phone.get("/me")).headers["location"] == f"/session/{after}"
        assert (await phone.get(f"/api/session/{after}/changes")).status_code == 200
        sent = await upload(phone, EXPORT)
        assert (sent.status_code, sent.json()["owner_token"]) == (201, None)
        settings = (await phone.post(f"/session/{after}/token")).text
        assert 'id="owner-token"' not in settings
    assert sent.json()["session_id"] in (await client.get("/account")).text
    async with other_browser(web) as late:
        assert (await late.get(link)).status_code == 404
        assert (await late.post(link)).status_code == 404


async def test_a_link_ends_after_ten_minutes_and_with_the_next(
    client: AsyncClient, web: FastAPI, engine: AsyncEngine
) -> None:
    await send_both(client)
    first, second = await make_link(client), await make_link(client)
    async with other_browser(web) as phone:
        assert (await phone.post(first)).status_code == 404
        async with engine.begin() as db:
            await db.execute(text("UPDATE phone_links SET expires_at = now() - interval '1 second'"))
        assert (await phone.post(second)).status_code == 404
        assert "login" not in phone.cookies


async def test_a_browser_with_exports_of_its_own_is_warned(client: AsyncClient, web: FastAPI) -> None:
    await send_both(client)
    link = await make_link(client)
    async with other_browser(web) as phone:
        await upload(phone, EXPORT)
        assert "no longer shows them as yours" in (await phone.get(link)).text
    assert "already open in this browser" in (await client.get(link)).text


async def test_only_a_hash_of_the_secret_is_kept(client: AsyncClient, engine: AsyncEngine) -> None:
    await send_both(client)
    secret = (await make_link(client)).removeprefix("/phone/")
    async with engine.connect() as db:
        kept = (await db.execute(text("SELECT token_hash FROM phone_links"))).scalar_one()
    assert secret.encode() not in kept and len(kept) == 32

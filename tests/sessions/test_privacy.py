"""What others, their pages and the log never learn of a session."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from tests import applications
from tests.routes import addresses
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, REVIEW, table, zipped
from tests.sessions.test_api import upload, uploaded
from tests.sessions.test_intake import EXPORT


async def test_another_sites_page_changes_nothing(client: AsyncClient) -> None:
    body = await uploaded(client)
    foreign = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, foreign):
        answer = await client.delete(f"/api/session/{body['session_id']}", headers=headers)
        assert answer.status_code == 403
    assert (await client.get(f"/api/session/{body['session_id']}")).status_code == 200


async def test_a_strangers_name_for_us_is_refused(client: AsyncClient) -> None:
    answer = await client.get("/", headers={"Host": "rebound.example"})
    assert answer.status_code == 400


async def test_pages_carry_a_strict_policy_and_no_trace_of_the_address(client: AsyncClient) -> None:
    session_id = (await uploaded(client))["session_id"]
    headers = (await client.get(f"/session/{session_id}")).headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["cache-control"] == "private, no-cache"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/session/{}", 200),
        ("GET", "/api/session/{}/movies", 200),
        ("GET", "/api/session/{}/report", 403),
        ("GET", "/session/{}/reading", 403),
        ("GET", "/session/{}/nothing", 404),
        ("POST", "/session/{}/delete", 403),
        ("DELETE", "/api/session/{}", 403),
    ],
)
async def test_no_answer_about_a_session_is_kept_listed_or_named_to_others(
    client: AsyncClient, method: str, path: str, status: int
) -> None:
    session_id = (await uploaded(client))["session_id"]
    client.cookies.clear()
    answer = await client.request(method, path.format(session_id))

    assert answer.status_code == status
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"


async def test_the_id_is_in_no_log_line(client: AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    session_id = (await uploaded(client))["session_id"]
    for path in ("", "/status", "/movies", "/summary"):
        await client.get(f"/api/session/{session_id}{path}")
    await client.get(f"/session/{session_id}")
    # What the test's own browser logs is not ours.
    assert session_id not in "".join(r.getMessage() for r in caplog.records if not r.name.startswith("httpx"))


async def test_warnings_are_the_owners_alone(client: AsyncClient) -> None:
    answer = await upload(client, Upload("ratings.csv", table(FILM + ",Rating", "2024-01-01,Heat,1995,,5")))
    body = answer.json()
    assert body["warnings"]
    page = f"/session/{body['session_id']}"
    assert body["warnings"][0][:20] in (await client.get(page)).text
    client.cookies.clear()
    assert body["warnings"][0][:20] not in (await client.get(page)).text


async def test_an_origin_that_is_none_is_refused(client: AsyncClient) -> None:
    assert (await client.post("/theme", headers={"Origin": "http://["}, data={"theme": "dark"})).status_code == 403


async def test_what_a_failed_statement_holds_is_not_logged(
    client: AsyncClient, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    async with engine.begin() as db:
        await db.execute(text("ALTER TABLE sessions ADD CONSTRAINT never CHECK (id IS NULL) NOT VALID"))
    answer = await upload(client, EXPORT)

    assert answer.status_code == 500
    assert "a statement failed" in caplog.text
    assert "Haunted" not in caplog.text and "Failing row" not in caplog.text


def session_addresses(web: FastAPI) -> list[str]:
    """Every address below a session's that is asked with GET."""
    return [address.path for address in addresses(web, "GET") if "{session_id}" in address.path]


async def test_tags_texts_and_notes_never_reach_a_stranger(client: AsyncClient, web: FastAPI) -> None:
    film = "2024-01-01,Seven Samurai,1954,https://boxd.it/2ahS"
    secret = zipped(
        watched=table(FILM, film),
        diary=table(DIARY, "2024-01-01,Seven Samurai,1954,https://boxd.it/6oDmPH,4,,SECRET,2024-01-01"),
        reviews=table(REVIEW, "2024-01-01,Seven Samurai,1954,https://boxd.it/6oDmPH,4,,SECRET,SECRET,2024-01-01"),
        lists__mine=table(
            LIST, "2024-01-01,Mine,SECRET,https://boxd.it/j8KbM,SECRET", "", PLACES, "1,Seven Samurai,1954,,SECRET"
        ),
        lists__damaged=table(LIST, "2024-01-01,SECRET,,,"),
    )
    session_id = (await upload(client, secret)).json()["session_id"]
    client.cookies.clear()

    seen = 0
    named = {"session_id": session_id, "year": "2024"}  # whatever else an address names has the number 1
    for address in session_addresses(web):
        path = re.sub(r"{(\w+)[^}]*}", lambda found: named.get(found[1], "1"), address)
        for asked in (path, f"{path}?include=movies"):
            answer = await client.get(asked)
            assert answer.status_code in (200, 303, 308, 401, 403, 404, 422), address
            assert "SECRET" not in answer.text, address
            seen += answer.status_code == 200
    assert seen > 20


@pytest.mark.parametrize(("public_url", "is_secure"), [(None, False), ("https://films.example", True)])
async def test_the_cookie_is_for_this_site_and_no_script(
    settings: Settings, public_url: str | None, is_secure: bool
) -> None:
    web = applications.create(replace(settings, public_url=public_url))
    async with (
        web.router.lifespan_context(web),
        AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1") as client,
    ):
        cookie = (await upload(client, EXPORT)).headers["set-cookie"]
    assert cookie.startswith("__Host-owner=" if is_secure else "owner=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) == is_secure

"""The API of sessions, through the door that programs use."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from kinograph.settings import Settings
from kinograph.web import app
from tests.routes import addresses
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, REVIEW, table, zipped
from tests.sessions.test_intake import EXPORT


async def upload(client: AsyncClient, *uploads: Upload, **more: Any) -> Response:
    files = [("files", (each.name, each.content)) for each in uploads]
    return await client.post("/api/upload", files=files, **more)


async def uploaded(client: AsyncClient) -> dict[str, Any]:
    answer = await upload(client, EXPORT)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_an_upload_answers_with_its_session_and_token(client: AsyncClient) -> None:
    body = await uploaded(client)

    assert {key: body[key] for key in ("status", "total_movies", "enriched_count")} == {
        "status": "enriching",
        "total_movies": 4,
        "enriched_count": 0,
    }
    assert len(body["owner_token"]) >= 32
    assert client.cookies["owner"] == body["owner_token"]


async def test_a_session_tells_where_it_stands(client: AsyncClient) -> None:
    session_id = (await uploaded(client))["session_id"]
    body = (await client.get(f"/api/session/{session_id}")).json()

    assert set(body) >= {
        "status", "paused", "total_movies", "enriched_count", "unmatched_count", "failed_count", "progress_percent",
        "estimated_completion", "created_at", "expires_at", "error_message", "movies_url",
    }  # fmt: skip
    assert body["progress_percent"] == 0
    assert body["movies"] is None
    assert len((await client.get(body["movies_url"])).json()["movies"]) == 4
    assert len((await client.get(f"/api/session/{session_id}?include=movies")).json()["movies"]) == 4


async def test_movies_come_in_pages(client: AsyncClient) -> None:
    session_id = (await uploaded(client))["session_id"]
    page = (await client.get(f"/api/session/{session_id}/movies?skip=1&limit=2")).json()

    assert (page["total"], page["skip"], page["limit"]) == (4, 1, 2)
    assert [film["title"] for film in page["movies"]] == ["The Haunted Castle"] * 2
    first = (await client.get(f"/api/session/{session_id}/movies?limit=1")).json()["movies"][0]
    assert first["watched_dates"] == ["2024-01-01", "2024-01-30"]
    assert first["rating"] == 4.5
    assert (await client.get(f"/api/session/{session_id}/movies?limit=1001")).status_code == 422


async def test_the_summary_is_there_at_once(client: AsyncClient) -> None:
    session_id = (await uploaded(client))["session_id"]
    body = (await client.get(f"/api/session/{session_id}/summary")).json()

    assert (body["films"], body["viewings"], body["hours"]) == (4, 2, None)


async def test_a_second_upload_with_the_token_joins_its_owner(client: AsyncClient, engine: AsyncEngine) -> None:
    token = (await uploaded(client))["owner_token"]
    client.cookies.clear()
    answer = await upload(client, EXPORT, headers={"Authorization": f"Bearer {token}"})

    assert answer.json()["owner_token"] == token
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM owners")) == 1


async def test_a_token_we_never_gave_out_is_not_taken_over(client: AsyncClient) -> None:
    answer = await upload(client, EXPORT, headers={"Authorization": "Bearer chosen-by-somebody"})

    assert answer.status_code == 201
    assert answer.json()["owner_token"] != "chosen-by-somebody"


async def test_tokens_are_kept_as_hashes_only(client: AsyncClient, engine: AsyncEngine) -> None:
    token = (await uploaded(client))["owner_token"]
    async with engine.connect() as db:
        assert token.encode() not in await db.scalar(text("SELECT token_hash FROM owners"))


async def test_only_the_owner_deletes_and_everything_goes(client: AsyncClient, engine: AsyncEngine) -> None:
    body = await uploaded(client)
    client.cookies.clear()
    address = f"/api/session/{body['session_id']}"
    assert (await client.delete(address)).status_code == 403
    assert (await client.delete(address, headers={"Authorization": "Bearer nonsense"})).status_code == 403

    done = await client.delete(address, headers={"Authorization": f"Bearer {body['owner_token']}"})
    assert done.status_code == 204
    assert (await client.get(address)).status_code == 404
    async with engine.connect() as db:
        for name in ("session_films", "viewings", "reviews", "lists", "list_films"):
            assert await db.scalar(text(f"SELECT count(*) FROM {name}")) == 0, name


async def test_an_expired_session_is_not_there(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await uploaded(client))["session_id"]
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET expires_at = now() - interval '1 second'"))

    assert (await client.get(f"/api/session/{session_id}")).status_code == 404


async def test_a_visit_moves_the_expiry_once_a_day(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await uploaded(client))["session_id"]

    async def days_left(moved: str) -> float:
        async with engine.begin() as db:
            await db.execute(text(f"UPDATE sessions SET expires_at = now() + interval '{moved}'"))
        await client.get(f"/api/session/{session_id}/status")
        async with engine.connect() as db:
            seconds = await db.scalar(text("SELECT extract(epoch FROM expires_at - now()) FROM sessions"))
            return float(seconds or 0) / 86400

    assert await days_left("10 days") == pytest.approx(30, abs=0.01)


@pytest.mark.parametrize("path", ["", "/status", "/movies", "/summary"])
async def test_an_unknown_session_is_said_to_be_missing(client: AsyncClient, path: str) -> None:
    for session_id in (uuid4(), "not-an-id"):
        answer = await client.get(f"/api/session/{session_id}{path}")
        assert answer.status_code == 404
        assert answer.json()["error"]


async def test_what_is_no_export_is_said_to_be_none(client: AsyncClient, engine: AsyncEngine) -> None:
    for name, content in (("holiday.png", b"\x89PNG\r\n\x1a\n...."), ("notes.zip", b"no zip"), ("empty.csv", b"")):
        answer = await upload(client, Upload(name, content))
        assert answer.status_code == 400, name
        assert name in answer.json()["error"]
    async with engine.connect() as db:
        assert await db.scalar(text("SELECT count(*) FROM sessions")) == 0
        assert await db.scalar(text("SELECT count(*) FROM owners")) == 0


MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (EXPORT.content, {"Content-Type": "application/zip"}),
        (EXPORT.content, {}),
        (b'{"files": []}', {"Content-Type": "application/json"}),
        (b"files=watched", {"Content-Type": "application/x-www-form-urlencoded"}),
    ],
)
async def test_what_is_no_form_is_told_how_to_send_files(
    client: AsyncClient, body: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post("/api/upload", content=body, headers=headers)
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json()["error"]


def part(name: str, more: str = "") -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\nDate\r\n'.encode()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (part("file", '; filename="watched.csv"') + b"--b--", MULTIPART),
        (part("files") + b"--b--", MULTIPART),
        (part("files", '; filename="a.csv"') * 1001 + b"--b--", MULTIPART),
        (b"--b\r\nNonsense\r\n\r\n--b--", MULTIPART),
        (b"nonsense", MULTIPART),
        (b"nonsense", {"Content-Type": "multipart/form-data"}),
    ],
    ids=["another field", "text for a file", "too many", "a wrong header", "no parts", "no boundary"],
)
@pytest.mark.parametrize("path", ["/upload", "/api/upload"])
async def test_a_form_without_files_is_refused_with_the_reason(
    client: AsyncClient, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 422
    assert "The form holds no files in a field “files”" in answer.text
    assert "<class" not in answer.text


async def test_an_upload_beyond_the_limit_is_refused_before_it_is_read(client: AsyncClient) -> None:
    answer = await upload(client, Upload("watched.csv", bytes(66 << 20)))
    assert answer.status_code == 413
    assert "64" in answer.json()["error"]


async def test_what_is_no_upload_has_a_smaller_limit_of_its_own(client: AsyncClient) -> None:
    answer = await client.post("/api/session/00000000-0000-0000-0000-000000000000/shares", content=b" " * (65 << 10))
    assert (answer.status_code, answer.json()["error"]) == (
        413, "This is larger than the 64 kB that this address takes.",
    )  # fmt: skip


async def test_a_body_of_unknown_length_is_cut_off(client: AsyncClient) -> None:
    async def endless() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="watched.csv"\r\n\r\n'
        for _ in range(70):
            yield bytes(1 << 20)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await client.post("/api/upload", content=endless(), headers=headers)
    assert answer.status_code == 413


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


async def test_the_plain_form_leads_to_the_page_of_the_session(client: AsyncClient) -> None:
    answer = await client.post("/upload", files=[("files", (EXPORT.name, EXPORT.content))])
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/session/")
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200


async def test_the_plain_form_says_what_is_wrong_on_the_page(client: AsyncClient) -> None:
    answer = await client.post("/upload", files=[("files", ("holiday.png", b"\x89PNG\r\n\x1a\n"))])
    assert answer.status_code == 400
    assert "holiday.png" in answer.text and "<form" in answer.text


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


async def test_the_description_of_the_api_names_every_address(client: AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert set(paths) == {
        "/api/upload",
        "/api/account",
        "/api/login",
        "/api/logout",
        "/api/me/widget",
        "/api/session/{session_id}",
        "/api/session/{session_id}/status",
        "/api/session/{session_id}/movies",
        "/api/session/{session_id}/summary",
        "/api/session/{session_id}/report",
        "/api/session/{session_id}/changes",
        "/api/session/{session_id}/with/{other}",
        "/api/session/{session_id}/lists",
        "/api/session/{session_id}/collections",
        "/api/session/{session_id}/person/{person}/left",
        "/api/session/{session_id}/watchlist",
        "/api/session/{session_id}/repairs",
        "/api/session/{session_id}/retry",
        "/api/session/{session_id}/films/{n}/match",
        "/api/session/{session_id}/films/{n}/candidates",
        "/api/session/{session_id}/shares",
        "/api/session/{session_id}/shares/{token}",
        "/api/session/{session_id}/access",
        "/api/session/{session_id}/views",
        "/api/session/{session_id}/views/{n}",
    }


async def test_the_description_says_how_a_refusal_looks(client: AsyncClient) -> None:
    description = (await client.get("/api/openapi.json")).json()
    for path, operations in description["paths"].items():
        for operation in operations.values():
            refusal = operation["responses"]["4XX"]["content"]["application/json"]["schema"]
            assert refusal == {"$ref": "#/components/schemas/Refusal"}, path
    assert list(description["components"]["schemas"]["Refusal"]["properties"]) == ["error"]
    assert "HTTPValidationError" not in description["components"]["schemas"]
    refused = await client.get(f"/api/session/{uuid4()}")
    assert list(refused.json()) == ["error"]


async def test_health_asks_the_database(client: AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.head("/healthz")).status_code == 200  # as monitors ask


async def test_the_planner_knows_of_an_upload_at_once(client: AsyncClient, engine: AsyncEngine) -> None:
    await uploaded(client)
    films = [f"2024-01-01,Film {n},2000," for n in range(400)]
    session_id = (await upload(client, Upload("watched.csv", table(FILM, *films)))).json()["session_id"]

    async with engine.connect() as db:
        statement = f"EXPLAIN (FORMAT JSON) SELECT FROM session_films WHERE session_id = '{session_id}'"
        plan = (await db.execute(text(statement))).scalar_one()
    assert plan[0]["Plan"]["Plan Rows"] == pytest.approx(400, rel=0.1)


async def test_a_session_deleted_in_another_tab_is_missing_and_no_fault(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    session_id = (await uploaded(client))["session_id"]
    await client.get(f"/api/session/{session_id}/status")
    async with engine.begin() as db:
        await db.execute(text("DELETE FROM sessions"))

    assert (await client.get(f"/session/{session_id}")).status_code == 404


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
    web = app.create(replace(settings, public_url=public_url))
    async with (
        web.router.lifespan_context(web),
        AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1") as client,
    ):
        cookie = (await upload(client, EXPORT)).headers["set-cookie"]
    assert cookie.startswith("__Host-owner=" if is_secure else "owner=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) == is_secure


OWNERS_ALONE = {
    ("get", "/api/me/widget"),
    ("get", "/api/session/{session_id}/report"),
    ("get", "/api/session/{session_id}/changes"),
    ("get", "/api/session/{session_id}/with/{other}"),
    ("delete", "/api/session/{session_id}"),
    ("post", "/api/session/{session_id}/retry"),
    ("get", "/api/session/{session_id}/repairs"),
    ("put", "/api/session/{session_id}/films/{n}/match"),
    ("delete", "/api/session/{session_id}/films/{n}/match"),
    ("get", "/api/session/{session_id}/films/{n}/candidates"),
    ("post", "/api/session/{session_id}/person/{person}/left"),
    ("get", "/api/session/{session_id}/shares"),
    ("post", "/api/session/{session_id}/shares"),
    ("patch", "/api/session/{session_id}/shares/{token}"),
    ("delete", "/api/session/{session_id}/shares/{token}"),
    ("put", "/api/session/{session_id}/access"),
    ("get", "/api/session/{session_id}/views"),
    ("post", "/api/session/{session_id}/views"),
    ("patch", "/api/session/{session_id}/views/{n}"),
    ("delete", "/api/session/{session_id}/views/{n}"),
}


async def test_the_description_says_which_addresses_want_a_token_and_those_do(client: AsyncClient) -> None:
    session_id = (await uploaded(client))["session_id"]
    client.cookies.clear()
    description = (await client.get("/api/openapi.json")).json()
    schemes = description["components"]["securitySchemes"]
    assert (schemes["owner_token"]["scheme"], schemes["owner_cookie"]["name"]) == ("bearer", "owner")
    secured = set()
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            either = operation.get("security", [])
            if {"owner_token": []} in either and {} not in either:
                assert {"owner_cookie": []} in either
                secured.add((method, path))
                answer = await client.request(
                    method, path.format(session_id=session_id, n=0, token=0, other=0, person=1), json={"nothing": True}
                )
                assert answer.status_code in (401, 403), (method, path)
    assert secured == OWNERS_ALONE


async def test_the_description_asks_for_at_least_one_file(client: AsyncClient) -> None:
    schemas = (await client.get("/api/openapi.json")).json()["components"]["schemas"]
    form = next(schema for name, schema in schemas.items() if name.startswith("Body_upload"))
    files = form["properties"]["files"]
    assert form["required"] == ["files"] and (files["minItems"], files["maxItems"]) == (1, 1_000)

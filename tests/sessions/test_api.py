"""The API of sessions, through the door that programs use."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from tests.sessions.export_files import FILM, table
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

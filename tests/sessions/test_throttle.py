"""Nobody uploads without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions import throttle
from kinograph.sessions.export import Upload
from kinograph.sessions.throttle import Throttle, TooManyFromNetwork, TooManyUploads
from kinograph.settings import Settings
from kinograph.web.security_middleware import UPLOADS_UNDER_WAY
from tests import applications
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT


async def count(engine: AsyncEngine, sender: str, *, times: int = 1) -> None:
    async with engine.begin() as db:
        await Throttle("uploads", most=2, seconds=60).pass_or_refuse(db, sender, times=times)


async def age(engine: AsyncEngine, seconds: int) -> None:
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE throttles SET began_at = began_at - make_interval(secs => :seconds)"), {"seconds": seconds}
        )


async def test_so_many_within_a_time_and_then_again(engine: AsyncEngine) -> None:
    await count(engine, "a")
    await age(engine, 30)
    await count(engine, "a")
    await count(engine, "b", times=2)
    for _ in range(3):  # the refused count for nothing
        with pytest.raises(TooManyUploads) as refused:
            await count(engine, "a")
    assert refused.value.retry_after == 30
    await age(engine, 30)
    await count(engine, "a", times=2)


async def test_nothing_of_senders_is_kept_and_no_salt_that_would_tell_them(engine: AsyncEngine) -> None:
    async def kept() -> tuple[int, bytes]:
        async with engine.begin() as db:
            await throttle.forget_senders(db)
            found = await db.execute(text("SELECT (SELECT count(*) FROM throttles), salt FROM throttle_salt"))
            number, salt = found.one()
            return number, salt

    await count(engine, "192.0.2.1")
    count_before, salt_before = await kept()
    assert (count_before, await kept()) == (1, (1, salt_before))
    await age(engine, throttle.SECONDS + 1)
    count_after, salt_after = await kept()
    assert count_after == 0 and salt_after != salt_before


async def test_an_address_is_told_to_wait_and_how_long(client: AsyncClient, web: FastAPI) -> None:
    web.state.uploads_of_address = Throttle("uploads of address", most=1)
    assert (await upload(client, EXPORT)).status_code == 201
    refused = await upload(client, EXPORT)

    assert refused.status_code == 429
    assert "10 min." in refused.json()["error"]
    assert 0 < int(refused.headers["retry-after"]) <= 600


async def test_files_that_are_no_export_use_up_no_upload_unless_nothing_else_comes(
    client: AsyncClient, web: FastAPI
) -> None:
    web.state.uploads_of_address = Throttle("uploads of address", most=1, refusal=TooManyFromNetwork)
    web.state.refused_of_address = Throttle("refused of address", most=2, refusal=TooManyFromNetwork)
    wrong = Upload("holiday.png", b"\x89PNG\r\n\x1a\n")
    assert [(await upload(client, wrong)).status_code for _ in range(2)] == [400, 400]
    assert (await upload(client, EXPORT)).status_code == 201
    assert "from your network" in (await upload(client, EXPORT)).json()["error"]
    web.state.uploads_of_address = Throttle("others of address", most=1, refusal=TooManyFromNetwork)
    assert [(await upload(client, wrong)).status_code for _ in range(2)] == [429, 429]


async def test_an_owner_is_told_to_wait_wherever_they_are(client: AsyncClient, web: FastAPI) -> None:
    web.state.uploads_of_owner = Throttle("uploads of owner", most=1)
    token = (await upload(client, EXPORT)).json()["owner_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await upload(client, EXPORT, headers=bearer)).status_code == 200
    assert (await upload(client, EXPORT, headers=bearer)).status_code == 429


async def test_an_owner_who_is_refused_uses_up_no_upload_of_their_network(client: AsyncClient, web: FastAPI) -> None:
    web.state.uploads_of_owner = Throttle("uploads of owner", most=1)
    web.state.uploads_of_address = Throttle("uploads of address", most=3, refusal=TooManyFromNetwork)
    bearer = {"Authorization": f"Bearer {(await upload(client, EXPORT)).json()['owner_token']}"}
    answers = [(await upload(client, EXPORT, headers=bearer)).status_code for _ in range(4)]
    client.cookies.clear()

    assert (answers, (await upload(client, EXPORT)).status_code) == ([200, 429, 429, 429], 201)


@pytest.mark.parametrize(
    ("host", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_a_network_of_ipv6_is_one_sender(host: str, other: str, is_same: bool) -> None:
    senders = {throttle.find_sender({"client": (each, 5000)}) for each in (host, other)}
    assert len(senders) == (1 if is_same else 2)


async def test_uploads_that_wait_for_the_database_leave_connections_for_the_pages(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    async with engine.begin() as db:
        await db.execute(text("LOCK TABLE owners IN EXCLUSIVE MODE"))
        uploads = [asyncio.create_task(upload(client, EXPORT)) for _ in range(20)]
        await asyncio.wait(uploads, timeout=3)
        health = await asyncio.wait_for(client.get("/healthz"), 20)
    assert health.status_code == 200
    assert {answer.status_code for answer in await asyncio.gather(*uploads)} == {201}


async def test_what_comes_in_at_once_from_one_address_is_bounded(settings: Settings) -> None:
    web, other = (applications.create(replace(settings, max_upload_mb=1)) for _ in range(2))
    go_on, under_way = asyncio.Event(), asyncio.Semaphore(0)
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="watched.csv"\r\n\r\n'

    async def slow() -> AsyncIterator[bytes]:
        yield head + bytes(1 << 20)
        under_way.release()
        await go_on.wait()
        yield b"\r\n--b--"

    async def send(client: AsyncClient, content: AsyncIterator[bytes] | bytes) -> Response:
        return await client.post(
            "/api/upload", content=content, headers={"Content-Type": "multipart/form-data; boundary=b"}
        )

    async with (
        web.router.lifespan_context(web),
        other.router.lifespan_context(other),
        AsyncClient(transport=ASGITransport(web), base_url="http://127.0.0.1") as client,
        AsyncClient(transport=ASGITransport(other), base_url="http://127.0.0.1") as client_of_other,
    ):
        stalled = [asyncio.create_task(send(client, slow())) for _ in range(UPLOADS_UNDER_WAY - 1)]
        for _ in stalled:
            await under_way.acquire()
        small, large = head + b"x\r\n--b--", head + bytes(1 << 20) + b"\r\n--b--"
        for each in (client, client_of_other):
            assert (await send(each, small)).status_code == 400
            refused = await send(each, large)
            assert refused.status_code == 429
            assert "under way" in refused.json()["error"]
            assert refused.headers["retry-after"] == "30"
        go_on.set()
        assert {answer.status_code for answer in await asyncio.gather(*stalled)} == {400}
        for each in (client, client_of_other):
            assert (await send(each, large)).status_code == 400

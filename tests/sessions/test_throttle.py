"""Nobody uploads without end."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from kinograph.sessions.throttle import Throttle, TooManyUploads
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT


def test_so_many_within_a_time_and_then_again() -> None:
    throttle = Throttle(most=2, seconds=60)
    throttle.pass_or_refuse("a", now=0)
    throttle.pass_or_refuse("a", now=10)
    throttle.pass_or_refuse("b", now=10)
    with pytest.raises(TooManyUploads) as refused:
        throttle.pass_or_refuse("a", now=30)
    assert refused.value.retry_after == 30
    throttle.pass_or_refuse("a", now=60)


async def test_an_address_is_told_to_wait_and_how_long(client: AsyncClient, web: FastAPI) -> None:
    web.state.uploads_of_address = Throttle(most=1)
    assert (await upload(client, EXPORT)).status_code == 201
    refused = await upload(client, EXPORT)

    assert refused.status_code == 429
    assert "10 minutes" in refused.json()["error"]
    assert 0 < int(refused.headers["retry-after"]) <= 600


async def test_an_owner_is_told_to_wait_wherever_they_are(client: AsyncClient, web: FastAPI) -> None:
    web.state.uploads_of_owner = Throttle(most=1)
    token = (await upload(client, EXPORT)).json()["owner_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert (await upload(client, EXPORT, headers=bearer)).status_code == 200
    assert (await upload(client, EXPORT, headers=bearer)).status_code == 429

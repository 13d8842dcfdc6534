"""Several web processes with one database, behind a proxy that sends a person to any of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from httpx import ASGITransport, AsyncClient

from kinograph.sessions import progress_cache
from kinograph.settings import Settings
from tests import applications
from tests.films.test_enrichment import watched


@pytest.fixture
async def processes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[AsyncClient]]:
    """What each of them remembers is its own, and it counts nothing anew by itself."""
    monkeypatch.setattr(progress_cache, "FRESH_SECONDS", 3600.0)
    async with AsyncExitStack() as stack:
        browsers = []
        for _ in range(2):
            made = applications.create(settings)
            await stack.enter_async_context(made.router.lifespan_context(made))
            browser = AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1:8000")
            browsers.append(await stack.enter_async_context(browser))
        yield browsers


async def test_what_an_owner_changes_at_one_process_shows_on_the_next_page_of_another(
    processes: list[AsyncClient],
) -> None:
    first, second = processes
    sent = (await first.post("/api/upload", files={"files": ("watched.csv", watched("One,2001", "Two,2002"))})).json()
    api, page = f"/api/session/{sent['session_id']}", f"/session/{sent['session_id']}"
    owner = {"Authorization": f"Bearer {sent['owner_token']}"}

    async def settled() -> list[int]:
        return [(await each.get(f"{api}/status")).json()["unmatched_count"] for each in processes]

    before = await second.get(page)
    assert await settled() == [0, 0]
    assert (await first.put(f"{api}/films/0/match", json={"nothing": True}, headers=owner)).status_code == 200
    after = await second.get(page, headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, await settled()) == (200, [1, 1])
    assert (await second.get(page, headers={"If-None-Match": after.headers["etag"]})).status_code == 304

    assert (await second.delete(f"{api}/films/0/match", headers=owner)).status_code == 200
    assert await settled() == [0, 0]
    assert (await first.delete(api, headers=owner)).status_code == 204
    assert (await second.get(page)).status_code == 404

"""Collections whose films are still to be told by TMDB."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.progress import complete_session
from tests.sessions.test_api import upload
from tests.stats.test_collections_page import ALIEN, EXPORT, fetch, look_up, session, words

__all__ = ["session"]


async def test_a_collection_that_comes_later_changes_its_pages(
    client: AsyncClient, engine: AsyncEngine, web: Any
) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    session = f"/session/{session_id}"
    await look_up(engine)
    async with engine.begin() as db:
        await complete_session(db, UUID(session_id))

    async def tags() -> list[str]:
        web.state.progress_cache.forget(UUID(session_id))  # a second later
        return [(await client.get(f"{session}{path}")).headers["etag"] for path in ("/collections", "/genres")]

    before = await tags()
    assert "2 collections are still being looked up." in (await client.get(f"{session}/collections")).text
    assert await tags() == before
    await fetch(engine, ALIEN)
    assert not set(before) & set(await tags())
    after = await client.get(f"{session}/collections", headers={"If-None-Match": before[0]})
    assert after.status_code == 200 and "Left: Alien³ (1992)" in words(after.text)
    assert "1 collection is still being looked up." in after.text
    assert "Alien Collection" in (await client.get(f"{session}/genres")).text


async def test_films_whose_facts_are_older_than_collections_are_said_to_be_unchecked(
    client: AsyncClient, session: str, engine: AsyncEngine, web: Any
) -> None:
    async with engine.begin() as db:
        await db.execute(text("UPDATE film_facts SET collection_id = NULL WHERE title IN ('Heat', 'Ran')"))
    web.state.progress_cache.forget(UUID(session.removeprefix("/session/")))  # a second later
    page = words((await client.get(f"{session}/collections")).text)
    assert "2 films are not checked yet" in page and "The Heat Collection" not in page
    assert "2 films are not checked yet." in words((await client.get(f"{session}/genres")).text)

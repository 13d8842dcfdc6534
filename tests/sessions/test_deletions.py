"""A deleted session leaves the memory of every process, not only of that which deleted it."""

from __future__ import annotations

from uuid import UUID, uuid4

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.settings import Settings
from kinograph.stats.frame_cache import Frames, Kept
from kinograph.stats.memory import Tally
from tests import applications
from tests.films.test_enrichment import store, until, watched


async def test_a_session_that_another_process_deleted_is_forgotten(client: AsyncClient, settings: Settings) -> None:
    sent = await client.post("/api/upload", files={"files": ("watched.csv", watched("Quay,1994"))})
    session_id = UUID(sent.json()["session_id"])
    other: FastAPI = applications.create(settings)
    earlier = uuid4()

    async def listens() -> bool:
        """Once it does, all is forgotten that was there before."""
        return earlier not in other.state.frames._kept

    async def forgotten() -> bool:
        return session_id not in other.state.frames._kept

    async with other.router.lifespan_context(other):
        other.state.frames._kept[earlier] = Kept("", Tally(), Tally())
        await until(listens)
        async with AsyncClient(transport=ASGITransport(other), base_url="http://127.0.0.1:8000") as visitor:
            assert (await visitor.get(f"/session/{session_id}")).status_code == 200
            assert not await forgotten()
            assert (await client.delete(f"/api/session/{session_id}")).status_code == 204
            await until(forgotten)
            assert (await visitor.get(f"/session/{session_id}")).status_code == 404


async def test_a_connection_that_broke_while_idle_is_closed(engine: AsyncEngine, database_url: str) -> None:
    session_id = await store(engine, "Quay,1994")
    frames = Frames(database_url)
    try:
        await frames.frame(session_id, "1")
        idle = frames._reader._idle.get_nowait()
        frames._reader._idle.put(idle)
        async with engine.begin() as db:
            await db.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()"
                )
            )
        assert len((await frames.frame(session_id, "2")).films) == 1
        assert idle._closed
        assert frames._reader._idle.qsize() == 1
    finally:
        frames.close()

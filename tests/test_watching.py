"""What Prometheus reads, and what lies ready to be made of it."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.operator.durations import BOUNDS, Durations
from tests.films.test_enrichment import store
from tests.films.test_nothing_lost import full_disk
from tests.routes import addresses
from tests.sessions.test_intake import EXPORT

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read_figures(answer: str) -> Figures:
    """By name and labels."""
    found = {}
    for line in answer.splitlines():
        if not line.startswith("#"):
            told, value = line.rsplit(" ", 1)
            name, _, labels = told.partition("{")
            found[name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))] = float(value)
    return found


async def ask(client: AsyncClient) -> Figures:
    return read_figures((await client.get("/metrics")).text)


def tell(figures: Figures, name: str, **labels: str) -> float | None:
    return figures.get((name, frozenset(labels.items())))


async def test_durations_are_told_by_route_and_never_by_path(client: AsyncClient, web: FastAPI) -> None:
    sent = await client.post("/api/upload", files={"files": (EXPORT.name, EXPORT.content)})
    session = sent.json()["session_id"]
    style = re.search(r"/static/[^\"]+\.css", (await client.get("/")).text)
    assert style
    for path in (f"/session/{session}", f"/session/{session}/films", "/sample/films", style[0], "/nowhere/secret"):
        await client.get(path)
    await client.head(f"/session/{session}/films")
    await client.put(f"/session/{session}/films")
    await client.get("/", headers={"Host": "elsewhere.example"})
    await client.request("SECRET", "/")

    answer = (await client.get("/metrics")).text
    figures = read_figures(answer)
    counted = {
        dict(labels)["route"]: n for (name, labels), n in figures.items() if name == "kinograph_http_seconds_count"
    }
    assert counted == {
        "/api/upload": 1,
        "/": 2,
        "/session/{session_id}": 1,
        "/session/{session_id}/films": 3,
        "/sample/films": 1,
        "/static": 1,
        "other": 2,
    }
    assert set(counted) <= {each.path for each in addresses(web)} | {"/static", "other"}
    assert session not in answer and "secret" not in answer.lower()
    assert tell(figures, "kinograph_http_answers_total", status="2xx") == 6
    assert tell(figures, "kinograph_http_answers_total", status="4xx") == 5
    buckets = [
        tell(figures, "kinograph_http_seconds_bucket", route="/", le=le) for le in (*(f"{b:g}" for b in BOUNDS), "+Inf")
    ]
    assert buckets == sorted(buckets, key=lambda n: n or 0) and buckets[-1] == 2


def test_a_duration_counts_at_the_bound_it_does_not_pass() -> None:
    durations = Durations()
    for seconds in (0.001, 0.025, 0.026, 99.0):
        durations.count("/", 200, seconds)
    assert durations.within["/"] == [2, 1, 0, 0, 0, 1]
    assert durations.seconds["/"] == pytest.approx(99.052)


async def test_a_bug_is_timed_and_counted(
    client: AsyncClient, web: FastAPI, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/session/{await store(engine, 'Seen,2001')}/films"
    with monkeypatch.context() as broken, pytest.raises(AttributeError):
        broken.setattr(web.state, "progress_cache", None)
        await client.get(path)
    assert web.state.durations.answers == {"5xx": 1}
    assert list(web.state.durations.within) == ["/session/{session_id}/films"]


async def test_the_frame_cache_tells_what_it_keeps_and_where_frames_were_found(client: AsyncClient) -> None:
    sent = await client.post("/api/upload", files={"files": (EXPORT.name, EXPORT.content)})
    before = await ask(client)
    assert tell(before, "kinograph_frame_cache_bytes", kind="open") == 0
    for sort in ("title", "year"):
        assert (await client.get(f"/session/{sent.json()['session_id']}/films?sort={sort}")).status_code == 200
    figures = await ask(client)
    assert (tell(figures, "kinograph_frame_cache_bytes", kind="open") or 0) > 1_000
    assert (tell(figures, "kinograph_frame_cache_bytes", kind="pages") or 0) > 1_000
    assert tell(figures, "kinograph_frame_cache_frames", kind="open") == 1
    assert tell(figures, "kinograph_frame_cache_lookups_total", found="missing") == 1
    assert tell(figures, "kinograph_frame_cache_lookups_total", found="open") == 1


async def test_jobs_are_told_by_kind_and_age(client: AsyncClient, engine: AsyncEngine) -> None:
    await store(engine, "Seen,2001")
    async with engine.begin() as db:
        (kind,) = (
            await db.execute(text("UPDATE pgqueuer SET created = now() - interval '2 h' RETURNING entrypoint"))
        ).one()
        await db.execute(
            text(
                "INSERT INTO pgqueuer (priority, entrypoint, status, created, execute_after)"
                " VALUES (0, 'other', 'queued', now() - interval '1 h', now()),"
                " (0, 'later', 'queued', now() - interval '9 h', now() + interval '1 h')"
            )
        )
    figures = await ask(client)
    assert 7200 <= (tell(figures, "kinograph_queue_oldest_seconds", kind=kind) or 0) < 7300
    assert 3600 <= (tell(figures, "kinograph_queue_oldest_seconds", kind="other") or 0) < 3700
    assert tell(figures, "kinograph_queue_oldest_seconds", kind="later") is None
    assert tell(figures, "kinograph_queue_jobs", kind="later", status="queued") == 1


async def test_the_database_is_told_by_size_tables_and_whether_it_takes_more(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    async with full_disk(engine, "uploads_under_way"):
        assert tell(await ask(client), "kinograph_database_writable") == 0
    figures = await ask(client)
    assert tell(figures, "kinograph_database_writable") == 1
    assert tell(figures, "kinograph_tables_current") == 1
    assert tell(figures, "kinograph_worker_reported_seconds") == float("inf")
    async with engine.begin() as db:
        size = await db.scalar(text("SELECT pg_database_size(current_database())"))
        await db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert tell(figures, "kinograph_database_bytes") == pytest.approx(size, rel=0.05)
    figures = await ask(client)
    assert (tell(figures, "kinograph_tables_current"), tell(figures, "kinograph_database_writable")) == (0, None)


@pytest.mark.parametrize(("state", "key", "away"), [("ok", 1, 0), ("away", 1, 1), ("bad_key", 0, 0), ("no_key", 0, 0)])
async def test_tmdb_that_is_away_is_no_bad_key(
    client: AsyncClient, engine: AsyncEngine, state: str, key: int, away: int
) -> None:
    async with engine.begin() as db:
        await db.execute(
            text("INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', :state)"), {"state": state}
        )
    figures = await ask(client)
    assert (tell(figures, "kinograph_tmdb_key_ok"), tell(figures, "kinograph_tmdb_away")) == (key, away)

"""Every kind of job and every period; `worker/` runs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from pgqueuer import PgQueuer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kinograph.corrections import agreement, corrections
from kinograph.database import raw
from kinograph.films import catalogue, questions, refresh, second_look, sharing, tasks
from kinograph.films.tasks import Retries
from kinograph.films.tmdb import Client
from kinograph.sessions import progress
from kinograph.shares import cleanup

log = logging.getLogger(__name__)

LOG_KEPT = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with; `key_refused` is set by whoever meets a refusal of the key, and ends the work."""

    engine: AsyncEngine
    pool: asyncpg.Pool
    client: Client
    key_refused: asyncio.Event
    retries: Retries


def register_jobs(queue: PgQueuer, tools: Tools) -> None:
    """Names the handler of each kind of job."""
    pool, client = tools.pool, tools.client
    refused, retries = tools.key_refused, tools.retries
    answer = questions.Answer(
        engine=tools.engine, client=client, key_refused=refused, retries=retries, then=corrections.fulfill
    )
    refresher = refresh.Refresher(pool, client, key_refused=refused, retries=retries)
    queue.entrypoint(tasks.ENTRYPOINT)(tasks.LookUp(pool, client, key_refused=refused, retries=retries))
    queue.entrypoint(questions.ENTRYPOINT)(answer)
    queue.entrypoint(sharing.ENTRYPOINT)(second_look.SecondLook(pool, client, key_refused=refused, retries=retries))
    queue.entrypoint(refresh.REFRESH)(refresher.refresh)
    queue.entrypoint(refresh.LOOK_AGAIN)(refresher.look_again)


async def complete_sessions(db: AsyncConnection) -> None:
    if done := await progress.complete_sessions(db):
        log.info("sessions completed: %d", done)


async def rebuild_queue(db: AsyncConnection) -> None:
    await tasks.enqueue_pending(await raw(db))
    await questions.enqueue_open_questions(await raw(db))


async def refresh_facts(db: AsyncConnection) -> None:
    if due := await refresh.enqueue_due(await raw(db)):
        log.info("facts to refresh and films to look up again: %d", due)


async def retry_failed_films(db: AsyncConnection) -> None:
    if failed := await tasks.retry_failed(await raw(db)):
        log.info("failed films to try again: %d", failed)


async def delete_expired_sessions(db: AsyncConnection) -> None:
    gone = await db.execute(text("DELETE FROM sessions WHERE expires_at < now()"))
    if gone.rowcount:
        log.info("deleted %d expired sessions", gone.rowcount)


async def delete_unnamed_films(db: AsyncConnection) -> None:
    if gone := await catalogue.delete_unnamed(db):
        log.info("deleted %d films that no session names", gone)


async def prune_queue_log(db: AsyncConnection) -> None:
    await db.execute(
        text("DELETE FROM pgqueuer_log WHERE created < now() - CAST(:kept AS interval)"), {"kept": LOG_KEPT}
    )


async def forget_questions(db: AsyncConnection) -> None:
    await questions.delete_old_questions(db)


async def delete_ended_shares(db: AsyncConnection) -> None:
    if gone := await cleanup.delete_old(db):
        log.info("deleted %d shares that ended a month ago", gone)


async def agree_on_corrections(db: AsyncConnection) -> None:
    await agreement.run_round(db)


@dataclass(frozen=True, slots=True)
class Period:
    seconds: float
    task: Callable[[AsyncConnection], Awaitable[None]]


PERIODS = (
    Period(0.5, complete_sessions),
    Period(60, rebuild_queue),
    Period(3600, refresh_facts),
    Period(3600, retry_failed_films),
    Period(600, delete_expired_sessions),
    Period(3600, delete_unnamed_films),
    Period(3600, prune_queue_log),
    Period(3600, forget_questions),
    Period(3600, agree_on_corrections),
    Period(600, delete_ended_shares),
)

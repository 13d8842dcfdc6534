"""Every kind of job and every period; `worker/` runs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.accounts import cleanup as sign_ins
from kinograph.accounts import leaving
from kinograph.corrections import agreement, corrections
from kinograph.database import raw
from kinograph.films import collections, filmographies, questions, refresh, second_look, sharing, tasks, unnamed
from kinograph.films.portions import Portion
from kinograph.films.tasks import Retries
from kinograph.films.tmdb import Client
from kinograph.films.turns import in_turn
from kinograph.lists import store as lists
from kinograph.sessions import emptying, progress, throttle
from kinograph.shares import cleanup

log = logging.getLogger(__name__)

LOG_KEPT = timedelta(hours=6)
LOG_AT_ONCE, FIRST_OF_LOG = 5_000, 200
FIRST_FILMS = 25
EXPIRED = "expires_at < now() - interval '1 minute'"  # nobody is still being shown one
RESTORED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with; `key_refused` is set by whoever meets a refusal of the key, and ends the work."""

    engine: AsyncEngine
    pool: asyncpg.Pool
    client: Client
    key_refused: asyncio.Event
    retries: Retries


def register_jobs(queue: QueueManager, tools: Tools) -> None:
    """Names the handler of each kind of job."""
    pool, client = tools.pool, tools.client
    refused, retries = tools.key_refused, tools.retries
    answer = questions.Answer(
        engine=tools.engine, client=client, key_refused=refused, retries=retries, then=corrections.fulfill
    )
    refresher = refresh.Refresher(pool, client, key_refused=refused, retries=retries)
    handlers: dict[str, Callable[[Job], Awaitable[None]]] = {
        tasks.ENTRYPOINT: tasks.LookUp(pool, client, key_refused=refused, retries=retries),
        questions.ENTRYPOINT: answer,
        sharing.ENTRYPOINT: second_look.SecondLook(pool, client, key_refused=refused, retries=retries),
        refresh.REFRESH: refresher.refresh,
        refresh.LOOK_AGAIN: refresher.look_again,
        collections.ENTRYPOINT: collections.FetchCollection(pool, client, key_refused=refused, retries=retries),
    }
    for entrypoint, handle in handlers.items():
        queue.entrypoint(entrypoint)(in_turn(handle))


# Whatever a period does it does in portions, each a transaction: nobody else waits for longer than one takes.


async def complete_sessions(engine: AsyncEngine) -> None:
    async with engine.connect() as db:
        # Twice a second, and mostly in vain: without a transaction, and with a statement that is planned soon.
        await db.execution_options(isolation_level="AUTOCOMMIT")
        more = await db.scalar(progress.ANY_TO_LOOK_AT)
    while more:
        async with engine.begin() as db:
            done, more = await progress.complete_sessions(db)
        if done:
            log.info("sessions completed: %d", done)


async def rebuild_queue(engine: AsyncEngine) -> None:
    after: int | None = 0
    portion = Portion(tasks.AT_ONCE, first=FIRST_FILMS)
    while after is not None:
        with portion.measured():
            async with engine.begin() as db:
                after = await tasks.enqueue_pending(await raw(db), after, most=portion.size)
    async with engine.begin() as db:
        await questions.enqueue_open_questions(await raw(db))


REFRESHED = {
    refresh.enqueue_due_facts: "facts to refresh: %d",
    refresh.enqueue_unmatched: "films to look up again: %d",
    refresh.enqueue_unchecked: "facts to fetch once more, as their collections are not known: %d",
}


async def refresh_facts(engine: AsyncEngine) -> None:
    for enqueue, message in REFRESHED.items():
        due, place = 0, None
        while due < refresh.IN_A_ROUND:
            async with engine.begin() as db:
                found, place = await enqueue(await raw(db), place)
            due += found
            if place is None:
                break
        if due:
            log.info(message, due)


async def fetch_collections(engine: AsyncEngine) -> None:
    wanted = 0
    after: int | None = 0
    portion = Portion(collections.AT_ONCE, first=FIRST_FILMS)
    while after is not None:
        with portion.measured():
            async with engine.begin() as db:
                found, after = await collections.enqueue_due(await raw(db), after, most=portion.size)
        wanted += found
    if wanted:
        log.info("collections to fetch: %d", wanted)


async def retry_failed_films(engine: AsyncEngine) -> None:
    failed = 0
    after: int | None = 0
    portion = Portion(tasks.AT_ONCE, first=FIRST_FILMS)
    while after is not None:
        with portion.measured():
            async with engine.begin() as db:
                found, after = await tasks.retry_failed(await raw(db), after, most=portion.size)
        failed += found
    if failed:
        log.info("failed films to try again: %d", failed)


async def delete_expired_sessions(engine: AsyncEngine) -> None:
    if gone := await emptying.delete_sessions(engine, EXPIRED):
        log.info("deleted %d expired sessions", gone)


async def delete_left_accounts(engine: AsyncEngine) -> None:
    if gone := await leaving.delete_left(engine):
        log.info("deleted %d accounts with all they had", gone)


async def delete_unnamed_films(engine: AsyncEngine) -> None:
    if gone := await unnamed.delete_unnamed(engine):
        log.info("deleted %d films that no session names", gone)


async def prune_queue_log(engine: AsyncEngine) -> None:
    old = (
        "DELETE FROM pgqueuer_log WHERE id IN (SELECT id FROM pgqueuer_log"
        " WHERE created < now() - CAST(:kept AS interval) ORDER BY created LIMIT :most)"
    )
    portion, is_more = Portion(LOG_AT_ONCE, first=FIRST_OF_LOG), True
    while is_more:
        most = portion.size
        with portion.measured():
            async with engine.begin() as db:
                is_more = (await db.execute(text(old), {"most": most, "kept": LOG_KEPT})).rowcount == most


async def forget_questions(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await questions.delete_old_questions(db)


async def forget_filmographies(engine: AsyncEngine) -> None:
    portion, is_more = Portion(filmographies.DELETED_AT_ONCE, first=FIRST_FILMS), True
    while is_more:
        most = portion.size
        with portion.measured():
            async with engine.begin() as db:
                is_more = await filmographies.delete_old(db, most) == most


async def delete_ended_shares(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        gone = await cleanup.delete_old(db)
    if gone:
        log.info("deleted %d shares that ended a month ago", gone)


async def delete_left_lists(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        gone = await lists.delete_left_lists(db)
    if gone:
        log.info("deleted %d lists that were brought to exports that are gone", gone)


async def fold_tallies(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await db.execute(
            text(
                "WITH folded AS (DELETE FROM tallies RETURNING what, name, n) INSERT INTO tallies"
                " SELECT what, name, sum(n) FROM folded GROUP BY what, name HAVING sum(n) <> 0"
            )
        )


async def forget_senders(engine: AsyncEngine) -> None:
    async with engine.begin() as db:
        await throttle.forget_senders(db)
        await sign_ins.forget_expired(db)


async def adopt_restored_films(engine: AsyncEngine) -> None:
    """Their transactions are another cluster's, and may be yet to come in this one: they would be news for long."""
    portion = RESTORED_AT_ONCE
    while portion == RESTORED_AT_ONCE:
        async with engine.begin() as db:
            adopted = await db.execute(
                text(
                    "UPDATE films SET changed_in = NULL WHERE id IN (SELECT id FROM films"  # a trigger notes this one
                    " WHERE changed_in >= CAST(:next AS bigint) LIMIT :most)"
                ),
                {
                    "next": int(await db.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))),
                    "most": RESTORED_AT_ONCE,
                },
            )
        portion = adopted.rowcount


async def agree_on_corrections(engine: AsyncEngine) -> None:
    await agreement.run_round(engine)


@dataclass(frozen=True, slots=True)
class Period:
    seconds: float
    task: Callable[[AsyncEngine], Awaitable[None]]


PERIODS = (
    Period(0.25, complete_sessions),
    Period(60, rebuild_queue),
    Period(3600, refresh_facts),
    Period(60, fetch_collections),
    Period(3600, retry_failed_films),
    Period(600, delete_expired_sessions),
    Period(60, delete_left_accounts),
    Period(3600, delete_left_lists),
    Period(3600, delete_unnamed_films),
    Period(3600, prune_queue_log),
    Period(3600, forget_questions),
    Period(3600, forget_filmographies),
    Period(3600, agree_on_corrections),
    Period(600, delete_ended_shares),
    Period(600, forget_senders),
    Period(60, fold_tallies),
    Period(3600, adopt_restored_films),
)

"""The lead of a rate group: a row with an expiry, by the database's clock. Whoever has it asks TMDB, nobody else.

The leader stops asking by a clock of its own before the row expires. So one that was frozen, or that has lost the
database, has stopped before another begins: see docs/decisions/the-lead-is-a-lease.md.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress

import asyncpg

log = logging.getLogger(__name__)

LEASE_SECONDS = 10.0
STANDBY_SECONDS = 1.0
MARGIN = 1 / 5  # of the lease, that the leader stops before the row expires
RENEWED = 1 / 5  # of the lease, after which the leader renews it
CLAIM_SECONDS = 5.0  # a worker with a key that waits says so every second
FROZEN_SECONDS = 5  # within a transaction, until PostgreSQL ends it: less than a lease

TAKE = """
INSERT INTO worker_leads AS l (rate_group, holder, term, until, keyless)
VALUES ($1, $2, 1, clock_timestamp() + make_interval(secs => $3), NOT $4)
ON CONFLICT (rate_group) DO UPDATE
SET holder = $2, term = l.term + 1, until = excluded.until, keyless = NOT $4, claimed_at = NULL
WHERE (l.until < clock_timestamp() OR l.holder = $2)
  AND ($4 OR l.claimed_at IS NULL OR l.claimed_at < clock_timestamp() - make_interval(secs => $5))
RETURNING term
"""
# Of a worker with a key, while one without leads.
CLAIM = "UPDATE worker_leads SET claimed_at = clock_timestamp() WHERE rate_group = $1 AND keyless RETURNING term"
RENEW = """
UPDATE worker_leads SET until = clock_timestamp() + make_interval(secs => $4), keyless = NOT $5
WHERE rate_group = $1 AND holder = $2 AND term = $3
RETURNING coalesce(claimed_at > clock_timestamp() - make_interval(secs => $6), false) AS claimed
"""
RELEASE = """
UPDATE worker_leads SET until = '-infinity' WHERE rate_group = $1 AND holder = $2 AND term = $3 RETURNING term
"""
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


def read_clock() -> float:
    """Seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
    return time.clock_gettime(CLOCK)


CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", 0))


class Lead:
    """One term of one worker; `ends` is of `read_clock`."""

    def __init__(self, rate_group: str, term: int, ends: float) -> None:
        self.rate_group = rate_group
        self.term = term
        self.ends = ends

    def holds(self) -> bool:
        """Whether a request may be sent this very moment."""
        return read_clock() < self.ends

    def end(self) -> None:
        self.ends = -math.inf

    async def mark(self, connection: asyncpg.Connection) -> None:
        """Lets PostgreSQL refuse what this connection writes for a lead that has ended, and end a transaction in which
        this process was frozen."""
        await connection.execute("SELECT set_config('kinograph.lead', $1, false)", f"{self.rate_group}/{self.term}")
        await connection.execute(f"SET idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s'")


class Leadership:
    """How one worker comes to the lead, keeps it and gives it back, over one connection of its own.

    `holder` names the worker, and those that follow it in its place: they need not wait for their own lease.
    `has_key` tells whether it could look films up.
    """

    def __init__(
        self, url: str, rate_group: str, *, holder: str, has_key: Callable[[], bool], seconds: float = LEASE_SECONDS
    ) -> None:
        self._url = url
        self._rate_group = rate_group
        self._holder = holder
        self._has_key = has_key
        self._seconds = seconds
        self._connection: asyncpg.Connection | None = None

    async def win(self, stop: asyncio.Event) -> Lead | None:
        """Waits for the lead; None when told to stop before. Raises when the database is away."""
        is_waiting = False
        while not stop.is_set():
            if lead := await self._take():
                log.info("this worker leads")
                return lead
            if not is_waiting:
                log.info("another worker leads; this one stands by")
            is_waiting = True
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), min(STANDBY_SECONDS, self._seconds / 5))
        return None

    async def keep(self, lead: Lead) -> None:
        """Renews it. Returns once it is lost, or given to a worker that has a key, which this one has not."""
        while lead.holds():
            await asyncio.sleep(self._seconds * RENEWED)
            asked, has_key = read_clock(), self._has_key()
            try:
                row = await self._fetch(
                    RENEW, lead.term, self._seconds, has_key, CLAIM_SECONDS, within=max(1.0, lead.ends - asked)
                )
            except AWAY:
                continue  # as long as it holds
            if row is None:
                log.warning("another worker leads: this one was away for too long")
                break
            if row["claimed"] and not has_key:
                log.info("another worker has a key, so this one gives the lead away")
                lead.end()
                await self.release(lead)
                break
            lead.ends = asked + self._seconds * (1 - MARGIN)
        else:
            log.warning("the lead could not be renewed in time, so this worker no longer leads")
        lead.end()

    async def release(self, lead: Lead) -> None:
        """Another worker may lead at once. The caller asks TMDB nothing any more."""
        with suppress(*AWAY):
            await self._fetch(RELEASE, lead.term, within=2)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.terminate()

    async def _take(self) -> Lead | None:
        asked, has_key = read_clock(), self._has_key()
        row = await self._fetch(TAKE, self._seconds, has_key, CLAIM_SECONDS, within=self._seconds)
        if row:
            return Lead(self._rate_group, row["term"], asked + self._seconds * (1 - MARGIN))
        if has_key:
            await self._fetch(CLAIM, within=self._seconds)
        return None

    async def _fetch(self, sql: str, *values: object, within: float) -> asyncpg.Record | None:
        """On a new connection where the last one has failed. Raises what is in AWAY."""
        names = (self._rate_group,) if sql is CLAIM else (self._rate_group, self._holder)
        async with asyncio.timeout(within):
            try:
                if self._connection is None or self._connection.is_closed():
                    self._connection = await asyncpg.connect(self._url)
                return await self._connection.fetchrow(sql, *names, *values)
            except BaseException:
                self.close()
                raise

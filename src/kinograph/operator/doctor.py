"""`kinograph doctor`: how everything stands, in sentences, and what needs a hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg

from kinograph import database
from kinograph.films.tasks import ENTRYPOINT
from kinograph.i18n import gettext, ngettext, rounded
from kinograph.operator import status
from kinograph.operator.status import Condition
from kinograph.settings import Settings

SILENT_SECONDS = 30  # the worker reports every five
REQUESTS_OF_A_FILM = 2.1


@dataclass(frozen=True, slots=True)
class Finding:
    sentence: str
    needs_a_hand: bool = False


async def examine(settings: Settings, url: str) -> list[Finding]:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        if settings.database_url is None and isinstance(error, OSError):  # its own, which runs with it
            return [Finding(gettext("Kinograph is not running: start it with “kinograph run”."), needs_a_hand=True)]
        return [Finding(gettext("The database cannot be reached: %(why)s.", why=_plain(error)), needs_a_hand=True)]
    try:
        found = await status.read_status(connection, rate_group=settings.rate_group)
    finally:
        await connection.close(timeout=2)
    return [*_database(found, database.newest_revision()), *_worker(found), *_key(found), *_queue(found)]


def _database(found: Condition, newest: str | None) -> Iterator[Finding]:
    yield Finding(gettext("The database answers: PostgreSQL %(version)s.", version=found.server))
    if found.revision == newest:
        yield Finding(gettext("Its tables are up to date (%(revision)s).", revision=newest))
    else:
        yield Finding(
            gettext(
                "Its tables are at %(revision)s and should be at %(newest)s: run “kinograph migrate”.",
                revision=found.revision or "0",
                newest=newest,
            ),
            needs_a_hand=True,
        )


def _worker(found: Condition) -> Iterator[Finding]:
    if found.reported_seconds is None or found.reported_seconds > SILENT_SECONDS:
        if found.reported_seconds is None:
            yield Finding(gettext("No worker has run yet: start one with “kinograph worker”."), needs_a_hand=True)
        else:
            last = _span(found.reported_seconds)
            yield Finding(
                gettext("No worker is running; the last report is %(last)s old.", last=last), needs_a_hand=True
            )
        return
    told = found.figures
    yield Finding(
        gettext(
            "A worker is running. It may send %(limit)s requests a second and sent %(achieved)s in the last few.",
            limit=f"{told['limit']:g}",
            achieved=f"{told['achieved']:.1f}",
        )
    )
    if told["rate"] < 0.9 * told["limit"]:
        yield Finding(
            gettext(
                "TMDB refused some requests, so for a while it is asked at most %(rate)s times a second.",
                rate=f"{told['rate']:.0f}",
            )
        )
    if told["last_error"]:
        ago = _span(time.time() - told["last_error_at"])
        yield Finding(gettext("The last error, %(ago)s ago: %(error)s.", ago=ago, error=told["last_error"]))


def _key(found: Condition) -> Iterator[Finding]:
    match found.key_state:
        case "ok":
            yield Finding(gettext("TMDB accepts the key."))
        case "bad_key":
            yield Finding(gettext("TMDB refuses the key: give another with “kinograph key”."), needs_a_hand=True)
        case "no_key":
            yield Finding(gettext("There is no TMDB key: give one with “kinograph key”."), needs_a_hand=True)


def _queue(found: Condition) -> Iterator[Finding]:
    waiting = sum(count for (job, _), count in found.queue.items() if job == ENTRYPOINT)
    if not waiting:
        yield Finding(gettext("No film is waiting to be looked up."))
    else:
        yield Finding(
            ngettext(
                "%(n)s film has been waiting to be looked up for %(oldest)s.",
                "%(n)s films are waiting to be looked up, the first for %(oldest)s.",
                waiting,
                oldest=_span(found.oldest_seconds or 0),
            )
        )
        if (rate := found.figures.get("rate")) and found.key_state == "ok":
            left = _span(waiting * REQUESTS_OF_A_FILM / rate)
            yield Finding(gettext("That takes about %(left)s.", left=left))
    if failed := found.films.get("failed"):
        reasons = ", ".join(f"{reason} ({count})" for reason, count in found.reasons)
        yield Finding(
            ngettext(
                "%(n)s film failed and is tried again every hour: %(reasons)s.",
                "%(n)s films failed and are tried again every hour: %(reasons)s.",
                failed,
                reasons=reasons,
            )
        )


def _span(seconds: float) -> str:
    if seconds >= 2 * 86400:
        return ngettext("%(n)s day", "%(n)s days", int(rounded(seconds / 86400)))
    if seconds >= 2 * 3600:
        return ngettext("%(n)s hour", "%(n)s hours", int(rounded(seconds / 3600)))
    if seconds >= 2 * 60:
        return ngettext("%(n)s minute", "%(n)s minutes", int(rounded(seconds / 60)))
    return ngettext("%(n)s second", "%(n)s seconds", int(rounded(seconds)))


def _plain(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__

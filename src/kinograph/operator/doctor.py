"""`kinograph doctor`: how everything stands, in sentences, and what needs a hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import asyncpg

from kinograph import database
from kinograph.films.tasks import ENTRYPOINT
from kinograph.i18n import gettext, ngettext, rounded
from kinograph.operator import status
from kinograph.operator.status import Condition
from kinograph.settings import Settings
from kinograph.settings.tmdb_key import find_key

SILENT_SECONDS = 30  # the worker reports every five
REQUESTS_OF_A_FILM = 2.1


class Ill(StrEnum):
    """What needs a hand; `deploy/alerts.yml` has a rule of the same name for each that `/metrics` tells."""

    DATABASE = "DatabaseAway"
    TABLES = "OtherTables"
    DISK = "DiskFull"
    WORKER = "NoWorker"
    KEY = "NoKey"
    TMDB = "TmdbAway"
    BACKUP_FAILED = "BackupFailed"
    BACKUP_LATE = "BackupLate"
    PROVIDER = "ProviderAway"


@dataclass(frozen=True, slots=True)
class Finding:
    sentence: str
    ill: Ill | None = None

    @property
    def needs_a_hand(self) -> bool:
        return self.ill is not None


async def examine(settings: Settings, url: str) -> list[Finding]:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        if settings.database_url is None and isinstance(error, OSError):  # its own, which runs with it
            return [Finding(gettext("Kinograph is not running: start it with “kinograph run”."), Ill.DATABASE)]
        return [Finding(gettext("The database cannot be reached: %(why)s.", why=_plain(error)), Ill.DATABASE)]
    try:
        first = [await _server(connection), _tables(await database.read_revision(connection))]
        if first[-1].needs_a_hand:  # of tables that are not there nothing more can be said
            return first
        first.append(await _disk(connection))
        found = await status.read_status(connection, rate_group=settings.rate_group)
    finally:
        await connection.close(timeout=2)
    return [
        *first,
        *_worker(found),
        *_key(found),
        *_stored_key(settings),
        *_queue(found),
        *_backup(found, periodic=found.backs_up or settings.backup_dir is not None),
    ]


async def _server(connection: asyncpg.Connection) -> Finding:
    version = (await connection.fetchval("SHOW server_version")).split()[0]
    return Finding(gettext("The database answers: PostgreSQL %(version)s.", version=version))


async def _disk(connection: asyncpg.Connection) -> Finding:
    try:
        await status.try_writing(connection)
    except asyncpg.DiskFullError:
        said = gettext("The disk of the database is full: make room. Until then nothing can be stored.")
        return Finding(said, Ill.DISK)
    except asyncpg.PostgresError as error:
        return Finding(gettext("The database cannot be written to: %(why)s.", why=_plain(error)), Ill.DISK)
    return Finding(gettext("It can be written to."))


def _tables(found: str | None) -> Finding:
    newest = database.newest_revision()
    try:
        database.check_revision(found)
    except database.TablesMissing:
        said = gettext(
            "Its tables are at %(revision)s and should be at %(newest)s: run “kinograph migrate”.",
            revision=found or "0",
            newest=newest,
        )
        return Finding(said, Ill.TABLES)
    except database.TablesNewer as error:
        return Finding(str(error), Ill.TABLES)
    return Finding(gettext("Its tables are up to date (%(revision)s).", revision=newest))


def _worker(found: Condition) -> Iterator[Finding]:
    if found.reported_seconds is None or found.reported_seconds > SILENT_SECONDS:
        if found.reported_seconds is None:
            yield Finding(gettext("No worker has run yet: start one with “kinograph worker”."), Ill.WORKER)
        else:
            last = _span(found.reported_seconds)
            yield Finding(gettext("No worker is running; the last report is %(last)s old.", last=last), Ill.WORKER)
        return
    told = found.figures
    yield Finding(
        gettext(
            "A worker is running. It may send %(limit)s requests a second, and lately sends %(achieved)s.",
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
            yield Finding(gettext("TMDB refuses the key: give another with “kinograph key”."), Ill.KEY)
        case "no_key":
            yield Finding(gettext("There is no TMDB key: give one with “kinograph key”."), Ill.KEY)
        case "away":
            yield Finding(
                gettext("TMDB does not answer. Films wait until this machine reaches it; then their lookups go on."),
                Ill.TMDB,
            )


def _stored_key(settings: Settings) -> Iterator[Finding]:
    """What is to be said of the key of this machine."""
    key = find_key(settings)
    if key and not key.is_word:
        yield Finding(
            gettext(
                "%(path)s holds no key: a key is one word. Give it anew with “kinograph key”.", path=settings.key_file
            ),
            Ill.KEY,
        )
    elif key and settings.database_url and not (settings.tmdb_access_token or settings.tmdb_api_key):
        yield Finding(
            gettext(
                "The key is stored on this machine alone. Where workers run on several, set TMDB_ACCESS_TOKEN on each."
            )
        )


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
                oldest=_span(found.oldest_seconds.get(ENTRYPOINT, 0)),
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


def _backup(found: Condition, *, periodic: bool) -> Iterator[Finding]:
    if found.backup_failed:
        ago, why = found.backup_failed
        yield Finding(
            gettext("The last backup failed, %(ago)s ago: %(why)s", ago=_span(ago), why=why), Ill.BACKUP_FAILED
        )
    if found.backup_seconds is not None:
        late = Ill.BACKUP_LATE if found.is_backup_late else None
        yield Finding(gettext("The last backup is %(age)s old.", age=_span(found.backup_seconds)), late)
    elif periodic and not found.backup_failed:
        yield Finding(gettext("There is no backup yet; a worker makes one within ten minutes."))
    elif not periodic:
        yield Finding(gettext("No backups are made: set KINOGRAPH_BACKUP_DIR, or run “kinograph backup FILE”."))


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

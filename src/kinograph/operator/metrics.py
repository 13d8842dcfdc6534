"""The figures for Prometheus. Most are counted in another process, so a client library would help little.

Those of the database are the same whichever web process is asked; of answers and frames each tells its own."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain
from math import inf
from typing import Any

import asyncpg
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from starlette.datastructures import State

from kinograph import database
from kinograph.database import raw
from kinograph.database.requests import Db
from kinograph.errors import NotFound
from kinograph.films.tmdb_metrics import LATENCIES
from kinograph.operator import health, status
from kinograph.operator.durations import BOUNDS, Durations
from kinograph.operator.status import Condition
from kinograph.settings import Settings
from kinograph.settings.trusted_proxies import read_address
from kinograph.stats.frame_cache import CacheFigures

router = APIRouter(include_in_schema=False)

FORWARDED = ("forwarded", "x-real-ip", "x-forwarded-")
Sample = tuple[Mapping[str, str], float]


@router.get("/metrics")
async def metrics(request: Request, db: Db) -> PlainTextResponse:
    settings: Settings = request.app.state.settings
    if not _may_see(request, settings):
        raise NotFound
    driver = await raw(db)
    found = await status.read_status(driver, rate_group=settings.rate_group)
    state = request.app.state
    is_current = _is_current(found)
    told = chain(
        _of_database(found, is_current, await _can_write(state, driver) if is_current else None),
        _of_work(found),
        _of_backups(found),
        _of_requests(found.figures) if found.figures else (),
        _of_answers(state.durations),
        _of_frames(state.frames.figures()),
    )
    return PlainTextResponse("".join(told), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_current(found: Condition) -> bool:
    try:
        database.check_revision(found.revision)
    except (database.TablesMissing, database.TablesNewer):
        return False
    return True


async def _can_write(state: State, driver: asyncpg.Connection) -> bool:
    try:
        await health.try_writing(state, driver)
    except asyncpg.PostgresError:
        return False
    return True


def _may_see(request: Request, settings: Settings) -> bool:
    """Whoever has the token; without one this machine, unless a proxy on it stands for the whole world."""
    if settings.metrics_token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
    # Whatever is forwarded comes from elsewhere, though a proxy that is not trusted shows its own address.
    proxied = settings.public_url is not None or any(name.startswith(FORWARDED) for name in request.headers)
    sender = read_address(request.client.host) if request.client else None
    return not proxied and sender is not None and sender.is_loopback


def _of_database(found: Condition, is_current: bool, can_write: bool | None) -> Iterator[str]:
    yield from _metric("kinograph_database_bytes", "gauge", "Size of the database.", _one(found.database_bytes))
    yield from _metric("kinograph_database_writable", "gauge", "1 while it can be written to.", _one(can_write))
    yield from _metric("kinograph_tables_current", "gauge", "1 while its tables are of this version.", _one(is_current))
    yield from _metric("kinograph_films", "gauge", "Films that exports name.", _by("state", found.films))
    yield from _metric("kinograph_matches", "gauge", "Entries of TMDB that are known.", _by("kind", found.matches))
    yield from _metric("kinograph_sessions", "gauge", "Uploaded exports.", _by("status", found.sessions))


def _of_work(found: Condition) -> Iterator[str]:
    jobs: list[Sample] = [
        ({"kind": kind, "status": status}, float(count)) for (kind, status), count in found.queue.items()
    ]
    yield from _metric("kinograph_queue_jobs", "gauge", "Jobs in the queue.", jobs)
    oldest = _by("kind", found.oldest_seconds)
    yield from _metric("kinograph_queue_oldest_seconds", "gauge", "Age of the oldest job that is due.", oldest)
    key = None if found.key_state is None else float(found.key_state in ("ok", "away"))
    yield from _metric("kinograph_tmdb_key_ok", "gauge", "1 while TMDB takes the key.", _one(key))
    away = None if found.key_state is None else float(found.key_state == "away")
    yield from _metric("kinograph_tmdb_away", "gauge", "1 while TMDB does not answer.", _one(away))
    silent = inf if found.reported_seconds is None else found.reported_seconds
    yield from _metric("kinograph_worker_reported_seconds", "gauge", "Time since the worker's report.", _one(silent))


def _of_backups(found: Condition) -> Iterator[str]:
    yield from _metric("kinograph_backup_age_seconds", "gauge", "Age of the last backup.", _one(found.backup_seconds))
    yield from _metric("kinograph_backup_bytes", "gauge", "Size of the last backup.", _one(found.backup_bytes))
    late = float(found.is_backup_late)
    yield from _metric("kinograph_backup_late", "gauge", "1 while the backup of each day is missing.", _one(late))
    failed = float(found.backup_failed is not None)
    yield from _metric("kinograph_backup_failed", "gauge", "1 while the last try to back up failed.", _one(failed))


def _of_requests(told: Mapping[str, Any]) -> Iterator[str]:
    yield from _metric(
        "kinograph_tmdb_requests_total", "counter", "Requests to TMDB.", _by("outcome", told["outcomes"])
    )
    yield from _metric("kinograph_tmdb_rate_limit", "gauge", "Requests a second that are set.", _one(told["limit"]))
    yield from _metric("kinograph_tmdb_rate", "gauge", "Requests a second TMDB allows now.", _one(told["rate"]))
    name = "kinograph_tmdb_request_seconds"
    yield f"# HELP {name} How long TMDB took to answer.\n# TYPE {name} histogram\n"
    yield from _histogram(name, "", LATENCIES, told["within"], told["seconds"])


def _of_answers(durations: Durations) -> Iterator[str]:
    answers = _by("status", durations.answers)
    yield from _metric("kinograph_http_answers_total", "counter", "Answers of this process.", answers)
    name = "kinograph_http_seconds"
    yield f"# HELP {name} How long answers of this process took.\n# TYPE {name} histogram\n"
    for route, within in sorted(durations.within.items()):
        yield from _histogram(name, f'route="{route}"', BOUNDS, within, durations.seconds[route])


def _of_frames(figures: CacheFigures) -> Iterator[str]:
    help = "What this process keeps of sessions."
    yield from _metric("kinograph_frame_cache_bytes", "gauge", help, _by("kind", figures.bytes))
    help = "Sessions whose films this process keeps."
    yield from _metric("kinograph_frame_cache_frames", "gauge", help, _by("kind", figures.frames))
    help = "Where this process found the films of a session."
    yield from _metric("kinograph_frame_cache_lookups_total", "counter", help, _by("found", figures.lookups))


def _histogram(name: str, label: str, bounds: Sequence[float], within: Sequence[int], seconds: float) -> Iterator[str]:
    """The lines of one. `within` counts for each bound what is above the one before, and last what is above all."""
    before = f"{label}," if label else ""
    for bound, count in zip([*(f"{bound:g}" for bound in bounds), "+Inf"], accumulate(within), strict=True):
        yield f'{name}_bucket{{{before}le="{bound}"}} {count}\n'
    after = f"{{{label}}}" if label else ""
    yield f"{name}_sum{after} {seconds:.3f}\n{name}_count{after} {sum(within)}\n"


def _metric(name: str, kind: str, help: str, samples: Sequence[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        told = ",".join(f'{label}="{text}"' for label, text in labels.items())  # words of our own: nothing to escape
        figure = "+Inf" if value == inf else f"{value:.15g}"
        yield f"{name}{{{told}}} {figure}\n" if told else f"{name} {figure}\n"


def _by(label: str, counts: Mapping[str, float]) -> list[Sample]:
    return [({label: name}, float(count)) for name, count in sorted(counts.items())]


def _one(value: float | None) -> list[Sample]:
    return [] if value is None else [({}, float(value))]

"""The figures for Prometheus. They are counted in another process, so a client library would help little."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from kinograph.database import Db, raw
from kinograph.errors import NotFound
from kinograph.films.tmdb_metrics import LATENCIES
from kinograph.operator import status
from kinograph.operator.status import Condition
from kinograph.settings import Settings
from kinograph.settings.trusted_proxies import read_address

router = APIRouter(include_in_schema=False)

FORWARDED = ("forwarded", "x-real-ip", "x-forwarded-")
Sample = tuple[Mapping[str, str], float]


@router.get("/metrics")
async def metrics(request: Request, db: Db) -> PlainTextResponse:
    settings: Settings = request.app.state.settings
    if not _may_see(request, settings):
        raise NotFound
    found = await status.read_status(await raw(db), rate_group=settings.rate_group)
    return PlainTextResponse(render_metrics(found), media_type="text/plain; version=0.0.4; charset=utf-8")


def _may_see(request: Request, settings: Settings) -> bool:
    """Whoever has the token; without one this machine, unless a proxy on it stands for the whole world."""
    if settings.metrics_token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {settings.metrics_token}".encode())
    # Whatever is forwarded comes from elsewhere, though a proxy that is not trusted shows its own address.
    proxied = settings.public_url is not None or any(name.startswith(FORWARDED) for name in request.headers)
    sender = read_address(request.client.host) if request.client else None
    return not proxied and sender is not None and sender.is_loopback


def render_metrics(found: Condition) -> str:
    return "".join(_lines(found))


def _lines(found: Condition) -> Iterator[str]:
    jobs: list[Sample] = [
        ({"job": job, "status": status}, float(count)) for (job, status), count in found.queue.items()
    ]
    yield from _metric("kinograph_queue_jobs", "gauge", "Jobs in the queue.", jobs)
    yield from _metric("kinograph_queue_oldest_seconds", "gauge", "Age of the oldest job.", _one(found.oldest_seconds))
    yield from _metric("kinograph_films", "gauge", "Films that exports name.", _by("state", found.films))
    yield from _metric("kinograph_matches", "gauge", "Entries of TMDB that are known.", _by("kind", found.matches))
    yield from _metric("kinograph_sessions", "gauge", "Uploaded exports.", _by("status", found.sessions))
    key = None if found.key_state is None else float(found.key_state in ("ok", "away"))
    yield from _metric("kinograph_tmdb_key_ok", "gauge", "1 while TMDB takes the key.", _one(key))
    yield from _metric(
        "kinograph_worker_reported_seconds", "gauge", "Time since the worker's report.", _one(found.reported_seconds)
    )
    yield from _metric("kinograph_backup_age_seconds", "gauge", "Age of the last backup.", _one(found.backup_seconds))
    yield from _metric("kinograph_backup_bytes", "gauge", "Size of the last backup.", _one(found.backup_bytes))
    failed = float(found.backup_failed is not None)
    yield from _metric("kinograph_backup_failed", "gauge", "1 while the last try to back up failed.", _one(failed))
    if told := found.figures:
        yield from _of_requests(told)


def _of_requests(told: Mapping[str, Any]) -> Iterator[str]:
    yield from _metric(
        "kinograph_tmdb_requests_total", "counter", "Requests to TMDB.", _by("outcome", told["outcomes"])
    )
    yield from _metric("kinograph_tmdb_rate_limit", "gauge", "Requests a second that are set.", _one(told["limit"]))
    yield from _metric("kinograph_tmdb_rate", "gauge", "Requests a second TMDB allows now.", _one(told["rate"]))
    name = "kinograph_tmdb_request_seconds"
    bounds = [*(f"{bound:g}" for bound in LATENCIES), "+Inf"]
    yield f"# HELP {name} How long TMDB took to answer.\n# TYPE {name} histogram\n"
    for bound, count in zip(bounds, accumulate(told["within"]), strict=True):
        yield f'{name}_bucket{{le="{bound}"}} {count}\n'
    yield f"{name}_sum {told['seconds']:.3f}\n{name}_count {sum(told['within'])}\n"


def _metric(name: str, kind: str, help: str, samples: Sequence[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        told = ",".join(f'{label}="{text}"' for label, text in labels.items())  # words of our own: nothing to escape
        yield f"{name}{{{told}}} {value:.15g}\n" if told else f"{name} {value:.15g}\n"


def _by(label: str, counts: Mapping[str, int]) -> list[Sample]:
    return [({label: name}, float(count)) for name, count in sorted(counts.items())]


def _one(value: float | None) -> list[Sample]:
    return [] if value is None else [({}, float(value))]

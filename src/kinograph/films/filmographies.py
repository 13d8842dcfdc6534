"""What somebody has worked on, all of it as TMDB lists it: asked for when a person wants to know what is left of them,
shared by all who want to, and kept for a month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Literal

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.films.candidates import MediaType
from kinograph.films.models import Filmography

KEPT_DAYS = 30
MOST_KEPT = 5_000  # people; beyond, those asked for longest ago are forgotten
MOST_CREDITS = 1_000  # of one person, the best known
DELETED_AT_ONCE = 500

Part = Literal["", "small", "self"]
"""What a part in a film is, besides a part: one billed late, or an appearance as oneself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A film or series that somebody worked on. TMDB tells no runtime here: it is that of facts we have, if any."""

    kind: MediaType
    tmdb_id: int
    title: str
    released: date | None
    score: float | None  # 0 to 10; None without votes
    votes: int
    roles: tuple[str, ...]  # names of ROLES, "lead" never
    part: Part = ""  # in the cast
    poster_path: str | None = None
    is_video: bool = False  # TMDB says that it is no film of its own
    runtime_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """All that somebody worked on, the best known first, at most MOST_CREDITS of the `total`."""

    credits: tuple[Credit, ...]
    total: int

    @classmethod
    def of(cls, credits: Iterable[Credit]) -> Listed:
        known_first = sorted(credits, key=lambda credit: -credit.votes)
        return cls(tuple(known_first[:MOST_CREDITS]), len(known_first))


@dataclass(frozen=True, slots=True)
class Status:
    """How far the question has come. While `fetched_at` is None nothing is known; `reason` says why it came to nothing.
    `example` is somebody of the sample of whom it is known, while of one of the sample it is not."""

    fetched_at: datetime | None = None
    is_waiting: bool = False
    reason: str | None = None
    example: int | None = None


# The sample's people are negative, and its filmographies part of it.
_STATUS = text(
    "SELECT kept.fetched_at, coalesce(asked.answered_at IS NULL AND asked.id IS NOT NULL, false) AS is_waiting,"
    " asked.reason, CASE WHEN kept.fetched_at IS NULL AND wanted.id < 0 THEN"
    " (SELECT max(person_id) FROM filmographies WHERE person_id < 0) END AS example"
    " FROM (SELECT CAST(:person AS bigint) AS id) wanted"
    " LEFT JOIN filmographies kept ON kept.person_id = wanted.id"
    " AND (wanted.id < 0 OR kept.fetched_at > now() - make_interval(days => :days))"
    " LEFT JOIN questions asked ON asked.asked = 'person/' || wanted.id"
)
_FORGET_BEYOND = text(
    "DELETE FROM filmographies WHERE person_id IN (SELECT person_id FROM filmographies WHERE person_id > 0"
    " ORDER BY fetched_at DESC OFFSET :most LIMIT 100 FOR UPDATE SKIP LOCKED)"
)
_FORGET_OLD = text(
    "DELETE FROM filmographies WHERE person_id IN (SELECT person_id FROM filmographies WHERE person_id > 0"
    " AND fetched_at <= now() - make_interval(days => :days) ORDER BY fetched_at LIMIT :most FOR UPDATE SKIP LOCKED)"
)
_RUNTIMES = text(
    "SELECT tmdb_id, runtime_minutes FROM film_facts WHERE source = 'tmdb' AND kind = 'movie'"
    " AND tmdb_id = ANY(:ids) AND runtime_minutes IS NOT NULL"
)


async def find_status(db: AsyncConnection, person_id: int) -> Status:
    row = (await db.execute(_STATUS, {"person": person_id, "days": KEPT_DAYS})).one()
    return Status(row.fetched_at, row.is_waiting, None if row.fetched_at or row.is_waiting else row.reason, row.example)


async def read(db: AsyncConnection, person_id: int) -> Listed:
    """What is kept of them; nothing at all where nobody has asked."""
    row = (
        await db.execute(select(Filmography.credits, Filmography.listed).where(Filmography.person_id == person_id))
    ).one_or_none()
    return Listed(tuple(_restore(each) for each in row.credits), row.listed) if row else Listed((), 0)


async def store(db: AsyncConnection, person_id: int, listed: Listed, *, most: int = MOST_KEPT) -> None:
    """In place of what was kept, with the runtimes that are known here."""
    films = [credit.tmdb_id for credit in listed.credits if credit.kind == "movie"]
    runtimes = {row.tmdb_id: row.runtime_minutes for row in await db.execute(_RUNTIMES, {"ids": films})}
    told = [
        replace(credit, runtime_minutes=credit.runtime_minutes or runtimes.get(credit.tmdb_id))
        if credit.kind == "movie"
        else credit
        for credit in listed.credits
    ]
    values = {"credits": orjson.loads(orjson.dumps([asdict(credit) for credit in told])), "listed": listed.total}
    row = insert(Filmography).values(person_id=person_id, **values)
    await db.execute(
        row.on_conflict_do_update(
            index_elements=[Filmography.person_id], set_=values | {"fetched_at": func.clock_timestamp()}
        )
    )
    await db.execute(_FORGET_BEYOND, {"most": most})


async def delete_old(db: AsyncConnection, most: int = DELETED_AT_ONCE) -> int:
    """Of those kept for a month, so many at once. Returns how many went."""
    return (await db.execute(_FORGET_OLD, {"most": most, "days": KEPT_DAYS})).rowcount


def _restore(stored: dict[str, object]) -> Credit:
    released = stored.pop("released")
    roles = stored.pop("roles")
    return Credit(
        released=date.fromisoformat(str(released)) if released else None,
        roles=tuple(roles) if isinstance(roles, list) else (),
        **stored,  # type: ignore[arg-type]
    )

"""Whom a session is compared with: another export of its owner, or a share that allows it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from fastapi import Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.pairs.joining import NOTHING
from kinograph.pairs.pair import Pair, make_pair
from kinograph.sessions.access import postpone_expiry
from kinograph.shares import store
from kinograph.shares.resolver import ShareGone, find_state, make_address, read_masked
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.pages import FILMS

LONGEST_LINK = 500  # characters
TOKEN = re.compile(r"(?:^|/s/)([\w-]{22})(?=$|[/?#])", re.ASCII)
SESSION = re.compile(r"(?:^|/session/)([0-9a-fA-F-]{32,36})(?=$|[/?#])", re.ASCII)

EXPORTS = text(
    "SELECT id, name, coalesce(made_at, created_at) AS moment FROM sessions"
    " WHERE owner_id = :owner_id AND (expires_at IS NULL OR expires_at > now())"
    " ORDER BY coalesce(made_at, created_at) DESC, created_at DESC LIMIT 100"
)


class NobodyThere(NotFound):
    heading = gettext_noop("Nobody to compare with.")
    sentence = gettext_noop(
        "There is no such link here. It may have ended, been revoked or be mistyped, or lead to another Kinograph. Ask "
        "whoever gave it to you for a new one."
    )


class NoLink(AppError):
    status = 422
    sentence = gettext_noop("Paste the link that somebody gave you.")


class CannotCompare(AppError):
    status = 403
    heading = gettext_noop("You cannot compare with this link.")


class HasPassword(CannotCompare):
    sentence = gettext_noop("This link has a password. Ask whoever gave it to you for one without.")


class NotAllowed(CannotCompare):
    sentence = gettext_noop("This link does not allow it. Whoever made it can change that under “Links to share”.")


class NoFilms(CannotCompare):
    sentence = gettext_noop("This link does not show the page Films, which comparing needs. Ask for one that does.")


class SameSession(AppError):
    status = 409
    heading = gettext_noop("These are the same films.")
    sentence = gettext_noop(
        "That is the export you are looking at. Paste somebody else's link, or pick another export."
    )


@dataclass(frozen=True, slots=True)
class Other:
    """`key` stands for it in the address; `href` leads to their films. `read` gives what may be seen of them, which
    depends on `version` alone, and `shows` says what is told of them, of scope.SHOWN. Of an export of one's own there
    is its `name`; of a share the number, and whether its own owner asks."""

    key: str
    href: str
    shows: frozenset[str]
    version: Hashable
    read: Callable[[], Awaitable[Frame]] = field(repr=False)
    name: str = ""
    moment: datetime | None = None
    share_id: int | None = None
    by_owner: bool = True


class OwnExport(NamedTuple):
    """`moment` is when it was made, else uploaded: of one day there may be several."""

    id: UUID
    name: str | None
    moment: datetime


def read_link(pasted: str) -> str:
    """The key of whoever a pasted link leads to, or of what may be one. Raises NoLink and NobodyThere."""
    pasted = pasted.strip()
    if not pasted:
        raise NoLink
    if len(pasted) <= LONGEST_LINK:
        if found := TOKEN.search(pasted):
            return found[1]
        if (found := SESSION.search(pasted)) and (id := _read_id(found[1])):
            return str(id)
    raise NobodyThere


def _read_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


async def list_exports(db: AsyncConnection, owner_id: int, *, but: UUID | None = None) -> Sequence[OwnExport]:
    """The exports of an owner, the newest first."""
    rows = await db.execute(EXPORTS, {"owner_id": owner_id})
    return [OwnExport(row.id, row.name, row.moment) for row in rows if row.id != but]


async def find_other(request: Request, key: str, *, session_id: UUID, owner_id: int) -> Other:
    """Whom `key` names, read anew for each request, so that a share that has just ended is gone.

    Raises NobodyThere; of a share that is there CannotCompare; SameSession.
    """
    if store.TOKEN.fullmatch(key):
        return await _find_share(request, key, owner_id)
    if id := _read_id(key):
        return await _find_export(request, id, session_id, owner_id)
    raise NobodyThere


async def _find_share(request: Request, token: str, owner_id: int) -> Other:
    async with request.app.state.engine.connect() as db:
        share = await store.find_open(db, token, asking=owner_id)
    if share is None or share.session_id is None:
        raise NobodyThere
    if share.password_hash:
        raise HasPassword
    if "compare" not in share.scope.shows:
        raise NotAllowed
    if not share.is_comparable:
        raise NoFilms
    try:
        progress, known = await find_state(request, share)
    except ShareGone:
        raise NobodyThere from None
    return Other(
        share.token,
        f"{make_address(share.token)}/{FILMS[0]}",
        share.scope.shows,
        (progress.session_id, progress.version, share.scope, known and known.version),
        lambda: read_masked(request, share, progress, known),
        share_id=share.id,
        by_owner=share.by_owner,
    )


async def _find_export(request: Request, id: UUID, session_id: UUID, owner_id: int) -> Other:
    if id == session_id:
        raise SameSession
    async with request.app.state.engine.connect() as db:
        own = next((each for each in await list_exports(db, owner_id, but=session_id) if each.id == id), None)
    progress = await request.app.state.progress_cache.progress(id) if own else None
    if own is None or progress is None:
        raise NobodyThere
    await postpone_expiry(request, progress)
    frames, version = request.app.state.frames, progress.version
    return Other(
        str(id),
        f"/session/{id}",
        frozenset({"stars", "likes", "watchlist"}),
        (id, version),
        lambda: frames.frame(id, version),
        name=own.name or "",
        moment=own.moment,
    )


async def set_beside(request: Request, mine: Frame, other: Other, filters: Filters = NOTHING) -> Pair:
    """Kept with one's own frame as long as neither changes: both would have to be opened, and large ones take turns in
    memory."""
    key = other.version, other.shows, filters
    pair: Pair | None = mine.shelf.find("pair", key)
    if pair is None:
        theirs = await other.read()

        def make() -> tuple[Pair, int]:
            made = make_pair(mine, theirs, other.shows, filters)
            return made, made.weigh()

        pair, n_bytes = await request.app.state.drawing.run(make)
        mine.shelf.put("pair", key, pair, n_bytes)
    return pair

"""What an owner wants of a saved view, checked, and the views in the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kinograph.errors import AppError, NotFound
from kinograph.i18n import gettext_noop
from kinograph.sessions.models import Owner
from kinograph.shares.wishes import Refused, check_filters, cut, need_text
from kinograph.stats.address import Filters
from kinograph.stats.pages import SHAREABLE, STORY
from kinograph.stats.saved_views import MOST
from kinograph.views.models import View

LONGEST_NAME = 60  # characters
PAGES = {name: title for name, title in SHAREABLE.items() if name != STORY.name}
"""The titles of the pages that a view may open on, by their names."""

COLUMNS = (View.id, View.name, View.page, View.filters, View.position)
NO_SIGN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


class BadName(Refused):
    sentence = gettext_noop("A view needs a name of 1 to %(most)s characters.")


class NoPageOfViews(Refused):
    sentence = gettext_noop("A view cannot open on “%(page)s”. These are the pages it can open on: %(pages)s.")


class NoFilters(Refused):
    sentence = gettext_noop("A view needs at least one filter.")


class ViewNotFound(NotFound):
    heading = gettext_noop("There is no such view.")
    sentence = gettext_noop("None of your saved views has this address. You may have deleted it.")


class TooManyViews(AppError):
    status = 409
    sentence = gettext_noop("You have %(most)s saved views, which is as many as there can be. Delete one first.")


@dataclass(frozen=True, slots=True)
class OwnView:
    """As its owner sees it; `filters` is a canonical query."""

    id: int
    name: str
    page: str
    filters: str
    position: int


def check_values(**asked: str) -> dict[str, str]:
    """What is asked of `name`, `page` and `filters`, written in one way. Raises Refused with what is wrong."""
    values = dict(asked)
    if "name" in asked:
        values["name"] = " ".join(NO_SIGN.sub(" ", need_text(asked["name"], "name")).split())
        if not 0 < len(values["name"]) <= LONGEST_NAME:
            raise BadName(most=LONGEST_NAME)
    if "page" in asked and asked["page"] not in PAGES:
        raise NoPageOfViews(page=cut(asked["page"]), pages=", ".join(f"“{page}”" for page in PAGES))
    if "filters" in asked:
        values["filters"] = check_filters(asked["filters"])
        if not values["filters"]:
            raise NoFilters
    return values


def read_filters(query: str) -> Filters:
    """Of a stored view; what this version does not know is left out."""
    return Filters.parse(parse_qsl(query, keep_blank_values=True), owner=True)


async def list_views(db: AsyncConnection, owner_id: int) -> list[OwnView]:
    """In their owner's order."""
    rows = await db.execute(select(*COLUMNS).where(View.owner_id == owner_id).order_by(View.position, View.id))
    return [OwnView(*row) for row in rows]


async def find_view(db: AsyncConnection, view_id: int, owner_id: int) -> OwnView:
    """Raises ViewNotFound, also for another's."""
    found = [view for view in await list_views(db, owner_id) if view.id == view_id]
    if not found:
        raise ViewNotFound
    return found[0]


async def create_view(db: AsyncConnection, owner_id: int, values: dict[str, Any]) -> int:
    """The id of a new view, the last of its owner's. Raises TooManyViews."""
    await _lock(db, owner_id)
    views = await list_views(db, owner_id)
    if len(views) >= MOST:
        raise TooManyViews(most=MOST)
    position = max((view.position for view in views), default=0) + 1
    made = insert(View).values(owner_id=owner_id, position=position, **values).returning(View.id)
    return (await db.execute(made)).scalar_one()


async def change_view(
    db: AsyncConnection, view_id: int, owner_id: int, values: dict[str, Any], *, position: int | None = None
) -> OwnView:
    """With these values, and at this place, counted from 1, or at the end. Raises ViewNotFound."""
    await _lock(db, owner_id)
    await find_view(db, view_id, owner_id)
    if values:
        await db.execute(update(View).where(View.id == view_id).values(**values))
    if position is not None:
        ids = [view.id for view in await list_views(db, owner_id) if view.id != view_id]
        ids.insert(max(0, position - 1), view_id)
        await _put_in_order(db, ids)
    return await find_view(db, view_id, owner_id)


async def delete_view(db: AsyncConnection, view_id: int, owner_id: int) -> None:
    """Raises ViewNotFound."""
    gone = await db.execute(delete(View).where(View.id == view_id, View.owner_id == owner_id).returning(View.id))
    if gone.scalar_one_or_none() is None:
        raise ViewNotFound


async def _put_in_order(db: AsyncConnection, ids: Sequence[int]) -> None:
    await db.execute(
        text(
            "UPDATE views SET position = place FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY placed(id, place)"
            " WHERE views.id = placed.id"
        ),
        {"ids": list(ids)},
    )


async def _lock(db: AsyncConnection, owner_id: int) -> None:
    """One at a time of an owner, so that none slips in beyond the limit or into another's place."""
    await db.execute(select(Owner.id).where(Owner.id == owner_id).with_for_update())

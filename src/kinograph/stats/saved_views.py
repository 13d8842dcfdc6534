"""An owner's saved views as a bar on their pages; `views/` is where they are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from sqlalchemy import JSON, literal_column

from kinograph.sessions.quotas import MOST_VIEWS
from kinograph.stats.address import Filters, with_query
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import NavLink

MOST = MOST_VIEWS

VIEWS: Any = literal_column(
    "(SELECT json_agg(json_build_array(name, page, filters) ORDER BY position, id)"
    " FROM views WHERE owner_id = sessions.owner_id)",
    JSON,
)
"""Beside a row of `sessions`: all of its owner's views, null for none."""


class SavedView(NamedTuple):
    """`page` is the end of its address, `filters` a canonical query."""

    name: str
    page: str
    filters: str


def link_view(home: str, page: str, filters: str) -> str:
    """The address of a view in the session whose overview is at `home`."""
    return with_query(f"{home}/{page}" if page else home, filters)


def describe_bar(views: Sequence[SavedView], view: PageContext, *, is_owner: bool) -> dict[str, Any]:
    """For stats/_views.html: links to the views, of which one may be what the page shows; and to save what is picked,
    "" where there is nothing, or nobody, to save it."""
    filters = view.filters.travelling().without("count")
    of = f"of={view.page}" if view.page else ""
    return {
        "views": [
            NavLink(each.name, link_view(view.home, each.page, each.filters), _is_here(each, view.page, filters))
            for each in views
        ],
        "save_href": with_query(with_query(f"{view.home}/views", of), filters.to_query())
        if is_owner and filters
        else "",
    }


def _is_here(saved: SavedView, page: str, filters: Filters) -> bool:
    return saved.page == page and set(parse_qsl(saved.filters)) == set(filters.picked)

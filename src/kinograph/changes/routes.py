"""The page on what changed between two exports: their owner's alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

import polars as pl
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from kinograph.changes.comparison import Comparison, Export, compare_exports, find_exports
from kinograph.changes.groups import Group, make_cards
from kinograph.changes.rows import Row, write_stars
from kinograph.changes.totals import describe_milestone, explain_unknown, list_totals, open_page
from kinograph.charts.days import Days, count_days, draw_days
from kinograph.charts.posters import Poster
from kinograph.database.requests import Db
from kinograph.i18n import ngettext
from kinograph.layout import templates
from kinograph.layout.headers import PRIVATE
from kinograph.sessions.access import NotYours
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_posters
from kinograph.stats.session_page import SessionPage, SessionPageOf, make_view

router = APIRouter(include_in_schema=False)

FEW = 50
"""Rows of a group on the page itself; the rest stand behind a link."""

MANY = 200
"""Rows on a page of one group."""


class ShownRow(NamedTuple):
    row: Row
    poster: Poster


@router.get("/changes")
async def show(
    request: Request,
    session: SessionPageOf,
    db: Db,
    since: str = "",
    part: str = "",
    page: str = "1",
) -> Response:
    """Against the export before, or the one that is named. `part` is the name of a group, to be read whole."""
    if not session.is_owner or session.progress.owner_id is None:
        raise NotYours
    comparison = await compare_exports(db, session.id, owner_id=session.progress.owner_id, since=_read_id(since))
    others = [each for each in await find_exports(db, session.progress.owner_id) if each.id != session.id]
    view = await make_view(request, session, "changes")
    number = templates.read_page_number(page)
    html = await asyncio.to_thread(
        _render, session, comparison, others, view, part, number, templates.describe_visitor(request)
    )
    return HTMLResponse(html, headers=PRIVATE)


def _read_id(text: str) -> UUID | None:
    """None for what is no session's id."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _render(
    session: SessionPage,
    comparison: Comparison,
    others: Sequence[Export],
    view: PageContext,
    part: str,
    number: int,
    visitor: dict[str, str],
) -> str:
    cards = make_cards(comparison)
    alone = next(((card, group) for card in cards for group in card.groups if group.name == part), None)
    pages = 1
    if alone:
        card, group = alone
        pages = -(-len(group.rows) // MANY)
        start = (min(number, pages) - 1) * MANY
        shown = replace(group, rows=group.rows[start : start + MANY], is_open=True, posters=False)
        cards = [replace(card, groups=(shown,))]
    return templates.render(
        "changes/changes.html",
        session=session,
        home=view.home,
        navigation=link_pages(view, session.pages),
        comparison=comparison,
        others=others,
        opening=open_page(comparison),
        days=None if alone else _draw_days(comparison),
        totals=[] if alone else list_totals(comparison),
        milestones=[] if alone else [describe_milestone(each) for each in comparison.milestones],
        unknown=explain_unknown(comparison),
        alone=alone[1] if alone else None,
        page=min(number, pages),
        pages=pages,
        cards=[(card, [_show(group, view, MANY if alone else FEW) for group in card.groups]) for card in cards],
        write_stars=write_stars,
        scale=_scale,
        **visitor,
    )


def _show(group: Group, view: PageContext, most: int) -> tuple[Group, list[ShownRow]]:
    """The group and its first rows, those of films of the newer export with their posters."""
    rows = group.rows[:most]
    films = view.all.films.filter(pl.col("n").is_in([row.n for row in rows if row.n is not None]))
    known = dict(zip(films["n"], make_posters(films, view), strict=True))
    return group, [ShownRow(row, _make_poster(row, known)) for row in rows]


def _make_poster(row: Row, known: Mapping[int, Poster]) -> Poster:
    """The film's of the newer export; of one that is gone, and of a list, a drawn one."""
    return known.get(row.n or -1) or Poster(row.name, row.year, href=row.href or None)


def _draw_days(comparison: Comparison) -> tuple[Days, Markup] | None:
    """The days between the two exports, lit where a film was seen."""
    viewings = comparison.changes.viewings
    if viewings is None:
        return None
    seen = [entry.watched_on for entry in viewings.added if entry.watched_on]
    days = count_days(comparison.since.day, comparison.export.day, seen)
    if days is None:
        return None
    lit = sum(1 for count in days.frames if count)
    if days.days == 1:
        label = ngettext("Films seen on %(n)s day", "Films seen on %(n)s days", lit)
    else:
        label = ngettext("Films seen in %(n)s week or so", "Films seen in %(n)s weeks or so", lit)
    return days, draw_days(days, label)


def _scale(stars: float) -> float:
    """Where so many stars stand on a scale 100 wide."""
    return 4 + 92 * (stars - 0.5) / 4.5

"""The page of all lists, that of one, and the films it still lacks as a file for Letterboxd."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import polars as pl
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from kinograph import i18n
from kinograph.i18n import gettext
from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.lists.routes import NoSuchList
from kinograph.sessions.letterboxd_files import MOST_BYTES, divide_films, name_files, write_films
from kinograph.sessions.links import link_film
from kinograph.sessions.spooling import name_file
from kinograph.stats import list_heads, list_pages
from kinograph.stats.address import with_query
from kinograph.stats.memory import weigh
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_answers import Draw, answer_page
from kinograph.stats.page_context import PageContext
from kinograph.stats.page_preview import describe_page
from kinograph.stats.pages import LISTS
from kinograph.stats.session_page import SessionPage, SessionPageOf, attach_csv, link_share, make_view
from kinograph.stats.standings import Standing, count_pending, make_standings, sort_standings

router = APIRouter(include_in_schema=False)


def find_standings(session: SessionPage, view: PageContext) -> list[Standing]:
    """Of all lists that whoever asks may see, whatever is picked. The lists of the export are the owner's alone."""
    known = session.known
    assert known
    owner, by_title = session.is_owner or session.is_sample, session.is_sample
    return view.whole.derived.keep(
        "standings",
        (known.version, owner, by_title),
        lambda: make_standings(view.whole, known, owner=owner, by_title=by_title),
        lambda standings: sum(weigh(each.films) for each in standings),
    )


def pick_standings(view: PageContext, standings: Sequence[Standing]) -> Sequence[Standing]:
    """Those on which one of the picked films stands: what is seen of them counts whether it is picked or not."""
    if not standings or not view.filters.chips(view.all, view.path):
        return standings
    rows = pl.concat([each.films.select("name", "n") for each in standings])
    on = set(rows.join(view.watched.select("n"), on="n", how="semi")["name"].unique())
    return [each for each in standings if each.about.name in on]


def find_standing(session: SessionPage, view: PageContext, name: str) -> Standing:
    """Raises NoSuchList."""
    found = next((each for each in find_standings(session, view) if each.about.name == name), None)
    if found is None:
        raise NoSuchList
    return found


@router.get("/lists")
async def show_lists(request: Request, session: SessionPageOf) -> Response:
    async def prepare(view: PageContext) -> Draw:
        hidden = preferences.read_preferences(request).hidden
        return lambda: (_render_lists(session, view, hidden, describe_page(request, session, view)), True)

    return await answer_page(request, session, lambda: make_view(request, session, LISTS[0]), prepare)


@router.get("/lists/{name}/missing.csv")
async def download_missing(request: Request, session: SessionPageOf, name: str) -> Response:
    """What is not seen yet, as Letterboxd takes it for a list; a ZIP of several files where one would be too large."""
    view = await make_view(request, session, LISTS[0])
    standing = await asyncio.to_thread(find_standing, session, view, name)
    (stem,) = name_files([name])
    films = await asyncio.to_thread(_find_missing, standing, links=not session.is_sample)  # the sample's are invented
    content = await asyncio.to_thread(write_films, films)
    if len(content) <= MOST_BYTES:
        return await attach_csv(request, view, f"missing-{stem}", lambda _: content)
    day = request.app.state.today()
    content = await asyncio.to_thread(divide_films, films, "missing", day)
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{name_file(f"missing-{stem}", "zip", day)}"'}
    return Response(content, media_type="application/zip", headers=headers)


@router.get("/lists/{name}")
async def show_list(request: Request, session: SessionPageOf, name: str) -> Response:
    async def find_view() -> PageContext:
        view = await make_view(request, session, LISTS[0])
        await asyncio.to_thread(find_standing, session, view, name)
        return view

    async def prepare(view: PageContext) -> Draw:
        hidden = preferences.read_preferences(request).hidden
        return lambda: (_render_list(session, view, name, hidden, describe_page(request, session, view)), True)

    return await answer_page(request, session, find_view, prepare)


def _find_missing(standing: Standing, *, links: bool) -> list[dict[str, Any]]:
    """By the same rule as a session's own films: of a match that is not sure nothing is said."""
    told = pl.col("kind").is_null() | pl.col("is_sure")
    films = standing.left.with_columns(
        tmdb_id=pl.when((pl.col("kind") == "movie") & (pl.col("tmdb_id") > 0) & told).then("tmdb_id"),
        imdb_id=pl.when(told).then("imdb_id"),
    )
    return [film | {"uri": _link(film) if links else "", "directors": ()} for film in films.iter_rows(named=True)]


def _link(film: dict[str, Any]) -> str:
    number = film["letterboxd_id"]
    return film["uri"] or (link_film(number) if number is not None else "")


def share_values(session: SessionPage, view: PageContext, visitor: dict[str, Any]) -> dict[str, Any]:
    """What all pages of what is left to see tell their templates."""
    return {
        "session": session,
        "share_href": link_share(session, view),
        "navigation": link_pages(view, session.pages),
        "home": view.home,
        "path": view.path,
        "lists_href": view.to_page(LISTS[0]),
        "filter_href": with_query(f"{view.path}/filter", view.filters.from_the_start().to_query()),
        "chips": view.filters.chips(view.all, view.path),
        "fitting": len(view.picked.of_watched),
        "clear_href": view.path,
        "series": 0,
        "hours": list_pages.describe_hours,
        **visitor,
    }


def _render_lists(session: SessionPage, view: PageContext, hidden: tuple[str, ...], visitor: dict[str, Any]) -> str:
    order = view.filters.get("order")
    standings = pick_standings(view, [each for each in find_standings(session, view) if each.total])
    away = [each for each in standings if preferences.digest_list(each.about.name) in hidden]
    shown = [each for each in standings if each not in away]
    yours = [each for each in shown if each.about.kind != "built-in"]
    listed = away if order == "hidden" else yours if order == "yours" else shown
    begun = [each for each in sort_standings(shown, None) if each.seen and not each.is_done]
    page, pages = find_page(view, len(listed))
    on_page = sort_standings(listed, order)[(page - 1) * list_pages.SIZE : page * list_pages.SIZE]
    nearest = begun[0] if begun else None
    reel = list_pages.draw_large(nearest) if nearest else Markup()
    return templates.render(
        "stats/lists.html",
        headline=list_heads.head_lists(shown, begun),
        figures=list_heads.count_lists(shown),
        rows=[list_pages.make_row(each, view, hidden) for each in on_page],
        page=page,
        pages=pages,
        page_href=lambda number: view.filters.without("page").with_("page", str(number)).href(view.path),
        order=order,
        orders=_orders(view, has_own=any(each.about.kind != "built-in" for each in standings), hidden=len(away)),
        nearest=list_pages.make_row(nearest, view, hidden, is_drawn=False) if nearest else None,
        nearest_reel=reel,
        nearest_rows=list_pages.draw_rows(nearest, reel) if nearest else [],
        nearest_ticks=list_pages.tick_reel(nearest) if nearest else [],
        nearest_films=list_pages.first_left(nearest, None, images=view.images)[:5] if nearest else [],
        nearest_said=list_heads.tell_left(nearest) if nearest else (),
        pending=count_pending(shown),
        **share_values(session, view, visitor),
    )


def find_page(view: PageContext, total: int) -> tuple[int, int]:
    """The page that is asked for, or the last there is, and how many there are."""
    pages = max(1, -(-total // list_pages.SIZE))
    return min(int(view.filters.get("page") or 1), pages), pages


def _orders(view: PageContext, *, has_own: bool, hidden: int) -> list[tuple[str, Any]]:
    orders = [("", gettext("Nearest to done")), ("hours", gettext("Hours left")), ("stars", gettext("Your stars"))]
    orders += [("yours", gettext("Yours"))] if has_own else []
    orders += [("hidden", gettext("Hidden %(n)s", n=i18n.number(hidden)))] if hidden else []
    return [(title, view.choice("order", value, default="")) for value, title in orders]


def _render_list(
    session: SessionPage, view: PageContext, name: str, hidden: tuple[str, ...], visitor: dict[str, Any]
) -> str:
    standing = find_standing(session, view, name)
    page, pages = find_page(view, standing.total)
    left = view.filters.get("left")
    title, reel = list_pages.name_list(standing), list_pages.draw_large(standing)
    return templates.render(
        "stats/list.html",
        title=title,
        row=list_pages.make_row(standing, view, hidden, is_drawn=False),
        headline=list_heads.head_list(standing),
        figures=list_heads.count_list(standing),
        source=list_pages.describe_source(standing),
        cover=list_heads.tell_cover(standing),
        reel_wide=reel,
        reel_rows=list_pages.draw_rows(standing, reel),
        ticks=list_pages.tick_reel(standing),
        first=list_pages.first_left(standing, left, images=view.images),
        lefts=_list_lefts(standing, view),
        end=list_pages.describe_end(standing, view) if standing.is_done else "",
        groups=list_pages.group_films(standing, page, images=view.images),
        page=page,
        pages=pages,
        page_href=lambda number: view.filters.without("page").with_("page", str(number)).href(view.path),
        missing_href=f"{view.path}/missing.csv",
        everywhere_href=f"{view.home}/films?{list_pages.link_filter(standing, view)}",
        **share_values(session, view, visitor),
    )


def _list_lefts(standing: Standing, view: PageContext) -> list[tuple[str, Any]]:
    """The orders of what is left."""
    orders = [
        ("wanted" if not standing.seen else "", gettext("On your watchlist first")),
        ("best", gettext("Best rated")),
    ]
    orders += [("shortest", gettext("Shortest")), ("oldest", gettext("Oldest"))]
    if not standing.seen:
        orders.insert(0, ("", gettext("Good to begin with")))
    return [(said, view.choice("left", value, default="")) for value, said in orders]

"""The panel of all filters of a page, and how many films fit what its form says. Included under each prefix."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from kinograph.charts.bars import draw_bar
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.layout.bounds import Bound
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.stats import pages
from kinograph.stats.address import MOST_PICKED, with_query
from kinograph.stats.headline import compute_headline
from kinograph.stats.narrowing import OF_FILMS, keep_of_films
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import EVERY_PAGE, Page
from kinograph.stats.panel import make_panel
from kinograph.stats.panel_form import FIELDS, read_form
from kinograph.stats.routes import handle_page, make_page_view, name_page
from kinograph.stats.scope import SHOWN
from kinograph.stats.session_page import SessionPage, finish_links, mark_all, names_lists
from kinograph.stats.table_options import TableOptions

router = APIRouter(include_in_schema=False)

ENDINGS = ("/filter.json", "/filter")
OF_TABLE = Page("/films", pages.FILMS[1], ())
OF_LEFT = tuple(Page(f"/{name}", title, ()) for name, title in (pages.LISTS, pages.COLLECTIONS))
"""Pages on which a film that is picked chooses what it stands in."""
OF_PAIR = Page("/with/{other}", gettext_noop("Side by side"), ())
"""The page of two people, which the narrowing filters alone narrow. Its routes are among those of pairs."""


async def show(request: Request, session: SessionPage, page: Page) -> Response:
    """The panel, or where its form leads: to the page, or back with what was typed picked."""
    view = await _make_view(request, session, page)
    if is_head(request):
        return answer_head(_headers(session))
    if session.known and not names_lists(view.filters):
        listed = await asyncio.to_thread(mark_all, view.all, session.known, by_title=session.is_sample)
        view = replace(view, all=listed)
    query, rest = request.query_params.multi_items(), _rest(request, page)
    drawing: Bound = request.app.state.drawing
    if any(name == "do" or name in FIELDS for name, _ in query):
        view = await drawing.run(read_form, view, query)
        path = view.path if ("do", "show") in query else f"{view.path}/filter"
        return RedirectResponse(_link(path, view, rest), status_code=303, headers=PRIVATE)
    html = await drawing.run(lambda: _render(request, session, page, view, rest))
    return HTMLResponse(finish_links(html, session), headers=_headers(session))


async def count(request: Request, session: SessionPage, page: Page) -> Response:
    """How many films fit what the form says, in the words of the panel, and where it leads."""
    view = await _make_view(request, session, page)
    if is_head(request):
        return answer_head(_headers(session), media_type="application/json")
    query, rest = request.query_params.multi_items(), _rest(request, page)

    def tell() -> dict[str, object]:
        asked = read_form(view, query)
        films = len(asked.watched)
        said = {"films": films, "sentence": _sentence(asked), "button": _button(films, page)}
        return said | {"href": _link(asked.path, asked, rest)}

    drawing: Bound = request.app.state.drawing
    return JSONResponse(await drawing.run(tell), headers=_headers(session))


async def _make_view(request: Request, session: SessionPage, page: Page) -> PageContext:
    view = await make_page_view(request, session, page, ENDINGS)
    return replace(view, filters=keep_of_films(view.filters)) if page is OF_PAIR else view


def _headers(session: SessionPage) -> dict[str, str]:
    return {**PRIVATE, **({"X-Robots-Tag": "noindex, nofollow"} if session.is_sample else {})}


def _rest(request: Request, page: Page) -> str:
    """What the table of films is asked beside its filters, which stays."""
    if page is not OF_TABLE:
        return ""
    return TableOptions.parse(request.query_params.multi_items()).with_().to_query()


def _link(path: str, view: PageContext, rest: str) -> str:
    return with_query(with_query(path, view.filters.from_the_start().to_query()), rest)


def _sentence(view: PageContext) -> str:
    films = len(view.picked.of_watched)
    return compute_headline(view).sentence if films else gettext("No films match all of these filters.")


def _button(films: int, page: Page) -> str:
    if page in (*OF_LEFT, OF_PAIR):
        return ngettext("Show with %(n)s film", "Show with %(n)s films", films)
    return ngettext("Show %(n)s film", "Show %(n)s films", films)


def _render(request: Request, session: SessionPage, page: Page, view: PageContext, rest: str) -> str:
    offered = {"offered": OF_FILMS} if page is OF_PAIR else {}
    panel = make_panel(view, session.scope.shows if session.scope else SHOWN, **offered)
    path = f"{view.path}/filter"
    return templates.render(
        "stats/panel.html",
        name=name_page(page, view),
        panel=panel,
        sentence=_sentence(view),
        button=_button(len(view.picked.of_watched), page),
        # Whole addresses: above a page the panel stands at that page's own.
        chips=[
            (label, with_query(href if href == path else path + href, rest))
            for label, href in view.filters.chips(view.all, path)
        ],
        bar=draw_bar,
        most_picked=MOST_PICKED,
        is_full=len(view.filters.picked) >= MOST_PICKED,
        action=path,
        rest=TableOptions.parse(request.query_params.multi_items()) if rest else None,
        close_href=_link(view.path, view, rest),
        clear_href=with_query(path, rest),
        **templates.describe_visitor(request),
    )


for each in (*EVERY_PAGE, OF_TABLE, *OF_LEFT):
    router.add_api_route(f"{each.path}/filter.json", handle_page(each, count))
    router.add_api_route(f"{each.path}/filter", handle_page(each, show))

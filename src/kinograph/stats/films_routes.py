"""The page of a session's films, and the same as CSV."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.layout import templates
from kinograph.stats import address, amounts, film_columns, film_table, labels, table_options, unwatched
from kinograph.stats.against import list_chips
from kinograph.stats.headline import Headline, compute_headline, say_against
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_answers import Draw, answer_page
from kinograph.stats.page_context import PageContext
from kinograph.stats.page_preview import describe_page
from kinograph.stats.pages import FILMS
from kinograph.stats.saved_views import describe_bar
from kinograph.stats.session_page import SessionPage, SessionPageOf, attach_csv, link_share, make_view
from kinograph.stats.table_options import TableOptions

router = APIRouter(include_in_schema=False)


@router.get("/films")
async def show(request: Request, session: SessionPageOf) -> Response:
    async def prepare(view: PageContext) -> Draw:
        choices = TableOptions.parse(request.query_params.multi_items())
        return lambda: (render(session, view, choices, describe_page(request, session, view)), True)

    return await answer_page(request, session, lambda: make_view(request, session, FILMS[0]), prepare)


@router.get("/films.csv")
async def download(request: Request, session: SessionPageOf) -> Response:
    view, choices = await make_view(request, session, FILMS[0]), TableOptions.parse(request.query_params.multi_items())
    return await attach_csv(request, view, "films", lambda view: film_table.write_csv(view, choices))


def render(session: SessionPage, view: PageContext, choices: TableOptions, visitor: dict[str, Any]) -> str:
    """The whole page."""
    here = view.filters.href(view.path)

    def asking(**changed: object) -> str:
        return address.with_query(here, choices.with_(**changed).to_query())

    linker, said = cache(view.linker), choices.with_().to_query()

    def picking(name: str, value: object) -> str:
        return address.with_query(linker(name)(str(value)).href, said)

    table = film_table.build_table(view, choices)
    return templates.render(
        "stats/films.html",
        session=session,
        share_href=link_share(session, view),
        navigation=link_pages(view, session.pages),
        home=view.home,
        path=view.path,
        headline=_headline(view, choices, table.total),
        fitting=table.total,
        filters=view.filters,
        **describe_bar(session.views, view, is_owner=session.is_owner),
        chips=[(label, address.with_query(href, said)) for label, href in list_chips(view)],
        filter_href=address.with_query(address.with_query(f"{view.path}/filter", view.filters.to_query()), said),
        clear_href=address.with_query(view.path, said),
        table=table,
        films_exist=len(view.everything) > 0,
        **unwatched.template_values(view),
        choices=choices,
        columns=film_columns.COLUMNS,
        shown=film_columns.order_columns(choices.columns),
        orders=table_options.list_orders(choices),
        sizes=table_options.SIZES,
        sort_href=lambda name: address.with_query(here, choices.sorted_by(name).to_query()),
        asking=asking,
        picking=picking,
        download_href=address.with_query(address.with_query(f"{view.path}.csv", view.filters.to_query()), said),
        names=labels,
        series=amounts.count_series(view.picked),
        **visitor,
    )


def _headline(view: PageContext, choices: TableOptions, found: int) -> Headline:
    """What is found of all that could be; under filters alone as every page's, without any how many films there are."""
    count = len(view.picked.of_watched)
    if choices.search and count:
        number = i18n.number(found)
        sentence = ngettext(
            "%(found)s of %(n)s film matches “%(words)s”.",
            "%(found)s of %(n)s films match “%(words)s”.",
            count,
            found=number,
            words=choices.search,
        )
        if view.filters:
            which = view.filters.which(view.all)
            sentence = gettext("%(sentence)s Filters: %(which)s.", sentence=sentence, which=which)
    elif view.filters or not count:
        return compute_headline(view)
    else:
        number, sentence = i18n.number(count), ngettext("%(n)s film.", "%(n)s films.", count)
    lead = number if sentence.startswith(number) else ""
    return Headline(lead, sentence[len(lead) :].strip(), (), say_against(view))

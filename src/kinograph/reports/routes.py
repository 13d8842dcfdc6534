"""Reports as PDF, and the page that waits while one is made. Included under each prefix."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from kinograph import i18n
from kinograph.layout import templates
from kinograph.layout.bounds import Bound
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.pictures.legible import drawing_with
from kinograph.reports.contents import Plan, name_report, write_report
from kinograph.reports.making import Making, Reports, Written
from kinograph.reports.paper import NAME, PAPERS, Paper, choose_paper
from kinograph.stats.address import with_query
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import OF_YEAR, PAGES, WATCHLIST, Page
from kinograph.stats.routes import handle_page, make_page_view
from kinograph.stats.session_page import (
    SessionPage,
    make_page_tag,
    make_robots_header,
    make_view,
)
from kinograph.stats.wishes import WishContext

router = APIRouter(include_in_schema=False)

PDF = "application/pdf"
# The viewers of browsers are plugins with a style of their own, which the policy of our pages would forbid.
POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
ENDINGS = ("/report.pdf", "/report")
PATIENCE = 0.7
"""Seconds: what is made by then needs no page that waits."""

AGAIN = {"Refresh": "1"}
"""The page that waits asks again after a second, with no script."""


async def send(request: Request, session: SessionPage, page: Page) -> Response:
    """The PDF, once it is made."""
    paper = _read_paper(request)
    tag = f'{make_page_tag(request, session)[:-1]}-{paper.name}"'
    headers = {**PRIVATE, **make_robots_header(request, session)}
    if unchanged := templates.answer_unchanged(request, tag, headers):
        return unchanged
    view = await make_page_view(request, session, page, ENDINGS)
    headers |= {"Content-Security-Policy": POLICY} | {
        "ETag": tag,
        "Content-Disposition": f'inline; filename="{_file_name(session, view)}"',
    }
    if is_head(request):
        return answer_head(headers, media_type=PDF)
    reports: Reports = request.app.state.reports
    pdf = reports.find(_key(session, view, paper))
    if pdf is None:
        pdf = await asyncio.shield((await _make(request, session, view, paper)).task)
    return Response(pdf, media_type=PDF, headers=headers)


async def wait(request: Request, session: SessionPage, page: Page) -> Response:
    """Leads to the PDF, at once or after a page that asks again until it is made."""
    paper = _read_paper(request)
    view = await make_page_view(request, session, page, ENDINGS)
    headers = {**PRIVATE, **make_robots_header(request, session), "Cache-Control": "private, no-store"}
    reports: Reports = request.app.state.reports
    if reports.find(_key(session, view, paper)) is None:
        if is_head(request):
            return answer_head(headers | AGAIN, status=202)
        making = await _make(request, session, view, paper)
        await asyncio.wait({making.task}, timeout=PATIENCE)
        if not making.task.done():
            html = _render(request, session, view, paper, making)
            return HTMLResponse(html, 202, headers=headers | AGAIN)
        making.task.result()
    return RedirectResponse(_address(view, paper, ENDINGS[0]), 303, headers=headers)


def _render(request: Request, session: SessionPage, view: PageContext, paper: Paper, making: Making) -> str:
    reports: Reports = request.app.state.reports
    return templates.render(
        "reports/report.html",
        name=name_report(view),
        making=making,
        percent=making.percent,
        before=reports.count_before(making),
        paper=paper,
        papers=[(other.title, _address(view, other, ENDINGS[1]), other == paper) for other in PAPERS.values()],
        back_href=with_query(view.path, view.filters.to_query()),
        is_sample=session.is_sample,
        **templates.describe_visitor(request),
    )


async def _make(request: Request, session: SessionPage, view: PageContext, paper: Paper) -> Making:
    plan = Plan(paper, session.pages, session.has_page("diary"), await _find_wishes(request, session, view))
    drawing: Bound = request.app.state.drawing
    has_system_letter = request.app.state.painters.has_system_letter

    def write(making: Making) -> Written:
        needed = False

        def covers(letter: str) -> bool:
            nonlocal needed
            found: bool = has_system_letter(letter)
            needed = needed or found
            return found

        with drawing_with(covers):
            text, is_whole = write_report(view, plan, making.tell)
        return Written(text, is_whole, needed)

    reports: Reports = request.app.state.reports
    return reports.make(_key(session, view, paper), lambda making: drawing.run(write, making))


async def _find_wishes(request: Request, session: SessionPage, view: PageContext) -> WishContext | None:
    """The films that wait: of a report of everything, where the page of the watchlist may be seen."""
    if view.year is not None or not session.has_page(WATCHLIST.name):
        return None
    wished = await make_view(request, session, WATCHLIST.name)
    assert isinstance(wished, WishContext)
    return replace(wished, path=f"{session.home}{WATCHLIST.path}")


def _read_paper(request: Request) -> Paper:
    return choose_paper(request.query_params, request.headers.get("accept-language", ""))


def _key(session: SessionPage, view: PageContext, paper: Paper) -> str:
    """Of all that a report depends on."""
    told = (session.progress.version, session.pages, session.scope, view.key, paper.name, i18n.locale(), session.id)
    before = (session.earlier, session.older_read_at) if session.is_owner else ()  # tells which wishes were watched
    return repr((templates.hash_build(), *told, session.has_page("diary"), before))


def _address(view: PageContext, paper: Paper, ending: str) -> str:
    return with_query(with_query(view.path + ending, view.filters.to_query()), f"{NAME}={paper.name}")


def _file_name(session: SessionPage, view: PageContext) -> str:
    """With the day of the export, or that of its upload."""
    day = view.made_on or session.progress.created_at.date()
    return f"kinograph-{f'{view.year}-' if view.year else ''}report-{day}.pdf"


for each in (PAGES[0], OF_YEAR):
    router.add_api_route(f"{each.path}/report.pdf", handle_page(each, send))
    router.add_api_route(f"{each.path}/report", handle_page(each, wait))

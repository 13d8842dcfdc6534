"""The pages of a session, and the sample's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

import polars as pl
from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.orm import aliased

from kinograph.database import Db
from kinograph.errors import NotFound
from kinograph.i18n import Sentence, gettext, gettext_noop
from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import head, is_head
from kinograph.sessions import owners
from kinograph.sessions.models import Session, Status
from kinograph.sessions.progress import Progress
from kinograph.sessions.report import AT_ONCE, report
from kinograph.sessions.routes import ProgressCacheOf, ProgressOf, SessionNotFound, need_owner
from kinograph.stats import amounts, cards, unwatched
from kinograph.stats.address import Filters
from kinograph.stats.cards import year_totals
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import BY_NAME, PAGES, Page, count_note, link_pages, link_units, link_years
from kinograph.stats.posters import page_posters

router = APIRouter(include_in_schema=False)
FILTER_LINK = re.compile(r'href="(/sample[^"]*\?[^"]*)"(?: rel="(prev|next)")?')
CSV = "text/csv; charset=utf-8"
KINDS = {
    "watched": gettext_noop("Watched films"),
    "films": gettext_noop("Kinograph's table of films"),
    "ratings": gettext_noop("Ratings"),
    "likes": gettext_noop("Likes"),
    "watchlist": gettext_noop("Watchlist"),
    "list": gettext_noop("A list"),
    "diary": gettext_noop("Diary"),
    "reviews": gettext_noop("Reviews"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as its page speaks of it."""

    progress: Progress
    is_owner: bool
    is_sample: bool
    warnings: Sequence[str] = ()
    older: UUID | None = None  # the same member's export before this one, for its owner
    newer: UUID | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.progress, name)

    @property
    def id(self) -> UUID:
        return self.progress.session_id

    @property
    def sees_all(self) -> bool:
        """Whether tags and lists may be shown to whoever looks."""
        return self.is_owner or self.is_sample

    @property
    def failure(self) -> str | None:
        return self.progress.failure_reason

    @property
    def told(self) -> Shown:
        """Itself as far as a page can tell: what is counted anew each second, but tells nothing else, is left out."""
        progress = self.progress
        recently = progress.recently if progress.rate else 0
        return replace(self, progress=replace(progress, counted_at=progress.created_at, recently=recently))


async def _shown(request: Request, progress: ProgressOf) -> Shown:
    # The connection is given back before the page is drawn.
    async with request.app.state.engine.connect() as db:
        holder = await owners.find(db, owners.token_of(request))
        if holder is None or progress.owner_id != holder.id:
            return Shown(progress, is_owner=False, is_sample=False)
        # What the files said, and which of them there are, is the owner's alone.
        newer = aliased(Session)
        row = (
            await db.execute(
                select(Session.warnings, Session.predecessor_id, newer.id)
                .outerjoin(newer, newer.predecessor_id == Session.id)
                .where(Session.id == progress.session_id)
                .limit(1)
            )
        ).one_or_none()
    if row is None:  # deleted within this second
        raise SessionNotFound
    stored, older_id, newer_id = row
    warnings = [str(Sentence.restored(warning)) for warning in stored]
    return Shown(progress, is_owner=True, is_sample=False, warnings=warnings, older=older_id, newer=newer_id)


async def _sample(request: Request, watch: ProgressCacheOf) -> Shown:
    progress = await watch.progress(request.app.state.sample_id)
    if progress is None:
        raise SessionNotFound
    return Shown(progress, is_owner=False, is_sample=True)


ShownOf = Annotated[Shown, Depends(_shown)]
SampleOf = Annotated[Shown, Depends(_sample)]


async def show(session: ShownOf, request: Request) -> Response:
    return await _page(request, session)


@router.get("/session/{session_id}/report")
async def show_report(request: Request, session_id: UUID, progress: ProgressOf, db: Db) -> HTMLResponse:
    await need_owner(request, progress, db)
    html = templates.render(
        "stats/report.html",
        report=await report(db, session_id),
        at_once=AT_ONCE,
        session_id=session_id,
        kinds=KINDS,
        **templates.visitor(request),
    )
    return HTMLResponse(html, headers=PRIVATE)


async def show_sample(session: SampleOf, request: Request) -> Response:
    return await _page(request, session)


for each in PAGES:
    router.add_api_route(f"/session/{{session_id}}{each.path}", show)
    router.add_api_route(f"/sample{each.path}", show_sample)

YEAR_PATH = Path(pattern=r"^[12]\d{3}$")


@router.get("/session/{session_id}/year/{year}")
async def show_year(session: ShownOf, request: Request, year: Annotated[str, YEAR_PATH]) -> Response:
    return await _page(request, session, "year", ("viewed", year))


@router.get("/sample/year/{year}")
async def show_sample_year(session: SampleOf, request: Request, year: Annotated[str, YEAR_PATH]) -> Response:
    return await _page(request, session, "year", ("viewed", year))


# As the filter writes it; the sample's are negative.
PERSON_PATH = Path(pattern=r"^-?\d{1,12}$")


@router.get("/session/{session_id}/person/{person}")
async def show_person(session: ShownOf, request: Request, person: Annotated[str, PERSON_PATH]) -> Response:
    return await _page(request, session, "person", ("person", str(int(person))))


@router.get("/sample/person/{person}")
async def show_sample_person(session: SampleOf, request: Request, person: Annotated[str, PERSON_PATH]) -> Response:
    return await _page(request, session, "person", ("person", str(int(person))))


class NoSuchYear(NotFound):
    sentence = gettext_noop("This diary has nothing from %(year)s. It runs from %(first)s to %(last)s.")


class NoDiary(NotFound):
    sentence = gettext_noop("This upload has no diary, so no year has a page.")


class LoggedAtOnce(NotFound):
    sentence = gettext_noop(
        "In %(year)s this diary has entries only on days with %(least)s or more. Nobody watches that many films in "
        "a day, so no year counts them."
    )


def _need_year(view: PageContext) -> None:
    """Raises for a year before the first viewing or after the last; one between, without any, has its page."""
    years = view.dated(view.all)["watched_on"].dt.year()
    first, last = years.min(), years.max()
    if isinstance(first, int) and isinstance(last, int) and (view.year is None or first <= view.year <= last):
        return
    logged = view.all.viewings["watched_on"].dt.year().unique().to_list()
    if not logged or view.year is None:
        raise NoDiary
    if view.year in logged:
        raise LoggedAtOnce(year=view.year, least=AT_ONCE)
    raise NoSuchYear(year=view.year, first=min(logged), last=max(logged))


class NobodyHere(NotFound):
    sentence = gettext_noop("We couldn't find that person.")


async def _page(request: Request, session: Shown, page: str | None = None, *fixed: tuple[str, str]) -> Response:
    """`page` is the end of the address unless the address says more; `fixed` is what it says then."""
    page = _page_name(request) if page is None else page
    tag = page_tag(request, session)
    if unchanged := templates.unchanged(request, tag, PRIVATE | robots(request, session)):
        return unchanged
    view = await view_of(request, session, page, *fixed)
    if view.person is not None and not view.all.people["id"].is_in([view.person]).any():
        raise NobodyHere
    if view.year is not None:
        _need_year(view)
    headers = {**PRIVATE, "ETag": tag, **robots(request, session)}
    if is_head(request):
        return head(headers)
    html, is_whole = await asyncio.to_thread(_render, session, view, templates.visitor(request))
    html = without_followers(html, session)
    # What lacks a card that failed is not to be kept, and the next one who asks gets it drawn anew.
    return HTMLResponse(html, headers=headers if is_whole else PRIVATE)


def robots(request: Request, session: Shown) -> dict[str, str]:
    """Filters lead to more filters without end, so crawlers go no further from a filtered page of the sample."""
    return {"X-Robots-Tag": "noindex, nofollow"} if session.is_sample and request.url.query else {}


def without_followers(html: str, session: Shown) -> str:
    """Tells crawlers of the sample, the one session they may find, to follow no filter."""
    if not session.is_sample:
        return html
    return FILTER_LINK.sub(lambda link: f'href="{link[1]}" rel="{link[2] + " " if link[2] else ""}nofollow"', html)


async def view_of(request: Request, session: Shown, page: str, *fixed: tuple[str, str]) -> PageContext:
    """What a request asks of a session's films, as whoever asks may see it and is wont to."""
    wont = preferences.of(request)
    filters = Filters.parse(request.query_params.multi_items(), page=page, fixed=fixed, owner=session.sees_all)
    if wont.count != "films" and not filters.get("count"):
        filters = filters.with_("count", wont.count)  # and so into the address of every link
    return PageContext(
        all=await request.app.state.frames.frame(session.id, session.version),
        filters=filters,
        path=request.url.path.removesuffix(".csv"),
        images=request.app.state.settings.tmdb_images and wont.posters,
        page=page,
        owner=session.sees_all,
        counts=wont.count,
        paused=session.paused,
    )


async def attached(request: Request, view: PageContext, name: str, write: Callable[[PageContext], bytes]) -> Response:
    """A file to keep, of what a session's page shows."""
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="kinograph-{name}.csv"'}
    if is_head(request):
        return head(headers, media_type=CSV)
    return Response(await asyncio.to_thread(write, view), media_type=CSV, headers=headers)


def page_tag(request: Request, session: Shown) -> str:
    """Of a page drawn from the session's frame."""
    return templates.tag(request, session.told, request.app.state.settings.tmdb_images, preferences.of(request))


def _page_name(request: Request) -> str:
    name = request.url.path.rpartition("/")[2]
    return name if name in BY_NAME else ""


def _title(page: Page, view: PageContext) -> str:
    """The page's own name: a year's or somebody's where it is about one."""
    if view.year is not None:
        return str(view.year)
    if view.person is not None:
        names = view.all.people.filter(pl.col("id") == view.person)["name"]
        return str(names[0]) if len(names) and names[0] else gettext(page.title)
    return gettext(page.title)


def _render(session: Shown, view: PageContext, visitor: dict[str, str]) -> tuple[str, bool]:
    """The page, and whether no card of it failed."""
    said = compute_headline(view)
    page = BY_NAME[view.page]
    # A year without a viewing says just that.
    is_drawn = len(view.watched) or (view.year is None and len(view.everything))
    drawing = cards.draw_cards(view, page.cards) if is_drawn else cards.Drawing()
    html = templates.render(
        "stats/page.html",
        page=page.name,
        title=_title(page, view),
        nav_links=link_pages(view),
        years=link_years(view) if page.name == "year" else (),
        films_exist=len(view.everything) > 0,
        counts=link_units(view) if page.ranked else (),
        session=session,
        headline=said,
        credits=said.credits,
        posters=[] if page.name else page_posters(view),
        **unwatched.template_values(view),
        chips=view.filters.chips(view.all, view.path),
        fitting=len(view.watched),
        clear_href=view.path,
        cards=drawing,
        is_empty=not len(view.watched),
        wants=gettext(page.wants),
        lookups=view.lookups,
        series=amounts.count_series(view.picked),
        filled_in=year_totals.count_filled_in(view) if view.year else 0,
        count_note=count_note(view) if page.ranked else "",
        live=session.status in (Status.UPLOADING, Status.PROCESSING, Status.ENRICHING),
        **visitor,
    )
    return html, drawing.is_whole

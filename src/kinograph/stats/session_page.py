"""Who looks at which session. The pages stand under several prefixes, and each has one resolver that tells."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from kinograph.errors import NotFound
from kinograph.i18n import Sentence
from kinograph.layout import preferences, templates
from kinograph.layout.headers import PRIVATE
from kinograph.layout.methods import answer_head, is_head
from kinograph.lists.known import Known, KnownLists
from kinograph.sessions import owners
from kinograph.sessions.access import ProgressCacheOf, ProgressOf, SessionNotFound
from kinograph.sessions.models import Status
from kinograph.sessions.progress import Progress
from kinograph.sessions.spooling import name_file
from kinograph.stats import rest, wishes
from kinograph.stats.address import Filters, with_query
from kinograph.stats.filter_values import is_beside_export
from kinograph.stats.filters import FILTERS
from kinograph.stats.frames import Frame
from kinograph.stats.owned import ask_for_owner
from kinograph.stats.page_context import PageContext
from kinograph.stats.rest import Rest
from kinograph.stats.saved_views import SavedView
from kinograph.stats.scope import Scope
from kinograph.stats.standings import mark_listed

FILTER_LINK = re.compile(r'href="(/sample[^"]*\?[^"]*)"(?: rel="(prev|next)")?')
CSV = "text/csv; charset=utf-8"


GOES_WITH = {"person": "people", "films.csv": "films", "diary.csv": "films", "diary": "films"}
"""What may be seen where another page may, by the first part of its address."""

TELL_LISTS = frozenset({"lists", wishes.PAGE})
"""The pages that tell of lists that are no part of the export."""

GO_WITH_THEIR_PAGE = frozenset({"filter", "filter.json", "picture", "picture.png", "report", "report.pdf"})


def name_page(rest: str) -> str:
    """The page that an address belongs to, by what follows the session's: a picture and a report go with
    their page, and a story is one whatever it is of."""
    parts = re.split("[?#]", rest, maxsplit=1)[0].strip("/").split("/")
    if parts[-1] in GO_WITH_THEIR_PAGE:
        parts.pop()
    return "story" if "story" in parts[-1:] else parts[0] if parts else ""


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A session as whoever asks may see it.

    `fixed` are filters that hold on every page of it, `pages` the only ones there are; None: all. Of a share there is
    nothing but its `scope` and the `frame` masked by it: the session's id is not among what is known.
    """

    progress: Progress
    is_owner: bool = False
    is_sample: bool = False
    fixed: tuple[tuple[str, str], ...] = ()
    pages: frozenset[str] | None = None
    warnings: Sequence[str] = ()
    older: UUID | None = None  # the same member's export before this one, for its owner
    newer: UUID | None = None
    read_at: datetime | None = None  # when it was read anew, and when that export was
    older_read_at: datetime | None = None
    views: tuple[SavedView, ...] = ()  # its owner's, for them
    address: str = ""  # of its overview, where it is not the session's own
    scope: Scope | None = None
    frame: Frame | None = field(default=None, repr=False, compare=False)
    # The lists beside the export's own, and their version, where whoever asks is to see any of it.
    known: Known | None = field(default=None, repr=False, compare=False)
    lists_version: str = ""
    rest: Rest | None = None  # on the page of a person; never of a share
    earlier: tuple[UUID, ...] = ()  # the same member's exports before it, where their wishes are told

    @property
    def home(self) -> str:
        """The address of its overview."""
        return self.address or ("/sample" if self.is_sample else f"/session/{self.id}")

    @property
    def status_href(self) -> str:
        """Where the script asks how far it has come."""
        return f"{self.home}/status" if self.scope else f"/api/session/{self.id}/status"

    def has_page(self, page: str) -> bool:
        """Whether whoever asks may see this page, or what it goes with."""
        return self.pages is None or GOES_WITH.get(page, page) in self.pages

    @property
    def id(self) -> UUID:
        return self.progress.session_id

    @property
    def sees_all(self) -> bool:
        """Whether tags and lists may be shown to whoever looks."""
        if self.scope:  # the frame has those of them that are shown
            return not self.scope.shows.isdisjoint({"tags", "lists"})
        return self.is_owner or self.is_sample

    async def with_lists(self, lists: KnownLists, *, is_sample: bool | None = None) -> SessionPage:
        """The same with the lists beside the export's own: what an owner brought is theirs alone."""
        known = await lists.find(self.progress.owner_id if self.is_owner else None)
        is_sample = self.is_sample if is_sample is None else is_sample
        return replace(self, is_sample=is_sample, known=known, lists_version=self.lists_version + known.version)

    @property
    def is_live(self) -> bool:
        """Whether the page is still to change by itself."""
        return self.progress.status == Status.ENRICHING

    @property
    def etag_parts(self) -> SessionPage:
        """What the page shows of it: what is counted anew each second, but shown nowhere, is left out."""
        progress = self.progress
        recently = progress.recently if progress.rate else 0
        shown = replace(progress, counted_at=progress.created_at, snapshot="", changes=0, recently=recently)
        return replace(self, progress=shown)


async def open_session(request: Request, progress: ProgressOf) -> None:
    """Of /session/{session_id}: whoever has the address sees it, its owner more of it."""
    request.state.session_page = await _find_page(request, progress)


async def open_sample(request: Request, cache: ProgressCacheOf) -> None:
    """Of /sample: everybody sees all of it."""
    progress = await cache.progress(request.app.state.sample_id)
    if progress is None:
        raise SessionNotFound
    request.state.session_page = SessionPage(progress, is_sample=True)


async def _resolved(request: Request) -> SessionPage:
    page: SessionPage | None = getattr(request.state, "session_page", None)
    if page is None:  # an id that is none: the resolver was not even called
        raise SessionNotFound
    if page.scope is None:
        found = await rest.find(request.app.state.engine, request.url.path.removeprefix(page.home))
        page = replace(page, rest=found) if found else page
    if page.older and _tells_wishes(request, page):
        page = replace(page, earlier=await request.app.state.earlier_wishes.find_chain(page.older))
    return await page.with_lists(request.app.state.lists) if _tells_lists(request, page) else page


def _tells_wishes(request: Request, page: SessionPage) -> bool:
    """Whether what is asked for tells which wishes were watched, as all exports before it know."""
    path = request.url.path
    return path.endswith(("/report", "/report.pdf")) or name_page(path.removeprefix(page.home)) == wishes.PAGE


def _tells_lists(request: Request, page: SessionPage) -> bool:
    """Whether what is asked for depends on lists that are no part of the export."""
    path, asked = request.url.path, request.query_params.multi_items()
    is_asked = any(name.partition(".")[0] == "list" and is_beside_export(value) for name, value in asked)
    return is_asked or path.endswith("/filter") or name_page(path.removeprefix(page.home)) in TELL_LISTS


SessionPageOf = Annotated[SessionPage, Depends(_resolved)]
"""What the resolver of the prefix has found; it runs before."""


async def _find_page(request: Request, progress: Progress) -> SessionPage:
    if owners.is_stranger(request):
        return SessionPage(progress)
    # The connection is given back before the page is drawn.
    async with request.app.state.engine.connect() as db:
        holder = await owners.find_holder(request, db)
        if holder is None or progress.owner_id != holder.id:
            return SessionPage(progress)
        row = (await db.execute(ask_for_owner(), {"session_id": progress.session_id})).one_or_none()
    if row is None:  # deleted within this second
        raise SessionNotFound
    stored, older_id, newer_id, read_at, older_read_at, views = row
    warnings = [str(Sentence.restored(warning)) for warning in stored]
    return SessionPage(
        progress,
        is_owner=True,
        warnings=warnings,
        older=older_id,
        newer=newer_id,
        read_at=read_at,
        older_read_at=older_read_at,
        views=tuple(SavedView(*each) for each in views or ()),
    )


def make_robots_header(request: Request, session: SessionPage) -> dict[str, str]:
    """Filters lead to more filters without end, so crawlers go no further from a filtered page of the sample."""
    return {"X-Robots-Tag": "noindex, nofollow"} if session.is_sample and request.url.query else {}


def finish_links(html: str, session: SessionPage) -> str:
    """Tells crawlers of the sample, the one session they may find, to follow no filter. On a page of a share, what
    would lead to a page that it does not show leads nowhere."""
    if session.pages is not None:
        inside = re.compile(rf' href="{re.escape(session.home)}(?=[/?#"])([^"]*)"')
        return inside.sub(lambda link: link[0] if session.has_page(name_page(link[1])) else "", html)
    if not session.is_sample:
        return html
    return FILTER_LINK.sub(lambda link: f'href="{link[1]}" rel="{link[2] + " " if link[2] else ""}nofollow"', html)


async def make_view(request: Request, session: SessionPage, page: str, *fixed: tuple[str, str]) -> PageContext:
    """What a request asks of a session's films, as whoever asks may see it and prefers it.

    `fixed` are the filters that the path names. Raises NotFound for a page that is not shown.
    """
    if not session.has_page(page):
        raise NotFound
    prefs = preferences.read_preferences(request)
    filters = Filters.parse(
        request.query_params.multi_items(), page=page, fixed=(*session.fixed, *fixed), owner=session.sees_all
    )
    if session.scope:
        filters = session.scope.keep_told(filters)
    if prefs.count != "films" and not filters.get("count"):
        filters = filters.with_("count", prefs.count)  # and so into the address of every link
    frame = session.frame or await request.app.state.frames.frame(session.id, session.progress.version)
    view = PageContext(
        all=await asyncio.to_thread(mark_for, frame, session.known, filters, by_title=session.is_sample)
        if session.known
        else frame,
        filters=filters,
        path=request.url.path.removesuffix(".csv"),
        images=request.app.state.settings.tmdb_images and prefs.posters,
        page=page,
        owner=session.sees_all,
        counts=prefs.count,
        paused=session.progress.paused,
        made_on=session.progress.made_at.date() if session.progress.made_at else None,
    )
    if page != wishes.PAGE:
        return view
    gone = await request.app.state.earlier_wishes.find_met(session) if session.is_owner else ()
    return await asyncio.to_thread(wishes.make_wishes, view, gone)


def names_lists(filters: Filters) -> bool:
    """Whether it takes lists beside the export's own to apply them."""
    return any(is_beside_export(value) for name, value in filters.all if FILTERS[name].base == "list")


def mark_for(frame: Frame, known: Known, filters: Filters, *, by_title: bool = False) -> Frame:
    """The frame as these filters want it; made once for a version of the lists."""
    return mark_all(frame, known, by_title=by_title) if names_lists(filters) else frame


def mark_all(frame: Frame, known: Known, *, by_title: bool = False) -> Frame:
    """The frame whose films bear the names of all these lists."""
    return frame.derived.get_or_make(("lists", known.version), lambda: mark_listed(frame, known, by_title=by_title))


def link_share(session: SessionPage, view: PageContext) -> str:
    """Where its owner makes a link to this page with what is picked; "" for everybody else."""
    if not session.is_owner:
        return ""
    query = view.filters.travelling().without("count").without("against").to_query()
    return with_query(with_query(f"{session.home}/shares", f"of={view.page}" if view.page else ""), query)


async def attach_csv(request: Request, view: PageContext, name: str, write: Callable[[PageContext], bytes]) -> Response:
    """A file to keep, of what a session's page shows. It is called by the day: when the export was made, shares do not
    tell."""
    named = name_file(name, "csv", request.app.state.today())
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{named}"'}
    if is_head(request):
        return answer_head(headers, media_type=CSV)
    return Response(await asyncio.to_thread(write, view), media_type=CSV, headers=headers)


def make_page_tag(request: Request, session: SessionPage) -> str:
    """Of a page drawn from the session's frame."""
    return templates.make_tag(
        request, session.etag_parts, request.app.state.settings.tmdb_images, preferences.read_preferences(request)
    )

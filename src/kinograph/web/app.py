"""The web application: what it is made of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from kinograph import database
from kinograph import settings as settings_module
from kinograph.accounts.header import LoginHeader
from kinograph.accounts.registration import log_first_link
from kinograph.accounts.routers import include_accounts
from kinograph.changes import api as changes_api
from kinograph.changes import routes as changes_routes
from kinograph.changes.earlier_wishes import EarlierWishes
from kinograph.changes.since import SinceCache
from kinograph.corrections import api as correction_api
from kinograph.corrections import owner_context
from kinograph.corrections import routes as correction_routes
from kinograph.database import Timeouts
from kinograph.layout import notices, preferences, templates
from kinograph.layout.bounds import Bound, count_cores
from kinograph.layout.locale_middleware import LocaleMiddleware
from kinograph.layout.methods import HeadAsGet
from kinograph.lists import routes as list_forms
from kinograph.lists.known import KnownLists
from kinograph.operator import durations, health, metrics
from kinograph.pairs.routers import include_pairs
from kinograph.pictures import list_pictures
from kinograph.pictures import routes as picture_routes
from kinograph.reports import routes as report_routes
from kinograph.reports.making import Reports
from kinograph.sample.session import sample_id
from kinograph.sessions import api as session_api
from kinograph.sessions import file_routes, spooling, upload_routes
from kinograph.sessions import forms as session_forms
from kinograph.sessions.progress_cache import ProgressCache
from kinograph.sessions.sandbox import WAIT_SECONDS, Readers
from kinograph.sessions.throttle import STORED_AT_ONCE, Throttle, TooManyFromNetwork
from kinograph.sessions.uses import Uses
from kinograph.settings import Settings
from kinograph.shares import api as share_api
from kinograph.shares import picture as share_picture
from kinograph.shares import resolver
from kinograph.shares import routes as share_routes
from kinograph.shares.passwords import TooManyPasswords, WrongPassword
from kinograph.shares.resolver import ShareLocked, open_share
from kinograph.stats import routers as stats_routers
from kinograph.stats.frame_cache import Frames
from kinograph.stats.session_page import open_sample, open_session
from kinograph.stories import routes as story_routes
from kinograph.stories.story import list_composers
from kinograph.views import api as view_api
from kinograph.views import routes as view_routes
from kinograph.web import landing, pwa, refusing
from kinograph.web.background import working_beside
from kinograph.web.connections import Connections
from kinograph.web.encodings import HeedsRefusedGzip
from kinograph.web.host_cookies import HostCookies
from kinograph.web.proxies import ForwardedRequests
from kinograph.web.security_middleware import AnswerHeaders, SecurityMiddleware, need_text

log = logging.getLogger(__name__)

# In ten minutes. An address may be a whole school's.
UPLOADS_OF_OWNER = 30
UPLOADS_OF_ADDRESS = 120
REFUSED_OF_ADDRESS = 240  # files that are no export do not use up the uploads, but reading them costs us


def create(settings: Settings | None = None) -> FastAPI:
    settings = settings or settings_module.read()
    app = Application(
        title="Kinograph",
        description="Statistics of a Letterboxd export. A session is one uploaded export and how far it has come.",
        version="1",
        lifespan=_lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        responses=refusing.DESCRIBED,
        dependencies=[Depends(need_text)],
    )
    app.state.settings = settings
    app.state.sample_id = sample_id()
    app.state.durations = durations.Durations()
    app.state.today = lambda: datetime.now(UTC).date()
    app.state.connections = Connections.divide(settings.database_connections, cores=count_cores())
    app.state.readers = Readers()
    app.state.drawing = Bound(count_cores(), name="drawing")
    app.state.opening = Bound(4 * count_cores())  # some are read or made ready while others are drawn
    app.state.under_way = Bound(count_cores() + STORED_AT_ONCE, seconds=WAIT_SECONDS)
    app.state.spooling = Bound(spooling.AT_ONCE)
    app.state.storing = asyncio.Semaphore(min(STORED_AT_ONCE, app.state.connections.requests - 1))
    app.state.uploads_of_owner = Throttle("uploads of owner", most=UPLOADS_OF_OWNER)
    app.state.uploads_of_address = Throttle("uploads of address", most=UPLOADS_OF_ADDRESS, refusal=TooManyFromNetwork)
    app.state.refused_of_address = Throttle("refused of address", most=REFUSED_OF_ADDRESS, refusal=TooManyFromNetwork)
    app.state.questions = owner_context.Throttles.make()
    app.state.painters, app.state.picture_cache = picture_routes.make_painters()
    app.state.reports = Reports()
    app.state.slides = list_composers()
    app.mount("/static", KeptForEver(directory=templates.STATIC, check_dir=False), name="static")
    _include_routes(app)
    _add_middleware(app, settings)
    refusing.handle_errors(app)
    for locked in (ShareLocked, WrongPassword, TooManyPasswords):
        app.exception_handler(locked)(resolver.answer_locked)
    include_accounts(app)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last is the outermost."""
    app.add_middleware(durations.NotesRoute)
    app.add_middleware(Uses)
    app.add_middleware(notices.NoticeMiddleware)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(HeedsRefusedGzip)
    app.add_middleware(HeadAsGet)
    app.add_middleware(
        SecurityMiddleware, settings=settings, refuse=lambda scope, error: refusing.answer(Request(scope), error)
    )
    app.add_middleware(LocaleMiddleware)  # outside of what may refuse, so that a refusal is read as well
    app.add_middleware(ForwardedRequests, trusted=settings.trusted_proxies, public_url=settings.public_url)
    if settings.secure_cookies:
        app.add_middleware(HostCookies)
    app.add_middleware(LoginHeader, settings=settings)  # outside of what reads forwarded headers: the peer is judged


Resolver = Callable[..., Awaitable[None] | AsyncIterator[None]]
"""Tells which session is looked at and by whom."""

PREFIXES: tuple[tuple[str, Resolver], ...] = (
    ("/session/{session_id}", open_session),
    ("/sample", open_sample),
    ("/s/{token}", open_share),
)


def _include_routes(app: FastAPI) -> None:
    for prefix, resolve in PREFIXES:
        _include_below(app, prefix, resolve, stats_routers.FIRST)
    for routes in (
        *(upload_routes, session_api, session_forms, file_routes, changes_api, correction_api, correction_routes),
        *(share_api, view_api, list_forms, resolver),
    ):
        app.include_router(routes.router)
    for prefix, resolve in PREFIXES:
        _include_below(app, prefix, resolve, LATER)
    own = (changes_routes, share_picture, share_routes, view_routes)
    for router in (*stats_routers.OWN, *(each.router for each in own)):
        app.include_router(router, prefix="/session/{session_id}", dependencies=[Depends(open_session)])
    include_pairs(app)
    for router in (*stats_routers.OTHERS, *(each.router for each in (landing, preferences, pwa, metrics, health))):
        app.include_router(router)


def include_pages(app: FastAPI, prefix: str, resolve: Resolver) -> None:
    """The pages of sessions below a prefix."""
    _include_below(app, prefix, resolve, (*stats_routers.FIRST, *LATER))


# Pictures first: /year/picture.png is none of the page of a year.
LATER = (
    *(picture_routes.router, list_pictures.router, report_routes.router, story_routes.router),
    *stats_routers.EVERY,
)


def _include_below(app: FastAPI, prefix: str, resolve: Resolver, routers: Sequence[APIRouter]) -> None:
    for router in routers:
        app.include_router(router, prefix=prefix, dependencies=[Depends(resolve)])


class Application(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        """The headers are put on outside of everything, so that the answer to a bug of ours bears them, too."""
        return durations.Timed(AnswerHeaders(super().build_middleware_stack(), settings=self.state.settings))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    assert settings.database_url
    timeouts = Timeouts(settings.statement_seconds, settings.lock_seconds)
    connections: Connections = app.state.connections
    app.state.engine = database.connect(
        settings.database_url,
        pool_size=connections.requests,
        overflow=0,
        pooled=settings.is_pooled,
        timeouts=timeouts,
    )
    app.state.progress_cache = ProgressCache(app.state.engine, rate_group=settings.rate_group)
    app.state.frames = Frames(
        settings.database_url, megabytes=settings.frame_cache_mb, timeouts=timeouts, at_once=connections.frames
    )
    app.state.since = SinceCache(app.state.engine)
    app.state.earlier_wishes = EarlierWishes(app.state.engine, app.state.since)
    app.state.lists = KnownLists(app.state.engine)
    await log_first_link(app.state.engine, settings)
    async with working_beside(app, settings.direct_url or settings.database_url):
        yield
    await app.state.readers.close()
    app.state.reports.close()
    await asyncio.to_thread(app.state.painters.close)
    app.state.frames.close()
    app.state.drawing.close()
    await app.state.engine.dispose()


class KeptForEver(StaticFiles):
    """Every file's name holds its hash."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

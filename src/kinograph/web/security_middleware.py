"""What every request must pass before anything looks at it, and what every answer carries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn
from uuid import UUID, uuid4

from python_multipart.multipart import parse_options_header
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import FormData, Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinograph.accounts.header import need_readable
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout.headers import PAIRED, PAIRS, PRIVATE, SECRET, SHARED, UNKEPT
from kinograph.sessions import keys, throttle
from kinograph.sessions.owners import PROXIED, has_cookie
from kinograph.settings import Settings
from kinograph.web.database_errors import DatabaseAway

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What these change is how pages look, in the browser that asks.
HARMLESS = frozenset({"/theme", "/language", "/preferences"})
SHARE = "/share"  # where the platform's share sheet sends files
UPLOADS = frozenset({"/upload", "/api/upload", SHARE})
LIST_UPLOAD = re.compile(r"/session/[^/]+/lists")
LISTED = ("/static/", "/robots.txt", "/favicon.ico")  # with the home page, all that search engines may keep
# Python knows others that make of bytes what no text holds, or break.
ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
SMALL_BODY = 64 << 10  # bytes, for everything but an upload
MULTIPART_OVERHEAD = 1 << 20
NOTED_OF_MEGABYTE = (1 << 20) // 8  # bytes: an upload of the largest size is noted eight times, most are not at all
UPLOADS_UNDER_WAY = 4  # of the largest size, from one address: room for a thousand real exports


class UnknownHost(AppError):
    status = 400
    sentence = gettext_noop(
        "Kinograph does not answer at this address. Set KINOGRAPH_PUBLIC_URL to the address people type."
    )


class ForeignOrigin(AppError):
    status = 403
    sentence = gettext_noop("This was sent from a page of another site, so nothing was changed.")


class OtherEncoding(AppError):
    status = 400
    sentence = gettext_noop("Send text in UTF-8; this was sent in another encoding.")


class NoText(AppError):
    status = 400
    sentence = gettext_noop("“%(name)s” holds characters that cannot be stored as text.")


class RequestTooLarge(AppError):
    status = 413
    sentence = gettext_noop("This is larger than the limit of %(megabytes)s MB. A Letterboxd export is far smaller.")


class BodyTooLarge(AppError):
    status = 413
    sentence = gettext_noop("This is larger than the %(kilobytes)s kB that this address takes.")


def is_upload(path: str) -> bool:
    """Whether files come in here, which may be large."""
    return path in UPLOADS or LIST_UPLOAD.fullmatch(path) is not None


def answer_headers(settings: Settings) -> dict[str, str]:
    """What every answer says to browsers."""
    return {
        "Content-Security-Policy": make_policy(settings),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }


def make_policy(settings: Settings) -> str:
    images = " https://image.tmdb.org" if settings.tmdb_images else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self';"
        f" img-src 'self' data:{images}; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    )


class UploadsUnderWay(AppError):
    status = 429
    sentence = gettext_noop("Other large uploads from your network are under way. Try again when they are done.")
    retry_after = 30


async def need_text(request: Request) -> None:
    """Raises NoText when a field of a form that was read holds what no database and no page can."""
    form: FormData | None = getattr(request, "_form", None)
    for name, value in form.multi_items() if form else ():
        if isinstance(value, str) and ("\0" in value or not _is_encodable(value)):
            raise NoText(name=name if _is_encodable(name) else "?")


def _is_encodable(text: str) -> bool:
    """Lone halves of a pair, which UTF-16 has for large characters, are not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class Sent:
    """How much of a request's body has come in, and the most that may."""

    address: str
    most: int
    n_bytes: int = 0
    noted: int = 0  # of them in the database, for the other processes
    id: UUID = field(default_factory=uuid4)


class SecurityMiddleware:
    def __init__(self, app: ASGIApp, *, settings: Settings, refuse: Callable[[Scope, AppError], ASGIApp]) -> None:
        self._app = app
        self._settings = settings
        self._refuse = refuse
        self._under_way: Counter[str] = Counter()  # bytes of unfinished requests, by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        app = self._app
        most = self._largest(scope["path"])
        try:
            headers = Headers(scope=scope)
            self._check(scope, headers, most)
            await self._check_host(scope, headers)
        except AppError as error:
            app = self._refuse(scope, error)
        sent = Sent(throttle.find_sender(scope), most)
        try:
            await app(scope, self._counting(scope, receive, sent), send)
        finally:
            self._under_way[sent.address] -= sent.n_bytes
            if not self._under_way[sent.address]:
                del self._under_way[sent.address]
            if sent.noted:
                with suppress(DBAPIError, PoolTimeout, OSError):  # it then counts for some minutes more
                    async with scope["app"].state.engine.begin() as db:
                        await throttle.end_under_way(db, sent.id)

    def _check(self, scope: Scope, headers: Headers, most: int) -> None:
        need_readable(scope)
        if scope["method"] not in SAFE and not self._is_from_here(scope, headers):
            raise ForeignOrigin
        _, options = parse_options_header(headers.get("content-type"))
        if options.get(b"charset", b"utf-8").lower() not in ENCODINGS:
            raise OtherEncoding
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > most:
            raise self._too_large(scope["path"])

    async def _check_host(self, scope: Scope, headers: Headers) -> None:
        """Programs beside us call us by names of their own. What they prove themselves with no page of another site
        has, that had a browser come here under its own name; so it is looked at, and nothing else that is sent."""
        if self._settings.trusts_host(headers.get("host", "")) or scope["path"] == "/healthz":
            return
        if scope["path"] == "/metrics" and self._settings.metrics_token:
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        scope["state"].pop(PROXIED, None)
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if not bearer.startswith(keys.PREFIX):
            raise UnknownHost
        try:
            async with scope["app"].state.engine.begin() as db:
                await keys.find_owner_of_key(Request(scope), db, bearer)
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise DatabaseAway from error

    def _is_from_here(self, scope: Scope, headers: Headers) -> bool:
        """Browsers name the origin of what they send; a program that names none bears no cookie of somebody's.

        From a page without referrer, as a session's is, the origin of a form is "null". Where the browser says nothing
        else (over plain http), our cookie vouches for it: it is Lax, and no other site's form brings it along.

        What a person shares with the installed app is a form without a page: of origin "null" as well, and of site
        "none", which browsers say of a person's own doing alone. No page makes them say so. An app of another site
        could redirect to us what was shared with it, though: so this opens only where the worst is one more upload.
        """
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None:
            return site in (None, "none", "same-origin")
        if origin == "null":
            return (
                site == "same-origin"
                or (site == "none" and scope["path"] == SHARE)
                or (site is None and (scope["path"] in HARMLESS or has_cookie(headers.get("cookie", ""))))
            )
        return origin == self._settings.public_url or origin.partition("://")[2] == headers.get("host")

    def _largest(self, path: str) -> int:
        if is_upload(path):
            return (self._settings.max_upload_mb << 20) + MULTIPART_OVERHEAD
        return SMALL_BODY

    def _too_large(self, path: str) -> AppError:
        if is_upload(path):
            return RequestTooLarge(megabytes=self._settings.max_upload_mb)
        return BodyTooLarge(kilobytes=SMALL_BODY >> 10)

    def _counting(self, scope: Scope, receive: Receive, sent: Sent) -> Receive:
        """A body without a length, or with a wrong one, is cut off where it grows too large; so are many at once from
        one address, each of which lies on our disk while it comes in, however slowly."""

        async def counted() -> Message:
            message = await receive()
            n_bytes = len(message.get("body", b""))
            sent.n_bytes += n_bytes
            self._under_way[sent.address] += n_bytes
            if sent.n_bytes > sent.most:
                self._stop(scope, self._too_large(scope["path"]))
            at_most = UPLOADS_UNDER_WAY * self._settings.max_upload_mb << 20
            if self._under_way[sent.address] > at_most:
                self._stop(scope, UploadsUnderWay())
            if sent.n_bytes - sent.noted >= self._settings.max_upload_mb * NOTED_OF_MEGABYTE:
                sent.noted = sent.n_bytes
                async with scope["app"].state.engine.begin() as db:
                    others = await throttle.count_under_way(db, sent.id, sent.address, sent.n_bytes)
                if others + sent.n_bytes > at_most:
                    self._stop(scope, UploadsUnderWay())
            return message

        return counted

    def _stop(self, scope: Scope, error: AppError) -> NoReturn:
        scope["state"]["refused"] = error  # who reads the body makes another error of this one
        raise error


class AnswerHeaders:
    """Puts on every answer, whoever makes it, what browsers, caches and crawlers must know, where it is not said."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._headers = answer_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        private = PAIRED if PAIRS.fullmatch(path) else PRIVATE
        ours = self._headers | private if path.startswith(SECRET) else self._headers
        is_shared = path.startswith(SHARED)
        if is_shared:  # what a browser may have kept all the same is not to be shown again
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]}
        started = False

        async def added(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                if is_shared:
                    headers.update(UNKEPT)
                    del headers["ETag"]
                for name, value in ours.items():
                    headers.setdefault(name, value)
                refused = message["status"] >= 400
                headers.setdefault("Cache-Control", "no-store" if refused else "no-cache")
                if refused or (path != "/" and not path.startswith(LISTED)):
                    headers.setdefault("X-Robots-Tag", "noindex")
            await send(message)

        try:
            await self._app(scope, receive, added)
        except Exception:
            if not started:  # even the page that says so is broken
                await PlainTextResponse("Something went wrong on our side.", 500)(scope, receive, added)
            raise

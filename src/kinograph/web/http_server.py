"""HTTP as it is read from a connection, with bounds on the size of what comes before a body, and on the time it takes:
uvicorn with httptools has none."""

from __future__ import annotations

import asyncio
import gc
import socket
from asyncio import TimerHandle
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from http import HTTPStatus
from typing import Any

import uvicorn
from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kinograph import i18n
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.layout import locale_middleware
from kinograph.running.beside import Beside
from kinograph.sessions import sandbox
from kinograph.settings import Settings
from kinograph.web.security_middleware import answer_headers

LONGEST_URL = 16 << 10  # bytes; the longest address a page leads to has about one thousand
LARGEST_HEADERS = 64 << 10  # bytes of names and values together; browsers send at most some ten thousand
MOST_HEADERS = 100
HEAD_SECONDS = 20.0  # from a connection or a request's first byte to the end of the headers; a bad line takes two
LINGER_SECONDS = 1.0
LINGER_BYTES = 1 << 20
OBJECTS_OF_PAGES = 2_000
"""New objects after which those that refer to each other are looked for: of two pages or three. They hold arrays, too:
of a dozen pages 15 MB."""


class Server(uvicorn.Server):
    """Has something go on beside it, from the moment it serves until it ends: told at once to end, it has as long as
    requests that are still open."""

    def __init__(self, config: uvicorn.Config, beside: Beside | None) -> None:
        super().__init__(config)
        self._beside = beside

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._beside:
            self._beside.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if not self._beside:
            return await super().shutdown(sockets)
        self._beside.stop()
        await asyncio.gather(super().shutdown(sockets), self._beside.ended())

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Once all has ended, uvicorn has the signal that came end the process as if nobody had caught it."""
        with super().capture_signals():
            yield
            if self._captured_signals:
                sandbox.clean_up()


def make_server(app: Any, settings: Settings, *, beside: Beside | None = None) -> Server:
    """Of a process that does nothing else. What there is by now stays, with the little garbage in it (half a megabyte,
    for a fifth of a second of looking): looking through it took more than half of an answer that makes objects by the
    ten thousand, such as what changed between two exports."""
    server = Server(configure(app, settings), beside)
    gc.freeze()
    gc.set_threshold(OBJECTS_OF_PAGES, 10, 10)
    gc.enable()
    return server


def configure(app: Any, settings: Settings) -> uvicorn.Config:
    """How uvicorn is to serve the application."""

    class Protocol(BoundedProtocol):
        answer_headers = tuple((k.lower().encode(), v.encode()) for k, v in answer_headers(settings).items())

    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=Protocol,
        ws="none",
        access_log=False,  # addresses hold session ids
        log_config=None,
        proxy_headers=False,  # proxies.ForwardedRequests reads them
        server_header=False,
        timeout_graceful_shutdown=5,
    )


class BadRequest(AppError):
    status = 400
    sentence = gettext_noop("The request could not be understood.")


class UrlTooLong(AppError):
    status = 414
    sentence = gettext_noop("This address is too long.")


class HeadersTooLarge(AppError):
    status = 431
    sentence = gettext_noop(
        "The request has more headers than this server accepts. In a browser, deleting the cookies of this site may"
        " help."
    )


class HeadersTooSlow(AppError):
    status = 408
    sentence = gettext_noop("The request did not arrive in time. Try again.")


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Who sends too much, or too slowly, is told so, and read no further.

    The parser keeps a header until it has ended, so what it was fed since it last had something to tell is counted: it
    is bounded in the trailers of a body as well as in the headers of a request.
    """

    answer_headers: tuple[tuple[bytes, bytes], ...] = ()
    head_seconds = HEAD_SECONDS

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._fed = 0  # bytes since the parser last told of something whole
        self._refused: AppError | None = None
        self._is_between_heads = True  # from the end of a request to the end of the next one's headers
        self._head_timer: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._time_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timing_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._fed += len(data)
        if self._is_between_heads:  # also line ends before a request, which the parser does not tell of
            self._time_head()
        if self._refused:
            if self._fed > LINGER_BYTES:
                self.transport.abort()
            return
        super().data_received(data)
        if self._fed > LARGEST_HEADERS + LONGEST_URL and not self._refused:
            self._refuse(HeadersTooLarge())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._time_head()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > LONGEST_URL:
            self._stop(UrlTooLong())

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS:
            self._stop(HeadersTooLarge())

    def on_headers_complete(self) -> None:
        self._fed = 0
        self._is_between_heads = False
        self._stop_timing_head()
        if sum(len(name) + len(value) for name, value in self.headers) > LARGEST_HEADERS:
            self._stop(HeadersTooLarge())
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._fed = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._fed = 0
        self._is_between_heads = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Called for whatever the parser stumbles over, what `_stop` raised included."""
        if not self._refused:
            self._refuse(BadRequest())

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever likes can ask for an upgrade: no line of the log for each."""

    def _time_head(self) -> None:
        if self._head_timer is None and not self._refused:
            self._head_timer = self.loop.call_later(self.head_seconds, self._give_up_head)

    def _stop_timing_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up_head(self) -> None:
        self._head_timer = None
        if self.flow.read_paused:  # the rest may be waiting for an answer of ours
            self._time_head()
        elif self.headers is None and not self._fed:
            self.transport.close()  # no 408: browsers open connections ahead, and would take it for the next answer
        else:
            self._refuse(HeadersTooSlow())

    def _stop(self, error: AppError) -> None:
        """Has the parser end, from within one of its calls."""
        self._refuse(error)
        raise HttpParserError(str(error))

    def _refuse(self, error: AppError) -> None:
        """Answers, unless an answer is under way, and goes on reading for a moment: a connection that is closed with
        bytes left to read is reset, and the answer lost."""
        self._refused, self._fed = error, 0
        self._stop_timing_head()
        self._unset_keepalive_if_required()
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        self.transport.write(copy_context().run(self._answer, error))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _answer(self, error: AppError) -> bytes:
        wanted = next((value for name, value in self.headers or () if name == b"accept-language"), b"")
        i18n.speak(locale_middleware.choose_language(wanted.decode("latin-1")))
        body = f"{error}\n".encode()
        head = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            (b"cache-control", b"no-store"),
            (b"x-robots-tag", b"noindex"),
            *self.answer_headers,
        ]
        status = f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n".encode()
        return status + b"".join(b"%s: %s\r\n" % pair for pair in head) + b"\r\n" + body

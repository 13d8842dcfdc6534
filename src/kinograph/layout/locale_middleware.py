"""Which language a request is answered in: the one chosen, else what the browser asks for, else English."""

from __future__ import annotations

import asyncio

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinograph import i18n

COOKIE = "lang"
LONGEST_HEADER = 1_000  # browsers send a tenth of it


class LocaleMiddleware:
    """Sets the reader's language before anything is said, and tells caches that answers differ by it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        language = _of(HTTPConnection(scope))
        # Never set back: each request has a context of its own, and what is said of a bug is said outside of here.
        i18n.speak(language)
        if not i18n.is_loaded(language):
            await asyncio.to_thread(i18n.load, language)

        async def labeled(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Cookie, Accept-Language")
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Language"] = language
            await send(message)

        await self._app(scope, receive, labeled)


def _of(request: HTTPConnection) -> str:
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in i18n.LANGUAGES else choose_language(request.headers.get("accept-language", ""))


def choose_language(header: str) -> str:
    """Of the languages there are the one an Accept-Language header likes best; English where it likes none."""
    liked: dict[str, float] = {}
    for entry in header[:LONGEST_HEADER].lower().replace(" ", "").split(","):
        tag, _, weight = entry.partition(";q=")
        language = tag.partition("-")[0]
        if language in i18n.LANGUAGES:
            liked[language] = max(liked.get(language, 0), _weight(weight))
    best = max(liked, key=lambda language: liked[language], default=i18n.SOURCE)
    return best if liked.get(best) else i18n.SOURCE


def _weight(text: str) -> float:
    try:
        weight = float(text or 1)
    except ValueError:
        return 0
    return weight if 0 <= weight <= 1 else 0

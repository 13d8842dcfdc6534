"""What every address answers besides its own methods: HEAD as GET does but without a body, and OPTIONS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from fastapi.routing import iter_route_contexts
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = "kinograph.head"  # in the scope of a request that wants no body


class HeadAsGet:
    """Lets GET's handlers answer HEAD, and throws the body away. One that would draw asks `is_head` first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
            elif not message.get("more_body"):
                await send({"type": "http.response.body", "body": b""})

        # A copy, for the server reads the method of its own, too.
        await self._app({**scope, "method": "GET", HEAD: True}, receive, without_body)


def is_head(request: Request) -> bool:
    """Whether the body will be thrown away, so that it need not be made."""
    return HEAD in request.scope


def answer_head(headers: Mapping[str, str], *, media_type: str = "text/html", status: int = 200) -> Response:
    """The answer to HEAD for a body that was not made: all that GET says but how long it is."""
    response = Response(status_code=status, headers=dict(headers), media_type=media_type)
    del response.headers["Content-Length"]
    return response


Taken = Sequence[tuple[re.Pattern[str], frozenset[str]]]
"""Patterns of addresses and the methods of each."""


def read_methods(routes: Sequence[BaseRoute]) -> Taken:
    """Of all routes, which takes much longer than to look through them."""
    return [
        (route.path_regex, frozenset(route.methods or {"GET"}))  # a folder of files has none
        for route in iter_route_contexts(routes)
    ]


def allowed_methods(taken: Taken, path: str) -> list[str]:
    """What may be asked at this address, as Allow names it; none where there is nothing."""
    allowed: set[str] = set()
    for pattern, methods in taken:
        if pattern.match(path):
            allowed |= methods
    if "GET" in allowed:
        allowed.add("HEAD")
    return sorted(allowed | {"OPTIONS"}) if allowed else []

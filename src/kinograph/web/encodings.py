"""What a client refuses to read compressed."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

_REFUSED = re.compile(rb"(?:^|[,\s])gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)", re.IGNORECASE)


class HeedsRefusedGzip:
    """Whatever compresses looks for the mere word in Accept-Encoding, which whoever refuses gzip names as well."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(_refuses(*header) for header in scope["headers"]):
            kept = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        await self._app(scope, receive, send)


def _refuses(name: bytes, value: bytes) -> bool:
    return name == b"accept-encoding" and b"q=0" in value and _REFUSED.search(value) is not None

"""Whom a request comes from when proxies stand in front: what they forward counts only from those we trust."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kinograph.settings.trusted_proxies import Address, TrustedProxies, read_address


class ForwardedRequests:
    """Gives a request the sender, the scheme and the host that a trusted proxy names. Of others nothing is believed.

    The peer of the TCP connection is the one that is judged: anybody can write a header. X-Forwarded-For is read from
    its right end, where our own proxies write: the first address that is none of theirs is the sender's.
    """

    def __init__(self, app: ASGIApp, *, trusted: TrustedProxies, public_url: str | None) -> None:
        self._app = app
        self._trusted = trusted
        self._public_host = urlsplit(public_url).netloc if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(name.startswith(b"x-forwarded-") for name, _ in scope["headers"]):
            scope = self._told(scope)
        await self._app(scope, receive, send)

    def _told(self, scope: Scope) -> Scope:
        if not self._trusted.trust_peer(scope.get("client")):
            return scope
        headers = Headers(scope=scope)
        told: dict[str, Any] = {}
        if sender := find_sender(_listed(headers, "x-forwarded-for"), self._trusted):
            told["client"] = (str(sender), 0)
        if (scheme := _last(headers, "x-forwarded-proto").lower()) in ("http", "https"):
            told["scheme"] = scheme
        # Only the name people type: any other would open the door that the check of Host shuts.
        if self._public_host and _last(headers, "x-forwarded-host").lower() == self._public_host:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            told["headers"] = [(b"host", self._public_host.encode()), *others]
        return {**scope, **told}


def find_sender(forwarded: Iterable[str], trusted: TrustedProxies) -> Address | None:
    """The last address of X-Forwarded-For that is no proxy of ours; None where it names none.

    What stands left of something unreadable may be written by anybody, so the nearest proxy is the sender then.
    """
    sender = None
    for text in reversed(list(forwarded)):
        if (found := read_address(text)) is None:
            break
        sender = found
        if not trusted.trust(found):
            break
    return sender


def _listed(headers: Headers, name: str) -> list[str]:
    return [part.strip() for value in headers.getlist(name) for part in value.split(",")]


def _last(headers: Headers, name: str) -> str:
    """What the nearest proxy says."""
    return (_listed(headers, name) or [""])[-1]

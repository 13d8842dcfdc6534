"""Whom a proxy in front says a request comes from, by a header that it alone may send.

Everything else that is said of a request can be written by anybody. So the TCP peer is judged before any forwarded
header is read, and what others than a trusted proxy write there reaches nobody.
"""

from __future__ import annotations

import logging
import re
import unicodedata

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from kinograph.accounts.identities import HEADER, Identity
from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions.owners import PROXIED, read_proxied
from kinograph.sessions.throttle import find_sender
from kinograph.settings import Settings

log = logging.getLogger(__name__)

LONGEST = 255
NOBODY = re.compile(r"\{.*\}|\(null\)")
"""What Caddy 2.6.2 ("{http.reverse_proxy.header.Remote-User}") and Apache send where they have no name."""

REFUSED = "proxied_refused"


class HeaderTwice(AppError):
    status = 400
    sentence = gettext_noop(
        "The proxy in front of this Kinograph sent “%(header)s” more than once, so nobody was signed in. It must "
        "replace what a browser sends there."
    )


class HeaderUnread(AppError):
    status = 400
    sentence = gettext_noop("What the proxy in front of this Kinograph sent as “%(header)s” is no name.")


class LoginHeader:
    """Keeps in the request's state whom the proxy names, and takes the header away, whoever sent it."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._trusted = settings.trusted_proxies
        self._header = settings.login_header or ""
        self._name = self._header.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._name:
            found = [value for name, value in scope["headers"] if name == self._name]
            if found:
                others = [(name, value) for name, value in scope["headers"] if name != self._name]
                scope = {**scope, "headers": others}
                if self._trusted.trust_peer(scope.get("client")):
                    scope.setdefault("state", {}).update(self._read(found))
        await self._app(scope, receive, send)

    def _read(self, found: list[bytes]) -> dict[str, object]:
        # Two that were joined on their way have a comma between them.
        if len(found) > 1 or b"," in found[0]:
            return {REFUSED: HeaderTwice(header=self._header)}
        name = _decode(found[0]).strip()
        if len(name) > LONGEST or any(unicodedata.category(sign).startswith("C") for sign in name):
            return {REFUSED: HeaderUnread(header=self._header)}
        return {PROXIED: name} if name and not NOBODY.fullmatch(name) else {}


def _decode(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def need_readable(scope: Scope) -> None:
    """Raises HeaderTwice or HeaderUnread where the proxy's word cannot be taken."""
    if error := scope["state"].get(REFUSED):
        log.warning("a request from %s was refused: %s", find_sender(scope), type(error).__name__)
        raise error


def find_identity(request: Request) -> Identity | None:
    """Whom the proxy names; None where it names nobody, or there is none."""
    name = read_proxied(request)
    return Identity(HEADER, name, name) if name else None

"""Behind https the cookies that say who asks are `__Host-`: no other host of the same domain can set them."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinograph.accounts.registration import MARK_COOKIE
from kinograph.accounts.sign_ins import COOKIE as SIGN_IN_COOKIE
from kinograph.sessions.owners import COOKIE, COOKIE_SECONDS, LOGIN_COOKIE

PREFIX = "__Host-"
NAMES = (COOKIE, LOGIN_COOKIE, MARK_COOKIE, SIGN_IN_COOKIE)
RENAMED = tuple(PREFIX + name for name in NAMES)
BEFORE = (COOKIE,)
"""What the version before gave under its plain name. A plain one of the others is nobody's whom we signed in."""
BEGINNINGS = tuple(f"{name}=" for name in NAMES)  # of a line that sets one


class HostCookies:
    """Outside of everything that reads cookies: within, they bear their plain names.

    A browser that still has the token of the days before is answered with the same under its new name. Once it has any
    of these, and of all other kinds, a plain one counts for nothing: it may be of another host of the domain.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        brought = [tuple(chunk.strip().partition("=")[::2]) for chunk in _read_chunks(scope)]
        plain = {name: value for name, value in brought if name in NAMES and value}
        ours = {name.removeprefix(PREFIX): value for name, value in brought if name in RENAMED and value}
        moved = {name: value for name, value in plain.items() if name in BEFORE and not ours}
        others = [f"{name}={value}" for name, value in brought if name not in NAMES and name not in RENAMED]
        kept = "; ".join([*others, *(f"{name}={value}" for name, value in (ours | moved).items())])
        headers = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
        scope = {**scope, "headers": [*headers, (b"cookie", kept.encode("latin-1"))] if kept else headers}

        async def renamed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _rename(MutableHeaders(scope=message), plain, moved)
            await send(message)

        await self._app(scope, receive, renamed)


def _read_chunks(scope: Scope) -> list[str]:
    return [chunk for line in Headers(scope=scope).getlist("cookie") for chunk in line.split(";") if chunk.strip()]


def _rename(headers: MutableHeaders, plain: dict[str, str], moved: dict[str, str]) -> None:
    """Sets under the new names what is set, and what is `moved` unless it is set anew; forgets the `plain` ones."""
    if headers.get("cache-control", "").startswith("public"):  # kept for others
        return
    said = headers.getlist("set-cookie")
    set_anew = {name for line in said for name in NAMES if line.startswith(f"{name}=")}
    if said:
        del headers["set-cookie"]
    for line in said:
        headers.append("set-cookie", PREFIX + line if line.startswith(BEGINNINGS) else line)
    own = Response()
    for name in moved.keys() - set_anew:
        own.set_cookie(PREFIX + name, moved[name], max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=True)
    for name in plain:
        own.delete_cookie(name, httponly=True, samesite="lax", secure=True)
    for line in own.headers.getlist("set-cookie"):
        headers.append("set-cookie", line)

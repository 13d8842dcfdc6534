"""How long answers take, by route: each web process counts its own."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter, defaultdict

from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS = (0.025, 0.1, 0.25, 1.0, 5.0)  # seconds
OTHER = "other"
"""The route of what none answers, or is refused before one is looked for: paths are anyone's to invent."""
ROUTE = "kinograph.route"  # in the state of a request, which the copies that middleware makes of its scope share
NO_ROUTE = 0  # what is no route of FastAPI's own, as a folder of files, is not named in the scope


class Durations:
    """Counted by one event loop, between two awaits: nothing needs a lock."""

    def __init__(self) -> None:
        self.within: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        """Answers by route and time: the n-th took no longer than BOUNDS[n], the last longer than all."""
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.answers: Counter[str] = Counter()
        """By the class of their status, as “2xx”."""

    def count(self, route: str, status: int, seconds: float) -> None:
        self.within[route][bisect_left(BOUNDS, seconds)] += 1
        self.seconds[route] += seconds
        self.answers[f"{status // 100}xx"] += 1


class Timed:
    """Outside of everything: from the request's headers to the last byte of the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        begun, status = time.perf_counter(), 500  # unless something else is answered

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            durations: Durations = scope["app"].state.durations
            durations.count(state.get(ROUTE, OTHER), status, time.perf_counter() - begun)


class NotesRoute:
    """Inside of everything, where the router's own scope tells which route it has found."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._templates: dict[int, list[RouteContext]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        try:
            await self._app(scope, receive, send)
        finally:
            scope["state"][ROUTE] = self._find_template(scope, path)

    def _find_template(self, scope: Scope, path: str) -> str:
        """A route may stand below several prefixes, of which it knows none; few do, so each is tried."""
        if not self._templates:
            for context in iter_route_contexts(scope["app"].routes):
                route = context.original_route
                key = id(route) if isinstance(route, APIRoute) else NO_ROUTE
                self._templates.setdefault(key, []).append(context)
        found = scope.get("route")
        for context in self._templates.get(NO_ROUTE if found is None else id(found), ()):
            if context.path_regex.match(path):
                return context.path or OTHER
        return OTHER

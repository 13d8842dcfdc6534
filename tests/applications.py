"""Applications in the tests' own process. All have the same routes, and they cost the more the more there are: FastAPI
puts them together for each application that is made, and looks into each at the first request, a tenth of a second
that a test would pay. They hold nothing of their application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from fastapi import FastAPI
from fastapi.routing import RouteContext
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from kinograph.operator.durations import NotesRoute
from kinograph.settings import Settings
from kinograph.web import app

_templates: dict[int, list[RouteContext]] = {}


@cache
def list_routes() -> list[BaseRoute]:
    """Of any application."""
    return app.create(Settings(data_dir=Path(), database_url="postgresql://nowhere")).router.routes


def create(settings: Settings) -> FastAPI:
    """As `app.create`."""
    with patch.object(app.Application, "include_router", lambda *_, **__: None):
        made: FastAPI = app.create(settings)
    made.router.routes[:] = list_routes()
    made.user_middleware = [
        Middleware(_NotesRoute) if each.cls is NotesRoute else each  # type: ignore[comparison-overlap]
        for each in made.user_middleware
    ]
    return made


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[FastAPI]:
    """One that has started, and hears of deletions: as it begins to, it forgets whatever it has read and drawn."""
    made = create(settings)
    async with made.router.lifespan_context(made):
        is_listening = asyncio.Event()
        forget_all = made.state.frames.forget_all

        def note() -> None:
            forget_all()
            is_listening.set()

        made.state.frames.forget_all = note
        await is_listening.wait()
        made.state.frames.forget_all = forget_all
        yield made


class _NotesRoute(NotesRoute):
    """What it finds out of the routes at its first request."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._templates = _templates

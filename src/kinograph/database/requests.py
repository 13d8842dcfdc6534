"""One transaction a request. Apart from the engine, for the worker serves nobody and does without FastAPI."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


async def _begin(request: Request) -> AsyncIterator[AsyncConnection]:
    engine: AsyncEngine = request.app.state.engine
    async with engine.begin() as db:
        yield db


# One request, one transaction. "function" commits before the answer leaves; by default FastAPI commits after it,
# and a browser that follows our redirect would ask for a row not there yet.
Db = Annotated[AsyncConnection, Depends(_begin, scope="function")]

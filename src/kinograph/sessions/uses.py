"""When logins and keys were used last: written once the answer is sent, and with no connection held.

Many requests of one browser come at once. Were each to take a second connection for this while it holds its first, they
would wait for each other until all gave up.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import TextClause
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

USED = "used"


def note_use(request: Request, statement: TextClause, row_id: int) -> None:
    """Has the statement run, for the row of this `id`, when the request is over."""
    setattr(request.state, USED, (statement, row_id))


class Uses:
    """Within what gives requests their state."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        if noted := scope.get("state", {}).get(USED):
            statement, row_id = noted
            with suppress(DBAPIError, PoolTimeout, OSError):  # the next request notes it
                async with scope["app"].state.engine.begin() as db:
                    await db.execute(statement, {"id": row_id})

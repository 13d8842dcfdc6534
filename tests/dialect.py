"""SQLAlchemy's dialect and its compiled statements, shared by all engines of the tests. Each test has an engine, and
each asks its server the same four questions and writes each statement anew, a sixteenth of what Python does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from unittest.mock import patch

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from kinograph import database

_compiled: LRUCache[Any, Any] = LRUCache(5_000)


class Shared(PGDialect_asyncpg):
    """One, whoever makes it; what it finds out of the first server is so of all."""

    supports_statement_cache = True
    _one: Self | None = None
    _is_made = _is_initialized = False

    def __new__(cls, **_: Any) -> Self:
        cls._one = cls._one or super().__new__(cls)
        return cls._one

    def __init__(self, **options: Any) -> None:
        if not self._is_made:
            super().__init__(**options)  # type: ignore[no-untyped-call]
            self._is_made = True

    def initialize(self, connection: Connection) -> None:
        if not self._is_initialized:
            super().initialize(connection)  # type: ignore[no-untyped-call]
            self._is_initialized = True


@contextmanager
def shared() -> Iterator[None]:
    """By all engines that are made meanwhile."""
    registry.register("postgresql.asyncpg", __name__, Shared.__name__)
    with patch.object(database, "create_async_engine", _create):
        yield
    registry.deregister("postgresql.asyncpg")


def _create(*arguments: Any, **options: Any) -> AsyncEngine:
    made = create_async_engine(*arguments, **options)
    made.sync_engine._compiled_cache = _compiled
    return made

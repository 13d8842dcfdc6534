"""Databases to back up and to restore into, and how two of them are compared."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest

_numbers = itertools.count()


def ask(url: str, statement: str, *values: object) -> list[Any]:
    async def fetch() -> list[Any]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as pool:  # also from within a loop
        return pool.submit(asyncio.run, fetch()).result()


def digest(url: str) -> dict[str, tuple[int, str | None]]:
    """How many rows each table has, and a digest of all of them."""
    tables = ask(url, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    return {
        name: ask(url, f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM public."{name}" t')[0]
        for (name,) in tables
    }


@pytest.fixture
def filled(sampled: str, database_url: str) -> str:
    """A database with the sample in it."""
    return database_url


@pytest.fixture
def empty(server: str) -> Iterator[Callable[[], str]]:
    """Makes empty databases."""
    made: list[str] = []

    def make() -> str:
        name = f"empty_{next(_numbers)}"
        ask(server, f"CREATE DATABASE {name}")
        made.append(name)
        return server.replace("/postgres?", f"/{name}?")

    yield make
    for name in made:
        ask(server, f"DROP DATABASE {name} WITH (FORCE)")

"""The pages below a prefix of its own: what one resolver decides holds for all of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient, Response

from kinograph.errors import NotFound
from kinograph.settings import Settings
from kinograph.stats.session_page import SessionPage
from kinograph.web import app


async def open_shared(request: Request, shared: str) -> None:
    """Two pages of the sample, in black and white: nothing that is its owner's."""
    progress = await request.app.state.progress_cache.progress(request.app.state.sample_id)
    if shared != "good":
        raise NotFound
    fixed = (("released", "-1959"),)
    request.state.session_page = SessionPage(progress, fixed=fixed, pages=frozenset({"", "genres"}))


def found(pattern: str, page: Response) -> str:
    match = re.search(pattern, page.text, re.DOTALL)
    assert match
    return match[0]


@pytest.fixture
async def shared(settings: Settings, sampled: str) -> AsyncIterator[AsyncClient]:
    made: FastAPI = app.create(settings)
    app.include_pages(made, "/shared/{shared}", open_shared)
    async with (
        made.router.lifespan_context(made),
        AsyncClient(transport=ASGITransport(made), base_url="http://127.0.0.1") as client,
    ):
        yield client


async def test_another_prefix_needs_one_resolver(shared: AsyncClient) -> None:
    overview, genres = await shared.get("/shared/good"), await shared.get("/shared/good/genres")
    assert (overview.status_code, genres.status_code) == (200, 200)
    assert 'href="/shared/good/genres' in overview.text
    assert "/shared/good/people" not in found(r'<nav[^>]*aria-label="Pages".*?</nav>', overview)
    assert (await shared.get("/shared/bad")).status_code == 404


async def test_a_page_that_is_not_shared_is_not_there(shared: AsyncClient) -> None:
    for page in ("people", "year/2024", "person/-1", "films", "films.csv", "settings", "diary.csv", "token"):
        assert (page, (await shared.get(f"/shared/good/{page}")).status_code) == (page, 404)


async def test_fixed_filters_cannot_be_taken_off(shared: AsyncClient) -> None:
    whole, old = await shared.get("/sample"), await shared.get("/shared/good")
    assert found(r"<h1.*?</h1>", old) != found(r"<h1.*?</h1>", whole)
    assert 'id="active-filters"' in (await shared.get("/sample?released=-1959")).text
    assert 'id="active-filters"' not in old.text


@pytest.mark.parametrize("path", ["", "/films", "/patterns", "/year/2024", "/settings", "/reading", "/films.csv"])
async def test_an_id_that_is_none_is_not_found(client: AsyncClient, path: str) -> None:
    answer = await client.get(f"/session/abc{path}")
    assert answer.status_code == 404
    assert "These films are gone." in answer.text

"""Who may compare films with whom, and what nobody learns by it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.pairs.groups import FEW
from kinograph.pictures.canvas import SHAPES, Picture
from kinograph.pictures.colors import Light
from kinograph.pictures.painters import Painters
from kinograph.sessions.export import Upload
from tests.pairs.test_page import ALL, COMMON, Two, film, two, words
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped
from tests.sessions.test_api import upload
from tests.shares.conftest import browser

__all__ = ["two"]


@pytest.mark.parametrize(
    ("asked", "spoil", "status", "sentence"),
    [
        ({}, "UPDATE shares SET revoked_at = now()", 404, "There is no such link here."),
        ({}, "UPDATE shares SET expires_at = now()", 404, "There is no such link here."),
        ({"follow": True}, "DELETE FROM sessions WHERE id = :theirs", 404, "There is no such link here."),
        ({"password": "popcorn"}, "", 403, "This link has a password."),
        ({"shows": ALL | {"compare": False}}, "", 403, "This link does not allow it."),
        ({"pages": ["", "ratings"]}, "", 403, "This link does not show the page Films"),
    ],
    ids=["revoked", "expired", "without films", "password", "not allowed", "no page Films"],
)
async def test_a_link_that_cannot_be_compared_with_says_why(
    two: Two, engine: AsyncEngine, web: FastAPI, asked: dict[str, Any], spoil: str, status: int, sentence: str
) -> None:
    token = await two.share(**asked)
    if spoil:
        async with engine.begin() as db:
            await db.execute(text(spoil), {"theirs": two.other_id} if ":theirs" in spoil else {})
        web.state.progress_cache.forget(two.other_id)
    await refused(two, token, status, sentence)
    page = await two.me.post(f"/session/{two.id}/with", data={"link": f"https://kino.example/s/{token}/films?x=1"})
    assert (page.status_code, sentence in page.text, 'role="alert"' in page.text) == (status, True, True)
    assert f"/s/{token}/films?x=1" in page.text, "what was pasted is still there"


async def refused(two: Two, key: str, status: int, sentence: str) -> None:
    """Everywhere below the pair, and none of the answers is kept."""
    for path in (f"/session/{two.id}/with/{key}{end}" for end in ("", "/picture", "/picture.png", "?part=both")):
        answer = await two.me.get(path)
        assert (path, answer.status_code, sentence in answer.text) == (path, status, True)
        assert "no-store" in answer.headers["cache-control"]
    answer = await two.me.get(f"/api/session/{two.id}/with/{key}")
    assert (answer.status_code, sentence in answer.json()["error"]) == (status, True)


async def test_what_is_nobody_or_oneself_is_refused(two: Two) -> None:
    await refused(two, two.id, 409, "That is the export you are looking at.")
    for key in (two.other_id, str(uuid4()), "0" * 22, "0" * 32, "x", "é", "a" * 400):
        await refused(two, key, 404, "There is no such link here.")


@pytest.mark.parametrize(
    ("pasted", "status", "sentence"),
    [
        ("  ", 422, "Paste the link that somebody gave you."),
        ("https://letterboxd.com/somebody/", 404, "There is no such link here."),
        ("x" * 5_000, 404, "There is no such link here."),
    ],
    ids=["nothing", "another site", "too long"],
)
async def test_what_is_no_link_is_said_to_be_none(two: Two, pasted: str, status: int, sentence: str) -> None:
    page = await two.me.post(f"/session/{two.id}/with", data={"link": pasted})
    assert (page.status_code, sentence in page.text) == (status, True)


async def test_a_pasted_link_leads_there_however_it_was_copied(two: Two) -> None:
    token = await two.share()
    for pasted in (
        token,
        f"/s/{token}",
        f" http://127.0.0.1:8000/s/{token}\n",
        f"https://k.example/s/{token}/films?q=a",
    ):
        answer = await two.me.post(f"/session/{two.id}/with", data={"link": pasted})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/session/{two.id}/with/{token}")


async def test_the_pair_is_the_owners_alone(two: Two, engine: AsyncEngine) -> None:
    token = await two.share()
    paths = [f"/session/{two.id}/with{end}" for end in ("", f"/{token}", f"/{token}/picture", f"/{token}/picture.png")]
    paths.append(f"/api/session/{two.id}/with/{token}")
    for path in paths:
        assert (path, (await two.other.get(path)).status_code) == (path, 403)
    assert (await two.other.post(paths[0], data={"link": token})).status_code == 403
    await two.me.post(f"/session/{two.id}/access", data={"closed": "yes"})
    for path in paths:
        assert (path, (await two.other.get(path)).status_code) == (path, 404)
    assert (await two.get(f"/{token}")).status_code == 200


async def test_a_link_ends_with_the_next_request(two: Two) -> None:
    token = await two.share()
    page = await two.get(f"/{token}")
    assert (page.status_code, page.headers["cache-control"]) == (200, "private, no-store")
    assert page.headers["referrer-policy"] == "no-referrer" and "etag" not in page.headers
    await two.other.delete(f"/api/session/{two.other_id}/shares/{token}")
    await refused(two, token, 404, "There is no such link here.")


async def test_the_token_is_in_no_log_line(two: Two, caplog: pytest.LogCaptureFixture) -> None:
    token = await two.share()
    with caplog.at_level(logging.DEBUG, logger="kinograph"):
        await two.get(f"/{token}")
        await two.me.post(f"/session/{two.id}/with", data={"link": token})
        await two.me.get(f"/api/session/{two.id}/with/{token}")
        await two.other.delete(f"/api/session/{two.other_id}/shares/{token}")
        await two.get(f"/{token}")
    assert token not in caplog.text


def with_diary(stars: dict[str, float], liked: tuple[str, ...], wanted: tuple[str, ...], beyond: list[str]) -> Upload:
    """The common films in the diary of 2024, and others beyond it."""
    days = [
        f"2024-02-{n + 1:02},{title},2000,,{stars.get(title, '')},,,2024-02-{n + 1:02}"
        for n, title in enumerate(COMMON)
    ]
    return zipped(
        watched=table(FILM, *map(film, [*COMMON, *beyond])),
        ratings=table(RATING, *(f"{film(title)},{rating:g}" for title, rating in stars.items())),
        diary=table(DIARY, *days),
        likes__films=table(FILM, *map(film, liked)),
        watchlist=table(FILM, *map(film, wanted)),
    )


class Written(Painters):
    """Stands where pictures are drawn, and keeps what would be."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    async def paint(self, compose: Callable[[], Picture], light: Light) -> bytes:
        self.written.append(repr(compose()))
        return b""


async def test_others_who_differ_in_what_they_hide_look_the_same(two: Two, web: FastAPI) -> None:
    """Their stars, hearts, watchlists and the films outside of the filter are others, and so is who they are."""
    hidden = (
        with_diary({"Common 0": 5, "Only mine": 4}, ("Common 3",), ("Wish", "Common 5"), ["Only mine"]),
        with_diary(dict.fromkeys(COMMON[3:], 0.5), (), ("Secret", "Mine unrated"), ["Beyond", "Mine unrated"]),
    )
    painters = web.state.painters = Written()
    seen: list[list[str]] = []
    for sent in hidden:
        async with browser(web) as other:
            other_id = (await upload(other, sent)).json()["session_id"]
            them = Two(two.id, two.me, other_id, other)
            token = await them.share(filters="viewed=2024", shows={"stars": False, "compare": True})
            answers = [
                await two.get(f"/{token}{end}") for end in ("", *(f"?part={part}" for part in FEW), "?part=both")
            ]
            answers.append(await two.me.get(f"/api/session/{two.id}/with/{token}"))
            for shape in SHAPES:
                await two.get(f"/{token}/picture.png?shape={shape}")
            seen.append([answer.text.replace(token, "TOKEN") for answer in answers] + painters.written[-len(SHAPES) :])
    assert seen[0] == seen[1]
    assert "12 films you have both seen." in words(seen[0][0]) and "Secret" not in seen[0][0]
    assert "100% of their 12 films" in words(seen[0][0]), "the filter holds"
    assert "This link hides the stars, so there is no agreement." in words(seen[0][0])
    assert "This link does not show their stars, likes or watchlist." in words(seen[0][0])
    assert "Only mine" in words(seen[0][0]), "what I love is mine to see"

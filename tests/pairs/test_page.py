"""The page of a pair, the ways to it, and what it must not tell."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4
from zlib import crc32

import polars as pl
import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.pairs import pair
from kinograph.pairs.api import SideBySide
from kinograph.pairs.groups import FEW
from kinograph.pairs.joining import join_films
from kinograph.pictures.canvas import SHAPES, Picture
from kinograph.pictures.colors import Light
from kinograph.pictures.painters import Painters
from kinograph.sessions.export import Upload
from kinograph.sessions.links import link_film
from kinograph.stats.frames import Frame
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped
from tests.sessions.test_api import upload
from tests.shares.conftest import browser

DAY = "2024-01-01"
COMMON = [f"Common {n}" for n in range(12)]


def film(title: str) -> str:
    return f"{DAY},{title},2000,{link_film(crc32(title.encode()))}"


def export(
    seen: list[str],
    stars: dict[str, float] | None = None,
    liked: tuple[str, ...] = (),
    wanted: tuple[str, ...] = (),
) -> Upload:
    return zipped(
        watched=table(FILM, *map(film, seen)),
        ratings=table(RATING, *(f"{film(title)},{rating:g}" for title, rating in (stars or {}).items())),
        likes__films=table(FILM, *map(film, liked)),
        watchlist=table(FILM, *map(film, wanted)),
    )


MINE = export(
    [*COMMON, "Only mine", "Mine unrated"],
    {title: 3 + n % 5 / 2 for n, title in enumerate(COMMON)} | {"Only mine": 5},
    wanted=("Wish", "Only theirs"),
)
THEIRS = export(
    [*COMMON, "Only theirs"],
    {title: 3 + n % 5 / 2 for n, title in enumerate(COMMON)} | {"Only theirs": 5, "Common 0": 0.5},
    liked=("Common 1",),
    wanted=("Wish",),
)
ALL = {"stars": True, "likes": True, "watchlist": True, "compare": True}


@dataclass(frozen=True)
class Two:
    """My session with my browser, and theirs with theirs."""

    id: str
    me: AsyncClient
    other_id: str
    other: AsyncClient

    async def share(self, **asked: Any) -> str:
        """The token of a new share of theirs."""
        asked = {"shows": ALL} | asked
        answer = await self.other.post(f"/api/session/{self.other_id}/shares", json=asked)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    async def get(self, end: str, **more: Any) -> Response:
        return await self.me.get(f"/session/{self.id}/with{end}", **more)


@pytest.fixture
async def two(client: AsyncClient, web: FastAPI) -> AsyncIterator[Two]:
    async with browser(web) as other:
        ids = [(await upload(each, sent)).json()["session_id"] for each, sent in ((client, MINE), (other, THEIRS))]
        yield Two(ids[0], client, ids[1], other)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>")[0]).split())


async def test_the_page_tells_both_of_each_other(two: Two) -> None:
    token = await two.share()
    page = await two.get(f"/{token}")
    told = words(page.text)
    for said in (
        "12 films you have both seen.",
        "86% of your 14 films",
        "92% of their 13 films",
        "70% agreement over 12 films you both rated",
        "On average you are 0.38 stars apart once your means are evened out.",
        "You both love",
        "Where you differ most At least one star apart. You rate higher",
        "You love it, they have not seen it 1 film to lend.",
        "They love it, you have not seen it 1 film to borrow.",
        "On both watchlists The shortest first.",
    ):
        assert said in told, said
    assert "They rate higher" not in told.replace("they rate higher", "")
    assert f'href="/s/{token}/films"' in page.text and "does not show" not in told


async def test_a_group_is_read_whole(two: Two) -> None:
    token = await two.share()
    page = await two.get(f"/{token}?part=both")
    assert page.text.count('class="film-row"') == 12 and "Only" not in words(page.text)
    assert (await two.get(f"/{token}?part=apart&page=9")).text.count('class="film-row"') == 1
    plain = (await two.get(f"/{token}")).text
    for part in ("nothing", "%00", "x" * 500):
        assert words((await two.get(f"/{token}?part={part}&page=x")).text) == words(plain)


async def test_films_are_joined_once_until_either_changes(
    two: Two, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined: list[int] = []

    def join(*frames: Frame) -> pl.DataFrame:
        joined.append(1)
        return join_films(*frames)

    monkeypatch.setattr(pair, "join_films", join)
    token, starless = await two.share(), await two.share(shows=ALL | {"stars": False})
    for end in (f"/{token}", f"/{token}?part=both", f"/{token}/picture.png"):
        assert (await two.get(end)).status_code == 200
    assert (await two.me.get(f"/api/session/{two.id}/with/{token}")).json()["both"] == 12
    assert len(joined) == 1
    assert "This link hides the stars" in (await two.get(f"/{starless}")).text
    assert len(joined) == 2
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE shares SET shows = array_remove(shows, 'stars') WHERE token = :token"), {"token": token}
        )
    assert "This link hides the stars" in (await two.get(f"/{token}")).text


# Who may, and who may not


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


# What the other hides


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


# Exports of one's own


async def test_another_export_of_ones_own_is_listed_and_compared_with(two: Two) -> None:
    assert "There is no other yet." in (await two.get("")).text
    second = (await upload(two.me, THEIRS)).json()["session_id"]
    assert f'href="/session/{two.id}/with/{second}"' in (await two.get("")).text
    told = words((await two.get(f"/{second}")).text)
    assert "with the export of" in told and "70% agreement over 12 films" in told
    answer = await two.me.post(f"/session/{two.id}/with", data={"link": f"http://k/session/{second}/films"})
    assert answer.headers["location"] == f"/session/{two.id}/with/{second}"


async def test_a_link_to_ones_own_films_is_allowed_and_no_visit(two: Two) -> None:
    answer = await two.me.post(f"/api/session/{two.id}/shares", json={"shows": ALL})
    token = answer.json()["token"]
    assert "14 films you have both seen." in words((await two.get(f"/{token}")).text)
    (share,) = (await two.me.get(f"/api/session/{two.id}/shares")).json()
    assert share["visits"] == []


async def test_comparing_is_a_visit_of_the_page_alone(two: Two) -> None:
    token = await two.share()
    await two.get(f"/{token}")
    await two.get(f"/{token}?part=both")
    await two.get(f"/{token}/picture")
    await two.me.head(f"/session/{two.id}/with/{token}")
    await two.me.get(f"/api/session/{two.id}/with/{token}")
    (share,) = (await two.other.get(f"/api/session/{two.other_id}/shares")).json()
    assert [each["visits"] for each in share["visits"]] == [2]


# The ways there


async def test_a_share_tells_its_visitor_how_to_compare_if_it_allows_it(two: Two) -> None:
    link = "Compare with yours"
    for asked, is_told in (
        ({}, True),
        ({"pages": ["films"]}, True),
        ({"pages": [""]}, False),
        ({"shows": ["stars"]}, False),
    ):
        token = await two.share(**asked)
        page = asked.get("pages", ["films"])[0]
        told = (await two.me.get(f"/s/{token}/{page}".rstrip("/"))).text
        assert (link in told, f'href="/s/{token}/with"' in told) == (is_told, is_told), asked
        answer = await two.me.get(f"/s/{token}/with")
        assert (answer.status_code, f"/session/{two.id}/with/{token}" in answer.text) == (
            200 if is_told else 404,
            is_told,
        )
    token = await two.share(password="popcorn")
    assert (await two.me.get(f"/s/{token}/with")).status_code == 401


async def test_a_visitor_without_films_is_told_to_upload(two: Two, web: FastAPI) -> None:
    token = await two.share()
    async with browser(web) as nobody:
        told = (await nobody.get(f"/s/{token}/with")).text
    assert "Upload your own export first." in told and f"http://127.0.0.1:8000/s/{token}" in told
    assert "/session/" not in told


async def test_forms_lead_there_from_shares_settings_and_the_overview(two: Two) -> None:
    for page in ("shares", "settings", "with"):
        told = (await two.me.get(f"/session/{two.id}/{page}")).text
        assert f'action="/session/{two.id}/with" method="post"' in told, page
        assert f'action="/session/{two.id}/with"' not in (await two.other.get(f"/session/{two.id}/{page}")).text
    assert f'href="/session/{two.id}/with"' in (await two.me.get(f"/session/{two.id}")).text
    assert f'href="/session/{two.id}/with"' not in (await two.other.get(f"/session/{two.id}")).text


# Without stars


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (export(COMMON), "They have rated no film, so there is no agreement."),
        (
            export(COMMON, dict.fromkeys(COMMON[:9], 4.0)),
            "Not enough yet: you both rated 9 films, and agreement needs 10.",
        ),
        (export(["Elsewhere"], {"Elsewhere": 4.0}), "No film in common yet."),
    ],
    ids=["none", "nine", "nothing in common"],
)
async def test_where_stars_are_few_it_says_so(two: Two, sent: Upload, sentence: str) -> None:
    second = (await upload(two.me, sent)).json()["session_id"]
    told = words((await two.get(f"/{second}")).text)
    assert sentence in told and "% agreement" not in told
    other_way = words((await two.me.get(f"/session/{second}/with/{two.id}")).text)
    assert "% agreement" not in other_way


async def test_the_picture_is_made_in_each_shape(two: Two) -> None:
    token = await two.share()
    page = (await two.get(f"/{token}/picture?shape=square&light=light")).text
    assert f"/session/{two.id}/with/{token}/picture.png?shape=square&amp;light=light" in page
    for query, size in (("", (1200, 630)), ("?shape=story&light=light", (1080, 1920)), ("?shape=square", (1080, 1080))):
        png = await two.get(f"/{token}/picture.png{query}")
        assert (png.headers["content-type"], png.headers["cache-control"]) == ("image/png", "private, no-store")
        assert struct.unpack(">II", png.content[16:24]) == size
    assert (await two.get(f"/{token}/picture.png?shape=round")).status_code == 400


async def test_the_whole_as_json(two: Two) -> None:
    token = await two.share()
    answer = await two.me.get(f"/api/session/{two.id}/with/{token}")
    told = answer.json()
    assert set(told) == set(SideBySide.model_fields) and SideBySide.model_validate(told)
    assert answer.headers["cache-control"] == "private, no-store"
    numbers = {name: told.pop(name) for name in ("mine", "theirs", "both", "hidden")}
    assert numbers == {"mine": 14, "theirs": 13, "both": 12, "hidden": []}
    agreement = told.pop("agreement")
    assert (agreement["films"], round(agreement["distance"], 4), round(agreement["share"], 4)) == (12, 0.3819, 0.7042)
    assert {name: [film["title"] for film in films] for name, films in told.items()} == {
        "seen_by_both": told_titles(told["seen_by_both"]),
        "loved_by_both": ["Common 4", "Common 9", "Common 3", "Common 8"],
        "apart": ["Common 0"],
        "loved_by_them": ["Only theirs"],
        "loved_by_me": ["Only mine"],
        "on_both_watchlists": ["Wish"],
    }
    assert told["apart"] == [
        {
            "title": "Common 0",
            "year": 2000,
            "letterboxd_uri": film("Common 0").rpartition(",")[2],
            "tmdb_kind": None,
            "tmdb_id": None,
            "runtime_minutes": None,
            "my_rating": 3.0,
            "their_rating": 0.5,
            "my_like": False,
            "their_like": False,
        }
    ]


def told_titles(films: list[dict[str, Any]]) -> list[str]:
    return [each["title"] for each in films]

"""The page of a pair, the ways to it, and what it must not tell."""

from __future__ import annotations

import re
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import polars as pl
import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.pairs import pair
from kinograph.pairs.api import SideBySide
from kinograph.pairs.joining import join_films
from kinograph.sessions.export import Upload
from kinograph.sessions.links import link_film
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from tests.sessions.export_files import FILM, RATING, table, zipped
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
        "On average you are 0.38 stars apart, after evening out that one of you rates higher overall.",
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

    def join(mine: Frame, theirs: Frame, filters: Filters) -> pl.DataFrame:
        joined.append(1)
        return join_films(mine, theirs, filters)

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


# Exports of one's own


async def test_another_export_of_ones_own_is_listed_and_compared_with(two: Two) -> None:
    assert "There is no other yet." in (await two.get("")).text
    second = (await upload(two.me, THEIRS)).json()["session_id"]
    assert f'href="/session/{two.id}/with/{second}"' in (await two.get("")).text
    # Each with its time of day, which tells exports of one day apart.
    assert re.search(r'<span class="row-count">[^<]*, \d\d:\d\d UTC</span>', (await two.get("")).text)
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

"""The picture of a list: its own sentence, its reel, and what is seen of it."""

from __future__ import annotations

from uuid import UUID

import polars as pl
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from kinograph.lists.known import ENTRIES, About
from kinograph.pictures.canvas import SHAPES, Path, Picture, Text, walk
from kinograph.pictures.list_pictures import compose_list
from kinograph.stats.standings import Standing
from tests.lists.test_pages import lists, session
from tests.pictures.png import size

__all__ = ["lists", "session"]


def make_standing(seen: int, total: int) -> Standing:
    rows = [
        {
            **dict.fromkeys(ENTRIES), "name": "own:mine", "title": f"Film {n}", "year": 1990 + n, "position": n,
            "state": "matched", "kind": "movie", "runtime_minutes": 90, "seen": n < seen, "watchlist": n == seen,
            "rating": 1.0 + n if n < min(seen, 4) else None, "liked": False, "uri": "", "n": n, "key": str(n),
        }
        for n in range(total)
    ]  # fmt: skip
    columns: dict[str, pl.DataType] = {
        **ENTRIES, "seen": pl.Boolean(), "watchlist": pl.Boolean(), "rating": pl.Float64(), "liked": pl.Boolean(),
        "uri": pl.String(), "n": pl.Int32(), "key": pl.String(),
    }  # fmt: skip
    return Standing(About("own:mine", "Mine", "own"), pl.DataFrame(rows, schema=columns))


def read_words(picture: Picture) -> list[str]:
    return ["".join(span.text for span in item.spans) for item in walk(picture.items) if isinstance(item, Text)]


@pytest.mark.parametrize("shape", SHAPES)
def test_it_says_how_far_one_has_come(shape: str) -> None:
    picture = compose_list(make_standing(6, 9), shape)
    words = " ".join(read_words(picture))
    assert "6 of 9 films seen." in picture.title and "6" in words and "of 9 films seen." in words
    assert "67%" in words and "4 1/2" not in words
    reel = {item.fill or item.stroke for item in walk(picture.items) if isinstance(item, Path)}
    assert {"ramp-1", "ramp-2", "ramp-3", "ramp-4", "ghost", "you"} <= reel  # by stars, unseen, and on the watchlist


@pytest.mark.parametrize(("seen", "total"), [(0, 0), (0, 1), (1, 1), (300, 700)])
def test_lists_of_any_length_are_drawn(seen: int, total: int) -> None:
    for shape in SHAPES:
        assert compose_list(make_standing(seen, total), shape).items


async def test_a_list_has_a_picture_and_the_page_that_shows_it(client: AsyncClient, session: str, web: FastAPI) -> None:
    web.state.progress_cache.forget(UUID(session.rpartition("/")[2]))  # of before the films were looked up
    address = f"{session}/lists/venice-golden-lion"
    page = (await client.get(address)).text
    assert f'<form action="{address}/picture">' in page
    shown = await client.get(f"{address}/picture?shape=square&light=light")
    assert shown.status_code == 200 and "The picture of “Title of venice-golden-lion”" in shown.text
    png = await client.get(f"{address}/picture.png?shape=square&light=light")
    assert (png.status_code, size(png.content)) == (200, SHAPES["square"])
    again = await client.get(
        f"{address}/picture.png?shape=square&light=light", headers={"If-None-Match": png.headers["etag"]}
    )
    assert again.status_code == 304
    for wrong in ("/lists/nowhere/picture.png", "/lists/own:nights/picture?card=lists", "/lists/nowhere/picture"):
        assert (await client.get(session + wrong)).status_code == 404
    client.cookies.clear()
    for ending in ("picture", "picture.png"):
        assert (await client.get(f"{session}/lists/own:nights/{ending}")).status_code == 404

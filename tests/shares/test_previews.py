"""What a chat shows of a link: figures of the database, and nothing that its address made up."""

from __future__ import annotations

import re

from httpx import AsyncClient

from tests.shares.conftest import Shared

TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)">')
FIXED = {
    "og:type": "website",
    "og:site_name": "Kinograph",
    "og:image:width": "1200",
    "og:image:height": "630",
    "twitter:card": "summary_large_image",
}
HERE = "http://127.0.0.1:8000"
NEUTRAL = FIXED | {
    "og:title": "Kinograph: your life in film",
    "og:description": "Upload your Letterboxd export and see the nights, the years, the directors, the countries.",
    "og:url": f"{HERE}/",
    "og:image": f"{HERE}/sample/picture.png?shape=wide",
}


async def read_tags(client: AsyncClient, path: str) -> dict[str, str]:
    return dict(TAG.findall((await client.get(path)).text))


async def test_an_open_share_tells_its_figures_whatever_is_picked(shared: Shared) -> None:
    share = await shared.make(filters="viewed=2024", name="Secret name")
    told = FIXED | {
        "og:title": "90 minutes in the dark.",
        "og:description": "2 films, 1 director, 1 language and 3.50 stars on average",
        "og:url": HERE + share,
        "og:image": f"{HERE}{share}/picture.png?shape=wide",
    }
    assert await read_tags(shared.visitor, share) == told
    assert await read_tags(shared.visitor, f"{share}?genre=Buy+gold&keyword=now") == told
    films = await read_tags(shared.visitor, f"{share}/films?q=Buy+gold")
    assert films["og:image"] == f"{HERE}{share}/films/picture.png?shape=wide"


async def test_what_is_locked_over_or_nobodys_tells_nothing(shared: Shared) -> None:
    locked = await shared.make(password="x")
    for path in (locked, "/s/" + "0" * 22, "/session/00000000-0000-0000-0000-000000000001", "/"):
        assert await read_tags(shared.visitor, path) == NEUTRAL
    assert await read_tags(shared.visitor, f"/session/{shared.id}") == {}


async def test_the_sample_is_shown_to_programs_and_so_are_pictures(client: AsyncClient, sampled: str) -> None:
    told = await read_tags(client, "/sample/year/2024?genre=Buy+gold")
    assert told["og:image"] == f"{HERE}/sample/year/2024/picture.png?shape=wide"
    assert re.fullmatch(r"[\d,]+ films, [\d,]+ hours, watched in 2024\.", told["og:title"])
    robots = (await client.get("/robots.txt")).text
    assert "Allow: /s/\n" in robots and "Allow: /sample/picture.png?\n" in robots

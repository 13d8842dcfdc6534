"""Every route below a share, under every setting. A route that is new here fails until it is placed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.pictures.canvas import Picture
from kinograph.pictures.colors import Light
from kinograph.pictures.painters import Painters
from kinograph.reports.making import Reports, Written
from kinograph.stats.pages import EVERY_PAGE, SHAREABLE, STORY, STORY_OF_YEAR
from tests.routes import LIST, addresses
from tests.shares.conftest import INSIDE, OUTSIDE, Shared

# The page that each route goes with; None: with no share ever.
PLACES = {
    "": "",
    "/patterns": "patterns",
    "/genres": "genres",
    "/people": "people",
    "/person/{person}": "people",
    "/world": "world",
    "/ratings": "ratings",
    "/year": "year",
    "/year/{year}": "year",
    "/films": "films",
    "/films.csv": "films",
    "/diary.csv": "films",
    "/watchlist": "watchlist",
    "/story": "story",
    "/year/{year}/story": "story",
    "/collections": "collections",
    "/settings": None,
}
PICTURED = [route for route, page in PLACES.items() if page not in (None, "collections") and "." not in route]
PLACES |= {f"{route}{ending}": PLACES[route] for route in PICTURED for ending in ("/picture", "/picture.png")}
FILTERED = [route for route in PICTURED if not route.endswith("/story")]
PLACES["/lists"] = "lists"
FILTERED += ["/lists", "/collections"]
PLACES |= {f"{route}{ending}": PLACES[route] for route in FILTERED for ending in ("/filter", "/filter.json")}
PLACES |= dict.fromkeys((f"/lists/{{name}}{end}" for end in ("", "/missing.csv", "/picture", "/picture.png")), "lists")
PLACES |= {f"{route}{ending}": PLACES[route] for route in ("", "/year/{year}") for ending in ("/report", "/report.pdf")}
MADE = (".png", "/report", ".pdf")
"""The ends of what takes a while to be drawn."""
STATUS = "/status"  # goes with any page
COMPARING = "/with"  # goes with the page Films, where comparing is allowed
CANARIES = ("secret cellar", "Secret list", "secret_list", "secret words", "Secret Wish", "Secret Outsider")
STARS = ("★★★", "3½", "3.5★", "stars on average", ",3.5,", ",1.5,")
PROBES = ("?rating=3.5", "?liked=yes")
"""Filters by what a share hides: they pick nothing."""
KINDS = ("?tag.any=secret+cellar", "?list.not=secret_list")
CORPUS = ("", "?tag=secret+cellar", "?list=secret_list", *PROBES, "?viewed=2023", "?q=secret", *KINDS)


@dataclass(frozen=True)
class Case:
    """What is asked for a share, and what its pages are then answered with."""

    asked: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    spoil: str = ""  # what happens to it in the database


CASES = {
    "all pages": Case(),
    **{f"only {page or 'the overview'}": Case({"pages": [page]}) for page in SHAREABLE if page != "watchlist"},
    "only watchlist": Case({"pages": ["watchlist"], "shows": {"watchlist": True}}),
    "the watchlist shown no more": Case(
        {"shows": {"watchlist": True}}, 200, "UPDATE shares SET shows = array_remove(shows, 'watchlist')"
    ),
    "filtered": Case({"filters": "viewed=2024"}),
    "with everything shown": Case({"shows": dict.fromkeys(("likes", "watchlist", "tags", "lists"), True)}),
    "compared with": Case({"shows": {"compare": True}}),
    "compared without the page Films": Case({"pages": ["", "people"], "shows": {"compare": True}}),
    "locked": Case({"password": "Æsop"}, 401),
    "expired": Case({}, 404, "UPDATE shares SET expires_at = now()"),
    "revoked": Case({}, 404, "UPDATE shares SET revoked_at = now()"),
    "of an expired session": Case({}, 404, "UPDATE sessions SET expires_at = now()"),
    "of a deleted session": Case({}, 404, "DELETE FROM sessions"),
    "of a deleted owner": Case({"follow": True}, 404, "DELETE FROM owners"),
    "of nobody's films": Case({"follow": True}, 404, "DELETE FROM sessions"),
    "of a filter nobody knows": Case({}, 404, "UPDATE shares SET filters = 'mood=good'"),
    "closed": Case({"pages": ["films"]}, 200, "UPDATE sessions SET closed_at = now()"),
}


def routes(web: FastAPI) -> list[str]:
    """What follows the share's own address in each that answers GET."""
    found = [address.path for address in addresses(web, "GET") if address.path.startswith("/s/")]
    return [path.removeprefix("/s/{token}") for path in found]


def test_every_route_below_a_share_is_placed(web: FastAPI) -> None:
    assert sorted(routes(web)) == sorted([*PLACES, STATUS, COMPARING])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_share_shows_its_pages_and_no_other(
    web: FastAPI, shared: Shared, engine: AsyncEngine, case: Case
) -> None:
    share = await shared.make(**case.asked)
    async with engine.begin() as db:
        await db.execute(text(case.spoil or "SELECT 1"))
    web.state.progress_cache._counts.clear()  # a second later
    shows_wishes = case.asked.get("shows", {}).get("watchlist") and "array_remove" not in case.spoil
    pages = case.asked.get("pages", [page for page in SHAREABLE if page != "watchlist" or shows_wishes])
    for route in routes(web):
        path = share + route.format(year=2024, person=INSIDE, name=LIST)
        is_compared = "films" in pages and case.asked.get("shows", {}).get("compare", False)
        is_there = route == STATUS or (is_compared if route == COMPARING else PLACES[route] in pages)
        expected = case.status if is_there or case.status == 401 else 404
        # Without what is drawn; of one share both are asked for.
        is_made = route.endswith(MADE) and expected == 200
        answers = [await shared.visitor.head(path)] if is_made or not case.asked else []
        if not is_made:
            answers.append(await shared.visitor.get(path))
        if case.status == 401:  # its owner sees it as others do
            answers.append(await shared.owner.get(path))
        if expected == 200 and route.endswith("/report"):
            expected = 202  # it is yet to be made
        for answer in answers:
            assert (route, answer.status_code) == (route, expected)
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-robots-tag"] == "noindex"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert "etag" not in answer.headers
            assert shared.id not in answer.text


@pytest.mark.parametrize("filters", ["viewed=2024", "tag=secret+cellar"])
async def test_what_is_not_shown_is_in_no_answer(web: FastAPI, shared: Shared, filters: str) -> None:
    """With every film of the filter and nothing of its owner but the days; whatever is asked for besides."""
    share = await shared.make(filters=filters, shows={"stars": False}, name="Secret Outsider")
    seen = 0
    for route in (route for route in routes(web) if not re.search("picture|report", route)):
        for person in (INSIDE, OUTSIDE) if "{person}" in route else (INSIDE,):
            for query in CORPUS:
                answer = await shared.visitor.get(share + route.format(year=2024, person=person, name=LIST) + query)
                said = answer.text.replace(query.partition("=")[2] or "\0", "")  # what was asked may be said again
                for canary in (*CANARIES, *STARS, shared.id):
                    assert canary not in said, (route, query, canary)
                seen += answer.status_code == 200
                assert (answer.status_code == 404) == (
                    re.sub(r"/filter(.json)?$", "", route) in ("/settings", "/watchlist", COMPARING)
                    or person == OUTSIDE
                ), (
                    route,
                    query,
                )
    assert seen > 60


class WrittenPictures(Painters):
    """Stands where pictures are drawn, and keeps what would be: every word, title and description of it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    async def paint(self, compose: Callable[[], Picture], light: Light) -> bytes:
        self.written.append(repr(compose()))
        return b""


async def test_what_is_not_shown_is_in_no_picture(web: FastAPI, shared: Shared) -> None:
    """All that must not be seen bears the word, and films that are shown bear stars."""
    share = await shared.make(filters="viewed=2024", shows={"stars": False}, name="Secret Outsider")
    painters = web.state.painters = WrittenPictures()
    slides = [f"slide={slide}" for slide in web.state.slides]
    for page in (*EVERY_PAGE, STORY, STORY_OF_YEAR):
        path = share + page.path.format(year=2024, person=INSIDE, name=LIST)
        cards = [f"card={card.__name__.rpartition('.')[2]}" for card in page.cards]
        for choice in (*cards, *(slides if page.name == "story" else ())):
            answer = await shared.visitor.get(f"{path}/picture.png?shape=square&{choice}")
            assert answer.status_code in (200, 404)
        expected = 404 if page.name == "watchlist" else 200
        assert (await shared.visitor.get(f"{path}/picture.png")).status_code == expected
    assert len(painters.written) > 60 and any("Inside" in written for written in painters.written)
    for written in painters.written:
        assert "secret" not in written.lower() and "★" not in written and shared.id not in written


class WrittenReports(Reports):
    """Stands where reports are set, and keeps what would be."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def _set(self, written: Written) -> bytes:
        self.written.append(written.text.decode())
        return b"%PDF"


@pytest.mark.parametrize("pages", [list(SHAREABLE), ["", "year"]])
async def test_what_is_not_shown_is_in_no_report(web: FastAPI, shared: Shared, pages: list[str]) -> None:
    share = await shared.make(filters="viewed=2024", shows={"stars": False}, name="Secret Outsider", pages=pages)
    reports = web.state.reports = WrittenReports()
    seen = set()
    for path, query in itertools.product(("", "/year/2024"), CORPUS):
        assert (await shared.visitor.get(f"{share}{path}/report.pdf{query}")).status_code == 200
        document = orjson.loads(reports.written[-1])
        *chapters, about = document["chapters"]
        told = repr((document["cover"], chapters, about["blocks"][:2])).lower()  # the rest defines words
        assert "secret" not in told and shared.id not in reports.written[-1]
        assert "★" not in told
        seen |= {chapter["title"] for chapter in chapters}
    assert seen == {"Overview", "2024", "All time"} | (
        {"Patterns", "Genres", "People", "World", "Ratings", "Diary"} & seen
    )
    assert ("Diary" in seen, "World" in seen) == ("films" in pages, "world" in pages)


async def test_what_is_shown_is_there(shared: Shared) -> None:
    everything = dict.fromkeys(("stars", "likes", "watchlist", "tags", "lists", "reviews", "compare"), True)
    share = await shared.make(shows=everything)
    patterns, table = await shared.visitor.get(f"{share}/patterns"), await shared.visitor.get(f"{share}/films.csv")
    assert "secret cellar" in patterns.text and "Secret list" in patterns.text
    assert [line.split(",")[:5] for line in table.text.splitlines()] == [
        ["\ufeffName", "Year", "Directors", "Rating", "Liked"],
        ["Also Inside", "1990", "", "", ""],
        ["Inside", "1985", "Inside Director", "3.5", "Yes"],
        ["Secret Outsider", "1967", "Secret Outsider Director", "1.5", ""],
    ]


async def test_one_that_shows_no_film_says_nothing_of_the_export(shared: Shared) -> None:
    share = await shared.make(filters="viewed=2030")
    for page in ("", "/films", "/genres"):
        told = (await shared.visitor.get(share + page)).text
        assert "There are no films behind this link." in told
        assert "The ZIP names no film" not in told and "Upload another export" not in told


@pytest.mark.parametrize("hidden", ["rated=no", "rating=4", "rating.not=4", "liked=no", "watchlist=yes", "reviewed=no"])
async def test_a_filter_by_what_is_not_shown_is_none(shared: Shared, hidden: str) -> None:
    share = await shared.make(shows={"stars": False})
    plain, filtered = [await shared.visitor.get(f"{share}/films.csv{query}") for query in ("", f"?{hidden}")]
    assert filtered.text == plain.text
    assert plain.text.count("\n") > 1
    page = (await shared.visitor.get(f"{share}/genres?{hidden}")).text
    assert 'class="chip"' not in page and "No films" not in page


async def test_no_link_of_a_page_leads_to_one_that_is_not_shown(shared: Shared) -> None:
    share = await shared.make(pages=["", "films"])
    page = (await shared.visitor.get(share)).text
    assert f'href="{share}/films' in page
    for name in ("people", "person", "world", "ratings", "patterns", "year", "settings", "repair"):
        assert f'"{share}/{name}' not in page


async def test_a_browser_that_has_a_page_is_sent_it_again(shared: Shared) -> None:
    share = await shared.make()
    tag = (await shared.owner.get(f"/session/{shared.id}/genres")).headers["etag"]
    for known in (tag, "*"):
        answer = await shared.visitor.get(f"{share}/genres", headers={"If-None-Match": known})
        assert answer.status_code == 200
    assert (await shared.owner.get(f"/session/{shared.id}/genres", headers={"If-None-Match": tag})).status_code == 304


async def test_what_is_none_of_our_tokens_leads_nowhere(visitor: AsyncClient, shared: Shared) -> None:
    for token in ("x", "0" * 22, "é" * 22, shared.id, "%00" * 8, "a" * 5_000):
        answer = await visitor.get(f"/s/{token}")
        assert (answer.status_code, "This link leads nowhere." in answer.text) == (404, True)

"""What is left of a person: what counts, what is left out, and how it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films import catalogue, filmographies
from kinograph.films.facts import Facts, PersonFacts
from kinograph.films.filmographies import Credit, Listed
from kinograph.films.models import Source
from kinograph.sample import filmography
from kinograph.settings import Settings
from kinograph.stats import rest, rest_page, rest_routes
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.rest import Feature
from tests.corrections.conftest import tmdb, worker_settings
from tests.fake_tmdb import FakeTmdb
from tests.films.test_enrichment import until, working
from tests.films.test_filmographies import film, series
from tests.sessions.export_files import FILM, RATING, table, zipped
from tests.sessions.test_api import upload

__all__ = ["tmdb", "worker_settings"]

KUROSAWA = 5026
AS_OF = date(2026, 11, 28)


def made(number: int, title: str, year: int, score: float | None = 7.0, votes: int = 500, **more: Any) -> Credit:
    told: dict[str, Any] = {"kind": "movie", "roles": ("director",)}
    return Credit(tmdb_id=number, title=title, released=date(year, 1, 1), score=score, votes=votes, **(told | more))


RAN = made(11645, "Ran", 1985, 8.1, roles=("director", "writer"))
IKIRU = made(3782, "Ikiru", 1952, 8.3)
OBSCURE = made(1, "Three Votes", 1990, 10.0, 3)
KNOWN = made(2, "Red Beard", 1965, 8.0)
BETTER = made(3, "High and Low", 1963, 8.4)
UNRATED = made(4, "Unrated", 1991, None, 0, runtime_minutes=90)
LISTED = Listed.of(
    [
        *(RAN, IKIRU, OBSCURE, KNOWN, BETTER, UNRATED),
        made(5, "A Short", 1950, runtime_minutes=39),
        made(6, "A Feature", 1950, 6.0, runtime_minutes=40),
        made(7, "A Series", 1970, kind="tv"),
        made(8, "Tomorrow", 2027),
        replace(made(9, "No Day", 1999), released=None),
        made(10, "Making of Ran", 1985, is_video=True),
        made(11, "A.K.", 1985, roles=("cast",), part="self"),
        made(12, "Crowd", 1985, roles=("cast",), part="small"),
        made(13, "Guest", 1986, roles=("cast",)),
    ]
)


@pytest.fixture
def view(make_frame: Callable[..., Frame]) -> PageContext:
    frame = make_frame(
        (
            ("Ran", 1985, {"tmdb_id": 11645, "kind": "movie", "rating": 4.5, "runtime_minutes": 162, "directors": [1]}),
            ("Living", 1952, {"tmdb_id": 3782, "kind": "movie", "liked": True, "directors": [1]}),  # Ikiru, corrected
            ("Ikiru", 1952, {"tmdb_id": 3782, "kind": "movie", "watched": False, "watchlist": True}),
            ("Red Beard", 1965, {"tmdb_id": 2, "kind": "movie", "watched": False, "watchlist": True}),
            ("High and Low", 1963, {"tmdb_id": 3, "kind": "tv"}),  # a series of that number is no film
        ),
        people={1: "Akira Kurosawa"},
    )
    filters = Filters.parse({"rating": "5"}, page="person", fixed=(("person", "1"),))
    return PageContext(all=frame, filters=filters, path="/session/1/person/1", images=True, page="person")


def test_features_count_by_what_they_are_whatever_is_picked(view: PageContext) -> None:
    director, cast, writer = rest.count_in_roles(view, LISTED, AS_OF)
    seen_ran = Feature(RAN, is_seen=True, rating=4.5, runtime_minutes=162)
    seen_ikiru = Feature(IKIRU, is_seen=True, is_wanted=True, is_liked=True)
    assert director.role == "director"
    assert [each.credit.title for each in director.features] == [
        *("A Feature", "Ikiru", "High and Low", "Red Beard", "Ran", "Three Votes", "Unrated")
    ]  # as they were released
    assert director.seen == [seen_ikiru, seen_ran]
    assert director.left == [
        Feature(BETTER),
        Feature(KNOWN, is_wanted=True),
        Feature(made(6, "A Feature", 1950, 6.0, runtime_minutes=40), runtime_minutes=40),
        Feature(OBSCURE),  # three votes of 10 lead nowhere
        Feature(UNRATED, runtime_minutes=90),
    ]
    assert director.left_out == {"short": 1, "series": 1, "unreleased": 2, "video": 1}
    assert director.unmeasured == 4
    assert (cast.role, [each.credit.title for each in cast.features]) == ("cast", ["Guest"])
    assert cast.left_out == {"self": 1, "small": 1}
    assert (writer.role, writer.features, writer.left_out) == ("writer", (seen_ran,), {})


def test_the_role_is_what_is_asked_for_or_most_is_seen_in(view: PageContext) -> None:
    found = rest.count_in_roles(view, LISTED, AS_OF)
    chosen = [rest.choose_role(found, wanted) for wanted in (None, "writer", "lead", "actress", "editor")]
    assert [each and each.role for each in chosen] == ["director", "writer", "cast", "cast", "director"]
    assert rest.choose_role([], None) is None


@pytest.mark.parametrize(
    ("why", "one", "many"),
    [
        ("short", "1 short under 40 minutes", "2 shorts under 40 minutes"),
        ("series", "1 television series", "2 television series"),
        ("unreleased", "1 unreleased film", "2 unreleased films"),
        ("video", "1 extra such as a making-of", "2 extras such as making-ofs"),
        (
            "self",
            "1 appearance as themselves or in archive footage",
            "2 appearances as themselves or in archive footage",
        ),
        ("small", "1 role billed below the first 20 names", "2 roles billed below the first 20 names"),
    ],
)
def test_what_is_left_out_is_said_with_its_number(why: rest.Why, one: str, many: str) -> None:
    assert (rest_page.describe_left_out(why, 1), rest_page.describe_left_out(why, 2)) == (one, many)


EXPORT = zipped(
    watched=table(FILM, "2024-01-01,Ran,1985,https://boxd.it/1", "2024-01-01,Ikiru,1952,https://boxd.it/2"),
    ratings=table(RATING, "2024-01-01,Ran,1985,https://boxd.it/1,4.5"),
)
CREDITS = {
    "cast": [film(20, "A.K.", "1985-05-20", character="Self", order=0)],
    "crew": [
        *(film(n, title, f"{year}-01-01", job="Director") for n, title, year in (
            (11645, "Ran", 1985), (3782, "Ikiru", 1952), (2, "Red Beard", 1965), (3, "High and Low", 1963))),
        series(7, "Ran: the Series", job="Director"),
    ],
}  # fmt: skip


@pytest.fixture
async def session(client: AsyncClient, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a session with two films of a director; nobody asks TMDB unless a worker is there."""
    monkeypatch.setattr(rest_routes, "PATIENCE", 0.0)
    return await store_session(client, engine)


async def store_session(client: AsyncClient, engine: AsyncEngine) -> str:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    async with engine.begin() as db:
        for number, title in ((11645, "Ran"), (3782, "Ikiru")):
            crew = {"directors": (PersonFacts(KUROSAWA, "Akira Kurosawa", 2),)}
            facts = Facts("movie", number, None, title, title, "ja", None, 160, crew=crew)
            await db.execute(
                text("UPDATE films SET state = 'matched', facts_id = :id, settled_at = now() WHERE title = :title"),
                {"id": await catalogue.store_facts(db, facts, source=Source.TMDB), "title": title},
            )
        await db.execute(text("TRUNCATE pgqueuer"))
    return f"/session/{session_id}"


async def read_left(client: AsyncClient, session: str, query: str = "") -> str:
    """The part of the page, without marks."""
    answer = await client.get(f"{session}/person/{KUROSAWA}{query}")
    assert answer.status_code == 200
    part = re.search(r'<section class="panel stack" id="left".*?</section>', answer.text, re.DOTALL)
    if not part:
        return ""
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", part[0], flags=re.DOTALL).split())


async def ask(client: AsyncClient, session: str, **more: Any) -> int:
    return (await client.post(f"{session}/person/{KUROSAWA}/left", **more)).status_code


async def count_asked(engine: AsyncEngine) -> int:
    async with engine.connect() as db:
        return int(await db.scalar(text("SELECT count(*) FROM questions")) or 0)


OFFER = (
    "Left to see All released features of Akira Kurosawa at TMDB, those you have not seen first."
    " TMDB is asked once, and its answer kept for a month. Show what is left"
)


async def test_one_request_tells_it_to_everybody_for_a_month(
    client: AsyncClient, engine: AsyncEngine, session: str, worker_settings: Settings, tmdb: FakeTmdb, web: FastAPI
) -> None:
    tmdb.credits[KUROSAWA] = CREDITS
    assert await read_left(client, session) == OFFER
    tag = (await client.get(f"{session}/person/{KUROSAWA}")).headers["etag"]
    answer = await client.post(f"{session}/person/{KUROSAWA}/left?rating=4.5")
    where = f"{session}/person/{KUROSAWA}?rating=4.5#left"
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    assert await read_left(client, session) == "Left to see TMDB is being asked for all films of Akira Kurosawa."
    waiting = await client.get(f"{session}/person/{KUROSAWA}", headers={"If-None-Match": tag})
    again = f"{session}/person/{KUROSAWA}/left"
    assert waiting.status_code == 200 and f'<meta http-equiv="refresh" content="2; url={again}">' in waiting.text
    assert (await client.get(f"{again}?rating=4.5")).headers["location"] == where  # the same page is a jump within it

    async def is_known() -> bool:
        return "4 films seen" in await read_left(client, session)

    async with working(worker_settings):
        await until(is_known)
    page = await read_left(client, session)
    assert page.startswith("Left to see 2 of 4 films seen, 2 left. One frame a film")
    assert "Red Beard" in page and "Left out: 1 television series. TMDB lists films without their runtimes: of" in page
    assert page.index("High and Low") < page.index("2 seen")
    other = await store_session(client, engine)
    assert await read_left(client, other) == page
    assert await ask(client, other) == 303
    assert [each.path for each in tmdb.requests if "person" in each.path] == [f"person/{KUROSAWA}/combined_credits"]
    unchanged = await client.get(f"{session}/person/{KUROSAWA}", headers={"If-None-Match": tag})
    assert unchanged.status_code == 200  # what is shown has changed, though no film has


async def keep(engine: AsyncEngine, *credits: Credit) -> None:
    async with engine.begin() as db:
        await filmographies.store(db, KUROSAWA, Listed.of(credits))


@pytest.mark.parametrize(
    ("credits", "said"),
    [
        ((RAN, IKIRU), "You have seen all 2."),
        ((RAN,), "You have seen the only one."),
        ((BETTER,), "0 of 1 film seen, 1 left."),
        ((), "TMDB lists no released feature film of Akira Kurosawa."),
    ],
    ids=["all", "the only one", "none", "nothing"],
)
async def test_it_says_how_far_one_has_come(
    client: AsyncClient, engine: AsyncEngine, session: str, credits: tuple[Credit, ...], said: str
) -> None:
    await keep(engine, *credits)
    assert said in await read_left(client, session)


async def test_three_hundred_films_are_paged(client: AsyncClient, engine: AsyncEngine, session: str) -> None:
    await keep(engine, *(made(100 + n, f"Film No. {n}", 1950, 8 - n / 100) for n in range(300)))
    first = await client.get(f"{session}/person/{KUROSAWA}")
    assert "Page 1 of 13" in first.text and 'href="?page=2#left"' in first.text
    assert re.findall(r"<bdi>Film No. (\d+)</bdi>", first.text) == [str(n) for n in range(24)]
    assert 0 < int(first.headers["content-length"]) < 60_000
    last = (await client.get(f"{session}/person/{KUROSAWA}?page=99")).text
    assert re.findall(r"<bdi>Film No. (\d+)</bdi>", last) == [str(n) for n in range(288, 300)]


async def test_programs_read_and_ask_the_same(
    client: AsyncClient, engine: AsyncEngine, session: str, worker_settings: Settings, tmdb: FakeTmdb,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    tmdb.credits[KUROSAWA] = CREDITS
    address = f"/api{session}/person/{KUROSAWA}/left"
    assert (await client.get(address)).json() == {"state": "unasked", "as_of": None, "roles": []}
    asked = await client.post(address)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    monkeypatch.setattr(rest_routes, "PATIENCE", 20.0)
    async with working(worker_settings):
        answer = await client.post(address)
    assert answer.status_code == 200
    body = answer.json()
    assert body == (await client.get(address)).json()
    assert date.fromisoformat(body.pop("as_of"))

    def told(title: str, year: int, number: int, *, seen: bool = False) -> dict[str, Any]:
        return {
            "title": title, "year": year, "tmdb_id": number, "runtime_minutes": 160 if seen else None, "score": 7.5,
            "votes": 900, "seen": seen, "watchlist": False,
        }  # fmt: skip

    films = [told("Red Beard", 1965, 2), told("High and Low", 1963, 3)]
    films += [told("Ikiru", 1952, 3782, seen=True), told("Ran", 1985, 11645, seen=True)]
    role = {"role": "director", "total": 4, "seen": 2, "left_out": {"series": 1}, "films": films}
    assert body == {"state": "known", "roles": [role]}
    client.cookies.clear()
    assert (await client.post(address)).status_code in (401, 403)


async def test_the_sample_knows_it_of_one_person(client: AsyncClient, sampled: str) -> None:
    varda = filmography.person_id()
    page = (await client.get(f"/sample/person/{varda}")).text
    assert "of 21 films seen" in page and "12 shorts under 40 minutes and 2 television series." in page
    other = (await client.get("/sample/person/-1")).text
    assert "In the sample this works for one person only." in other and f"/sample/person/{varda}" in other
    assert (await client.post(f"/sample/person/{varda}/left")).status_code in (404, 405)

"""The page of the watchlist and what programs read of it: whole, shared, empty, unknown, and when it changes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films import catalogue
from kinograph.films.facts import Facts, PersonFacts
from kinograph.films.models import Source
from tests.films.test_enrichment import until
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, table, zipped
from tests.sessions.test_api import upload

CLEO, VAGABOND, HEAT = (
    "Cléo,1962,https://boxd.it/2a1q",
    "Vagabond,1985,https://boxd.it/2a2q",
    "Heat,1995,https://boxd.it/2a3q",
)
BONHEUR, NIGHT, LOST, UNSURE = (
    "Le Bonheur,1965,https://boxd.it/2b1q",
    "Night,1961,https://boxd.it/2b2q",
    "Lost,1930,https://boxd.it/2b3q",
    "Unsure,,https://boxd.it/2b4q",
)
WATCHED = [f"2020-01-01,{film}" for film in (CLEO, VAGABOND, HEAT)]
WISHES = (
    f"2021-05-04,{BONHEUR}",
    f"2019-03-02,{NIGHT}",
    f"2022-01-01,{HEAT}",  # watched in 2020, and in 2023 again: after all
    f"2023-01-01,{CLEO}",  # watched before alone: to be watched again
    f"2024-01-01,{LOST}",
    f",{UNSURE}",
)
PARTS: dict[str, bytes] = {
    "watched": table(FILM, *WATCHED),
    "ratings": table(RATING, f"2020-01-01,{CLEO},5", f"2020-01-01,{VAGABOND},4", f"2020-01-01,{HEAT},2"),
    "diary": table(DIARY, "2020-01-01,Cléo,1962,https://boxd.it/6oDmPH,5,,,2020-01-01", "2023-02-01,Heat,1995,https://boxd.it/6oDmPR,2,Yes,,2023-02-01"),
    "lists__nights": table(
        "Letterboxd list export v7", LIST, "2024-01-01,Nights,,,", "", PLACES,
        *(f"{n},{film}," for n, film in enumerate((CLEO, VAGABOND, HEAT, NIGHT), start=1)),
    ),
}  # fmt: skip
EXPORT = zipped(**PARTS, watchlist=table(FILM, *WISHES))
FACTS: dict[str, tuple[int, int, str, tuple[str, ...]]] = {
    "Cléo": (499, 90, "FR", ("Agnès Varda",)),
    "Vagabond": (44018, 105, "FR", ("Agnès Varda",)),
    "Heat": (949, 170, "US", ("Michael Mann",)),
    "Le Bonheur": (4896, 80, "FR", ("Agnès Varda",)),
    "Night": (41050, 122, "IT", ("Michelangelo Antonioni",)),
}
PEOPLE = {"Agnès Varda": 6817, "Michael Mann": 638, "Michelangelo Antonioni": 15189}


async def look_up(engine: AsyncEngine, *titles: str) -> None:
    """As the worker would, with facts of our own; Lost is nowhere."""
    async with engine.begin() as db:
        for title in titles:
            number, minutes, country, directors = FACTS[title]
            facts = Facts(
                "movie", number, None, title, title, "fr", None, minutes,
                countries=(country,), genres=("Drama",),
                crew={"directors": tuple(PersonFacts(PEOPLE[name], name, 1) for name in directors)},
            )  # fmt: skip
            facts_id = await catalogue.store_facts(db, facts, source=Source.TMDB)
            await db.execute(
                text(
                    "UPDATE films SET state = 'matched', facts_id = :id, confidence = 1, settled_at = now()"
                    " WHERE title = :title"
                ),
                {"id": facts_id, "title": title},
            )
        await db.execute(text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE title = 'Lost'"))


@pytest.fixture
async def session(client: AsyncClient, engine: AsyncEngine) -> str:
    """The address of a session of which Unsure alone is not looked up."""
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await look_up(engine, *FACTS)
    return f"/session/{session_id}"


def words(html: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub("<[^>]+>", " ", re.sub("(?s)<(svg|script).*?</\\1>", "", html)).split())


async def tell(client: AsyncClient, session: str, query: str = "") -> dict[str, Any]:
    answer = await client.get(f"/api{session}/watchlist{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def film(title: str, year: int | None, known: int | None, minutes: int | None, day: str | None) -> dict[str, Any]:
    return {
        "title": title, "year": year, "tmdb_type": "movie" if known else None, "tmdb_id": known,
        "runtime_minutes": minutes, "wished_on": day, "seen": title == "Cléo",
    }  # fmt: skip


WHOLE = {
    "total": 5,
    "minutes": 80 + 122 + 90,
    "pending": 1,
    "watched_before": 1,
    "watched_after_all": 1,
    "tonight": {
        "seed": 1,
        "trios": 2,
        "films": [
            # Three of the four films of the list are seen: 0.375 and, for seven years and two months, 0.3585.
            {
                "title": "Night",
                "year": 1961,
                "tmdb_id": 41050,
                "points": 0.7335,
                "reason": "list",
                "sentence": "The last film left of “Nights”.",
            },
            # Own mean: 11 / 3; Varda's, drawn to it by five ratings: (9 + 18.33) / 7 = 3.90, twice 0.238 above.
            {
                "title": "Le Bonheur",
                "year": 1965,
                "tmdb_id": 4896,
                "points": 0.726,
                "reason": "director",
                "sentence": "By Agnès Varda: you gave 2 of their films 4.5★ on average.",
            },
            {
                "title": "Lost",
                "year": 1930,
                "tmdb_id": None,
                "points": 0.1168,
                "reason": "wait",
                "sentence": "On your watchlist since January 2024.",
            },
        ],
    },
    "films": [
        film("Night", 1961, 41050, 122, "2019-03-02"),
        film("Le Bonheur", 1965, 4896, 80, "2021-05-04"),
        film("Cléo", 1962, 499, 90, "2023-01-01"),
        film("Lost", 1930, None, None, "2024-01-01"),
        film("Unsure", None, None, None, None),
    ],
}


async def test_programs_read_all_of_it(client: AsyncClient, session: str) -> None:
    assert await tell(client, session) == WHOLE


async def test_filters_apply_to_programs_and_pages_alike(client: AsyncClient, session: str) -> None:
    told = await tell(client, session, "?country=FR&runtime=-80&seed=junk")
    assert (told["total"], told["minutes"], [each["title"] for each in told["films"]]) == (1, 80, ["Le Bonheur"])
    page = words((await client.get(f"{session}/watchlist?country=FR&runtime=-80&seed=junk")).text)
    assert "1 film, 80 minutes, from France and up to 80 minutes long." in page
    assert (await tell(client, session, "?unmet=yes"))["tonight"]["films"][0]["title"] == "Night"


async def test_the_page_says_how_many_wait_and_which_three_fit(client: AsyncClient, session: str) -> None:
    html = (await client.get(f"{session}/watchlist")).text
    page = words(html)
    for said in (
        "Watchlist : 5 hours still to come.", "5 films", "1 watched after all", "2 directors", "1 of them new to you",
        "By Agnès Varda: you gave 2 of their films 4.5★ on average.", "5 · 4", "The last film left of “Nights”.",
        "3 of 4 films seen", "5 films fit. Trio 1 of 2. 1 film",
        "1 film is still being looked up.", "You watched 1 film of your watchlist after all.",
        "Half of them within 396 days.", "1 was watched before and waits to be watched again.",
        "1 film has no day and is not drawn.", "Most on your watchlist: France.",
    ):  # fmt: skip
        assert said in page, said
    assert page.index("Night") < page.index("since Mar 2019") < page.index("since May 2021")
    assert f'href="{session}/watchlist"' in (await client.get(session)).text
    second = words((await client.get(f"{session}/watchlist?seed=2")).text)
    assert "Trio 2 of 2" in second and "By Agnès Varda" in second  # the first fill the last trio up
    assert second.index("Unsure") < second.index("By Agnès Varda")


async def test_an_address_is_said_to_lead_back_once_nothing_can_change_the_three(
    client: AsyncClient, engine: AsyncEngine, session: str
) -> None:
    promise = "Trio 1 of 2. This address leads back to these three."
    assert "This address" not in words((await client.get(f"{session}/watchlist")).text)
    async with engine.begin() as db:
        await db.execute(text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE state = 'pending'"))

    async def promised() -> bool:
        return promise in words((await client.get(f"{session}/watchlist")).text)

    await until(promised)  # progress is kept for a second


async def test_where_nothing_fits_the_choice_that_keeps_most_out_is_a_link(client: AsyncClient, session: str) -> None:
    page = (await client.get(f"{session}/watchlist?genre=Drama&runtime=300-")).text
    assert "No film of the watchlist fits all of this." in page
    assert "Without “300 min and longer”, 3 films fit." in words(page)
    assert 'href="?genre=Drama#tonight"' in page


async def test_strangers_see_it_without_the_lists_of_its_owner(client: AsyncClient, session: str) -> None:
    client.cookies.clear()
    page = (await client.get(f"{session}/watchlist")).text
    assert "By Agnès Varda" in page and "Nights" not in page
    assert [each["reason"] for each in (await tell(client, session))["tonight"]["films"]] == ["director", "wait", None]


async def test_a_share_opens_it_only_where_it_shows_the_watchlist(client: AsyncClient, session: str) -> None:
    async def share(*pages: str, **shows: bool) -> str:
        answer = await client.post(f"/api{session}/shares", json={"pages": pages, "shows": shows})
        assert answer.status_code == 201, answer.text
        return f"/s/{answer.json()['token']}"

    closed, opened = await share("", "watchlist", stars=True), await share("", "watchlist", watchlist=True, stars=False)
    alone = await client.post(f"/api{session}/shares", json={"pages": ["watchlist"]})
    assert alone.status_code == 422 and "only where it shows your watchlist, too" in alone.text
    form = (await client.get(f"{session}/shares?of=watchlist")).text
    assert re.search(r'name="shows" value="watchlist"[^>]* checked', form)
    client.cookies.clear()
    assert (await client.get(f"{closed}/watchlist")).status_code == 404
    overview = (await client.get(closed)).text
    assert "Watchlist" not in overview and "Le Bonheur" not in overview
    page = words((await client.get(f"{opened}/watchlist")).text)
    assert "5 hours still to come." in page and "Le Bonheur" in page
    assert "from you on average" not in page and "Nights" not in page  # neither stars nor lists are shown


async def test_an_export_without_wishes_says_where_they_would_be(client: AsyncClient) -> None:
    session = f"/session/{(await upload(client, zipped(**PARTS))).json()['session_id']}"
    page = words((await client.get(f"{session}/watchlist")).text)
    assert "No films on the watchlist." in page and "watchlist.csv" in page and "Tonight" not in page
    assert (await tell(client, session))["films"] == []

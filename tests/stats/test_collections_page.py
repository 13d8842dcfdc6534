"""The page of collections, as its owner, programs, the visitors of a share and those of the sample see it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.database import raw
from kinograph.films import catalogue, collections
from kinograph.films.facts import CollectionFacts, Facts, PartFacts
from kinograph.films.models import Source
from kinograph.layout.preferences import digest_list
from kinograph.stats.collections_api import CollectionProgress
from tests.sample_app import frame, made, visitor
from tests.sessions.export_files import FILM, RATING, table, zipped
from tests.sessions.test_api import upload

__all__ = ["frame", "made", "visitor"]

ALIEN, HEAT = CollectionFacts(8091, "Alien Collection"), CollectionFacts(77, "The Heat Collection")
FACTS = {
    "Alien": (348, 1979, 117, ALIEN),
    "Aliens": (679, 1986, 137, ALIEN),
    "Alien³": (8077, 1992, 114, ALIEN),
    "Heat": (949, 1995, 170, HEAT),
    "Heat 2": (950, 1999, 171, HEAT),
    "Ran": (11645, 1985, 160, None),
}
PARTS = {
    ALIEN: (
        PartFacts(348, "Alien", date(1979, 5, 25), "/alien.jpg", 8.2),
        PartFacts(679, "Aliens", date(1986, 7, 18)),
        PartFacts(8077, "Alien³", date(1992, 5, 22), "/third.jpg"),
        PartFacts(999, "Alien 9", None),
    ),
    HEAT: (PartFacts(949, "Heat", date(1995, 12, 15)), PartFacts(950, "Heat 2", date(1999, 1, 1))),
}
EXPORT = zipped(
    watched=table(
        FILM, *(f"2024-01-01,{title},{FACTS[title][1]},https://boxd.it/{n}" for n, title in enumerate(FACTS, start=1)
        if title != "Alien³")
    ),
    ratings=table(RATING, "2024-01-01,Alien,1979,https://boxd.it/1,4.5", "2024-01-01,Heat,1995,https://boxd.it/4,4"),
    watchlist=table(FILM, "2024-01-01,Alien³,1992,https://boxd.it/3"),
)  # fmt: skip


async def look_up(engine: AsyncEngine, titles: Sequence[str] = tuple(FACTS)) -> None:
    """As the worker would, with facts of our own."""
    async with engine.begin() as db:
        for title in titles:
            number, year, minutes, collection = FACTS[title]
            facts = Facts(
                "movie", number, f"tt{number}", title, title, "en", date(year, 6, 1), minutes, collection=collection
            )
            await db.execute(
                text("UPDATE films SET state = 'matched', facts_id = :id, settled_at = now() WHERE title = :title"),
                {"id": await catalogue.store_facts(db, facts, source=Source.TMDB), "title": title},
            )


async def fetch(engine: AsyncEngine, *named: CollectionFacts) -> None:
    async with engine.begin() as db:
        for each in named:
            await collections.store_parts(await raw(db), each.id, PARTS[each])


@pytest.fixture
async def session(client: AsyncClient, engine: AsyncEngine) -> str:
    """The address of a session whose collections are fetched."""
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await look_up(engine)
    await fetch(engine, ALIEN, HEAT)
    return f"/session/{session_id}"


async def tell(client: AsyncClient, session: str, query: str = "") -> list[dict[str, Any]]:
    answer = await client.get(f"/api{session}/collections{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def film(title: str, *, seen: bool = True, watchlist: bool = False) -> dict[str, Any]:
    number, year, _, _ = FACTS[title]
    return {
        "title": title, "year": year, "tmdb_type": "movie", "tmdb_id": number, "seen": seen, "watchlist": watchlist
    }  # fmt: skip


TOLD = [
    {
        "id": 8091, "title": "Alien Collection", "progress": "almost", "total": 3, "seen": 2, "later": 1,
        "minutes_left": 114, "films": [film("Alien"), film("Aliens"), film("Alien³", seen=False, watchlist=True)],
    },
    {
        "id": 77, "title": "The Heat Collection", "progress": "complete", "total": 2, "seen": 2, "later": 0,
        "minutes_left": 0, "films": [film("Heat"), film("Heat 2")],
    },
]  # fmt: skip


async def test_programs_are_told_the_nearest_to_complete_first(client: AsyncClient, session: str) -> None:
    assert await tell(client, session) == TOLD
    assert set(TOLD[0]) == set(CollectionProgress.model_fields)
    assert await tell(client, session, "?released=1990-1999") == TOLD[1:]
    client.cookies.clear()  # nothing of it is the owner's alone
    assert await tell(client, session) == TOLD


async def test_the_page_shows_what_is_seen_and_what_is_left(client: AsyncClient, session: str) -> None:
    page = (await client.get(f"{session}/collections")).text
    said = words(page)
    assert "1 collection lacks one film." in said
    assert said.index("Alien Collection") < said.index("The Heat Collection")
    assert "2 /3" in said and "2 /2" in said
    assert "Left: Alien³ (1992)" in said and "1 on your watchlist" in said and "you gave 4.5★" in said
    assert "1 later film does not count" in said
    assert page.count('class="poster unexposed') == 1 and "Alien³ (1992), not yet" in said
    assert 'src="https://image.tmdb.org/t/p/w92/third.jpg"' in page
    assert "Ran" not in said and "not checked yet" not in said
    assert f'href="{session}/films?collection=8091"' in page
    films = (await client.get(f"{session}/films.csv?collection=8091")).text
    assert "Aliens" in films and "Heat" not in films


async def test_collections_are_chosen_and_hidden(client: AsyncClient, session: str) -> None:
    async def shown(query: str = "") -> list[str]:
        page = (await client.get(f"{session}/collections{query}")).text
        rows = page.partition('class="list-rows"')[2]
        return [each.name for each in (ALIEN, HEAT) if each.name in rows]

    assert await shown("?show=complete") == [HEAT.name]
    assert await shown("?show=almost") == [ALIEN.name]
    assert await shown("?show=begun") == []
    answer = await client.post("/hidden-lists", data={"name": "collection:77", "back": f"{session}/collections"})
    assert (answer.status_code, client.cookies["hidden-lists"]) == (303, digest_list("collection:77"))
    assert await shown() == [ALIEN.name]
    assert await shown("?show=hidden") == [HEAT.name]
    assert "Hidden 1" in (await client.get(f"{session}/collections")).text


async def test_filters_choose_the_collections(client: AsyncClient, session: str) -> None:
    page = words((await client.get(f"{session}/collections?rating=4")).text)
    assert "The Heat Collection" in page and "Alien Collection" not in page
    assert "No period applies to its figures." in page
    assert "Only collections with a film that fits the filters are shown." in page and "2 /2" in page
    page = words((await client.get(f"{session}/collections?genre=Musical")).text)
    assert "No collection has a film that fits the filters." in page
    assert "Remove one filter, or all of them. Clear all" in page and "as soon as you have seen two" not in page
    left = words((await client.get(f"{session}/genres?rating=0.5")).text)
    assert "No collection has a film that fits the filters." in left


async def test_each_reason_why_no_collection_is_shown_has_its_sentence(
    client: AsyncClient, engine: AsyncEngine, web: Any
) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]

    async def told(query: str = "") -> str:
        web.state.progress_cache.forget(UUID(session_id))  # a second later
        return words((await client.get(f"/session/{session_id}/collections{query}")).text)

    async def settle(state: str, *titles: str) -> None:
        async with engine.begin() as db:
            await db.execute(
                text("UPDATE films SET state = :state, facts_id = NULL, settled_at = now() WHERE title = ANY(:titles)"),
                {"state": state, "titles": list(titles)},
            )

    page = await told()  # films are looked up
    assert "Your collections are still being looked up." in page and "No collection of which" not in page
    await settle("failed", *FACTS)
    page = await told()
    assert "No collections found, because TMDB did not answer." in page and "TMDB did not answer for 5 films" in page
    await look_up(engine, ["Ran"])
    await settle("unmatched", *(FACTS.keys() - {"Ran"}))
    page = await told()
    assert "You have not seen two films of any collection." in page
    assert "Each collection appears here as soon as" in page and "4 films were not found at TMDB" in page
    await look_up(engine)
    assert "Your collections are still being looked up." in await told()  # their parts are
    await fetch(engine, ALIEN, HEAT)
    await settle("failed", "Ran")
    page = await told()  # part of it
    assert "Alien Collection" in page and "TMDB did not answer for 1 film, which is missing here." in page
    await client.post("/hidden-lists", data={"name": "collection:77"})
    await client.post("/hidden-lists", data={"name": "collection:8091"})
    page = await told()
    assert "Every collection is hidden." in page and "No collection here. Hidden collections" in page


async def test_a_filter_of_collections_is_in_the_panel_and_leads_back(client: AsyncClient, session: str) -> None:
    page = (await client.get(f"{session}/collections")).text
    assert f'href="{session}/collections/filter"' in page
    panel = (await client.get(f"{session}/collections/filter")).text
    offered = words(panel.partition("<b>Collections</b>")[2])
    assert "Alien Collection any none 2 films" in offered and "The Heat Collection any none 2 films" in offered
    assert "Show with 5 films" in panel
    answer = await client.get(f"{session}/collections/filter?collection.any=77&do=show")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{session}/collections?collection.any=77")
    shown = words((await client.get(answer.headers["location"])).text.partition('class="list-rows"')[2])
    assert "The Heat Collection" in shown and "Alien Collection" not in shown
    films = words((await client.get(f"{session}/films?collection.not=77&collection.not=8091")).text)
    assert "Ran" in films and "Aliens" not in films


async def test_a_share_tells_of_collections_what_its_films_tell(client: AsyncClient, session: str) -> None:
    async def share(**asked: Any) -> str:
        answer = await client.post(f"/api{session}/shares", json={"pages": ["films", "collections"]} | asked)
        return f"/s/{answer.json()['token']}"

    everything, filtered = await share(shows={"stars": False}), await share(filters="released=1990-1999")
    wished = await share(shows={"watchlist": True, "stars": True})
    elsewhere = await share(pages=["films"])
    client.cookies.clear()
    said = words((await client.get(f"{everything}/collections")).text)
    assert "Alien Collection" in said and "Left: Alien³ (1992)" in said
    assert "on your watchlist" not in said and "you gave" not in said
    assert "Films that this link does not show count as not seen." in said
    said = words((await client.get(f"{wished}/collections")).text)
    assert "1 on your watchlist" in said and "you gave 4.5★" in said
    said = words((await client.get(f"{filtered}/collections")).text)
    assert "The Heat Collection" in said and "Alien" not in said
    assert (await client.get(f"{elsewhere}/collections")).status_code == 404
    assert "Alien" not in (await client.get(f"{filtered}/films?collection=8091")).text


async def test_more_than_a_hundred_collections_are_paged(client: AsyncClient, engine: AsyncEngine) -> None:
    films = [(f"Film {n}", n // 2 + 1, n + 1) for n in range(208)]
    export = zipped(watched=table(FILM, *(f"2024-01-01,{title},1990,https://boxd.it/{n:04d}" for title, _, n in films)))
    session = f"/session/{(await upload(client, export)).json()['session_id']}"
    async with engine.begin() as db:
        for title, id, n in films:
            facts = Facts(
                "movie", n, None, title, title, "en", date(1990, 1, 1), 90, collection=CollectionFacts(id, f"No. {id}")
            )
            await db.execute(
                text("UPDATE films SET state = 'matched', facts_id = :id, settled_at = now() WHERE title = :title"),
                {"id": await catalogue.store_facts(db, facts, source=Source.TMDB), "title": title},
            )
        for id in range(1, 105):
            parts = [PartFacts(n, title, date(1990, 1, 1)) for title, of, n in films if of == id]
            await collections.store_parts(await raw(db), id, parts)
    first, last = [(await client.get(f"{session}/collections?page={page}")).text for page in (1, 2)]
    assert (first.count('class="list-count"'), last.count('class="list-count"')) == (100, 4)
    assert "Page 2 of 2" in last


async def test_the_sample_shows_collections(visitor: AsyncClient) -> None:
    page = (await visitor.get("/sample/collections")).text
    said = words(page)
    for name in ("The Apu Trilogy", "The Koker Trilogy", "The Noriko Trilogy"):
        assert name in said
    assert "begun 2 /5" in said and "Left: Old Joy (2006), Meek&#39;s Cutoff (2010) and Night Moves (2013)" in said
    assert "Left: Early Summer (1951)" in said and "Left: Three Colours: White (1994)" in said
    assert "The Apu Trilogy" in words((await visitor.get("/sample/genres")).text)

"""Pages of lists: long ones, many of them, and what is said of one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.lists import built_in, seeding
from kinograph.lists.built_in import BuiltIn
from tests.lists.test_pages import FILMS, lists, session
from tests.lists.test_seeding import make_list
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, table, zipped
from tests.sessions.test_api import upload

__all__ = ["lists", "session"]


async def test_a_list_that_is_done_and_one_that_is_not_looked_up_say_so(
    client: AsyncClient, session: str, engine: AsyncEngine, web: Any
) -> None:
    done = zipped(
        watched=table(FILM, "2024-01-01,Heat,1995,https://boxd.it/2"),
        lists__all=table(
            "Letterboxd list export v7", LIST, "2024-01-01,All,,,", "", PLACES, "1,Heat,1995,https://boxd.it/2,"
        ),
    )
    other = f"/session/{(await upload(client, done)).json()['session_id']}"
    page = (await client.get(f"{other}/lists/own:all")).text
    assert "Nothing is left of this list." in page and "The only film of it is seen." in page
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE films SET state = 'pending', facts_id = NULL, settled_at = NULL WHERE title = 'Jigokumon'")
        )
    web.state.lists._looked.clear()  # a second later
    page = (await client.get(f"{session}/lists/venice-golden-lion")).text
    assert "Jigokumon" in page and "1 film is not looked up yet: until then it counts as not seen." in page


async def test_a_film_that_is_seen_is_not_said_to_count_as_unseen(
    client: AsyncClient, session: str, engine: AsyncEngine, web: Any
) -> None:
    """Of the export's own lists Heat is seen whether it is looked up or not; Unknown, which is not, counts."""
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE films SET state = 'pending', facts_id = NULL, settled_at = NULL WHERE title = 'Heat'")
        )
    web.state.lists._looked.clear()  # a second later
    page = (await client.get(f"{session}/lists/own:nights")).text
    assert "1 film is not looked up yet" in page and ">Heat<" in page


async def test_buttons_of_a_list_stand_side_by_side(client: AsyncClient, session: str) -> None:
    """A form ends the paragraph that it stands in, and what follows falls below."""
    for page in ("lists", "lists/venice-golden-lion", "lists/own:nights"):
        html = (await client.get(f"{session}/{page}")).text
        assert "<form" in html and not re.search(r"<p\b(?:(?!</p>).)*<form", html, re.DOTALL), page


def test_every_order_that_a_source_names_is_translated() -> None:
    for path in built_in.FOLDER.glob("*.tsv"):
        source = path.read_text(encoding="utf-8").splitlines()[0]
        assert source.rpartition(", ")[2] in built_in.ORDERS, path.name


async def test_a_list_of_thousands_is_paged_and_its_frames_stand_for_many(client: AsyncClient) -> None:
    rows = [f"{n},Film {n},1990,https://boxd.it/{n:04d}," for n in range(1, 1_502)]
    huge = zipped(
        watched=table(FILM, *(f"2024-01-01,Film {n},1990,https://boxd.it/{n:04d}" for n in range(1, 300))),
        lists__huge=table("Letterboxd list export v7", LIST, "2024-01-01,Huge,,,", "", PLACES, *rows),
    )
    session = f"/session/{(await upload(client, huge)).json()['session_id']}"
    page = (await client.get(f"{session}/lists/own:huge?page=16")).text
    assert "Page 16 of 16" in page and page.count('class="films-name small"') == 1
    assert "A frame is 10 films." in page
    assert (await client.get(f"{session}/lists/own:huge")).text.count('class="films-name small"') == 100


async def test_more_than_a_hundred_lists_are_paged(client: AsyncClient) -> None:
    one = table("Letterboxd list export v7", LIST, "2024-01-01,One,,,", "", PLACES, "1,Heat,1995,https://boxd.it/2,")
    many = zipped(
        watched=table(FILM, "2024-01-01,Heat,1995,https://boxd.it/2"), **{f"lists__of_{n:03d}": one for n in range(104)}
    )
    session = f"/session/{(await upload(client, many)).json()['session_id']}"
    first, last = [(await client.get(f"{session}/lists?page={page}")).text for page in (1, 2)]
    assert (first.count('class="list-count"'), last.count('class="list-count"')) == (100, 5)  # and the built-in one
    assert "Page 2 of 2" in last


async def test_a_film_of_several_lists_counts_once_in_the_totals(
    client: AsyncClient, session: str, lists: dict[str, BuiltIn]
) -> None:
    """Of the four films of the built-in list and the three of the own one, Gate of Hell is the same."""
    page = (await client.get(f"{session}/lists")).text
    figures = re.search(r'<ul class="credits[^>]*>(.*?)</ul>', page, re.DOTALL)
    assert figures
    said = re.sub(r"<[^>]+>", "", figures[1].replace("</li>", "; "))
    assert said.split("; ")[:4] == ["2 lists", "2 of 6 films seen", "3 hours left", "1 on your watchlist"]
    assert "4 films away from 2 finished lists." in re.sub(r"<[^>]+>", "", page)
    assert "A film that stands on several lists counts once in the totals above." in page


async def test_a_film_of_several_lists_is_not_looked_up_once(
    client: AsyncClient, session: str, lists: dict[str, BuiltIn], engine: AsyncEngine, web: Any
) -> None:
    """Unknown, of the own list, waits too; Lost Film is on both built-in lists."""
    lists["berlin-golden-bear"] = make_list("berlin-golden-bear", FILMS[-1])
    async with engine.begin() as db:
        await seeding.store_built_in(db)
        await db.execute(text("UPDATE films SET state = 'pending', settled_at = NULL WHERE title = 'Lost Film'"))
    web.state.lists._looked.clear()  # a second later
    page = (await client.get(f"{session}/lists")).text
    assert "2 films of these lists are not looked up yet" in page


async def test_the_list_nearest_to_done_says_what_of_it_is_shortest_and_best(client: AsyncClient, session: str) -> None:
    page = (await client.get(f"{session}/lists")).text
    assert "Nearest to done: Nights" in page
    assert "The shortest is" not in page  # of one film with a runtime
    await client.post("/hidden-lists", data={"name": "own:nights"})
    page = (await client.get(f"{session}/lists")).text
    assert "The shortest is “Forbidden Games”, 86 minutes." in page
    assert "Everyone else likes “Forbidden Games” best." in page


async def test_a_list_says_what_everyone_else_gives_the_films_that_are_rated(client: AsyncClient, session: str) -> None:
    page = re.sub(r"<[^>]+>", " ", (await client.get(f"{session}/lists/venice-golden-lion")).text)
    assert "you 4.50" in page and "everyone else 4.05" in page  # 8.1 of 10
    assert re.search(r"1950s\s+1 of 4 · you gave 4.5★", page)
    assert "everyone else" not in (await client.get(f"{session}/lists/own:nights")).text  # none of it is rated


async def test_a_list_of_which_nothing_is_seen_begins_with_its_shortest(client: AsyncClient, session: str) -> None:
    places = [f"{n},{title},{year},," for n, (title, year) in enumerate(
        (("Forbidden Games", 1952), ("Jigokumon", 1953), ("Lost Film", 1956), ("Unknown", 1999)), start=1)]  # fmt: skip
    none = zipped(
        watched=table(FILM, "2024-01-01,Heat,1995,https://boxd.it/2"),
        lists__new=table("Letterboxd list export v7", LIST, "2024-01-01,New,,,", "", PLACES, *places),
    )
    new = f"/session/{(await upload(client, none)).json()['session_id']}/lists/own:new"

    async def order(query: str) -> list[str]:
        part = (await client.get(new + query)).text.partition('id="left"')[2].partition('id="films"')[0]
        return re.findall("<bdi>(.*?)</bdi>", part)

    assert await order("") == ["Forbidden Games", "Jigokumon", "Lost Film"]
    assert len(await order("?left=wanted")) == 4
    assert "Good to begin with" in (await client.get(new)).text
    assert "Good to begin with" not in (await client.get(f"{session}/lists/own:nights")).text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"Heat": "2024-02-03", "Ran": "2024-03-05"}, "Done on March 5, 2024, with “Ran”."),
        ({"Heat": "2024-02-03"}, "The last film with a date was “Heat”, on February 3, 2024."),
        ({}, None),
    ],
    ids=["all", "some", "none"],
)
async def test_a_list_that_is_done_says_when(client: AsyncClient, days: dict[str, str], said: str | None) -> None:
    films = [
        f"2024-01-01,{title},{year},https://boxd.it/{n}" for n, title, year in ((2, "Heat", 1995), (3, "Ran", 1985))
    ]
    again = [f"2025-01-01,{title},1985,,,Yes,,2025-01-01" for title in days if title == "Ran"]  # no first viewing
    diary = [f"{day},{title},{1995 if title == 'Heat' else 1985},,,,,{day}" for title, day in days.items()]
    places = ("1,Heat,1995,https://boxd.it/2,", "2,Ran,1985,https://boxd.it/3,")
    done = zipped(
        watched=table(FILM, *films),
        lists__two=table("Letterboxd list export v7", LIST, "2024-01-01,Two,,,", "", PLACES, *places),
        **({"diary": table(DIARY, *diary, *again)} if days else {}),
    )
    session = f"/session/{(await upload(client, done)).json()['session_id']}"
    page = (await client.get(f"{session}/lists/own:two")).text
    assert "Nothing is left of this list." in page
    assert said in page if said else "with a date" not in page and "Done on" not in page

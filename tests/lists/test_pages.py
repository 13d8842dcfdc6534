"""The page of all lists, that of one, and both as programs read them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.films import catalogue
from kinograph.films.facts import Facts
from kinograph.films.models import Source
from kinograph.layout.preferences import digest_list
from kinograph.lists import built_in, known, seeding
from kinograph.lists.built_in import BuiltIn, ListedFilm
from kinograph.sessions import letterboxd_files
from kinograph.sessions.letterboxd_files import FILM as LETTERBOXD
from kinograph.stats import list_routes
from tests.lists.test_seeding import make_list
from tests.sessions.export_files import FILM, LIST, PLACES, RATING, table, zipped
from tests.sessions.test_api import upload

FILMS = (
    ListedFilm(1951, "Rashomon", 1950),
    ListedFilm(1952, "Forbidden Games", 1952),
    ListedFilm(1954, "Jigokumon", 1953),
    ListedFilm(1955, "Gate of Hell", 1953),  # the same film by another name
    ListedFilm(1956, "Lost Film", 1956),
)
EXPORT = zipped(
    watched=table(FILM, "2024-01-01,Rashōmon,1950,https://boxd.it/1", "2024-01-01,Heat,1995,https://boxd.it/2"),
    ratings=table(RATING, "2024-01-01,Rashōmon,1950,https://boxd.it/1,4.5"),
    watchlist=table(FILM, "2024-01-01,Gate of Hell,1953,https://boxd.it/2a9q"),
    lists__nights=table(
        "Letterboxd list export v7", LIST, "2024-01-01,Nights,,,", "", PLACES,
        "1,Heat,1995,https://boxd.it/2,", "2,Gate of Hell,1953,https://boxd.it/2a9q,", "3,Unknown,1999,https://boxd.it/4,",
    ),
)  # fmt: skip
FACTS = {
    "Rashomon": (548, 88, 8.1),
    "Rashōmon": (548, 88, 8.1),
    "Forbidden Games": (5000, 86, 7.8),
    "Jigokumon": (43349, 89, 6.9),
    "Gate of Hell": (43349, 89, 6.9),
    "Heat": (949, 170, 7.9),
}


@pytest.fixture(autouse=True)
def lists(monkeypatch: pytest.MonkeyPatch) -> dict[str, BuiltIn]:
    """One built-in list in place of the eight."""
    given = {"venice-golden-lion": make_list("venice-golden-lion", *FILMS)}
    for module in (seeding, known, built_in):
        monkeypatch.setattr(module, "built_in", lambda: given)
    monkeypatch.setattr("kinograph.stats.list_pages.built_in", lambda: given)
    monkeypatch.setattr("kinograph.stats.filter_labels.built_in", lambda: given)
    return given


async def look_up(engine: AsyncEngine, *titles: str) -> None:
    """As the worker would, with facts of our own."""
    async with engine.begin() as db:
        for title in titles:
            number, minutes, score = FACTS[title]
            facts = Facts("movie", number, f"tt{number}", title, title, "ja", None, minutes, vote_average=score)
            facts_id = await catalogue.store_facts(db, facts, source=Source.TMDB)
            await db.execute(
                text("UPDATE films SET state = 'matched', facts_id = :id, settled_at = now() WHERE title = :title"),
                {"id": facts_id, "title": title},
            )
        await db.execute(text("UPDATE films SET state = 'unmatched', settled_at = now() WHERE title = 'Lost Film'"))


@pytest.fixture
async def session(client: AsyncClient, engine: AsyncEngine) -> str:
    """The address of a session whose films and lists are looked up."""
    async with engine.begin() as db:
        await seeding.store_built_in(db)
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await look_up(engine, *FACTS)
    return f"/session/{session_id}"


async def tell(client: AsyncClient, session: str) -> list[dict[str, Any]]:
    answer = await client.get(f"/api{session}/lists")
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def film(
    title: str, year: int | None, tmdb_id: int | None, *, seen: bool = False, watchlist: bool = False
) -> dict[str, Any]:
    kind = None if tmdb_id is None else "movie"
    return {
        "title": title, "year": year, "tmdb_type": kind, "tmdb_id": tmdb_id, "seen": seen, "watchlist": watchlist,
    }  # fmt: skip


LION = {
    "name": "venice-golden-lion",
    "title": "Title of venice-golden-lion",
    "kind": "built-in",
    "total": 4,
    "found": 3,
    "seen": 1,
    "minutes_left": 86 + 89,
    "as_of": "2026-01-01",
    "films": [
        film("Rashomon", 1950, 548, seen=True),
        film("Forbidden Games", 1952, 5000),
        film("Jigokumon", 1953, 43349, watchlist=True),
        film("Lost Film", 1956, None),
    ],
}
NIGHTS = {
    "name": "own:nights",
    "title": "Nights",
    "kind": "own",
    "total": 3,
    "found": 2,
    "seen": 1,
    "minutes_left": 89,
    "as_of": None,
    "films": [
        film("Heat", 1995, 949, seen=True),
        film("Gate of Hell", 1953, 43349, watchlist=True),
        film("Unknown", 1999, None),
    ],
}


async def test_a_film_counts_by_what_it_is_and_once(client: AsyncClient, session: str) -> None:
    assert await tell(client, session) == [LION, NIGHTS]


async def test_the_lists_of_the_export_are_its_owners_alone(client: AsyncClient, session: str) -> None:
    client.cookies.clear()
    assert await tell(client, session) == [LION]
    page = (await client.get(f"{session}/lists")).text
    assert "Title of venice-golden-lion" in page and "Nights" not in page
    assert (await client.get(f"{session}/lists/own:nights")).status_code == 404
    assert (await client.get(f"{session}/lists/own:nights/missing.csv")).status_code == 404


async def test_the_page_of_all_says_what_is_left_and_hides_what_nobody_wants_to_see(
    client: AsyncClient, session: str
) -> None:
    page = (await client.get(f"{session}/lists")).text
    assert page.index('own:nights"') < page.index('venice-golden-lion"')  # nearest to done first
    assert "3 films left · 3 hours" in page and "2 films left · 1 hour" in page
    assert "you gave 4.5★" in page and "1 on your watchlist" in page
    assert "not looked up yet" in page  # of the list's own, one waits

    hidden = await client.post("/hidden-lists", data={"name": "own:nights", "back": f"{session}/lists"})
    assert (hidden.status_code, hidden.headers["location"]) == (303, f"{session}/lists")
    assert client.cookies["hidden-lists"] == digest_list("own:nights")
    page = (await client.get(f"{session}/lists")).text
    assert "Nights" not in page and "Hidden 1" in page
    assert "Nights" in (await client.get(f"{session}/lists?order=hidden")).text
    await client.post("/hidden-lists", data={"name": "own:nights", "hide": "off"})
    assert "Nights" in (await client.get(f"{session}/lists")).text


async def test_what_is_left_is_ordered_as_one_likes(client: AsyncClient, session: str) -> None:
    async def order(query: str) -> list[str]:
        page = (await client.get(f"{session}/lists/venice-golden-lion{query}")).text
        part = page.partition('id="left"')[2].partition('id="films"')[0]
        titles = [film.title for film in FILMS if f"<bdi>{film.title}</bdi>" in part]
        return sorted(titles, key=lambda title: part.index(f"<bdi>{title}</bdi>"))

    assert await order("") == ["Jigokumon", "Forbidden Games", "Lost Film"]  # on the watchlist
    assert await order("?left=best") == ["Forbidden Games", "Jigokumon", "Lost Film"]
    assert await order("?left=shortest") == ["Forbidden Games", "Jigokumon", "Lost Film"]
    assert await order("?left=oldest") == ["Forbidden Games", "Jigokumon", "Lost Film"]


async def test_what_is_left_is_a_file_that_letterboxd_takes(client: AsyncClient, session: str) -> None:
    answer = await client.get(f"{session}/lists/venice-golden-lion/missing.csv")
    named = re.fullmatch(
        r'attachment; filename="kinograph-missing-venice-golden-lion-\d{4}-\d\d-\d\d\.csv"',
        answer.headers["content-disposition"],
    )
    assert named
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert tuple(rows[0]) == LETTERBOXD  # the columns of letterboxd.zip
    assert rows[1:] == [
        ["", "5000", "tt5000", "Forbidden Games", "1952", ""],
        ["https://boxd.it/2a9q", "43349", "tt43349", "Jigokumon", "1953", ""],  # as the watchlist links it
        ["", "", "", "Lost Film", "1956", ""],
    ]


async def test_of_what_is_left_no_doubtful_match_is_told_to_letterboxd(
    client: AsyncClient, session: str, engine: AsyncEngine, web: Any
) -> None:
    async with engine.begin() as db:
        await db.execute(text("UPDATE films SET confidence = 0.5 WHERE title IN ('Forbidden Games', 'Gate of Hell')"))
    web.state.lists._looked.clear()
    rows = list(csv.reader(io.StringIO((await client.get(f"{session}/lists/venice-golden-lion/missing.csv")).text)))
    assert rows[1] == ["", "", "", "Forbidden Games", "1952", ""]
    own = list(csv.reader(io.StringIO((await client.get(f"{session}/lists/own:nights/missing.csv")).text)))
    assert own[1:] == [
        ["https://boxd.it/2a9q", "", "", "Gate of Hell", "1953", ""],
        ["", "", "", "Unknown", "1999", ""],
    ]


async def test_what_is_left_comes_in_several_files_where_one_would_be_too_large(
    client: AsyncClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{session}/lists/venice-golden-lion/missing.csv"
    whole = (await client.get(address)).text.splitlines()
    for module in (list_routes, letterboxd_files):
        monkeypatch.setattr(module, "MOST_BYTES", 120)
    answer = await client.get(address)
    assert re.search(r'-venice-golden-lion-[\d-]+\.zip"$', answer.headers["content-disposition"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = [archive.read(name) for name in (f"missing-{n}.csv" for n in (1, 2, 3))]
        assert len(archive.namelist()) == len(files)
    assert all(len(file) <= 120 for file in files)
    head, *rows = whole
    assert [line for file in files for line in file.decode().splitlines() if line != head] == rows


async def test_a_list_is_a_filter_of_every_page(client: AsyncClient, session: str) -> None:
    for path in ("", "/genres", "/films", "/patterns"):
        page = (await client.get(f"{session}{path}?list=venice-golden-lion")).text
        assert "on “Title of venice-golden-lion”" in page, path
    films = (await client.get(f"{session}/films.csv?list=venice-golden-lion")).text
    assert "Rash" in films and "Heat" not in films
    both = (await client.get(f"{session}/films.csv?list=venice-golden-lion&list=nights")).text
    assert "Rash" not in both
    client.cookies.clear()  # what everybody has, everybody may pick
    films = (await client.get(f"{session}/films.csv?list=venice-golden-lion")).text
    assert "Rash" in films and "Heat" not in films


async def test_filters_choose_the_lists_and_their_panel_leads_back(client: AsyncClient, session: str) -> None:
    def shown(page: str) -> list[str]:
        return re.findall(r"<h3><a [^>]*><bdi>([^<]*)", page)

    page = (await client.get(f"{session}/lists?rating=4.5")).text
    assert shown(page) == ["Title of venice-golden-lion"] and '1</b><span class="faint">/4' in page
    assert "Only lists with a film that fits the filters are shown." in page and "Remove filter: " in page
    assert "No period applies to its figures." in page
    page = (await client.get(f"{session}/lists?rating=0.5")).text
    assert shown(page) == [] and "No list here." in page and "Clear all" in page and "of 0 films seen" not in page
    assert [each["name"] for each in (await client.get(f"/api{session}/lists?list=nights")).json()] == ["own:nights"]
    panel = (await client.get(f"{session}/lists/filter?rating=4.5")).text
    assert "Show with 1 film<" in panel and f'href="{session}/lists?rating=4.5"' in panel
    assert (await client.get(f"{session}/lists/filter.json?list.any=nights")).json()["films"] == 1
    page = (await client.get(f"{session}/lists/venice-golden-lion?rating=0.5")).text
    assert "No period applies to its figures." in page
    assert "A list counts all your films, whatever the filters." in page and "1 of 4 films seen" in page


async def test_a_share_may_be_of_a_list_and_shows_the_lists_that_everybody_has(
    client: AsyncClient, session: str
) -> None:
    asked = {"filters": "list=venice-golden-lion", "pages": ["films", "lists"]}
    token = (await client.post(f"/api{session}/shares", json=asked)).json()["token"]
    client.cookies.clear()
    films = (await client.get(f"/s/{token}/films.csv")).text
    assert "Rash" in films and "Heat" not in films
    lists = (await client.get(f"/s/{token}/lists")).text
    assert "Title of venice-golden-lion" in lists and "Nights" not in lists and "Add a list" not in lists
    assert "1/4" in re.sub("<[^>]+>", "", lists)
    assert "/sample/picture.png?shape=wide" in lists  # for chats: a list has no picture of its own
    assert (await client.get(f"/s/{token}/lists/own:nights")).status_code == 404


async def test_a_page_changes_with_its_lists_and_else_not(
    client: AsyncClient, session: str, engine: AsyncEngine, web: Any
) -> None:
    paths = [f"{session}/lists", f"{session}/lists/venice-golden-lion", f"{session}/films?list=venice-golden-lion"]
    tags = [(await client.get(path)).headers["etag"] for path in paths]
    for path, tag in zip(paths, tags, strict=True):
        assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 304
    await look_up(engine, "Forbidden Games")  # written again: nobody's export has it
    web.state.lists._looked.clear()  # a second later
    for path, tag in zip(paths, tags, strict=True):
        assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 200
    assert (await client.get(session)).headers["etag"]

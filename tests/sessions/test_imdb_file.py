"""A session's ratings in the form of IMDb's ratings export."""

from __future__ import annotations

import csv
import io

from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from kinograph.sessions.imdb_file import HEADER
from tests.sessions.elsewhere import IMDB
from tests.sessions.export_files import FILM, RATING, table, zipped
from tests.sessions.test_api import upload
from tests.sessions.test_letterboxd_files import match

LINKS = {"A": "18", "B": "1i", "C": "1s", "D": "1C"}
RATED = zipped(
    watched=table(
        FILM,
        *(f"2024-01-01,{name},2001,https://boxd.it/{link}" for name, link in LINKS.items()),
    ),
    ratings=table(
        RATING,
        "2024-01-03,A,2001,https://boxd.it/18,0.5",
        "2024-01-04,B,2001,https://boxd.it/1i,4.5",
        "2024-01-05,C,2001,https://boxd.it/1s,5",
    ),
)


async def test_rated_films_that_imdb_knows_are_in_it_and_the_others_counted(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    session_id = (await upload(client, RATED)).json()["session_id"]
    page = (await client.get(f"/session/{session_id}/settings")).text
    assert "Left out: 3 rated films without an IMDb number." in page
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO people (id, name, gender) VALUES (1, 'Ada', 0), (2, 'Bo', 0)"))
        await match(db, "A", "movie", 11)
        await match(db, "B", "tv", 12)
        await match(db, "D", "movie", 13)  # not rated
        await db.execute(
            text(
                "UPDATE film_facts SET release_date = '2002-03-04', runtime_minutes = 90, genres = '{Drama,War}'"
                " WHERE tmdb_id = 11"
            )
        )
    answer = await client.get(f"/session/{session_id}/imdb.csv")
    assert 'filename="kinograph-imdb-2026-05-03.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert ",".join(HEADER) == IMDB.decode().splitlines()[0]
    first = dict.fromkeys(HEADER, "") | {"Const": "tt0000011", "Your Rating": "1", "Date Rated": "2024-01-03"}
    first |= {"Title": "x", "Original Title": "x", "URL": "https://www.imdb.com/title/tt0000011", "Title Type": "Movie"}
    first |= {"Runtime (mins)": "90", "Year": "2002", "Genres": "Drama, War", "Release Date": "2002-03-04"}
    assert rows[0] == first | {"Directors": "Bo, Ada"}
    assert [(row["Const"], row["Your Rating"], row["Title Type"], row["Year"]) for row in rows[1:]] == [
        ("tt0000012", "9", "TV Series", "2001")
    ]
    page = (await client.get(f"/session/{session_id}/settings")).text
    assert "Left out: 1 rated film without an IMDb number." in page
    refused = await upload(client, Upload("kinograph-imdb.csv", answer.content))
    assert (refused.status_code, "IMDb" in refused.text) == (400, True)


async def test_two_films_of_one_entry_are_one_with_the_newest_rating(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, RATED)).json()["session_id"]
    async with engine.begin() as db:
        for title in ("A", "B"):
            await match(db, title, "movie", 11)
    rows = (await client.get(f"/session/{session_id}/imdb.csv")).text.splitlines()
    assert [row.split(",")[:3] for row in rows[1:]] == [["tt0000011", "9", "2024-01-04"]]

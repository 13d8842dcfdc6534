"""The figures of the newest export, for a dashboard."""

from __future__ import annotations

from httpx import AsyncClient
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from tests.accounts.test_keys import make_key
from tests.sessions.export_files import DIARY, FILM, table, zipped
from tests.sessions.test_api import upload

DAYS = ("2023-12-31", "2024-01-01", "2024-01-02", "2024-01-09", "2024-01-15", "2024-03-01")
FILMS = [f"2024-03-01,Film {n},200{n},https://boxd.it/{n}a" for n in range(4)]
DIARY_ROWS = [f"2024-03-01,Film {n % 3},200{n % 3},https://boxd.it/{n}e,4,,,{day}" for n, day in enumerate(DAYS)]
OLDER = zipped(watched=table(FILM, FILMS[0]))
NEWER = zipped(watched=table(FILM, *FILMS), diary=table(DIARY, *DIARY_ROWS))


async def test_it_tells_of_the_newest_export_alone(client: AsyncClient, engine: AsyncEngine) -> None:
    assert (await client.get("/api/me/widget")).status_code == 403
    await upload(client, Upload("letterboxd-a-2024-02-01-18-29-utc.zip", OLDER.content))
    newest = (await upload(client, Upload("letterboxd-a-2024-03-02-18-29-utc.zip", NEWER.content))).json()
    key = await make_key(client, "read")
    client.cookies.clear()
    told = await client.get("/api/me/widget", headers=key)
    assert told.json() == {
        "session_id": newest["session_id"],
        "made_on": "2024-03-02",
        "films": 4,
        "hours": None,
        "year": 2024,
        "films_this_year": 3,
        "viewings_this_year": 5,
        "streak_days": 3,
        "streak_weeks": 4,  # of Monday, December 25 to that of January 15
        "last_film": "Film 2",
        "last_film_year": 2002,
        "last_watched_on": "2024-03-01",
        "unmatched": 0,
        "pending": 4,
    }


async def test_without_a_diary_it_tells_what_there_is(client: AsyncClient) -> None:
    await upload(client, Upload("letterboxd-a-2024-02-01-18-29-utc.zip", OLDER.content))
    told = (await client.get("/api/me/widget")).json()
    assert (told["films"], told["year"], told["streak_days"], told["last_film"]) == (1, 2024, 0, None)

"""An export that is sent again after an upgrade: the session made of it says what the newer reader reads."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import READER, Upload
from tests.sessions.export_files import DIARY, FILM, table
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT, rows

DIARY_ALONE = Upload("diary.csv", table(DIARY, "2024-01-01,Seven Samurai,1954,https://boxd.it/6oDmPH,4,,,2024-01-01"))
WATCHLIST_ALONE = Upload("watchlist.csv", table(FILM, "2024-01-01,Heat 2,,https://boxd.it/DErS"))
# As 0.1.0 stored them.
FIRST_FINGERPRINTS = (
    (EXPORT, "1c98e58fdb70ba0e438f051eb81a2e8a50a970afe14fcf87d9c5ea99a684cdd8"),
    (DIARY_ALONE, "32e52a11d5be63ffecb1bb9388991f6036a16cad0fb93cf0121a5b933ba30134"),
    (WATCHLIST_ALONE, "8eaa2344d979e12e384a903db72b899b5b61ac9e68f4e8623d2ccd371adb83a5"),
)


async def age(engine: AsyncEngine, session_id: str, fingerprint: str = "00") -> None:
    """Makes a session one of the first reader, which kept no days of likes, ratings and the watchlist."""
    async with engine.begin() as db:
        await db.execute(
            text("UPDATE sessions SET reader = 1, fingerprint = decode(:fingerprint, 'hex') WHERE id = :id"),
            {"id": session_id, "fingerprint": fingerprint},
        )
        await db.execute(
            text(
                "UPDATE session_films SET rated_on = NULL, liked_on = NULL, wanted_on = NULL, liked = false"
                " WHERE session_id = :id"
            ),
            {"id": session_id},
        )
        await db.execute(text("DELETE FROM viewings WHERE session_id = :id"), {"id": session_id})


async def contents(engine: AsyncEngine, session_id: str) -> list[Any]:
    of = f"WHERE session_id = '{session_id}'"
    return [
        await rows(engine, f"SELECT * FROM {table} {of} ORDER BY 1, 2, 3")
        for table in ("session_films", "viewings", "reviews", "lists", "list_films")
    ]


@pytest.mark.parametrize(("sent", "fingerprint"), FIRST_FINGERPRINTS, ids=lambda each: getattr(each, "name", ""))
async def test_a_session_of_an_older_reader_is_brought_up_to_date_under_its_id(
    client: AsyncClient, engine: AsyncEngine, sent: Upload, fingerprint: str
) -> None:
    session_id = (await upload(client, sent)).json()["session_id"]
    wanted = await contents(engine, session_id)
    await age(engine, session_id, fingerprint)
    assert await contents(engine, session_id) != wanted
    again = await upload(client, sent)

    assert (again.status_code, again.json()["session_id"]) == (200, session_id)
    assert await contents(engine, session_id) == wanted
    assert await rows(engine, "SELECT count(*), min(reader) FROM sessions") == [(1, READER)]


async def test_the_second_readers_session_learns_which_films_letterboxd_dropped(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET reader = 2, orphaned = '[]'"))
    assert (await upload(client, EXPORT)).json()["session_id"] == session_id
    assert await rows(engine, "SELECT reader, orphaned FROM sessions") == [
        (READER, [{"title": "Prada: Candy", "year": 2013, "rows": 1}])
    ]


async def test_what_an_older_reader_understood_otherwise_is_known_by_its_minute(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await age(engine, session_id, "00")
    assert (await upload(client, EXPORT)).json()["session_id"] == session_id


async def test_one_that_expired_is_not_in_the_way_of_an_older_readers_session(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    expired = (await upload(client, EXPORT)).json()["session_id"]
    await age(engine, expired, "01")
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET expires_at = now() - interval '1 minute', made_at = NULL"))
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    assert session_id != expired
    async with engine.begin() as db:
        newest = text("SELECT fingerprint FROM sessions ORDER BY created_at DESC LIMIT 1")
        fingerprint: bytes = (await db.execute(newest)).scalar_one()
    await age(engine, session_id, "00")
    await age(engine, expired, fingerprint.hex())
    again = await upload(client, EXPORT)

    assert (again.status_code, again.json()["session_id"]) == (200, session_id)
    assert await rows(engine, "SELECT id::text, fingerprint FROM sessions") == [(session_id, fingerprint)]


async def test_another_export_leaves_the_session_of_an_older_reader_alone(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    session_id = (await upload(client, DIARY_ALONE)).json()["session_id"]
    await age(engine, session_id)
    assert (await upload(client, WATCHLIST_ALONE)).json()["session_id"] != session_id
    other = Upload("diary.csv", DIARY_ALONE.content.replace(b"Seven Samurai", b"Ran"))
    assert (await upload(client, other)).json()["session_id"] != session_id


async def test_a_session_that_is_up_to_date_is_left_as_it_is(client: AsyncClient, engine: AsyncEngine) -> None:
    await upload(client, EXPORT)
    await upload(client, EXPORT)
    assert await rows(engine, "SELECT read_at FROM sessions") == [(None,)]


async def test_pages_show_at_once_what_was_read_anew(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await age(engine, session_id)
    before = await client.get(f"/session/{session_id}/films")
    assert "Liked" not in before.text.partition("<tbody")[2]
    version = (await client.get(f"/api/session/{session_id}/status")).json()["version"]
    await upload(client, EXPORT)

    assert (await client.get(f"/api/session/{session_id}/status")).json()["version"] != version
    after = await client.get(f"/session/{session_id}/films", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    films = (await client.get(f"/api/session/{session_id}/movies")).json()["movies"]
    assert [film["liked"] for film in films] == [True, False, False, False]


async def test_a_repair_and_the_places_in_time_outlast_it(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    newer = (await upload(client, DIARY_ALONE)).json()["session_id"]
    await age(engine, session_id)
    async with engine.begin() as db:
        await db.execute(text(f"UPDATE sessions SET predecessor_id = '{session_id}' WHERE id = '{newer}'"))
        await db.execute(
            text(
                "INSERT INTO repairs (owner_id, letterboxd_id, title, year, answer)"
                " SELECT owner_id, letterboxd_id, CASE WHEN letterboxd_id IS NULL THEN title END,"
                " CASE WHEN letterboxd_id IS NULL THEN year END, 'nothing'"
                f" FROM sessions, films WHERE sessions.id = '{session_id}' AND title = 'Seven Samurai'"
            )
        )
    await upload(client, EXPORT)

    assert await rows(engine, f"SELECT predecessor_id::text FROM sessions WHERE id = '{newer}'") == [(session_id,)]
    assert await rows(
        engine, f"SELECT state FROM session_matches WHERE session_id = '{session_id}' AND title = 'Seven Samurai'"
    ) == [("unmatched",)]


async def test_nobody_elses_session_is_touched(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    await age(engine, session_id, FIRST_FINGERPRINTS[0][1])
    stored = await contents(engine, session_id)
    client.cookies.clear()
    stranger = await upload(client, EXPORT)

    assert stranger.status_code == 201
    assert await contents(engine, session_id) == stored


async def test_the_days_of_ratings_likes_and_the_watchlist_are_kept(client: AsyncClient, engine: AsyncEngine) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    assert await rows(
        engine,
        "SELECT title, rated_on::text, liked_on::text, wanted_on::text FROM session_matches"
        f" WHERE session_id = '{session_id}' AND (rating IS NOT NULL OR liked OR watchlist) ORDER BY n",
    ) == [
        ("Seven Samurai", "2024-01-01", "2024-01-01", None),
        ("Heat 2", None, None, "2024-01-01"),
    ]
    (film, *_) = (await client.get(f"/api/session/{session_id}/movies")).json()["movies"]
    assert (film["marked_on"], film["rated_on"], film["liked_on"]) == ("2024-01-01",) * 3


LOOSE = {
    "dates that were not understood": [
        Upload(
            "watched.csv", table(FILM, "3/13/15,Ran,1985,https://boxd.it/2a9q", "3/14/15,Kes,1969,https://boxd.it/2aHM")
        )
    ],
    "a diary that was refused": [
        Upload("watched.csv", table(FILM, "2015-01-01,Ran,1985,http://letterboxd.com/film/ran/")),
        Upload("diary.csv", table(DIARY.replace(",Rewatch", ""), "2015-01-01,Ran,1985,,4,,2015-01-01")),
    ],
}


@pytest.mark.parametrize("sent", LOOSE.values(), ids=LOOSE)
async def test_files_whose_name_tells_no_day_are_known_again_by_their_rows_and_titles(
    client: AsyncClient, engine: AsyncEngine, sent: list[Upload]
) -> None:
    session_id = (await upload(client, sent[0])).json()["session_id"]  # all that the older reader took
    await age(engine, session_id)
    again = await upload(client, *sent)
    assert (again.status_code, again.json()["session_id"]) == (200, session_id)
    assert len(await rows(engine, f"SELECT id FROM sessions WHERE reader = {READER}")) == 1
    other = Upload("watched.csv", table(FILM, *(f"2015-01-01,Film {n},1985," for n in range(len(sent)))))
    await age(engine, session_id)
    assert (await upload(client, other)).json()["session_id"] != session_id

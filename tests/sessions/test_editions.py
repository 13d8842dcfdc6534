"""The same export sent again, and a newer one of the same member."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kinograph.sessions.export import Upload
from tests.sessions.export_files import DIARY, FILM, table, zipped
from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT, rows, store

CODES = ["6oDmPH", "6oDmPR", "6oDmQ1", "6oDmQb"]  # log entries


def diary(*entries: int, made: str = "2026-05-03") -> Upload:
    lines = [f"2024-01-0{n + 1},Film {n},2000,https://boxd.it/{CODES[n]},,,,2024-01-0{n + 1}" for n in entries]
    watched = [f"2024-01-0{n + 1},Film {n},2000," for n in entries]
    content = zipped(diary=table(DIARY, *lines), watched=table(FILM, *watched)).content
    return Upload(f"letterboxd-someone-{made}-18-29-utc.zip", content)


async def sent(client: AsyncClient, given: Upload) -> str:
    answer = await upload(client, given)
    assert answer.status_code == 201, answer.text
    session_id: str = answer.json()["session_id"]
    return session_id


async def predecessors(engine: AsyncEngine) -> dict[str, Any]:
    return {
        str(row[0]): row[1] and str(row[1]) for row in await rows(engine, "SELECT id, predecessor_id FROM sessions")
    }


async def test_the_same_export_again_leads_to_the_first_session(client: AsyncClient, engine: AsyncEngine) -> None:
    first = (await upload(client, EXPORT)).json()
    again = await upload(client, Upload("packed-anew.zip", EXPORT.content))

    assert again.status_code == 200
    assert again.json()["session_id"] == first["session_id"]
    assert await rows(engine, "SELECT count(*) FROM sessions") == [(1,)]


async def test_a_double_click_makes_one_session(client: AsyncClient, engine: AsyncEngine) -> None:
    await upload(client, diary(0))  # brings the owner's cookie
    await asyncio.gather(*(upload(client, EXPORT) for _ in range(3)))

    assert await rows(engine, "SELECT count(*) FROM sessions") == [(2,)]


async def test_somebody_elses_same_export_is_theirs(client: AsyncClient, engine: AsyncEngine) -> None:
    first = await sent(client, EXPORT)
    client.cookies.clear()
    assert await sent(client, EXPORT) != first


async def test_a_newer_export_of_the_same_member_follows_the_older(client: AsyncClient, engine: AsyncEngine) -> None:
    older = await sent(client, diary(0, 1, made="2025-01-01"))
    newer = await sent(client, diary(0, 1, 2, made="2026-01-01"))

    assert await predecessors(engine) == {older: None, newer: older}


async def test_an_older_export_sent_later_is_put_before_the_newer(client: AsyncClient, engine: AsyncEngine) -> None:
    newest = await sent(client, diary(0, 1, 2, 3, made="2026-01-01"))
    oldest = await sent(client, diary(0, 1, made="2024-01-01"))
    between = await sent(client, diary(0, 1, 2, made="2025-01-01"))

    assert await predecessors(engine) == {newest: between, oldest: None, between: oldest}


async def test_an_export_that_shares_less_than_half_stands_alone(client: AsyncClient, engine: AsyncEngine) -> None:
    first = await sent(client, diary(0, 1, 2, made="2025-01-01"))
    other = await sent(client, diary(2, 3, made="2026-01-01"))

    assert await predecessors(engine) == {first: None, other: None}


ALIENS = ("Alien", "Aliens", "Memento", "Psycho", "Kes", "Ran", "Ikiru", "Playtime")


def marked(*days: str, made: str = "2026-05-03") -> Upload:
    rows = (f"{day},{title},1979," for day, title in zip(days, ALIENS, strict=False))
    return Upload(f"letterboxd-someone-{made}-18-29-utc.zip", zipped(watched=table(FILM, *rows)).content)


async def test_editions_without_a_diary_are_linked_by_their_films(client: AsyncClient, engine: AsyncEngine) -> None:
    older = await sent(client, marked(*["2024-01-05"] * 6, made="2025-01-01"))
    newer = await sent(client, marked(*["2024-01-06"] * 8, made="2026-01-01"))  # the same rows may move by a day

    assert await predecessors(engine) == {older: None, newer: older}


async def test_the_same_popular_films_make_nobody_one_member(client: AsyncClient, engine: AsyncEngine) -> None:
    one = await sent(client, marked(*["2024-01-05"] * 8, made="2025-01-01"))
    other = await sent(client, marked(*["2025-03-01"] * 8, made="2026-01-01"))
    few = await sent(client, marked(*["2024-01-05"] * 4, made="2026-02-01"))

    assert await predecessors(engine) == {one: None, other: None, few: None}


async def test_entries_with_old_links_are_known_by_name_year_and_day(client: AsyncClient, engine: AsyncEngine) -> None:
    def entries(link: str, n_entries: int, *, first_day: int = 1) -> Upload:
        links = [link.format(code=CODES[n], slug=ALIENS[n].lower()) for n in range(n_entries)]
        days = [f"2020-05-0{n + first_day}" for n in range(n_entries)]
        rows = (f"{day},{title},1979,{uri},4,,,{day}" for day, title, uri in zip(days, ALIENS, links, strict=False))
        return Upload("diary.csv", table(DIARY, *rows))

    older = await sent(client, entries("https://letterboxd.com/someone/film/{slug}/", 3))
    newer = await sent(client, entries("https://boxd.it/{code}", 4))
    stranger = await sent(client, entries("https://letterboxd.com/other/film/{slug}/", 4, first_day=5))

    assert await predecessors(engine) == {older: None, newer: older, stranger: None}


async def test_an_older_export_of_fewer_entries_sent_later_is_put_before(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    newer = await sent(client, diary(0, 1, 2, 3, made="2026-01-01"))
    older = await sent(client, diary(0, made="2024-01-01"))

    assert await predecessors(engine) == {newer: older, older: None}


async def test_a_deleted_older_one_leaves_the_newer_in_place(client: AsyncClient, engine: AsyncEngine) -> None:
    older = await sent(client, diary(0, 1, made="2025-01-01"))
    newer = await sent(client, diary(0, 1, 2, made="2026-01-01"))
    await client.delete(f"/api/session/{older}")

    assert await predecessors(engine) == {newer: None}


async def test_a_renamed_film_keeps_its_owners_repair(client: AsyncClient, engine: AsyncEngine) -> None:
    def watched(title: str) -> Upload:
        return Upload("watched.csv", table(FILM, f"2024-01-01,{title},2015,https://boxd.it/2a9q"))

    await sent(client, watched("Ex Machina"))
    async with engine.begin() as db:
        await db.execute(
            text(
                "INSERT INTO film_facts (source, kind, tmdb_id, title, original_title, vote_count, popularity, genres,"
                " countries, languages, keywords, companies, directors, writers, cast_ids, cast_characters, composers,"
                " photography, editors, producers) VALUES ('tmdb', 'movie', 7, 'X', 'X', 0, 0" + ", '{}'" * 13 + ")"
            )
        )
        await db.execute(
            text(
                "INSERT INTO repairs (owner_id, letterboxd_id, answer, facts_id)"
                " SELECT owners.id, 51568, 'entry', film_facts.id FROM owners, film_facts"
            )
        )
    renamed = await sent(client, watched("Ex_Machina"))

    assert await rows(engine, f"SELECT state FROM session_matches WHERE session_id = '{renamed}'") == [("matched",)]
    client.cookies.clear()
    others = await sent(client, watched("Ex Machina"))
    assert await rows(engine, f"SELECT state FROM session_matches WHERE session_id = '{others}'") == [("pending",)]


async def test_a_forged_claim_reaches_nobody_else(client: AsyncClient, engine: AsyncEngine) -> None:
    honest = await sent(client, Upload("watched.csv", table(FILM, "2024-01-01,Fight Club,1999,https://boxd.it/2a9q")))
    client.cookies.clear()
    forged = Upload(
        "watched.csv",
        table(
            FILM,
            "2024-01-01,Something Else,1999,https://boxd.it/2a9q",  # the right link, another title
            "2024-01-01,Fight Club,1998,https://boxd.it/6oDmPH",  # a log entry's link
            "2024-01-01,Fight Club,1997,https://boxd.it/j8KbM",  # a list's link
            "2024-01-01,Fight Club,1996,javascript:alert(1)",
        ),
    )
    await sent(client, forged)

    film = "SELECT film_id, title, year, letterboxd_id FROM session_films JOIN films ON films.id = film_id"
    assert (await rows(engine, f"{film} WHERE session_id = '{honest}'"))[0][1:] == ("Fight Club", 1999, 51568)
    others = await rows(engine, f"{film} WHERE session_id <> '{honest}' ORDER BY n")
    assert [row[1:] for row in others] == [
        ("Something Else", 1999, 51568),
        ("Fight Club", 1998, None),
        ("Fight Club", 1997, None),
        ("Fight Club", 1996, None),
    ]
    assert (await rows(engine, "SELECT count(DISTINCT film_id) FROM session_films"))[0] == (5,)
    assert (await rows(engine, "SELECT DISTINCT uri FROM session_films WHERE uri NOT LIKE 'https://%'")) == [("",)]


async def test_an_export_whose_session_has_just_expired_is_stored_anew(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    first = await sent(client, EXPORT)
    async with engine.begin() as db:
        await db.execute(text("UPDATE sessions SET expires_at = now() - interval '1 second'"))
    assert await sent(client, EXPORT) != first


async def test_two_who_watched_the_same_films_in_opposite_orders_upload_at_once(engine: AsyncEngine) -> None:
    def watched(*order: int) -> Upload:
        days = [date(2020, 1, 1) + timedelta(place) for place in range(len(order))]
        films = zip(days, order, strict=True)
        return Upload("watched.csv", table(FILM, *(f"{day},Film {n},2000," for day, n in films)))

    numbers = range(300)
    uploads = [watched(*(numbers if n % 2 else reversed(numbers))) for n in range(8)]
    await store(engine, watched(*numbers))
    await asyncio.gather(*(store(engine, each) for each in uploads))

    assert await rows(engine, "SELECT count(*) FROM pgqueuer") == [(300,)]

"""What changes the page of a watchlist, and what does not."""

from __future__ import annotations

import re
from dataclasses import replace

from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, table, zipped
from tests.sessions.test_api import upload
from tests.stats.test_watchlist_page import (
    BONHEUR,
    EXPORT,
    FACTS,
    NIGHT,
    PARTS,
    VAGABOND,
    WATCHED,
    WISHES,
    look_up,
    session,
    tell,
    words,
)

__all__ = ["session"]


async def test_before_anything_is_looked_up_the_wait_decides(client: AsyncClient, engine: AsyncEngine) -> None:
    session = f"/session/{(await upload(client, EXPORT)).json()['session_id']}"
    page = words((await client.get(f"{session}/watchlist")).text)
    assert "5 films still to come." in page and "On your watchlist since May 2021." in page
    assert "Nothing is looked up yet, so only lists and the time on the watchlist count." in page
    assert "5 films are still being looked up." in page
    async with engine.begin() as db:
        await db.execute(text("INSERT INTO tmdb_state (rate_group, key_state) VALUES ('default', 'no_key')"))
    later = (
        f"/session/{(await upload(client, zipped(**PARTS, watchlist=table(FILM, *WISHES[:2])))).json()['session_id']}"
    )
    assert "2 films are waiting for a TMDB key." in words((await client.get(f"{later}/watchlist")).text)


async def test_the_page_changes_with_what_it_reads_and_else_not(
    client: AsyncClient, session: str, engine: AsyncEngine, web: FastAPI
) -> None:
    path = f"{session}/watchlist"

    async def ask(tag: str) -> tuple[int, str]:
        web.state.progress_cache._counts.clear()  # a second later
        web.state.lists._looked.clear()
        answer = await client.get(path, headers={"If-None-Match": tag})
        return answer.status_code, answer.headers["etag"]

    status, tag = await ask("")
    assert status == 200 and await ask(tag) == (304, tag)
    await look_up(engine, "Night")  # a film that is only wished for
    status, later = await ask(tag)
    assert status == 200 and later != tag and await ask(later) == (304, later)
    files = [
        (
            "files",
            ("best.csv", table("Letterboxd list export v7", LIST, "2024-01-01,Best,,,", "", PLACES, f"1,{NIGHT},")),
        )
    ]
    assert (await client.post(f"{session}/lists", files=files)).status_code == 303
    await client.get(path)  # which says that it was brought
    status, last = await ask(later)
    assert status == 200 and await ask(last) == (304, last)


async def test_what_left_the_watchlist_since_the_export_before_was_watched_after_all(
    client: AsyncClient, engine: AsyncEngine
) -> None:
    older = replace(zipped(**PARTS, watchlist=table(FILM, *WISHES)), name="letterboxd-someone-2024-02-03-18-29-utc.zip")
    assert (await upload(client, older)).status_code == 201
    later = dict(PARTS)
    later["watched"] = table(FILM, *WATCHED, f"2024-05-01,{BONHEUR}", f"2024-06-01,{NIGHT}")
    later["diary"] = table(
        DIARY,
        "2020-01-01,Cléo,1962,https://boxd.it/6oDmPH,5,,,2020-01-01",
        "2023-02-01,Heat,1995,https://boxd.it/6oDmPR,2,Yes,,2023-02-01",
        "2024-05-01,Le Bonheur,1965,https://boxd.it/6oDmQ1,4,,,2024-05-01",
    )
    newer = zipped(**later, watchlist=table(FILM, *WISHES[2:]))
    session = f"/session/{(await upload(client, newer)).json()['session_id']}"
    told = await tell(client, session)
    assert ([each["title"] for each in told["films"]], told["watched_after_all"]) == (["Cléo", "Lost", "Unsure"], 3)
    page = words((await client.get(f"{session}/watchlist")).text)
    # Heat after 396 days, Le Bonheur after 1,093; of Night nobody knows.
    assert "You watched 3 films of your watchlist after all. Half of them within 745 days." in page
    client.cookies.clear()  # the export before is its owner's alone
    assert (await tell(client, session))["watched_after_all"] == 1


async def test_wishes_of_all_exports_before_count_as_long_as_these_are_there(client: AsyncClient) -> None:
    """Vagabond left the watchlist two exports ago, Le Bonheur since the last; Night is watched and still wished for."""
    kept = [row for row in WATCHED if VAGABOND not in row]
    wishes = [f"2018-01-01,{VAGABOND}", *WISHES]
    sent = (
        ("2023-03-03", PARTS | {"watched": table(FILM, *kept), "watchlist": table(FILM, *wishes)}),
        ("2024-02-03", PARTS | {"watchlist": table(FILM, *WISHES)}),
        (
            "2024-06-03",
            PARTS | {"watched": table(FILM, *WATCHED, f"2024-05-01,{BONHEUR}"), "watchlist": table(FILM, *WISHES[1:])},
        ),
    )
    made = []
    for day, files in sent:
        export = replace(zipped(**files), name=f"letterboxd-someone-{day}-18-29-utc.zip")
        made.append(f"/session/{(await upload(client, export)).json()['session_id']}")
    path = f"{made[-1]}/watchlist"
    assert (await tell(client, made[-1]))["watched_after_all"] == 3  # and Heat, which is still on it
    first = await client.get(path)
    assert "3 watched after all" in words(first.text)
    assert (await client.get(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert (await client.post(f"{made[0]}/delete")).status_code == 303
    after = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert after.status_code == 200 and "2 watched after all" in words(after.text)


async def test_nothing_else_changes_with_a_watchlist(client: AsyncClient, engine: AsyncEngine) -> None:
    """The same export with and without watchlist.csv: each page says the same, but for the countries that the watchlist
    would lead to."""
    plain = {**PARTS, "lists__nights": PARTS["lists__nights"].replace(f"4,{NIGHT},".encode(), b"")}
    sessions = []
    for files in (plain, plain | {"watchlist": table(FILM, *WISHES)}):
        sessions.append(f"/session/{(await upload(client, zipped(**files))).json()['session_id']}")
        client.cookies.clear()
    await look_up(engine, *FACTS)
    for page in ("", "/year/2023", "/patterns", "/genres", "/people", "/ratings", "/films", "/story"):
        with_none, with_some = [
            re.sub(r"\S+ a second", "", words((await client.get(session + page)).text)) for session in sessions
        ]
        assert with_none == with_some, page

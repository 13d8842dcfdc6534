"""Sessions in which nothing is watched: a watchlist, likes or lists that were sent alone."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from kinograph.sessions.export import Upload
from tests.sessions.export_files import FILM, LIST, PLACES, table
from tests.sessions.test_api import upload

WANTED = Upload("watchlist.csv", table(FILM, "2024-02-03,Heat 2,,https://boxd.it/DErS", "2024-02-04,Ran,1985,"))
LIKED = Upload("likes.csv", table(FILM, "2024-02-03,Ran,1985,"))
LISTED = Upload("rain.csv", table(LIST, "2024-01-01,Hidden,,,", "", PLACES, "1,Ran,1985,,", "2,Kes,1969,,"))
PAGES = ("", "/patterns", "/genres", "/people", "/world", "/ratings", "/year", "/films")


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_says_what_was_sent_and_what_to_send(client: AsyncClient, path: str) -> None:
    session_id = (await upload(client, WANTED)).json()["session_id"]
    answer = await client.get(f"/session/{session_id}{path}")

    assert answer.status_code == 200
    assert "films on the watchlist" in answer.text and "send the ZIP" in answer.text
    assert "A watchlist of 2 films." in answer.text
    for untrue in ("No films yet", "in the dark.", "counts as watched."):
        assert untrue not in answer.text.partition('id="warnings"')[0]


@pytest.mark.parametrize("path", ["/settings", "/reading", "/repair", "/films.csv", "/diary.csv"])
async def test_what_else_a_session_has_works_for_a_watchlist(client: AsyncClient, path: str) -> None:
    session_id = (await upload(client, WANTED)).json()["session_id"]
    assert (await client.get(f"/session/{session_id}{path}")).status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ([WANTED], "A watchlist of 2 films."),
        ([LIKED], "1 liked film."),
        ([LISTED], "2 films, none marked as watched."),
        ([WANTED, LIKED, LISTED], "3 films, none marked as watched."),
    ],
)
async def test_the_page_opens_with_what_there_is(client: AsyncClient, sent: list[Upload], sentence: str) -> None:
    session_id = (await upload(client, *sent)).json()["session_id"]
    assert f"{sentence} · Kinograph</title>" in (await client.get(f"/session/{session_id}")).text
    summary = (await client.get(f"/api/session/{session_id}/summary")).json()
    assert (summary["films"], summary["viewings"], summary["undated_films"]) == (0, 0, 0)
    assert (await client.get(f"/api/session/{session_id}/movies")).json()["movies"] == []


async def test_a_stranger_sees_nothing_of_lists(client: AsyncClient) -> None:
    session_id = (await upload(client, LISTED, LIKED)).json()["session_id"]
    assert "2 films on lists" in (await client.get(f"/session/{session_id}")).text
    client.cookies.clear()
    page = (await client.get(f"/session/{session_id}")).text
    assert "1 liked film" in page
    assert "Kes" not in page and "on lists" not in page and "1960s" not in page

"""What the API gives of a session beside its films: all to its owner, and what a page shows to everybody else."""

from __future__ import annotations

from typing import Any

from httpx import AsyncClient

from tests.sessions.test_api import upload
from tests.sessions.test_intake import EXPORT

SEVEN = {"title": "Seven Samurai", "year": 1954, "letterboxd_uri": ""}  # its link in the export is none of a film


async def everything(client: AsyncClient, session_id: str) -> dict[str, Any]:
    answer = await client.get(f"/api/session/{session_id}?include=everything")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_owner_has_all_of_it(client: AsyncClient) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    found = await everything(client, session_id)

    assert len(found["movies"]) == 4
    entry = {"rewatch": False, "watched_on": "2024-01-01", "logged_on": "2024-01-01", "rating": 4.0}
    assert found["everything"] == {
        "viewings": [
            SEVEN | entry | {"tags": ["cinema", "35mm"]},
            SEVEN | {"watched_on": "2024-01-30", "logged_on": "2024-02-01", "rating": 4.5, "rewatch": True, "tags": []},
        ],
        "reviews": [SEVEN | entry | {"tags": [], "text": "Rain,\r\nmud"}],
        "lists": [
            {
                "name": "Rain",
                "slug": "rain",
                "letterboxd_uri": "https://boxd.it/j8KbM",
                "created_on": "2024-01-01",
                "tags": ["wet"],
                "description": "About rain",
                "films": [SEVEN | {"position": 1, "note": "the end"}],
            }
        ],
        "watchlist": [
            {"title": "Heat 2", "year": None, "letterboxd_uri": "https://boxd.it/DErS", "wanted_on": "2024-01-01"}
        ],
        "likes": [SEVEN | {"liked_on": "2024-01-01"}],
        "orphaned": [{"title": "Prada: Candy", "year": 2013, "rows": 1}],
    }


async def test_a_stranger_with_the_address_has_no_tags_reviews_lists_or_watchlist(client: AsyncClient) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    client.cookies.clear()
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": f"Bearer {session_id}"}):
        client.headers.update(headers)
        found = await everything(client, session_id)
        assert [viewing["tags"] for viewing in found["everything"]["viewings"]] == [None, None]
        assert [found["everything"][name] for name in ("reviews", "lists", "watchlist", "likes", "orphaned")] == [
            None
        ] * 5
        for private in ("cinema", "mud", "Rain", "Heat 2", "the end", "Prada"):
            assert private not in str(found)


async def test_another_owner_is_a_stranger(client: AsyncClient) -> None:
    session_id = (await upload(client, EXPORT)).json()["session_id"]
    client.cookies.clear()
    await upload(client, EXPORT)  # brings a token of another owner
    assert (await everything(client, session_id))["everything"]["lists"] is None

from typing import Any

from httpx import AsyncClient

from kinograph.sessions.export import Upload
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped
from tests.sessions.test_api import upload

RAN, IKIRU, HEAT = "Ran,1985,https://boxd.it/2a9q", "Ikiru,1952,https://boxd.it/2aHM", "Heat 2,,https://boxd.it/DErS"


def rain(*films: str) -> bytes:
    rows = (f"{n},{film}," for n, film in enumerate(films, 1))
    return table("Letterboxd list export v7", LIST, "2024-01-01,Rain,,https://boxd.it/j8KbM,", "", PLACES, *rows)


BEFORE = Upload(
    "letterboxd-someone-2024-10-03-18-29-utc.zip",
    zipped(
        watched=table(FILM, f"2024-01-01,{RAN}"),
        ratings=table(RATING, f"2024-01-01,{RAN},4"),
        diary=table(DIARY, "2024-01-01,Ran,1985,https://boxd.it/6oDmPH,4,,,2024-01-01"),
        reviews=table(REVIEW),
        watchlist=table(FILM, f"2024-01-01,{IKIRU}", f"2024-01-01,{HEAT}"),
        lists__rain=rain(RAN, IKIRU),
    ).content,
)
AFTER = Upload(
    "letterboxd-someone-2024-12-24-18-29-utc.zip",
    zipped(
        watched=table(FILM, f"2024-01-02,{RAN.replace('Ran', 'Ran!')}", f"2024-12-01,{IKIRU}"),
        ratings=table(RATING, f"2024-01-01,{RAN.replace('Ran', 'Ran!')},4.5"),
        diary=table(
            DIARY,
            "2024-01-02,Ran!,1985,https://boxd.it/6oDmPH,4,,,2021-01-01",
            "2024-12-01,Ikiru,1952,https://boxd.it/6oDmPR,,,home,2024-12-01",
        ),
        reviews=table(REVIEW),
        watchlist=table(FILM, f"2024-01-01,{HEAT}"),
        likes__films=table(FILM),
        lists__rain=rain(RAN),
    ).content,
)
RAN_NOW = {"title": "Ran!", "year": 1985, "letterboxd_uri": "https://boxd.it/2a9q"}
IKIRU_NOW = {"title": "Ikiru", "year": 1952, "letterboxd_uri": "https://boxd.it/2aHM"}
# Chernobyl is dropped with its two entries, one of which has a review; Heat is deleted by the member.
CHERNOBYL, HEAT_1995 = "Chernobyl,2019,https://boxd.it/hcDW", "Heat,1995,https://boxd.it/2amu"
LONG_GONE = "2019-01-01,Long gone,1999,,3,,,2019-01-01"
DELETED = "2024-02-01,Heat,1995,https://boxd.it/6oDmPR,4,,,2024-02-01"
GONE_BEFORE = Upload(
    "letterboxd-someone-2024-03-03-18-29-utc.zip",
    zipped(
        watched=table(FILM, *(f"2024-01-01,{film}" for film in (RAN, CHERNOBYL, HEAT_1995))),
        ratings=table(RATING, f"2024-01-01,{CHERNOBYL},5", f"2024-01-01,{HEAT_1995},4"),
        diary=table(
            DIARY,
            "2020-01-01,Chernobyl,2019,https://boxd.it/3h1H2X,5,,,2020-01-01",
            "2024-01-01,Chernobyl,2019,https://boxd.it/6oDmPH,5,Yes,,2024-01-01",
            DELETED,
        ),
        reviews=table(REVIEW, "2024-01-01,Chernobyl,2019,https://boxd.it/6oDmPH,5,Yes,Grim.,,2024-01-01"),
        watchlist=table(FILM),
        orphaned__diary=table(DIARY, LONG_GONE),
        orphaned__reviews=table(REVIEW),
    ).content,
)
GONE_AFTER = Upload(
    "letterboxd-someone-2024-12-24-18-29-utc.zip",
    zipped(
        watched=table(FILM, f"2024-01-01,{RAN}"),
        ratings=table(RATING),
        diary=table(DIARY),
        reviews=table(REVIEW),
        watchlist=table(FILM),
        deleted__diary=table(DIARY, DELETED),
        orphaned__diary=table(
            DIARY,
            LONG_GONE,
            "2020-01-01,Chernobyl,2019,,5,,,2020-01-01",
            "2024-01-01,Chernobyl,2019,,5,Yes,,2024-01-01",
        ),
        orphaned__reviews=table(REVIEW, "2024-01-01,Chernobyl,2019,,5,Yes,Grim.,,2024-01-01"),
    ).content,
)
NOTHING: dict[str, list[Any]] = {"added": [], "removed": [], "changed": []}


async def test_the_owner_is_told_what_changed_since_the_export_before(client: AsyncClient) -> None:
    since = (await upload(client, BEFORE)).json()["session_id"]
    now = (await upload(client, AFTER)).json()["session_id"]
    answer = await client.get(f"/api/session/{now}/changes")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found.pop("since") == since
    totals = found.pop("before"), found.pop("after")
    assert [[each[name] for name in ("films", "viewings", "watchlist", "lists")] for each in totals] == [
        [1, 1, 2, 1],
        [2, 2, 1, 1],
    ]
    assert found == {
        "films": {
            **NOTHING,
            "added": [IKIRU_NOW],
            "changed": [RAN_NOW | {"was": {"title": "Ran"}}],
            "orphaned": [],
        },
        "viewings": {
            "added": [
                IKIRU_NOW | {"watched_on": "2024-12-01", "rating": None, "rewatch": False, "tags": ["home"]},
            ],
            "removed": [],
            "changed": [
                RAN_NOW
                | {"watched_on": "2021-01-01", "rating": 4.0, "rewatch": False, "tags": []}
                | {"was": {"watched_on": "2024-01-01"}}
            ],
        },
        "ratings": {**NOTHING, "changed": [RAN_NOW | {"rating": 4.5, "was": {"rating": 4.0}}]},
        "likes": None,
        "watchlist": {**NOTHING, "removed": [IKIRU_NOW], "watched": [IKIRU_NOW]},
        "reviews": NOTHING,
        "lists": {
            **NOTHING,
            "changed": [{"name": "Rain", "films": 1, "was": {}, "added": [], "removed": [IKIRU_NOW]}],
        },
        "milestones": [],
        "not_compared": ["likes"],
        "reasons": {"likes": "missing"},
    }


async def test_changes_are_the_owners_alone(client: AsyncClient) -> None:
    theirs = (await upload(client, BEFORE)).json()["session_id"]
    client.cookies.clear()
    mine = (await upload(client, AFTER)).json()["session_id"]
    assert (await client.get(f"/api/session/{theirs}/changes?since={mine}")).status_code == 403
    assert (await client.get(f"/api/session/{mine}/changes?since={theirs}")).status_code == 404
    assert (await client.get(f"/api/session/{mine}/changes?since=nonsense")).status_code == 422
    nothing = await client.get(f"/api/session/{mine}/changes")
    assert (nothing.status_code, "oldest export" in nothing.text) == (404, True)


async def test_rows_that_could_not_be_read_leave_their_part_unknown(client: AsyncClient) -> None:
    await upload(client, BEFORE)
    broken = zipped(
        watched=table(FILM, f"2024-01-01,{RAN}", f"2024-12-01,{IKIRU}"),
        ratings=table(RATING, f"2024-01-01,{RAN},4", "2024-01-01,Ikiru"),
        diary=table(DIARY, "2024-01-02,Heat 2,,https://boxd.it/6oDmPR,4,,,2021-01-01"),
        watchlist=table(FILM, f"2024-01-01,{HEAT}"),
    )
    now = (await upload(client, broken)).json()["session_id"]
    found = (await client.get(f"/api/session/{now}/changes")).json()
    assert found["reasons"] == {
        "films": "newer_diary",
        "ratings": "damaged",
        "likes": "missing",
        "reviews": "missing",
        "lists": "missing",
    }
    assert [found[part] for part in found["not_compared"]] == [None] * 5


async def test_a_rating_that_could_not_be_read_is_not_taken_back_and_a_repeated_row_hides_nothing(
    client: AsyncClient,
) -> None:
    await upload(client, BEFORE)
    film = f"2024-01-01,{RAN}"
    broken = zipped(
        watched=table(FILM, film, film),
        ratings=table(RATING, f"{film},four"),
        diary=table(DIARY),
        reviews=table(REVIEW),
        watchlist=table(FILM),
    )
    now = (await upload(client, broken)).json()["session_id"]
    found = (await client.get(f"/api/session/{now}/changes")).json()
    assert found["reasons"] == {"ratings": "damaged", "likes": "missing"}
    assert found["films"] == NOTHING | {"orphaned": []}


async def test_films_that_letterboxd_dropped_are_told_apart_from_those_that_were_deleted(client: AsyncClient) -> None:
    await upload(client, GONE_BEFORE)
    now = (await upload(client, GONE_AFTER)).json()["session_id"]
    found = (await client.get(f"/api/session/{now}/changes")).json()
    gone = [
        {"title": "Chernobyl", "year": 2019, "letterboxd_uri": "https://boxd.it/hcDW"},
        {"title": "Heat", "year": 1995, "letterboxd_uri": "https://boxd.it/2amu"},
    ]
    assert found["films"] == {**NOTHING, "removed": gone, "orphaned": gone[:1]}
    totals = [[found[side][total] for total in ("films", "viewings", "ratings")] for side in ("before", "after")]
    assert totals == [[3, 3, 2], [1, 0, 0]]
    assert [len(found[part]["removed"]) for part in ("viewings", "ratings", "reviews")] == [3, 2, 1]

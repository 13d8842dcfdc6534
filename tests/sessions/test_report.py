"""The owner's report of how the files were read."""

from __future__ import annotations

from httpx import AsyncClient

from kinograph.sessions.export import Upload
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped
from tests.sessions.test_api import upload


def sent() -> Upload:
    ticked = [f"2024-01-01,Ticked {n},2000," for n in range(25)]
    logged = [f"2024-03-01,Logged {n},2000,,,,,2024-03-01" for n in range(20)]
    return zipped(
        watched=table(
            FILM, *ticked, *(f"2024-03-0{n % 3 + 2},Logged {n},2000," for n in range(20)), "2024-02-01,<b>Odd,2001,"
        ),
        ratings=table(RATING, "2024-01-01,Ticked 1,2000,,11", "2024-01-01,Ticked 2,2000,,4"),
        diary=table(DIARY, *logged, "2024-04-01,Ticked 3,2000,,,,,2024-04-01"),
    )


async def test_every_row_is_accounted_for(client: AsyncClient) -> None:
    session_id = (await upload(client, sent())).json()["session_id"]
    found = (await client.get(f"/api/session/{session_id}/report")).json()

    assert [(file["path"], file["rows"], file["skipped"]) for file in found["files"]] == [
        ("watched.csv", 46, 0),
        ("ratings.csv", 2, 0),  # the film of a wrong rating counts
        ("diary.csv", 21, 0),
    ]
    assert [(each["file"], each["line"]) for each in found["skipped"]] == [("ratings.csv", 2)]
    assert found["undated"]["count"] == 25
    assert found["ticked_at_once"] == [{"day": "2024-01-01", "films": 25}]
    assert found["logged_at_once"] == [{"day": "2024-03-01", "films": 20}]
    assert found["unmatched"] == {"count": 0, "films": []}


async def test_the_page_says_it_in_words_and_escapes_what_strangers_wrote(client: AsyncClient) -> None:
    session_id = (await upload(client, sent())).json()["session_id"]
    page = (await client.get(f"/session/{session_id}/report")).text

    assert "ratings.csv" in page and "Ticked 0" in page and "March 1, 2024" in page
    assert "&lt;b&gt;Odd" in page and "<b>Odd" not in page


async def test_it_is_nobodys_but_the_owners(client: AsyncClient) -> None:
    session_id = (await upload(client, sent())).json()["session_id"]
    client.cookies.clear()
    assert (await client.get(f"/api/session/{session_id}/report")).status_code == 403
    assert (await client.get(f"/session/{session_id}/report")).status_code == 403


async def test_no_chart_over_time_draws_what_was_logged_in_one_go(client: AsyncClient) -> None:
    session_id = (await upload(client, sent())).json()["session_id"]
    page = (await client.get(f"/session/{session_id}")).text

    assert "20 were logged in one go" in page
    assert "March 1: 20 viewings" not in page
    assert "April 1: 1 viewing" in page


async def test_files_that_are_never_opened_are_named(client: AsyncClient) -> None:
    whole = zipped(
        watched=table(FILM, "2024-01-01,Ran,1985,"),
        profile=b"Username",
        comments=b"Date,Content,Comment",
        deleted__diary=table(DIARY, "2024-01-01,Gone,1985,,,,,2024-01-01"),
        orphaned__diary=table(DIARY),
        likes__lists=b"Date,Content",
        notes__mine=b"x",
    )
    loose = Upload("profile.csv", b"Username,Email Address\nx,y")
    session_id = (await upload(client, whole, loose)).json()["session_id"]
    report = (await client.get(f"/api/session/{session_id}/report")).json()

    assert [file["path"] for file in report["files"]] == ["watched.csv"]
    assert sorted(report["unread"]) == [
        "comments.csv",
        "deleted/diary.csv",
        "likes/lists.csv",
        "notes/mine.csv",
        "orphaned/diary.csv",
        "profile.csv",
        "profile.csv",
    ]
    page = (await client.get(f"/session/{session_id}/report")).text
    assert "7 files were not opened" in page and "deleted/diary.csv" in page

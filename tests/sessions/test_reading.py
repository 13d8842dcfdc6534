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
    page = (await client.get(f"/session/{session_id}/reading")).text

    assert "ratings.csv" in page and "Ticked 0" in page and "March 1, 2024" in page
    assert "&lt;b&gt;Odd" in page and "<b>Odd" not in page


async def test_it_is_nobodys_but_the_owners(client: AsyncClient) -> None:
    session_id = (await upload(client, sent())).json()["session_id"]
    client.cookies.clear()
    assert (await client.get(f"/api/session/{session_id}/report")).status_code == 403
    assert (await client.get(f"/session/{session_id}/reading")).status_code == 403


async def test_no_chart_over_time_draws_what_was_logged_in_one_go(client: AsyncClient) -> None:
    session_id = (await upload(client, sent())).json()["session_id"]
    page = (await client.get(f"/session/{session_id}")).text

    assert "20 were logged in bulk" in page
    assert "March 1: 20 viewings" not in page
    assert "April 1: 1 viewing" in page


async def test_a_year_logged_in_one_go_says_so_where_its_page_would_be(client: AsyncClient) -> None:
    at_once = [f"2024-03-01,Logged {n},1990,,,,,2000-01-01" for n in range(20)]
    rows = (*at_once, "2024-03-02,Heat,1995,,,,,2001-05-05")
    said = "In 2000 this diary has entries only on days with 20 or more."
    for sent, year, sentence in (
        (rows, 2000, said),
        (rows, 1999, "This diary has nothing from 1999. It runs from 2000 to 2001."),
        (at_once, 2000, said),
        (at_once, 1999, "This diary has nothing from 1999. It runs from 2000 to 2000."),
    ):
        session_id = (await upload(client, Upload("diary.csv", table(DIARY, *sent)))).json()["session_id"]
        page = await client.get(f"/session/{session_id}/year/{year}")
        assert (page.status_code, sentence in page.text) == (404, True)


async def test_rows_that_stand_twice_are_not_told_as_unreadable(client: AsyncClient) -> None:
    logged = "2024-01-02,Ran,1985,https://boxd.it/6oDmPH,4,,,2024-01-01"
    files = (
        Upload("diary.csv", table(DIARY, logged, logged, "2024-01-02,,1985,,,,,2024-01-01")),
        Upload("ratings.csv", table(RATING, *["2024-01-01,Ran,1985,,4"] * 3)),
    )
    sent = (await upload(client, *files)).json()
    assert "1 row was skipped, because it could not be understood." in sent["warnings"]
    assert "3 rows were skipped, because earlier rows have the same films or entries." in sent["warnings"]
    report = (await client.get(f"/api/session/{sent['session_id']}/report")).json()
    assert [(file["path"], file["skipped"]) for file in report["files"]] == [("ratings.csv", 2), ("diary.csv", 2)]
    assert [each["sentence"].rpartition(" is ")[2] for each in report["skipped"]] == [
        *["listed a second time."] * 3,
        "Expected the title of a film in “Name”.",
    ]


async def test_files_that_are_never_opened_are_named(client: AsyncClient) -> None:
    whole = zipped(
        watched=table(FILM, "2024-01-01,Ran,1985,"),
        profile=b"Username",
        comments=b"Date,Content,Comment",
        deleted__diary=table(DIARY, "2024-01-01,Gone,1985,,,,,2024-01-01"),
        orphaned__comments=b"Date,Content,Comment",
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
        "orphaned/comments.csv",
        "profile.csv",
        "profile.csv",
    ]
    page = (await client.get(f"/session/{session_id}/reading")).text
    assert "7 files were not opened" in page and "deleted/diary.csv" in page

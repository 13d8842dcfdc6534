"""Exports that lack a file: what stands in for it, and what is not made up."""

from __future__ import annotations

import pytest
from httpx import AsyncClient

from kinograph.sessions.export import Upload, read
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table
from tests.sessions.test_api import upload

WATCHED = Upload("watched.csv", table(FILM, "2024-01-01,Ran,1985,", "2024-01-01,Ikiru,1952,", "2024-01-01,Kes,1969,"))
SEEN_TWICE = Upload(
    "diary.csv",
    table(
        DIARY,
        "2024-05-02,Ran,1985,https://boxd.it/6oDmPR,4.5,Yes,,2024-05-01",
        "2024-01-02,Ran,1985,https://boxd.it/6oDmPH,3,,,2024-01-01",
        "2024-06-01,Ran,1985,https://boxd.it/6oDmPb,,Yes,,2024-06-01",
        "2024-01-02,Ikiru,1952,https://boxd.it/6oDmPl,,,,2024-01-01",
    ),
)
REVIEWED = Upload(
    "reviews.csv",
    table(
        REVIEW,
        "2024-05-02,Ran,1985,https://boxd.it/6oDmPR,1,Yes,Mud,,2024-12-01",
        "2023-05-02,Ikiru,1952,https://boxd.it/6oDmPv,2,,Old,,",
        "2024-05-02,Ikiru,1952,https://boxd.it/6oDmPF,5,,A swing,,",
    ),
)
WANTED = Upload("watchlist.csv", table(FILM, "2024-02-03,Heat 2,,https://boxd.it/DErS", "2024-02-04,Ran,1985,"))
LIKED = Upload("likes.csv", table(FILM, "2024-02-03,Ran,1985,"))
LISTED = Upload("rain.csv", table(LIST, "2024-01-01,Rain,,,", "", PLACES, "1,Ran,1985,,", "2,Kes,1969,,"))


def test_without_ratings_a_films_stars_are_those_of_its_newest_rated_viewing() -> None:
    found = read([WATCHED, SEEN_TWICE])
    assert found.ratings == {0: 4.5}
    assert [str(day) for day in found.rated_on.values()] == ["2024-05-02"]
    assert "No ratings.csv could be read, so a film's stars are those of its newest rated entry." in map(
        str, found.warnings
    )


def test_a_viewings_stars_win_over_a_reviews_and_reviews_stand_in_where_no_viewing_has_any() -> None:
    assert read([WATCHED, SEEN_TWICE, REVIEWED]).ratings == {0: 4.5, 1: 5.0}
    assert read([WATCHED, REVIEWED]).ratings == {0: 1.0, 1: 5.0}


def test_ratings_that_are_there_are_all_there_is() -> None:
    ratings = Upload("ratings.csv", table(RATING, "2024-01-01,Ikiru,1952,,2"))
    found = read([WATCHED, SEEN_TWICE, ratings])
    assert found.ratings == {1: 2.0}
    assert not found.warnings


def test_stars_of_a_film_that_is_not_watched_are_none_of_the_ratings() -> None:
    gone = Upload("diary.csv", table(DIARY, "2024-05-02,Gone,1985,https://boxd.it/6oDmPR,4.5,,,2024-05-01"))
    assert read([WATCHED, gone]).ratings == {}


async def test_the_summary_and_the_pages_have_the_stars_of_a_diary_alone(client: AsyncClient) -> None:
    session_id = (await upload(client, WATCHED, SEEN_TWICE)).json()["session_id"]
    summary = (await client.get(f"/api/session/{session_id}/summary")).json()
    assert (summary["ratings"], summary["rating_mean"]) == (1, 4.5)
    assert "4.50</b> stars on average" in (await client.get(f"/session/{session_id}")).text


@pytest.mark.parametrize("sent", [[WANTED], [LIKED], [LISTED], [WANTED, LIKED, LISTED]], ids=len)
def test_nothing_is_watched_where_nothing_says_so(sent: list[Upload]) -> None:
    found = read(sent)
    assert found.films
    assert (found.watched, found.ratings, found.viewings) == ({}, {}, ())
    (warning,) = found.warnings
    assert str(warning).startswith("No file that could be read says what you watched, so no film counts as watched.")

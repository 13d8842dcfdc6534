"""When two rows of one export speak of the same film."""

from __future__ import annotations

import pytest

from kinograph.sessions.export import Export, ExportedFilm, read
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, table, zipped

CREED = "2018-03-23,Creed,2015,https://boxd.it/9P3M"


def export(**files: bytes) -> Export:
    return read([zipped(**files)])


def test_a_link_decides_whatever_the_name() -> None:
    found = export(
        watched=table(FILM, "2024-01-01,Ex Machina,2014,https://boxd.it/6ni4"),
        ratings=table(RATING, "2024-01-01,Ex Machina,2015,https://boxd.it/6ni4,4"),
    )
    assert found.films == (ExportedFilm("Ex Machina", 2014, "https://boxd.it/6ni4", found.films[0].letterboxd_id),)
    assert found.ratings == {0: 4.0}


def test_a_row_without_link_joins_by_name_and_year_and_takes_the_link() -> None:
    found = export(watched=table(FILM, "2018-03-23,Creed,2015,"), likes__films=table(FILM, CREED))
    assert [film.uri for film in found.films] == ["https://boxd.it/9P3M"]
    assert list(found.likes) == [0]


def test_old_and_short_links_of_one_name_and_year_are_one_film() -> None:
    found = export(
        watched=table(FILM, "2019-01-01,Creed,2015,https://letterboxd.com/film/creed/"),
        ratings=table(RATING, f"{CREED},4"),
        watchlist=table(FILM, "2019-01-01,Creed,2015,https://letterboxd.com/film/creed/"),
    )
    assert len(found.films) == 1
    assert found.films[0].letterboxd_id is not None


def test_the_same_name_in_another_year_is_another_film() -> None:
    found = export(
        watched=table(FILM, CREED), diary=table(DIARY, "2024-01-01,Creed,2016,https://boxd.it/6oDmPH,,,,2024-01-01")
    )
    assert len(found.films) == 2
    assert list(found.watched) == [0]


def test_a_liked_film_need_not_be_watched() -> None:
    found = export(watched=table(FILM, CREED), likes__films=table(FILM, "2024-01-01,Arrival,2016,https://boxd.it/adOs"))
    assert list(found.watched) == [0]
    assert list(found.likes) == [1]


def test_a_film_may_be_watched_and_on_the_watchlist() -> None:
    found = export(watched=table(FILM, CREED), watchlist=table(FILM, CREED))
    assert (list(found.watched), list(found.watchlist)) == ([0], [0])


def test_a_film_twice_in_watched_counts_once() -> None:
    found = export(watched=table(FILM, CREED, CREED))
    assert len(found.watched) == 1
    assert [(problem.line, file.rows) for problem in found.problems for file in found.files] == [(3, 1)]


def test_links_of_other_things_name_no_film() -> None:
    found = export(
        watched=table(
            FILM,
            "2024-01-01,Creed,2015,https://boxd.it/6oDmPH",
            "2024-01-01,Arrival,2016,javascript:alert(1)",
            "2024-01-01,Heat,1995,https://boxd.it/j8KbM",
        )
    )
    assert [(film.uri, film.letterboxd_id) for film in found.films] == [("", None)] * 3


def test_films_of_lists_join_the_others() -> None:
    found = export(
        watched=table(FILM, CREED),
        lists__boxing=table(LIST, "2024-01-01,Boxing,,,", "", PLACES, "1,Creed,2015,https://boxd.it/9P3M,"),
    )
    assert [place.film for made in found.lists for place in made.films] == [0]


def test_the_same_entry_twice_is_one_viewing() -> None:
    row = "2024-01-01,Creed,2015,https://boxd.it/6oDmPH,,,,2024-01-01"
    found = export(watched=table(FILM, CREED), diary=table(DIARY, row, row))
    assert len(found.viewings) == 1


def test_any_number_of_films_may_share_a_name_and_year() -> None:
    rows = [f"2024-01-01,Untitled,2000,https://letterboxd.com/film/untitled-{n}/" for n in range(40)]
    found = export(watched=table(FILM, *rows), ratings=table(RATING, *(row + ",3" for row in reversed(rows))))
    assert len(found.watched) == len(found.films) == len(found.ratings) == 40


@pytest.mark.parametrize("start", ["http://", "https://www."])
def test_an_entry_belongs_to_the_namesake_that_its_link_names(start: str) -> None:
    """Letterboxd wrote such links, and no "Rewatch", until 2017."""
    watched = [f"2014-12-02,Truman,2015,{start}letterboxd.com/film/truman-2015{n}/" for n in ("", "-1")]
    found = export(
        watched=table(FILM, *watched),
        ratings=table(RATING, f"2014-12-03,Truman,2015,{start}letterboxd.com/film/truman-2015-1/,3"),
        diary=table(DIARY, f"2016-01-03,Truman,2015,{start}letterboxd.com/someone/film/truman-2015-1/,3,,,2016-01-02"),
    )
    assert [film.uri for film in found.films] == [row.rpartition(",")[2] for row in watched]
    assert found.ratings == {1: 3.0}
    assert [viewing.film for viewing in found.viewings] == [1]


def test_an_entry_whose_link_names_another_film_of_that_name_is_not_given_to_the_watched_one() -> None:
    link = "https://letterboxd.com/someone/film/truman-2015-1/"
    found = export(
        watched=table(FILM, "2014-12-02,Truman,2015,https://letterboxd.com/film/truman-2015/"),
        diary=table(DIARY, *(f"2016-01-0{n},Truman,2015,{link}{n}/,3,,,2016-01-0{n}" for n in (1, 2))),
    )
    assert [viewing.film for viewing in found.viewings] == [1, 1]
    assert list(found.watched) == [0]


def test_viewings_of_films_that_are_not_watched_are_told() -> None:
    rows = (f"2024-01-01,Film {n},2015,,,,,2024-01-01" for n in (1, 1, 2, 3, 4))
    found = export(watched=table(FILM, CREED), diary=table(DIARY, "2024-01-01,Creed,2015,,,,,2024-01-01", *rows))
    assert (len(found.watched), len(found.viewings)) == (1, 6)
    assert list(map(str, found.warnings))[:1] == [
        "5 viewings match no film in watched.csv: “Film 1”, “Film 2”, “Film 3” and 1 more."
        " They count, but their films do not count as watched."
    ]


NAMED_ALIKE = {
    "a space that does not break": ("Rogue –\u00a0One", "Rogue – One"),
    "an accent of its own": ("Amélie", "Ame\u0301lie"),
    "another dash": ("Star Wars – III", "Star Wars - III"),
    "spaces around": (" Fargo", "Fargo "),
    "two spaces": ("Kill  Bill", "Kill Bill"),
    "a wide space": ("東京\u3000物語", "東京 物語"),
}


@pytest.mark.parametrize(("one", "other"), NAMED_ALIKE.values(), ids=NAMED_ALIKE)
def test_names_that_look_alike_are_one(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        found = export(
            watched=table(FILM, f"2024-01-01,{first},2001,https://boxd.it/2a9q"),
            diary=table(DIARY, f"2024-01-01,{second},2001,https://boxd.it/6oDmPH,5,,,2024-01-01"),
        )
        assert len(found.films) == 1
        assert found.viewings[0].film in found.watched


def test_the_very_name_comes_before_one_that_looks_alike() -> None:
    found = export(
        watched=table(FILM, "2024-01-01,A – B,2001,https://boxd.it/2a9q", "2024-01-01,A - B,2001,https://boxd.it/2aHM"),
        diary=table(DIARY, "2024-01-01,A - B,2001,https://boxd.it/6oDmPH,5,,,2024-01-01"),
    )
    assert [viewing.film for viewing in found.viewings] == [1]
    assert not [warning for warning in found.warnings if "two films" in str(warning)]

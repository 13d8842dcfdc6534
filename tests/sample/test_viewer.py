"""The invented viewer lives through five years as people do, and exports them as Letterboxd does."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from datetime import date, timedelta

import pytest

from kinograph.sample import diary, library, viewer
from kinograph.sample.words import KEPT, LISTS, REVIEWS, UNDATED, UNDATED_REVIEWS, WANTED_AGAIN, WATCHLIST
from kinograph.sessions import export
from kinograph.sessions.export import Export, Upload


@pytest.fixture(scope="module")
def read() -> Export:
    return export.read([Upload("sample.zip", viewer.make_archive())])


def longest_run(days: set[date]) -> int:
    first = [day for day in days if day - timedelta(days=1) not in days]
    return max(next(n for n in range(1, 5000) if day + timedelta(days=n) not in days) for day in first)


def test_the_archive_is_the_same_bytes_every_time() -> None:
    assert viewer.make_archive() == viewer.make_archive()


def test_the_reader_has_nothing_to_complain_of(read: Export) -> None:
    assert (read.problems, read.warnings) == ((), ())


def test_the_reader_finds_everything_that_was_written(read: Export) -> None:
    watched = len(library.films()) - len(WATCHLIST) - len(library.wishes())
    assert (len(read.watched), len(read.watchlist)) == (
        watched,
        len(library.wishes()) + len((*WATCHLIST, *WANTED_AGAIN, *KEPT)),
    )
    assert (len(read.viewings), len(read.ratings)) == (len(diary.viewings()), len(viewer.ratings()))
    assert (len(read.likes), len(read.reviews)) == (len(viewer.liked()), len(REVIEWS) + len(UNDATED_REVIEWS))
    assert [(each.name, len(each.films)) for each in read.lists] == [(each.name, len(each.films)) for each in LISTS]
    assert watched - len({viewing.film for viewing in read.viewings}) == len(UNDATED)


def test_every_film_of_the_export_has_its_facts(read: Export) -> None:
    assert {(film.title, film.year) for film in read.films} == {
        (fact.title, library.year_of(fact)) for fact in library.facts()
    }
    assert {film.letterboxd_id for film in read.films} == {film.letterboxd_id for film in library.films()}


def test_the_files_look_like_letterboxds() -> None:
    files = viewer.export_files()
    assert files["watched.csv"].startswith(b"Date,Name,Year,Letterboxd URI\r\n")
    assert b',"I Was Born, But...",1932,https://boxd.it/' in files["watched.csv"]
    assert files["lists/kurosawa-in-order.csv"].startswith(
        b"Letterboxd list export v7\r\nDate,Name,Tags,URL,Description\r\n"
    )
    for path, content in files.items():
        assert content.endswith(b"\r\n") and content.count(b"\r\n") == content.count(b"\n"), path


def test_the_archive_holds_files_at_its_root_only() -> None:
    with zipfile.ZipFile(io.BytesIO(viewer.make_archive())) as archive:
        assert archive.namelist() == list(viewer.export_files())


def test_nothing_is_watched_before_it_came_out() -> None:
    early = [v for v in diary.viewings() if v.watched_on < (v.film.released or date(v.film.year, 1, 1))]
    assert early == []


def test_the_first_viewing_of_a_new_film_is_none_again() -> None:
    seen: set[str] = set()
    for viewing in diary.viewings():
        assert viewing.rewatch or viewing.film.title not in seen
        assert not (viewing.rewatch and viewing.film.title not in seen and viewing.film.year >= 2010)
        seen.add(viewing.film.title)


def test_the_rhythm_is_a_persons() -> None:
    days = [viewing.watched_on for viewing in diary.viewings()]
    assert 400 <= len(days) <= 440 and days == sorted(days)
    assert {day.year for day in days} == {2020, 2021, 2022, 2023, 2024}
    weekend = sum(day.weekday() >= 5 for day in days)
    assert weekend / len(days) > 0.4
    winter, summer = (sum(day.month in months for day in days) for months in ((12, 1, 2), (6, 7, 8)))
    assert winter > 2 * summer
    assert longest_run(set(days)) >= 24
    assert not any(diary.during(day, *diary.GAPS) for day in days)
    at_festivals = Counter(day for day in days if diary.during(day, *diary.FESTIVALS))
    assert set(at_festivals.values()) == {3, 4}


def test_the_taste_is_a_persons() -> None:
    stars = list(viewer.ratings().values())
    mean = sum(stars) / len(stars)
    films = len(library.films()) - len(WATCHLIST) - len(library.wishes())
    assert 3.4 <= mean <= 3.8
    assert Counter(stars).most_common(1)[0][0] in (3.5, 4.0) and min(stars) <= 1.5 and max(stars) == 5
    assert 0.8 <= len(stars) / films <= 0.9
    assert 0.15 <= len(viewer.liked()) / films <= 0.25
    japanese = [n for film, n in viewer.ratings().items() if "JP" in film.countries]
    action = [n for film, n in viewer.ratings().items() if "Action" in film.genres]
    assert sum(japanese) / len(japanese) > mean > sum(action) / len(action)

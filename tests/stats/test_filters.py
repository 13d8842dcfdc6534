from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest

from kinograph.stats.address import Chip, FilterLink, Filters
from kinograph.stats.filters import needs_tmdb
from kinograph.stats.frames import Frame

FILMS: tuple[tuple[str, int | None, dict[str, Any]], ...] = (
    (
        "Ran",
        1985,
        {
            "rating": 4.5,
            "liked": True,
            "vote_average": 8.1,
            "vote_count": 100,
            "countries": ["JP", "FR"],
            "genres": ["Drama", "War"],
        },
    ),
    (
        "Ikiru",
        1952,
        {
            "rating": 5.0,
            "reviewed": True,
            "vote_average": 8.2,
            "vote_count": 7,
            "countries": ["JP"],
            "genres": ["Drama"],
            "directors": [5026],
        },
    ),
    (
        "Playtime",
        1967,
        {"rating": 3.0, "watchlist": True, "countries": ["FR"], "genres": ["Comedy"], "runtime_minutes": 124},
    ),
    ("Untitled", None, {}),
)
VIEWINGS = (
    ("Ikiru", "2023-12-31", None, "2024-01-01"),
    ("Ran", "2024-03-11", None, "2024-03-10"),
    ("Playtime", "2024-03-30", None, "2024-04-02"),
    ("Ikiru", "2024-04-01+"),
)
PEOPLE = {5026: "Akira Kurosawa"}


@pytest.fixture
def frame(make_frame: Callable[..., Frame]) -> Frame:
    return make_frame(FILMS, VIEWINGS, PEOPLE)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "rating=3.5",
        "rating=3.5-5",
        "released=1955-1979",
        "released=-1919",
        "genre=War&genre=Drama",
        "country=JP&language=ja&director=5026&director=12",
        "runtime=180-&liked=yes&viewed=2024-03-11&weekday=7&rewatched=no&calendar=2023",
        "genre=Action+%26+Adventure",
        "viewed=2024-03-11..2024-04-02&month=3",
        "cast=-7&writer=1&composer=2&photography=3&editor=4&producer=5",
        "keyword=war&keyword=rain&studio=7&score=7.8-8&count=hours",
        "pause=3-6&logged=0&by=week&strip=average",
        "language=yue",
        "votes=1000-&unseen=-30&title=lord+of&rated=no&reviewed=yes&watchlist=no",
    ],
)
def test_an_address_says_the_same_after_a_round_trip(query: str) -> None:
    assert Filters.parse(parse_qsl(query)).to_query() == query


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rating", "6"),
        ("rating", "0"),
        ("rating", "3.7"),
        ("rating", "-"),
        ("released", "19"),
        ("released", "²⁰²⁴"),
        ("country", "Japan"),
        ("director", "1; drop"),
        ("director", "9" * 30),
        ("genre", ""),
        ("genre", "x" * 501),
        ("genre", "a\0b"),
        ("viewed", "2024-13"),
        ("viewed", "2023-02-29"),
        ("weekday", "8"),
        ("liked", "maybe"),
        ("votes", "12345678"),
        ("unseen", "-"),
        ("title", "x" * 61),
        ("watchlist", ""),
        ("nonsense", "1"),
    ],
)
def test_junk_in_the_address_picks_nothing(name: str, value: str) -> None:
    assert Filters.parse({name: value}) == Filters()


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("rating=4.0", "rating=4"),
        ("rating=5-3.5", "rating=3.5-5"),
        ("country=jp", "country=JP"),
        ("runtime=090", "runtime=90"),
    ],
)
def test_the_same_pick_is_written_one_way(asked: str, written: str) -> None:
    name, _, value = asked.partition("=")
    assert Filters.parse({name: value}).to_query() == written


def test_a_year_replaces_a_year_and_genres_add_up() -> None:
    filters = Filters.parse([("released", "1952"), ("genre", "Drama"), ("released", "1985"), ("genre", "War")])
    assert filters.to_query() == "genre=Drama&released=1985&genre=War"


def test_what_the_path_fixes_is_not_picked_once_more() -> None:
    filters = Filters.parse({"viewed": "2024", "genre": "War"}, page="year", fixed=(("viewed", "2024"),))
    assert filters.picked == (("genre", "War"),)
    assert Filters.parse({"viewed": "2024-03"}, page="year", fixed=(("viewed", "2024"),)).picked


def test_an_address_can_only_pick_so_much() -> None:
    assert len(Filters.parse([("director", str(n)) for n in range(1000)]).picked) == 24


@pytest.mark.parametrize(
    ("query", "titles", "days"),
    [
        ((), ["Ran", "Ikiru", "Playtime", "Untitled"], [31, 11, 30, 1]),
        ([("country", "JP")], ["Ran", "Ikiru"], [31, 11, 1]),
        ([("genre", "Drama"), ("genre", "War")], ["Ran"], [11]),
        ([("rating", "4-")], ["Ran", "Ikiru"], [31, 11, 1]),
        ([("released", "1950-1969")], ["Ikiru", "Playtime"], [31, 30, 1]),
        ([("director", "5026")], ["Ikiru"], [31, 1]),
        ([("runtime", "-124")], ["Playtime"], [30]),
        ([("liked", "no")], ["Ikiru", "Playtime", "Untitled"], [31, 30, 1]),
        ([("viewed", "2024")], ["Ran", "Ikiru", "Playtime"], [11, 30, 1]),
        ([("viewed", "2023-12")], ["Ikiru"], [31]),
        ([("viewed", "2024-03-11")], ["Ran"], [11]),
        ([("weekday", "1")], ["Ran", "Ikiru"], [11, 1]),
        ([("rewatched", "yes")], ["Ikiru"], [1]),
        ([("pause", "2")], ["Ikiru"], [1]),
        ([("pause", "3-29"), ("country", "FR")], ["Playtime"], [30]),
        ([("logged", "0")], ["Ran", "Ikiru"], [31, 11]),
        ([("logged", "2-7")], ["Playtime"], [30]),
        ([("country", "FR"), ("viewed", "2024-03"), ("weekday", "6")], ["Playtime"], [30]),
        ([("rated", "no")], ["Untitled"], []),
        ([("rated", "yes")], ["Ran", "Ikiru", "Playtime"], [31, 11, 30, 1]),
        ([("votes", "100-")], ["Ran"], [11]),
        ([("votes", "1-99")], ["Ikiru"], [31, 1]),
        ([("reviewed", "yes")], ["Ikiru"], [31, 1]),
        ([("watchlist", "yes")], ["Playtime"], [30]),
        ([("title", "IKIRU")], ["Ikiru"], [31, 1]),
        ([("title", "time plây")], ["Playtime"], [30]),
        ([("title", "?")], [], []),
        # Counted to the newest viewing, 2024-04-01.
        ([("unseen", "0")], ["Ikiru"], [31, 1]),
        ([("unseen", "2-20")], ["Playtime"], [30]),
        ([("unseen", "21-")], ["Ran"], [11]),
        ([("calendar", "2023")], ["Ran", "Ikiru", "Playtime", "Untitled"], [31, 11, 30, 1]),
    ],
)
def test_films_and_viewings_are_kept_together(
    frame: Frame, query: list[tuple[str, str]], titles: list[str], days: list[int]
) -> None:
    kept = Filters.parse(query).apply(frame)
    assert kept.films["title"].to_list() == titles
    assert kept.viewings["watched_on"].dt.day().to_list() == days


def test_a_mark_picks_its_value_and_a_picked_mark_lets_it_go() -> None:
    filters = Filters.parse([("country", "JP"), ("rating", "4"), ("genre", "War")])
    assert filters.linker("rating", "/s")("3.5") == FilterLink("?country=JP&genre=War&rating=3.5", picked=False)
    assert filters.linker("rating", "/s")("4") == FilterLink("?country=JP&genre=War", picked=True)
    assert filters.linker("genre", "/s")("Film & TV") == FilterLink(
        "?country=JP&rating=4&genre=War&genre=Film+%26+TV", picked=False
    )
    assert Filters.parse({"rating": "4"}).linker("rating", "/s")("4") == FilterLink("/s", picked=True)


def test_every_pick_has_a_chip_that_removes_it(frame: Frame) -> None:
    filters = Filters.parse(
        [
            ("rating", "3.5-"),
            ("released", "1950-1959"),
            ("director", "5026"),
            ("viewed", "2024-03"),
            ("calendar", "2023"),
        ]
    )
    assert filters.chips(frame, "/s") == [
        Chip("from 3½★", "?released=1950-1959&director=5026&viewed=2024-03&calendar=2023"),
        Chip("1950s", "?rating=3.5-&director=5026&viewed=2024-03&calendar=2023"),
        Chip("Akira Kurosawa", "?rating=3.5-&released=1950-1959&viewed=2024-03&calendar=2023"),
        Chip("watched Mar 2024", "?rating=3.5-&released=1950-1959&director=5026&calendar=2023"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("pause", "0", "same day as the previous film"),
        ("pause", "1", "1 day after the previous film"),
        ("pause", "30-", "30 or more days after the previous film"),
        ("pause", "-6", "up to 6 days after the previous film"),
        ("logged", "0", "logged the same or the next day"),
        ("logged", "2-7", "logged 2–7 days later"),
    ],
)
def test_days_between_are_said_in_words(frame: Frame, name: str, value: str, label: str) -> None:
    assert Filters.parse({name: value}).chips(frame, "/s") == [Chip(label, "/s")]


@pytest.mark.parametrize(
    ("name", "value", "label", "which"),
    [
        ("votes", "1000-", "at least 1,000 votes", "with at least 1,000 votes at TMDB"),
        ("votes", "-9", "up to 9 votes", "with up to 9 votes at TMDB"),
        ("votes", "1", "1 vote", "with 1 vote at TMDB"),
        ("votes", "10-20", "10–20 votes", "with 10–20 votes at TMDB"),
        ("unseen", "365-", "last seen at least 365 days ago", "last seen at least 365 days ago"),
        ("unseen", "-1", "last seen at most 1 day ago", "last seen at most 1 day ago"),
        ("votes", "-1", "up to 1 vote", "with up to 1 vote at TMDB"),
        ("unseen", "-30", "last seen at most 30 days ago", "last seen at most 30 days ago"),
        ("unseen", "1", "last seen 1 day ago", "last seen 1 day ago"),
        ("unseen", "7-30", "last seen 7–30 days ago", "last seen 7–30 days ago"),
        ("title", "the lord", "“the lord” in the title", "with “the lord” in the title"),
        ("rated", "no", "not rated", "without a rating"),
        ("reviewed", "yes", "reviewed", "reviewed"),
        ("watchlist", "yes", "on the watchlist", "on the watchlist"),
    ],
)
def test_ranges_and_yes_or_no_are_said_in_words(frame: Frame, name: str, value: str, label: str, which: str) -> None:
    filters = Filters.parse({name: value})
    assert (filters.chips(frame, "/s"), filters.which(frame)) == ([Chip(label, "/s")], which)


def test_days_since_last_seen_end_with_the_day_of_the_export(frame: Frame) -> None:
    later = replace(frame, told_until=date(2024, 4, 11))
    assert Filters.parse({"unseen": "10"}).apply(later).films["title"].to_list() == ["Ikiru"]


def test_a_title_is_looked_for_without_tmdb_and_in_both_languages(make_frame: Callable[..., Frame]) -> None:
    frame = make_frame(
        [("Spirited Away", 2001, {"original_title": "Sen to Chihiro"}), ("Spirited", 2022, {"state": "pending"})]
    )
    assert len(Filters.parse({"title": "spirit"}).apply(frame).films) == 2
    assert Filters.parse({"title": "chihiro"}).apply(frame).films["title"].to_list() == ["Spirited Away"]
    assert not needs_tmdb("title", "spirit") and needs_tmdb("votes", "9-")


def test_a_choice_of_view_is_no_filter() -> None:
    assert not Filters.parse({"calendar": "2023"})
    assert Filters.parse({"rating": "4"})


def test_a_choice_of_view_means_something_only_where_its_card_stands() -> None:
    asked = {"strip": "average", "by": "week"}
    pages = ("", "year", "patterns", "genres")
    assert {page: Filters.parse(asked, page=page).to_query() for page in pages} == {
        "": "strip=average&by=week",
        "year": "strip=average",
        "patterns": "by=week",
        "genres": "",
    }


@pytest.mark.parametrize("tag", ["深夜\u3000映画館", "35\u00a0mm", "👨\u200d👩\u200d👧", "سینمای\u200cخانگی"])
def test_a_tag_may_hold_wide_spaces_and_joiners(make_frame: Callable[..., Frame], tag: str) -> None:
    filters = Filters.parse(parse_qsl(Filters.parse({"tag": tag}, owner=True).to_query()), owner=True)
    assert filters.get("tag") == tag
    picked = filters.apply(make_frame(FILMS, VIEWINGS, tags={("Ran", "2024-03-11"): [tag]}))
    assert picked.films["title"].to_list() == ["Ran"]


def test_cantonese_is_a_language_like_any_other(make_frame: Callable[..., Frame]) -> None:
    frame = make_frame([("In the Mood for Love", 2000, {"original_language": "yue"}), ("Ran", 1985, {})])
    assert Filters.parse({"language": "YUE"}).apply(frame).films["title"].to_list() == ["In the Mood for Love"]

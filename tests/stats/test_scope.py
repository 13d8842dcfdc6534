"""A masked frame holds what a scope shows, and nothing that would tell of the rest."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest

from kinograph.stats.address import Filters
from kinograph.stats.frame_schema import LISTS, VIEWINGS
from kinograph.stats.frames import Frame
from kinograph.stats.scope import SHOWN, Scope
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Before", 1950, {"rating": 1.0, "directors": [1], "companies": [5], "lists": ["war"]}),
    ("Ran", 1985, {"rating": 4.0, "liked": True, "directors": [2], "lists": ["war", "japan"]}),
    ("Ikiru", 1952, {"directors": [2, 3], "watchlist": True, "reviewed": True}),
    ("Wish", 1999, {"watched": False, "watchlist": True, "directors": [4]}),
    ("Liked", 1998, {"watched": False, "liked": True}),
    ("Listed", 1997, {"watched": False, "lists": ["japan"]}),
)
VIEWINGS_OF = (("Before", "2024-03-01", 1.0), ("Ran", "2024-03-11", 4.0), ("Ikiru", "2024-05-01"))
TAGS = {("Before", "2024-03-01"): ["old"], ("Ran", "2024-03-11"): ["cinema"]}
LISTS_OF = {"war": ("War", 2, 2), "japan": ("Japan", 2, 1), "empty": ("Empty", 0, 0)}
PEOPLE = {1: "One", 2: "Two", 3: "Three", 4: "Four", 9: "Nobody's"}


@pytest.fixture
def frame(make_frame: Callable[..., Frame]) -> Frame:
    return make_frame(FILMS, VIEWINGS_OF, PEOPLE, tags=TAGS, lists=LISTS_OF)


def masked(frame: Frame, *shows: str, **filters: str) -> Frame:
    return Scope(Filters.parse(filters, owner=True), frozenset(shows)).mask(frame)


def told(frame: Frame) -> list[tuple[object, ...]]:
    return frame.films.select("n", "film_id", "title", "rating", "liked", "watchlist", "lists").rows()


def test_nothing_of_the_owner_but_what_was_watched_and_when(frame: Frame) -> None:
    bare = masked(frame)
    assert told(bare) == [
        (0, 0, "Before", None, False, False, []),
        (1, 1, "Ran", None, False, False, []),
        (2, 2, "Ikiru", None, False, False, []),
    ]
    assert bare.viewings.select("n", "rating", "tags", "pause").rows() == [
        (0, None, [], None),
        (1, None, [], 10),
        (2, None, [], 51),
    ]
    assert sorted(bare.people["id"]) == [1, 2, 3]
    assert bare.lists.schema == LISTS and len(bare.lists) == 0 and bare.viewings.schema == VIEWINGS
    assert bare.own_mean is None


def test_all_of_it_is_the_frame_itself(frame: Frame) -> None:
    whole = masked(frame, *SHOWN)
    assert told(whole) == told(frame)
    assert whole.viewings.equals(frame.viewings)
    assert whole.lists.rows() == [("war", "War", 2, 2), ("japan", "Japan", 2, 1)]


@pytest.mark.parametrize(
    ("need", "query"),
    [("stars", "rated=yes"), ("likes", "liked=yes"), ("watchlist", "watchlist=yes"), ("reviews", "reviewed=yes"),
     ("tags", "tag.any=cinema"), ("lists", "list.any=war")],
)  # fmt: skip
def test_what_is_hidden_can_be_picked_by_and_named_no_more(frame: Frame, need: str, query: str) -> None:
    picked = Filters.parse(parse_qsl(query), owner=True)
    hidden = Scope(picked, frozenset(SHOWN) - {need})
    assert hidden.told == Filters() and Scope(picked, frozenset(SHOWN)).told == picked
    assert len(picked.apply(frame).films) and not len(picked.apply(Scope(Filters(), hidden.shows).mask(frame)).films)


def test_films_outside_of_the_filters_leave_no_trace(frame: Frame) -> None:
    part = masked(frame, *SHOWN, released="1960-2000", viewed="2024")
    assert told(part) == [(0, 0, "Ran", 4.0, True, False, ["war", "japan"])]
    assert part.viewings.select("n", "watched_on", "pause").rows() == [(0, frame.viewings["watched_on"][1], None)]
    assert part.people["id"].to_list() == [2]
    assert part.lists.rows() == [("war", "War", 1, 1), ("japan", "Japan", 1, 1)]


@pytest.mark.parametrize(
    ("shows", "titles"), [("watchlist", ["Wish"]), ("likes", ["Liked"]), ("lists", ["Listed"]), ("stars", [])]
)
def test_what_is_not_watched_is_there_for_what_is_shown_of_it(frame: Frame, shows: str, titles: list[str]) -> None:
    assert masked(frame, shows).films["title"].to_list() == ["Before", "Ran", "Ikiru", *titles]


def test_a_filter_may_name_what_is_hidden(frame: Frame) -> None:
    part = masked(frame, tag="cinema")
    assert told(part) == [(0, 0, "Ran", None, False, False, [])]


def test_each_scope_is_masked_once_and_counted_with_its_frame(frame: Frame) -> None:
    bare = frame.bytes
    assert masked(frame, "stars") is masked(frame, "stars")
    assert masked(frame, "stars") is not masked(frame, "likes")
    assert frame.bytes > bare
    for year in range(1960, 1970):
        masked(frame, released=str(year))
    assert len(frame.derived._made) == 4


def test_what_may_be_named_is_what_is_shown() -> None:
    picked = {"viewed": "2024", "rating": "5", "tag": "a", "list": "b", "liked": "yes"}
    scope = Scope(Filters.parse(picked, owner=True), frozenset({"stars", "lists"}))
    assert scope.told.to_query() == "viewed=2024&rating=5&list=b"

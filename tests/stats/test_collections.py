"""How far somebody has come with a collection: what counts, what does not, and what a card says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kinograph.stats.address import Filters
from kinograph.stats.cards import collections as card
from kinograph.stats.collections import CollectionStanding, find_collections, make_collections, pick_collections
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.standings import sort_standings

FETCHED = date(2026, 1, 1)


def part(collection: int, tmdb_id: int, year: int | None, **more: Any) -> dict[str, Any]:
    return {
        "collection_id": collection, "name": f"Collection {collection}", "fetched_on": FETCHED, "tmdb_id": tmdb_id,
        "title": f"Part {tmdb_id}", "release_date": date(year, 6, 1) if year else None,
    } | more  # fmt: skip


def film(collection: int, tmdb_id: int, year: int, **more: Any) -> tuple[str, int, dict[str, Any]]:
    told = {"collection_id": collection, "tmdb_id": tmdb_id, "release_date": date(year, 6, 1), "runtime_minutes": 100}
    return f"Film {tmdb_id}", year, told | more


FILMS = (
    film(1, 11, 1990, rating=4.0), film(1, 12, 1995, rating=5.0, genres=["Horror"]),
    film(2, 21, 1990), film(2, 22, 1995), film(2, 23, 1999, watched=False, watchlist=True),
    film(3, 31, 1990), film(3, 32, 1995),
    film(4, 41, 1990), film(4, 42, 1995, watched=False),  # one alone is seen
    film(0, 91, 1990),
)  # fmt: skip
PARTS = (
    part(1, 11, 1990), part(1, 12, 1995),
    part(2, 21, 1990), part(2, 22, 1995), part(2, 23, 1999, runtime_minutes=90),
    part(3, 34, 2005), part(3, 33, 2000), part(3, 31, 1990), part(3, 32, 1995), part(3, 35, 2027), part(3, 36, None),
    part(4, 41, 1990), part(4, 42, 1995),
)  # fmt: skip


def told(standing: CollectionStanding) -> tuple[str, str, int, int, int]:
    return standing.about.title, standing.progress, standing.seen, standing.total, standing.later


def titles(standing: CollectionStanding) -> list[str]:
    return standing.films["title"].to_list()


def made(frame: Frame) -> list[tuple[str, str, int, int, int]]:
    return [told(each) for each in make_collections(frame).standings]


def test_collections_are_complete_almost_or_begun(make_frame: Callable[..., Frame]) -> None:
    found = make_collections(make_frame(FILMS, collections=PARTS))
    assert [told(each) for each in found.standings] == [
        ("Collection 1", "complete", 2, 2, 0),
        ("Collection 2", "almost", 2, 3, 0),
        ("Collection 3", "begun", 2, 4, 2),
    ]
    first, second, third = found.standings
    assert (first.mean, second.wanted, second.minutes_left) == (4.5, 1, 100)
    assert titles(third) == ["Film 31", "Film 32", "Part 33", "Part 34"]  # in order of release
    assert found.pending == set()


@pytest.mark.parametrize(("made_on", "total"), [(None, 4), (date(2004, 1, 1), 3), (date(1999, 1, 1), 2)], ids=str)
def test_only_what_was_out_when_the_export_was_made_counts(
    make_frame: Callable[..., Frame], made_on: date | None, total: int
) -> None:
    """A film that came out later was seen by nobody yet, as far as the export tells."""
    frame = replace(make_frame(FILMS, collections=PARTS), told_until=made_on)
    third = make_collections(frame).standings[-1]
    assert (third.total, third.later) == (total, 6 - total)


def test_a_film_seen_counts_whenever_it_came_out_and_whether_tmdb_lists_it_or_not(
    make_frame: Callable[..., Frame],
) -> None:
    films = (film(1, 11, 1990), film(1, 12, 2027), film(1, 13, 2025))
    parts = (part(1, 11, 1990), part(1, 12, 2027), part(1, 14, 1991))
    (found,) = make_collections(make_frame(films, collections=parts)).standings
    assert (titles(found), told(found)[2:]) == (["Film 11", "Part 14", "Film 13", "Film 12"], (3, 4, 0))


def test_shorts_do_not_count_whether_seen_or_not(make_frame: Callable[..., Frame]) -> None:
    films = (film(1, 11, 1990), film(1, 12, 1995, runtime_minutes=30), film(1, 13, 1996, runtime_minutes=40))
    short = part(1, 14, 1997, runtime_minutes=39)
    parts = (part(1, 11, 1990), part(1, 12, 1995), part(1, 13, 1996), short, part(1, 15, 2030, runtime_minutes=5))
    assert made(make_frame(films, collections=parts)) == [("Collection 1", "complete", 2, 2, 0)]
    assert made(make_frame(films[:2], collections=parts)) == []


def test_two_films_of_one_entry_count_once(make_frame: Callable[..., Frame]) -> None:
    parts = (part(1, 11, 1990), part(1, 12, 1995), part(1, 13, 1999))
    twice = (film(1, 11, 1990), ("Film 11 again", 1990, film(1, 11, 1990)[2]))
    assert made(make_frame(twice, collections=parts)) == []
    films = (*twice, film(1, 12, 1995, watched=False), ("Film 12 again", 1995, film(1, 12, 1995, rating=3.0)[2]))
    (found,) = make_collections(make_frame(films, collections=parts)).standings
    assert (found.seen, found.total, found.mean) == (2, 3, 3.0)


def test_what_nobody_has_asked_for_waits_and_what_tmdb_dropped_is_left_out(make_frame: Callable[..., Frame]) -> None:
    bare = {"collection_id": 1, "name": "Bare"}
    found = make_collections(make_frame(FILMS[:2], collections=[bare]))
    assert (list(found.standings), set(found.pending)) == ([], {1})
    found = make_collections(make_frame(FILMS[:2], collections=[bare | {"fetched_on": FETCHED}]))
    assert not found.standings and not found.pending


def test_filters_choose_collections_and_change_no_count(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, collections=PARTS, query={"genre": "Horror"})
    assert [told(each) for each in pick_collections(view).standings] == [("Collection 1", "complete", 2, 2, 0)]
    assert len(find_collections(view).standings) == 3
    view = make_view(FILMS, collections=PARTS, query={"collection": "2"})
    assert [each.id for each in pick_collections(view).standings] == [2]
    assert sorted(view.watched["title"]) == ["Film 21", "Film 22"]
    assert [chip.label for chip in view.filters.chips(view.all, "")] == ["Collection 2"]


def test_the_card_says_how_many_are_complete_and_leads_to_their_films(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, collections=PARTS, query={"genre": "Drama", "count": "hours"})
    found = card.compute(view)
    assert found and found.collections == ()
    found = card.compute(make_view(FILMS, collections=PARTS))
    assert found and (found.complete, found.almost, found.begun) == (1, 1, 1)
    assert [(each.name, each.watched, each.films, each.link.href) for each in found.collections] == [
        ("Collection 2", 2, 3, "?collection=2"),
        ("Collection 3", 2, 4, "?collection=3"),
        ("Collection 1", 2, 2, "?collection=1"),
    ]
    html = card.render(found, "Collections")
    assert "3 collections with two films or more that you have seen." in html
    assert "1 is complete." in html and "1 lacks one film." in html


def test_the_card_says_which_films_are_not_checked_yet(make_view: Callable[..., PageContext]) -> None:
    """Those whose facts were stored before collections were; a series is in none."""
    unchecked = (film(0, 92, 1991), film(0, 93, 1992))
    view = make_view((*FILMS, *unchecked, ("Series", 2000, {"kind": "tv"})), collections=PARTS)
    films = view.all.films.with_columns(
        collection_id=view.all.films["collection_id"].set(view.all.films["title"].is_in(["Film 92", "Film 93"]), None)
    )
    view = replace(view, all=replace(view.all, films=films))
    found = card.compute(view)
    assert found and found.unchecked == 2
    assert "2 films are not checked yet." in card.render(found, "Collections")


@pytest.mark.parametrize(
    ("films", "is_there"), [((film(0, 91, 1990),), False), (FILMS[-3:], True)], ids=["none", "one"]
)
def test_the_card_is_left_out_where_nothing_is_in_a_collection(
    make_view: Callable[..., PageContext], films: Any, is_there: bool
) -> None:
    found = card.compute(make_view(films))
    assert (found is not None) is is_there
    if found:
        assert "You have not seen two films of any collection." in card.render(found, "Collections")


def test_the_card_waits_with_the_films(make_view: Callable[..., PageContext]) -> None:
    found = card.compute(make_view([("Pending", 2000, {"state": "pending"})]))
    assert found and "Fills in while your films are looked up." in card.render(found, "Collections")


def test_collections_are_put_in_order_once_for_a_frame(
    make_view: Callable[..., PageContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of what is picked stand in the order of all."""
    sorted_ones: list[int] = []

    def note(standings: Sequence[CollectionStanding], order: str | None) -> list[CollectionStanding]:
        sorted_ones.append(len(standings))
        return sort_standings(standings, order)

    monkeypatch.setattr("kinograph.stats.collections.sort_standings", note)
    view = make_view(FILMS, collections=PARTS)
    for query, shown in (({}, [2, 3, 1]), ({"released": "1995"}, [2, 3, 1]), ({"genre": "Horror"}, [1])):
        found = pick_collections(replace(view, filters=Filters.parse(query)))
        assert (
            [each.id for each in found.nearest] == shown == [each.id for each in sort_standings(found.standings, None)]
        )
    assert sorted_ones == [3]

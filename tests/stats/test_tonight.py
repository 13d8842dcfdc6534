"""Three films of a watchlist for tonight: which, why, and which come next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinograph.lists.known import ENTRIES, About
from kinograph.stats import tonight, tonight_words
from kinograph.stats.page_context import PageContext
from kinograph.stats.standings import SESSION, Standing
from kinograph.stats.wishes import WishContext, make_wishes
from tests.stats.conftest import Film
from tests.stats.test_wishes import on_page, wish

VARDA, MANN, OZU = 1, 2, 3
PEOPLE = {VARDA: "Agnès Varda", MANN: "Michael Mann", OZU: "Yasujirō Ozu"}


RATED: tuple[Film, ...] = (
    ("Cléo", 1962, {"rating": 5.0, "directors": [VARDA], "genres": ["Drama"]}),
    ("Vagabond", 1985, {"rating": 4.0, "directors": [VARDA], "genres": ["Drama"]}),
    ("Heat", 1995, {"rating": 3.0, "directors": [MANN], "genres": ["Crime"]}),
    *((f"Western {n}", 1950 + n, {"rating": 4.0, "genres": ["Western"]}) for n in range(5)),
    *((f"Dull {n}", 1950 + n, {"rating": 2.0, "genres": ["War"]}) for n in range(5)),
)
WISHES: tuple[Film, ...] = (
    wish("Oldest", date(2014, 12, 31), runtime_minutes=200),
    wish("By Varda", date(2024, 12, 31), directors=[VARDA], runtime_minutes=80, genres=["Drama"]),
    wish("A Western", date(2024, 12, 31), genres=["Western"], directors=[OZU]),
    wish("Listed", date(2024, 12, 31), directors=[MANN]),
    wish("Old", date(2019, 12, 31)),
    wish("Nothing"),
)


@pytest.fixture
def make(make_view: Callable[..., PageContext]) -> Callable[..., WishContext]:
    def make(query: dict[str, str] | None = None, films: tuple[Film, ...] = RATED + WISHES) -> WishContext:
        return make_wishes(on_page(make_view(films, [("Heat", "2024-12-31")], PEOPLE), query))

    return make


def standing(view: WishContext, *titles: str, seen: int) -> Standing:
    """A list that is seen but for these films of the session."""
    numbers = dict(view.whole.films.select("title", "n").iter_rows())
    rows = [{"title": title, "n": numbers.get(title), "seen": False, "watchlist": True} for title in titles]
    rows += [{"title": f"Seen {n}", "n": None, "seen": True, "watchlist": False} for n in range(seen)]
    kinds = {"n": pl.Int32(), "uri": pl.String(), "seen": pl.Boolean(), "watchlist": pl.Boolean()}
    schema = ENTRIES | {name: kinds.get(name, pl.Float64()) for name in SESSION}
    films = pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)
    return Standing(About("own:nights", "Nights", "own"), films)


def told(view: WishContext, standings: list[Standing], seed: int = 1) -> list[tuple[Any, ...]]:
    trio = tonight.choose(view, standings, view.watched, seed)
    titles = dict(view.watched.select("n", "title").iter_rows())
    return [(titles[pick.n], pick.reason, round(pick.points, 2), pick.why) for pick in trio.picks]


def test_each_has_its_strongest_reason_and_the_best_of_each_reason_comes_first(
    make: Callable[..., WishContext],
) -> None:
    view = make()
    lists = [standing(view, "Listed", seen=9)]
    # Own mean: (9 + 3 + 20 + 10) / 13 = 3.23. Varda: (9 + 5 own) / 7 = 3.59; Westerns: (20 + 5 own) / 10 = 3.62.
    assert told(view, lists) == [
        ("By Varda", "director", 0.73, VARDA),
        ("Oldest", "wait", 0.5, date(2014, 12, 31)),
        ("Listed", "list", 0.45, "own:nights"),
    ]
    assert told(view, lists, seed=2) == [
        ("A Western", "genre", 0.38, "Western"),
        ("Nothing", None, 0.0, None),
        ("Old", "wait", 0.25, date(2019, 12, 31)),
    ]
    assert told(view, lists, seed=3) == told(view, lists, seed=1)


def test_without_stars_lists_and_waits_are_reasons(make: Callable[..., WishContext]) -> None:
    view = make(films=tuple((title, year, given | {"rating": None}) for title, year, given in RATED) + WISHES)
    assert {reason for _, reason, _, _ in told(view, [standing(view, "Listed", seen=9)])} == {"list", "wait", None}


def test_a_list_that_is_not_nearly_done_or_done_is_no_reason(make: Callable[..., WishContext]) -> None:
    view = make()
    far = standing(view, "Listed", "Other", seen=5)
    assert far.share < tonight.NEARLY and not tonight.is_nearly_done(far)
    assert not tonight.is_nearly_done(standing(view, seen=3))
    assert all(reason != "list" for _, reason, _, _ in told(view, [far]))


def test_a_trio_is_words_with_what_proves_them(make: Callable[..., WishContext]) -> None:
    view = make()
    said = tonight_words.describe(view, [standing(view, "Listed", seen=9)])
    assert [(offer.poster.title, offer.about, offer.reason, offer.evidence) for offer in said["offers"]] == [
        (
            "By Varda",
            "1999 · Agnès Varda",
            "By Agnès Varda: you gave 2 of their films 4.5★ on average.",
            "5 · 4",
        ),
        ("Oldest", "1999", "On your watchlist since December 2014.", ""),
        ("Listed", "1999 · Michael Mann", "The last film left of “Nights”.", "9 of 10 films seen"),
    ]
    assert [poster.title for poster in said["offers"][0].posters] == ["Cléo", "Vagabond"]
    assert said["another"] == "?seed=2" and said["loosest"] is None
    second = tonight_words.describe(make({"seed": "2"}), [standing(view, "Listed", seen=9)])
    assert second["offers"][0].reason == "Your average for Western is 4.0★."
    assert second["offers"][0].evidence == "over 5 films; 3.2★ over all films"
    assert second["offers"][1].reason == "On your watchlist."
    assert second["another"] == "?seed=1"


def test_the_form_keeps_what_it_does_not_ask(make: Callable[..., WishContext]) -> None:
    said = tonight_words.describe(make({"genre": "Drama", "liked": "no", "unmet": "yes", "seed": "2"}), [])
    assert said["hidden"] == [("liked", "no")]
    assert {field.name: field.picked for field in said["fields"]} == {
        "runtime": "", "genre": "Drama", "released": "", "country": "", "language": "",
    }  # fmt: skip
    assert [(name, is_on) for name, _, is_on in said["switches"]] == [("unmet", True), ("near", False)]


@pytest.mark.parametrize(
    ("query", "titles", "loosest"),
    [
        ({"unmet": "yes"}, ["A Western"], ("a director new to me", 6)),
        ({"near": "yes"}, ["Listed"], ("from a list nearly done", 6)),
        ({"genre": "Western", "runtime": "-90"}, [], ("up to 90 min", 1)),
        ({"genre": "Drama", "runtime": "-90"}, ["By Varda"], None),
        ({"genre": "Horror", "runtime": "300-"}, [], None),
    ],
)
def test_what_keeps_most_out_is_said(
    make: Callable[..., WishContext], query: dict[str, str], titles: list[str], loosest: tuple[str, int] | None
) -> None:
    view = make(query)
    said = tonight_words.describe(view, [standing(view, "Listed", seen=9)])
    assert [offer.poster.title for offer in said["offers"]] == titles
    found = said["loosest"]
    assert (found and (found.label, found.fitting)) == loosest


@given(st.integers(1, 60), st.integers(1, 500))
def test_no_three_come_again_until_all_were_shown(count: int, seed: int) -> None:
    trios = tonight.count_trios(count)
    round_of = [tonight.deal(count, n) for n in range(1, trios + 1)]
    assert sorted({place for places in round_of for place in places}) == list(range(count))
    assert all(len(set(places)) == min(3, count) for places in round_of)
    # But for those that fill the last trio up, no film comes twice.
    assert sum(map(len, round_of)) - count < 3
    if count > 3:
        assert set(tonight.deal(count, seed)) != set(tonight.deal(count, seed + 1))
    assert tonight.deal(count, seed) == tonight.deal(count, seed + trios)

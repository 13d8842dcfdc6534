"""What two people have in common, from two frames."""

from __future__ import annotations

import random
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinograph.pairs.agreement import FEWEST, Agreement, agree
from kinograph.pairs.joining import join_films
from kinograph.pairs.pair import Pair, make_pair
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from tests.stats.conftest import Film

MakeFrame = Callable[..., Frame]

HEAT = "https://boxd.it/29DI"
RAN = "https://boxd.it/2bcA"


def titles(films: pl.DataFrame) -> list[str]:
    return films["title"].to_list()


def joined(mine: Frame, theirs: Frame) -> set[tuple[str, bool, bool]]:
    return set(join_films(mine, theirs).select("title", "my_seen", "their_seen").iter_rows())


def test_a_film_fits_as_either_tells_it(make_frame: MakeFrame) -> None:
    """Who has not found it still has seen it."""
    mine = make_frame(
        [("Heat", 1995, {"genres": ["Crime"], "tmdb_id": 949, "uri": HEAT}), ("Ran", 1985, {"tmdb_id": 7})]
    )
    theirs = make_frame(
        [("Heat", 1995, {"state": "pending", "uri": HEAT}), ("Solo", 1996, {"genres": ["Crime"], "tmdb_id": 8})]
    )
    pair = make_pair(mine, theirs, filters=Filters((("genre", "Crime"),)))
    assert (titles(pair.both), pair.mine, pair.theirs) == (["Heat"], 1, 2)
    without = make_pair(mine, theirs, filters=Filters((("genre", "Musical"),)))
    assert (len(without.films), without.agreement.share) == (0, None)


# Which film is which


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        pytest.param(("Heat", 1995, {"tmdb_id": 949}), ("Fuego", 1996, {"tmdb_id": 949}), True, id="by facts"),
        pytest.param(
            ("Heat", 1995, {"tmdb_id": 949}),
            ("Heat", 1995, {"tmdb_id": 949, "kind": "tv"}),
            False,
            id="a film is no series of its number",
        ),
        pytest.param(
            ("Heat", 1995, {"tmdb_id": 949}), ("Heat", 1995, {"tmdb_id": 950}), False, id="facts of both differ"
        ),
        pytest.param(
            ("Heat", 1995, {"tmdb_id": 949, "uri": HEAT}),
            ("Heat!", 1994, {"state": "pending", "uri": HEAT.replace("https", "http") + "/"}),
            True,
            id="by link, where one has no facts",
        ),
        pytest.param(
            ("Heat", 1995, {"tmdb_id": 949, "uri": HEAT}),
            ("Heat", 1995, {"tmdb_id": 950, "uri": HEAT}),
            True,
            id="by link, where one corrected its facts",
        ),
        pytest.param(
            ("Heat", 1995, {"state": "unmatched", "uri": HEAT}),
            ("Heat", 1995, {"state": "unmatched", "uri": RAN}),
            False,
            id="links of both differ",
        ),
        pytest.param(
            ("Heat", 1995, {"state": "unmatched", "uri": HEAT}),
            ("HEAT", 1995, {"state": "unmatched", "uri": "https://letterboxd.com/film/heat/"}),
            True,
            id="by name, where the links are of two kinds",
        ),
        pytest.param(("Heat", 1995, {"state": "pending"}), ("heat", 1995, {"tmdb_id": 949}), True, id="by name"),
        pytest.param(("Heat", 1995, {"state": "pending"}), ("Heat", None, {"state": "pending"}), False, id="no year"),
    ],
)
def test_a_film_is_the_same_by_facts_else_by_link_else_by_name(
    make_frame: MakeFrame, mine: Film, theirs: Film, same: bool
) -> None:
    pair = make_pair(make_frame([mine]), make_frame([theirs]))
    assert (len(pair.both), len(pair.films)) == ((1, 1) if same else (0, 2))


def test_a_name_that_one_of_them_has_twice_tells_nothing(make_frame: MakeFrame) -> None:
    mine = make_frame([("Heat", 1995, {"state": "pending"})] * 2)
    theirs = make_frame([("Heat", 1995, {"state": "pending"})])
    assert len(make_pair(mine, theirs).both) == len(make_pair(theirs, mine).both) == 0


def test_two_entries_of_one_film_are_one(make_frame: MakeFrame) -> None:
    mine = make_frame(
        [
            ("Carlos", 2010, {"tmdb_id": 7, "watched": False, "watchlist": True}),
            ("Carlos: Part 2", 2010, {"tmdb_id": 7, "rating": 4.0}),
            ("Carlos: Part 3", 2010, {"tmdb_id": 7, "liked": True}),
        ]
    )
    theirs = make_frame([("Carlos", 2010, {"tmdb_id": 7})])
    assert join_films(mine, theirs).select("my_rating", "my_liked", "my_watchlist", "my_seen").rows() == [
        (4.0, True, True, True)
    ]
    assert make_pair(mine, theirs).mine == 1


# The whole


@pytest.fixture
def pair(make_frame: MakeFrame) -> Pair:
    mine: list[Film] = [
        ("Both 5", 2001, {"tmdb_id": 1, "rating": 5.0, "vote_count": 5}),
        ("Both heart", 2002, {"tmdb_id": 2, "rating": 4.5}),
        ("Mine 5", 2003, {"tmdb_id": 3, "rating": 5.0}),
        ("Mine 4", 2004, {"tmdb_id": 4, "rating": 4.0}),
        ("Mine heart", 2005, {"tmdb_id": 5, "liked": True}),
        ("Apart 4", 2006, {"tmdb_id": 6, "rating": 5.0}),
        ("Apart 1", 2007, {"tmdb_id": 7, "rating": 2.0}),
        ("Unrated", 2008, {"tmdb_id": 8}),
        ("Wish 90", 2009, {"tmdb_id": 9, "watched": False, "watchlist": True, "runtime_minutes": 90}),
        ("Wish 180", 2010, {"tmdb_id": 10, "watched": False, "watchlist": True, "runtime_minutes": 180}),
        ("Wish", 2011, {"state": "pending", "watched": False, "watchlist": True}),
        ("Theirs 5", 2012, {"tmdb_id": 12, "watched": False, "watchlist": True}),
    ]
    theirs: list[Film] = [
        ("Wish", 2011, {"state": "pending", "watched": False, "watchlist": True}),
        ("Wish 180", 2010, {"tmdb_id": 10, "watched": False, "watchlist": True, "runtime_minutes": 180}),
        ("Wish 90", 2009, {"tmdb_id": 9, "watched": False, "watchlist": True, "runtime_minutes": 90}),
        ("Both 5", 2001, {"tmdb_id": 1, "rating": 5.0}),
        ("Both heart", 2002, {"tmdb_id": 2, "rating": 3.0, "liked": True}),
        ("Apart 4", 2006, {"tmdb_id": 6, "rating": 1.0}),
        ("Apart 1", 2007, {"tmdb_id": 7, "rating": 3.0}),
        ("Unrated", 2008, {"tmdb_id": 8, "rating": 5.0}),
        ("Theirs 5", 2012, {"tmdb_id": 12, "rating": 5.0}),
    ]
    return make_pair(make_frame(mine), make_frame(theirs))


def test_the_whole(pair: Pair) -> None:
    assert (pair.mine, pair.theirs) == (8, 6)
    assert titles(pair.both) == ["Both 5", "Both heart", "Apart 4", "Apart 1", "Unrated"]
    assert pair.agreement == Agreement(films=4)
    assert titles(pair.loved) == ["Both 5", "Both heart"]
    assert titles(pair.apart) == ["Apart 4", "Both heart", "Apart 1"]
    assert titles(pair.for_them) == ["Mine 5", "Mine heart"]
    assert titles(pair.for_me) == ["Theirs 5"]
    assert titles(pair.wishes) == ["Wish 90", "Wish 180", "Wish"]


# Agreement

STARS = st.integers(1, 10).map(lambda half: half / 2)
BOTH = st.lists(st.tuples(STARS, STARS), min_size=FEWEST, max_size=60)


def stars(values: list[float]) -> pl.Series:
    return pl.Series(values, dtype=pl.Float64)


def share(mine: list[float], theirs: list[float]) -> float:
    found = agree(stars(mine), stars(theirs)).share
    assert found is not None
    return found


@given(BOTH)
def test_agreement_is_the_same_whoever_comes_first(rated: list[tuple[float, float]]) -> None:
    mine, theirs = map(list, zip(*rated, strict=True))
    assert agree(stars(mine), stars(theirs)) == agree(stars(theirs[::-1]), stars(mine[::-1]))
    assert 0 <= share(mine, theirs) <= 1


@given(st.lists(STARS, min_size=FEWEST, max_size=60))
def test_the_same_stars_agree_wholly_and_kinder_ones_as_well(rated: list[float]) -> None:
    assert share(rated, rated) == share(rated, [each + 1 for each in rated]) == 1


@given(st.lists(STARS, min_size=FEWEST, max_size=60), st.randoms(use_true_random=False))
def test_opposite_stars_agree_least_of_all(rated: list[float], chance: random.Random) -> None:
    other = chance.sample(rated, len(rated))
    assert share(sorted(rated), sorted(rated, reverse=True)) <= share(rated, other)


def test_those_who_agree_on_nothing_have_none() -> None:
    assert share([0.5, 5.0] * 50, [5.0, 0.5] * 50) == 0


def test_few_films_are_drawn_to_the_middle() -> None:
    near = [agree(stars([3.0, 4.0] * n), stars([3.0, 3.5] * n)) for n in (5, 50, 500)]
    assert [each.distance for each in near] == [0.25] * 3
    assert [round(each.share or 0, 3) for each in near] == [0.75, 0.858, 0.873]
    assert agree(stars([3.0] * 9), stars([3.0] * 9)) == Agreement(9)


@pytest.mark.parametrize(("noise", "expected"), [(0.0, 1.0), (0.5, 0.742), (1.0, 0.5)])
def test_two_generated_people_agree_as_they_were_made_to(make_frame: MakeFrame, noise: float, expected: float) -> None:
    """One gives half a star more than the other, and is `noise` stars off, to either side in turn."""
    mine = [(f"Film {n}", 2000, {"tmdb_id": n + 1, "rating": 1.5 + n % 5 / 2}) for n in range(200)]
    theirs = [
        (f"Film {n}", 2000, {"tmdb_id": n + 1, "rating": 2.0 + n % 5 / 2 + (noise if n % 2 else -noise)})
        for n in range(200)
    ]
    pair, other = make_pair(make_frame(mine), make_frame(theirs)), make_pair(make_frame(theirs), make_frame(mine))
    assert pair.agreement == other.agreement
    assert pair.agreement.films == 200
    assert pair.agreement.distance == pytest.approx(noise)
    assert pair.agreement.share == pytest.approx(expected, abs=0.001)

"""Columns as arrays: codes of what rows share, flags of the rows that have it, and that they are made once."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.lazyframe import engine
from polars.testing import assert_series_equal

from kinograph.stats import cards
from kinograph.stats.address import Filters
from kinograph.stats.columns import Columns, Rows
from kinograph.stats.frames import Frame
from kinograph.stats.groups import Group, count_entries
from kinograph.stats.makers import Maker, Makers
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES, Page
from tests.stats.conftest import Film

TABLE = pl.DataFrame(
    {
        "genres": [["War", "Drama"], [], None, ["Drama", None]],
        "ids": [[3, -1], [], [-1], None],
        "year": [1990, None, 2000, 1990],
        "language": ["xx", None, "fr", "xx"],
        "liked": [True, False, True, True],
    }
)


def columns(weigh: Callable[[int], None] = lambda n_bytes: None) -> Columns:
    return Columns(TABLE, weigh)


@pytest.mark.parametrize(
    ("key", "pairs"),
    [
        ("genres", [(0, "War"), (0, "Drama"), (3, "Drama")]),
        ("ids", [(0, 3), (0, -1), (2, -1)]),
        ("year", [(0, 1990), (2, 2000), (3, 1990)]),
        ("language", [(0, "xx"), (2, "fr"), (3, "xx")]),
        (pl.col("ids").list.head(1), [(0, 3), (2, -1)]),
    ],
)
def test_codes_stand_for_keys_in_their_order(key: str | pl.Expr, pairs: list[tuple[int, object]]) -> None:
    codes = columns().codes(key)
    keys = codes.keys.to_list()
    assert [(row, keys[code]) for row, code in zip(codes.rows, codes.codes, strict=True)] == pairs
    assert keys == sorted({value for _, value in pairs}, key=keys.index) == sorted(keys)
    for value in keys:
        assert np.flatnonzero(columns().having(key, value)).tolist() == [row for row, each in pairs if each == value]
    assert not columns().having(key, "Western" if isinstance(keys[0], str) else 7).any()


def test_what_the_rows_of_flags_have() -> None:
    told = columns()
    assert told.known("genres").tolist() == [True, False, False, True]
    assert told.flags(pl.col("year") > 1995).tolist() == [False, False, True, False]
    assert told.find_keys("genres", told["liked"]).to_list() == ["Drama", "War"]
    assert told.count_keys("language", ~told["liked"]) == 0
    assert told.count_each("language", told["liked"]) == {"fr": 1, "xx": 2}


def test_each_is_made_and_weighed_once() -> None:
    weighed: list[int] = []
    told = columns(weighed.append)
    for _ in range(2):
        assert told.codes(pl.col("ids").list.head(1)) is told.codes(pl.col("ids").list.head(1))
        assert told["year"] is told["year"]
    assert len(weighed) == 2
    assert min(weighed) > 0


@st.composite
def changes(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, list[bool]]:
    """A table before and after some of its rows changed, and which."""
    values: dict[str, tuple[pl.DataType, st.SearchStrategy[Any]]] = {
        "ids": (pl.List(pl.Int64()), st.lists(st.integers(-3, 9), max_size=4)),
        "tags": (pl.List(pl.String()), st.none() | st.lists(st.sampled_from(["ß", "a", "Z", "é", ""]), max_size=3)),
        "year": (pl.Int32(), st.none() | st.integers(1990, 1995)),
        "name": (pl.String(), st.none() | st.sampled_from(["fr", "xx", "ja", "É"])),
    }
    changed = draw(st.lists(st.booleans(), max_size=8))
    before = {name: [draw(each) for _ in changed] for name, (_, each) in values.items()}
    after = {
        name: [draw(values[name][1]) if is_new else old for is_new, old in zip(changed, every, strict=True)]
        for name, every in before.items()
    }
    schema = {name: dtype for name, (dtype, _) in values.items()}
    return pl.DataFrame(before, schema=schema), pl.DataFrame(after, schema=schema), changed


@given(changes(), st.booleans())
def test_what_is_carried_over_is_what_is_made_anew(
    change: tuple[pl.DataFrame, pl.DataFrame, list[bool]], is_asked_between: bool
) -> None:
    before, after, changed = change
    keys: list[str | pl.Expr] = ["ids", "tags", "year", "name", pl.col("ids").list.head(2)]
    weighed: list[int] = []
    first = Columns(before, lambda n_bytes: None)
    for key in keys:
        first.codes(key)
        first.known(key)
    none = np.zeros(len(before), np.bool_)
    between = Columns(before, lambda n_bytes: None, first.carry(none))
    if is_asked_between:
        between.codes("ids")
    carried, anew = (
        Columns(after, weighed.append, between.carry(np.array(changed, np.bool_))),
        Columns(after, lambda n_bytes: None),
    )
    for key in keys:
        found, wanted = carried.codes(key), anew.codes(key)
        assert_series_equal(found.keys, wanted.keys)
        assert found.rows.tolist() == wanted.rows.tolist()
        assert found.codes.tolist() == wanted.codes.tolist()
        assert (found.rows.dtype, found.codes.dtype) == (wanted.rows.dtype, wanted.codes.dtype)
        assert carried.known(key).tolist() == anew.known(key).tolist()
    assert sum(weighed) >= sum(carried.codes(key).bytes for key in keys)


def test_rows_are_told_in_their_order_or_another() -> None:
    rows = Rows(columns()).where(np.array([True, False, True, True]))
    assert rows["year"].tolist() == [1990, 2000, 1990]
    assert rows.table("language", "year").rows() == [("xx", 1990), ("fr", 2000), ("xx", 1990)]
    assert rows.table("language", at=np.array([1, 0])).rows() == [("fr",), ("xx",)]


def test_equal_groups_stand_by_their_stars_and_keys() -> None:
    keys = pl.Series(["a", "b", "c", "d"])
    codes = np.array([0, 1, 1, 1, 2, 2, 2, 3])
    rating = np.array([5, 3, 3, 3, 4, 4, 4, np.nan])
    groups = count_entries(keys, codes, rating=rating, own_mean=3.5)
    assert [group.key for group in groups.most()] == ["c", "b", "a", "d"]
    assert [group.key for group in groups.most(1)] == ["c"]
    assert groups.best() == [Group("c", 3, 3, 4.0, 3), Group("b", 3, 3, 3.0, 3)]
    assert groups.find("a") == Group("a", 1, 1, None, 1)
    assert groups.find("e") is None


def test_people_are_found_in_any_order() -> None:
    people = pl.DataFrame({"id": [9, -2, 4], "name": ["Nine", "Sample", "Four"], "portrait": [None, None, "/4.jpg"]})
    makers = Makers(people, lambda n_bytes: None)
    assert makers.find(4) == ("Four", "/4.jpg")
    assert makers.find(5) == (None, None)
    assert makers.tell_names({9, 5, -2}) == (("-2", "Sample"), ("9", "Nine"))
    assert Makers(people.clear(), lambda n_bytes: None).tell_names([1]) == ()
    assert Makers(people.clear(), lambda n_bytes: None).find(1) == Maker(None, None)
    assert [makers.find(id).name for id in people["id"]] == people["name"].to_list()
    assert [makers.find(id) for id in (-(10**11), 10**11)] == [Maker(None, None)] * 2


FILMS: tuple[Film, ...] = tuple(
    (f"Film {n}", 1990 + n, {"rating": n % 5 + 1.0, "genres": ["Drama"], "countries": ["FR"], "runtime_minutes": 90})
    for n in range(6)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name or "overview")
def test_a_filtered_page_asks_polars_little(
    make_view: Callable[..., PageContext], monkeypatch: pytest.MonkeyPatch, page: Page
) -> None:
    """Each of its queries takes longer than counting 10,000 films by genre: the overview had ninety of them."""
    view = make_view(FILMS, [("Film 1", "2024-03-01")], query={"genre": "Drama", "rating": "2-"})
    cards.draw_cards(view, page.cards)  # what is kept with the frame is made
    asked: list[int] = []
    collect = engine._LocalEngine.collect

    def count(self: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(1)
        return collect(self, *args, **kwargs)

    monkeypatch.setattr(engine._LocalEngine, "collect", count)
    again = PageContext(view.all, view.filters, view.path, images=True, owner=True)
    cards.draw_cards(again, page.cards)
    drawn = len(asked)
    view.all.films.select("n")
    assert len(asked) == drawn + 1
    assert drawn <= 5


def test_a_part_shares_the_columns_of_the_whole(make_frame: Callable[..., Frame]) -> None:
    view = PageContext(make_frame(FILMS), Filters.parse({"rating": "2-"}), "/here", images=False)
    assert view.picked.columns is view.all.columns
    assert "genres" not in view.picked.films.columns
    assert view.picked.of_films.table("genres")["genres"].to_list() == [["Drama"]] * len(view.picked.of_films)

"""Any of, all of, none of: what each keeps, whatever a session holds, and how it is written and said."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinograph.films.roles import ROLES
from kinograph.stats.address import Chip, FilterLink, Filters
from kinograph.stats.filters import FILTERS
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from tests.stats.generated import QUICK, libraries

VALUES = {
    "genre": ("Drama", "War", "Western"),
    "keyword": ("rain", "“quoted” & <b>"),
    "country": ("FR", "HK"),
    "language": ("fr", "xx"),
    "tag": ("cinema", "深夜\u3000映画館"),
    "list": ("odd", "none"),
}
BY_NUMBER = ("studio", "director", "cast", "lead", "person")


def values(name: str, frame: Frame) -> list[str]:
    if name in VALUES:
        return list(VALUES[name])
    ids = (frame.companies if name == "studio" else frame.people)["id"]
    return [*map(str, ids), "987654"]


@st.composite
def asked(draw: st.DrawFn) -> tuple[Frame, str, list[str]]:
    """A session, a filter that has kinds, and one or two of its values."""
    frame = draw(libraries())
    name = draw(st.sampled_from([*VALUES, *BY_NUMBER]))
    return frame, name, draw(st.lists(st.sampled_from(values(name, frame)), min_size=1, max_size=2, unique=True))


def kept(frame: Frame, *pairs: tuple[str, str]) -> set[int]:
    return set(Filters.parse(pairs, owner=True).apply(frame).films["n"])


@QUICK
@given(asked())
def test_a_filter_and_its_exclusion_split_the_films(case: tuple[Frame, str, list[str]]) -> None:
    frame, name, (value, *_) = case
    with_it, without = kept(frame, (name, value)), kept(frame, (f"{name}.not", value))
    assert not with_it & without
    assert with_it | without == set(frame.films["n"])


@QUICK
@given(asked())
def test_any_of_is_the_union_and_all_of_the_intersection(case: tuple[Frame, str, list[str]]) -> None:
    frame, name, picked = case
    each = [kept(frame, (name, value)) for value in picked]
    assert kept(frame, *((f"{name}.any", value) for value in picked)) == set().union(*each)
    if name != "tag":  # all of them belong to one viewing
        assert kept(frame, *((f"{name}.all", value) for value in picked)) == set.intersection(*each)
    assert kept(frame, *((f"{name}.not", value) for value in picked)) == set(frame.films["n"]) - set().union(*each)


@QUICK
@given(asked())
def test_viewings_go_with_their_films(case: tuple[Frame, str, list[str]]) -> None:
    frame, name, picked = case
    for kind in ("any", "not"):
        found = Filters.parse([(f"{name}.{kind}", value) for value in picked], owner=True).apply(frame)
        assert set(found.viewings["n"]) <= set(found.films["n"])
        if name != "tag" or kind == "not":
            whole = frame.viewings.filter(frame.viewings["n"].is_in(found.films["n"].implode()))
            assert found.viewings.equals(whole)


def test_viewings_of_one_film_with_and_without_a_tag(make_frame: Callable[..., Frame]) -> None:
    days = (("Ran", "2024-03-11"), ("Ran", "2024-05-01"), ("Ikiru", "2024-04-01"))
    frame = make_frame([("Ran", 1985, {}), ("Ikiru", 1952, {})], days, tags={("Ran", "2024-03-11"): ["35mm", "cinema"]})
    assert Filters.parse({"tag.not": "cinema"}, owner=True).apply(frame).films["title"].to_list() == ["Ikiru"]
    both = [("tag.all", "cinema"), ("tag.all", "35mm")]
    assert Filters.parse(both, owner=True).apply(frame).viewings["watched_on"].dt.month().to_list() == [3]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("genre.any=Drama&genre.any=Comedy", "genre.any=Drama&genre.any=Comedy"),
        ("genre.not=Drama&genre=War", "genre.not=Drama&genre=War"),
        ("genre.all=Drama&genre=War&genre.all=War", "genre=Drama&genre=War"),
        ("country.all=jp&country.all=FR&country=JP", "country.all=JP&country.all=FR&country=JP"),
        ("director.any=05026&director.any=12&studio.not=7", "director.any=5026&director.any=12&studio.not=7"),
        ("tag.not=%E6%B7%B1&list.any=odd&language.not=yue", "tag.not=%E6%B7%B1&list.any=odd&language.not=yue"),
        ("genre.some=Drama&rating.not=4&count.any=films&genre.=War&.not=War", ""),
    ],
)
def test_an_address_says_the_kind_by_a_parameter_of_its_own(asked: str, written: str) -> None:
    assert Filters.parse(parse_qsl(asked), owner=True).to_query() == written
    assert Filters.parse(parse_qsl(written), owner=True).to_query() == written


def test_only_the_owner_picks_by_what_is_theirs_whatever_the_kind() -> None:
    query = parse_qsl("tag.not=cinema&tag.any=cinema&list.not=odd&list.any=odd&list.any=afi-100-1998")
    assert Filters.parse(query).to_query() == "list.any=afi-100-1998"


def test_a_chip_says_which_kind_it_is(make_frame: Callable[..., Frame]) -> None:
    frame = make_frame(people={5026: "Akira Kurosawa"})
    query = "genre.any=Drama&director.not=5026&genre.any=Comedy&country.not=JP"
    filters = Filters.parse(parse_qsl(query))
    assert filters.chips(frame, "/s") == [
        Chip("Drama or Comedy", "?director.not=5026&country.not=JP"),
        Chip("not Akira Kurosawa", "?genre.any=Drama&genre.any=Comedy&country.not=JP"),
        Chip("not Japan", "?genre.any=Drama&director.not=5026&genre.any=Comedy"),
    ]
    assert filters.which(frame) == (
        "in the genre Drama or in the genre Comedy, not directed by Akira Kurosawa and not from Japan"
    )


def test_a_mark_of_any_of_lets_it_go_and_another_takes_its_place() -> None:
    filters = Filters.parse([("country.any", "JP"), ("country.any", "FR"), ("rating", "4")])
    assert filters.linker("country", "/s")("JP") == FilterLink("?country.any=FR&rating=4", picked=True)
    assert filters.linker("country", "/s")("IT") == FilterLink("?rating=4&country=IT", picked=False)


def test_a_chart_keeps_what_any_of_leaves_out(make_view: Callable[..., PageContext]) -> None:
    films = [("Ran", 1985, {"countries": ["JP"]}), ("Playtime", 1967, {"countries": ["FR"]}), ("8½", 1963, {})]
    view = make_view(films, query=[("country.any", "JP"), ("country.not", "IT")])
    assert view.picked.films["title"].to_list() == ["Ran"]
    assert view.ignoring("country").films["title"].to_list() == ["Ran", "Playtime", "8½"]


def test_an_any_of_that_needs_tmdb_in_part_is_asked_of_tmdb_as_a_whole(make_view: Callable[..., PageContext]) -> None:
    films = [("Ran", 1985, {"lists": ["odd"]}), ("Untitled", None, {"state": "pending"})]
    view = make_view(films, query=[("list.any", "odd"), ("list.any", "afi-100-1998")])
    assert view.lacking(pl.col("kind").is_not_null()).pending == 1


@QUICK
@given(libraries(), st.data())
def test_arrays_keep_what_the_conditions_say(frame: Frame, data: st.DataObject) -> None:
    """Where a filter has both, the one that tells whether TMDB is needed and the one that is counted by."""
    spans = {"rating": "2-4", "released": "1954-2019", "runtime": "61-", "votes": "-20", "score": "6.3-7.8"}
    name = data.draw(st.sampled_from([name for name, each in FILTERS.items() if each.films and each.flags]))
    base = FILTERS[name].base
    named = values(base, frame) if base in {*VALUES, *BY_NUMBER, *ROLES} else ["yes", "no"]
    choices = [spans[base]] if base in spans else named
    value = data.draw(st.sampled_from(choices))
    condition = FILTERS[name].films
    assert condition
    assert kept(frame, (name, value)) == set(frame.films.filter(condition(value))["n"])


@QUICK
@given(asked(), st.sampled_from(["viewed", "rewatched", "weekday", "month", "pause", "logged"]))
def test_a_filter_of_viewings_keeps_films_that_have_one(case: tuple[Frame, str, list[str]], of_viewings: str) -> None:
    frame, name, (value, *_) = case
    others = {"viewed": "2020", "rewatched": "no", "weekday": "3", "month": "2", "pause": "2-", "logged": "-3"}
    other = others[of_viewings]
    part = Filters.parse([(name, value), (of_viewings, other)], owner=True).apply(frame)
    condition = FILTERS[of_viewings].viewings
    assert condition
    films = kept(frame, (name, value))
    own = FILTERS[name].viewings  # a tag is one of a viewing
    viewings = frame.viewings.filter(condition(other), own(value) if own else pl.lit(True), pl.col("n").is_in(films))
    assert part.viewings.equals(viewings)
    has_one = pl.col("n").is_in(viewings["n"].unique().implode())
    assert part.films.equals(frame.films.filter(has_one).select(part.films.columns))

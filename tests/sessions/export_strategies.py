"""Hypothesis strategies for exports: what somebody may have watched, and the ways to write it down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.sessions.export_model import (
    Collection,
    Entry,
    Library,
    Seen,
    Style,
)

FILES = ("watched.csv", "ratings.csv", "diary.csv", "reviews.csv", "watchlist.csv", "likes/films.csv")


# Letterboxd's files hold neither NUL nor half a character; all else may stand anywhere.
SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")
DAY = st.dates(date(1900, 1, 1), date(2099, 12, 31))
STARS = st.none() | st.integers(1, 10).map(lambda half: half / 2)
TEXT = st.text(SIGNS, max_size=20)
TITLE = st.sampled_from(["The Haunted Castle", "1917", "Red, White", 'A "B"', "=1+1"]) | TEXT.filter(str.strip)
TAGS = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters=",\ufeff"), min_size=1, max_size=8),
    max_size=3,
).map(tuple)
HTML = st.lists(
    st.sampled_from(["<i>So</i>", '<a href="x">y</a>', "<br>", "Two, three.", '"', "&amp; < &", "\r\n\r\n", "\n"])
    | TEXT,
    max_size=5,
).map("".join)


# Looking through a new strategy takes longer than drawing from it: none is made for each example.
@cache
def reviewed(days: st.SearchStrategy[date]) -> st.SearchStrategy[Entry]:
    """Of no day."""
    return st.builds(Entry, st.none(), days, STARS, st.booleans(), TAGS, HTML)


@cache
def dated(days: st.SearchStrategy[date]) -> st.SearchStrategy[list[Entry]]:
    return st.lists(st.builds(Entry, days, days, STARS, st.booleans(), TAGS, st.just("") | HTML), max_size=3)


@cache
def undated(days: st.SearchStrategy[date]) -> st.SearchStrategy[list[Entry]]:
    return st.lists(reviewed(days), max_size=1)


@st.composite
def entries(draw: st.DrawFn, days: st.SearchStrategy[date]) -> tuple[Entry, ...]:
    """Some of them on one day, and a review of no day at all."""
    found = draw(dated(days))
    again: bool = draw(st.booleans())
    if found and again:
        found.append(replace(draw(reviewed(days)), watched_on=found[0].watched_on))
    return (*found, *draw(undated(days)))


@cache
def films(days: st.SearchStrategy[date]) -> st.SearchStrategy[Seen]:
    return st.builds(
        Seen,
        title=TITLE,
        year=st.none() | st.sampled_from([1897, 2015]) | st.integers(1870, 2100),
        ticked=days,
        watched=st.sampled_from([True, True, True, False]),
        stars=STARS,
        liked=st.booleans(),
        wanted=st.booleans(),
        entries=entries(days),
    )


def name(seen: Seen) -> object:
    return seen.title, seen.year


@cache
def seen_of(days: st.SearchStrategy[date], unique_by: Callable[[Seen], object] | None) -> st.SearchStrategy[list[Seen]]:
    return st.lists(films(days), min_size=1, max_size=6, unique_by=unique_by)


@cache
def collections(days: st.SearchStrategy[date], n_films: int) -> st.SearchStrategy[list[Collection]]:
    collection = st.builds(
        Collection,
        name=TEXT,
        created_on=days,
        tags=TAGS,
        description=HTML,
        films=st.lists(st.integers(0, n_films - 1), max_size=5).map(tuple),
        note=HTML,
    )
    return st.lists(collection, min_size=1, max_size=3)


@st.composite
def libraries(draw: st.DrawFn, *, namesakes: bool, days: st.SearchStrategy[date] = DAY) -> Library:
    seen = draw(seen_of(days, None if namesakes else name))
    if namesakes:
        twin = draw(films(days))
        seen.append(replace(twin, title=seen[0].title, year=seen[0].year, watched=True, entries=()))
    templates = draw(collections(days, len(seen)))
    n_lists = draw(st.sampled_from([0, 0, 1, 2, 5, 200]))
    return Library(tuple(seen), tuple(templates[n % len(templates)] for n in range(n_lists)))


def styles(**fixed: Any) -> st.SearchStrategy[Style]:
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "newline": st.sampled_from(["\r\n", "\n"]),
        "quotes": st.sampled_from(["needed", "text", "always"]),
        "links": st.sampled_from(["short", "full", "none"]),
        "start": st.sampled_from(["https://", "http://", "https://www.", "HTTP://WWW."]),
        "ends_with_slash": st.booleans(),
        "above": st.sampled_from(["", "", "My films", "sep=,", "Name of the member: someone"]),
        "lacking": st.just(frozenset()) | st.frozensets(st.sampled_from(["Rewatch", "Tags"])),
        "encoded_twice": st.just(False),
        "wrapper": st.sampled_from(["", "letterboxd-someone-2026-05-03-18-29-utc/", "Films/lists/mine/", "a/b/c/"]),
        "beside": st.booleans(),
        "zipped": st.booleans(),
        "streamed": st.booleans(),
        "stored": st.booleans(),
        "banner": st.sampled_from(["Letterboxd list export v7", "", None]),
        "shuffle": st.integers(0, 9),
        "missing": st.just(frozenset()) | st.frozensets(st.sampled_from(FILES)),
        "others": st.booleans(),
    }
    return st.builds(Style, **(drawn | {name: st.just(value) for name, value in fixed.items()}))


NEAR = st.builds(date, st.sampled_from([2023, 2024]), st.integers(1, 12), st.integers(1, 13))
CLEAR_FORMS = ("%Y-%m-%d 00:00", "%Y-%m-%dT00:00:00Z", "%Y/%m/%d", "%Y年%m月%d日", "%d.%m.%y", "%d-%b-%y", "%B %d, %Y")
UNCLEAR_FORMS = ("%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%m/%d/%Y 12:00:00 AM")
RESAVED = st.sampled_from(["%d.%m.%Y", *CLEAR_FORMS, *UNCLEAR_FORMS]).flatmap(
    lambda form: st.sampled_from([",", ";", "\t"]).flatmap(
        lambda delimiter: st.frozensets(st.sampled_from(FILES[:4]), min_size=1).flatmap(
            lambda resaved: styles(
                by_day=True,
                form=form,
                delimiter=delimiter,
                resaved=resaved,
                links="short",
                missing=frozenset(),
                above="",
            )
        )
    )
)

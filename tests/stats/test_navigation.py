"""Which ways there are between the pages, and where they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.navigation import GROUPS, TITLES, link_pages
from kinograph.stats.page_context import PageContext


def titles(links: Sequence[tuple[str, str, bool]]) -> list[str]:
    return [title for title, _, _ in links]


@pytest.fixture
def view(make_frame: Callable[..., Frame]) -> PageContext:
    path = "/session/1/genres"
    return PageContext(all=make_frame([("Ran", 1985, {})]), filters=Filters(), path=path, images=True, page="genres")


def test_every_page_is_in_one_group() -> None:
    assert Counter(name for _, names in GROUPS for name in names) == Counter(TITLES.keys())


def test_a_phone_has_four_and_the_rest_and_says_which_of_the_rest_is_open(view: PageContext) -> None:
    found = link_pages(view)
    assert titles(found.bar) == ["Overview", "Year", "People", "Films"]
    assert titles(found.rest) == [
        "Patterns",
        "Genres",
        "Ratings",
        "World",
        "Lists",
        "Collections",
        "Watchlist",
        "Settings",
    ]
    assert found.here and found.here.title == "Genres"
    assert [link for _, links in found.groups for link in links if link.here] == [found.here]


@pytest.mark.parametrize(
    ("shown", "bar", "rest", "captions"),
    [
        ({"", "genres"}, ["Overview", "Genres"], [], [""]),
        (
            {"genres", "people", "ratings", "world", "lists"},
            ["People", "Genres", "Ratings", "World", "Lists"],
            [],
            ["Watched", "Who and where", "What is left"],
        ),
        (
            {"", "patterns", "genres", "ratings", "films", "world"},
            ["Overview", "Films", "Patterns", "Genres"],
            ["Ratings", "World"],
            ["Watched", "Who and where"],
        ),
    ],
)
def test_of_a_share_only_its_pages_are_there_and_as_many_as_fit_at_once(
    view: PageContext, shown: set[str], bar: list[str], rest: list[str], captions: list[str]
) -> None:
    found = link_pages(view, shown)
    assert (titles(found.bar), titles(found.rest)) == (bar, rest)
    assert [caption for caption, _ in found.groups] == captions

"""What cards print as an average: the mean of so many ratings, whatever it was ranked by."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest

from kinograph import i18n
from kinograph.stats import cards, groups
from kinograph.stats.address import Filters
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES, Page

# Ratings that a shrunk average would show elsewhere: a few very high, many in the middle.
FILMS = tuple(
    (
        f"Film {n}",
        1950 + 7 * n,
        {
            "rating": (5.0 if n % 3 == 0 else 4.5) if n < 6 else 0.5 + n % 6 / 2,
            "genres": ["War"] if n < 3 else ["Drama", "Comedy"] if n % 2 else ["Drama"],
            "countries": ["HK"] if n < 4 else ["US"],
            "directors": [1] if n < 4 else [2],
            "cast": [3, 4] if n < 5 else [4],
            "keywords": ["rain"] if n < 3 else ["city"],
            "companies": [1] if n < 3 else [2],
            "original_language": "yue" if n < 3 else "en",
            "runtime_minutes": 45 if n < 3 else 100,
            "vote_average": 7.0,
            "vote_count": 100,
        },
    )
    for n in range(10)
)
DIARY = (*((f"Film {n}", f"2024-01-{n + 1:02}") for n in range(10)), ("Film 0", "2024-03-01+"))
PEOPLE = {1: "Agnès Varda", 2: "Jacques Demy", 3: "Kirin Kiki", 4: "Anna Karina"}
TAGS = {(title, day): ["cinema"] for title, day in DIARY[:4]} | {("Film 0", "2024-03-01+"): ["cinema"]}
LINK = re.compile(r'<a class="(?:row|decade)"(?: title="[^"]*")? href="([^"]*)"(.*?)</a>', re.S)
MEAN = re.compile(r"([\d.]+)★</b> <small>· (\d+) rating")


def _averages(html: str) -> Iterator[tuple[dict[str, str], str, int]]:
    """What each linked row that prints an average leads to, its mean and its number of ratings."""
    for href, row in LINK.findall(html):
        for mean, ratings in MEAN.findall(row):
            yield dict(parse_qsl(unescape(href).partition("?")[2])), mean, int(ratings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name or "overview")
def test_an_average_leads_to_that_very_average(make_view: Callable[..., PageContext], page: Page) -> None:
    view = make_view(FILMS, DIARY, PEOPLE, tags=TAGS)
    drawn = cards.draw_cards(view, page.cards)
    found = [(card.name, *average) for card in drawn for average in _averages(card.html)]
    assert bool(found) == (page.name in {"", "genres", "people", "patterns", "world", "year"})
    for name, picks, mean, ratings in found:
        picked = replace(view, filters=Filters.parse(picks, owner=True)).watched["rating"].drop_nulls()
        assert (name, picks, mean, ratings) == (name, picks, i18n.decimal(float(picked.mean())), len(picked))  # type: ignore[arg-type]


def test_few_ratings_rank_nearer_to_ones_own_mean_but_print_their_own(make_view: Callable[..., PageContext]) -> None:
    films: list[Any] = [
        *((f"Few {n}", 2000, {"rating": 5.0, "genres": ["Few"]}) for n in range(3)),
        *((f"Many {n}", 2000, {"rating": 4.5, "genres": ["Many"]}) for n in range(30)),
        *((f"Rest {n}", 2000, {"rating": 1.0, "genres": ["Rest"]}) for n in range(30)),
    ]
    view = make_view(films)
    best = groups.count_by(view.counted, "genres", own_mean=view.own_mean).best()
    told = [(group.key, group.average, group.rated) for group in best]
    assert told == [("Many", 4.5, 30), ("Few", 5.0, 3), ("Rest", 1.0, 30)]


def test_a_film_tagged_twice_has_one_rating_among_the_stars_of_its_tag(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY, tags=TAGS)
    card = next(card for card in cards.draw_cards(view, PAGES[1].cards) if card.name == "tags")
    assert "4.75★</b> <small>· 4 ratings" in card.html
    assert "the stars are those of the films, each film once" in card.html

"""Two periods, or a period and everything, on the cards of every page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kinograph.stats.address import Filters
from kinograph.stats.cards import genres, ratings
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import EVERY_PAGE
from kinograph.stats.scope import Scope
from tests.sample_app import frame, made
from tests.stats import conftest
from tests.stats.test_against import ADD_A_CARD, DIARY, FILMS, labels

__all__ = ["frame", "made"]


def test_columns_stand_before_those_of_the_other_period_and_say_the_difference(
    make_view: Callable[..., PageContext],
) -> None:
    view = make_view(FILMS, DIARY, query={"viewed": "2023-06-01..2024-12-31", "against": "2023-03"})
    card = ratings.compute(view)
    assert card is not None
    html = ratings.render(card, "How you rate")
    assert labels(html)[:4] == [
        "3 stars: 1 film, against 0 (+1)",
        "4 stars: 1 film, against 1 (±0)",
        "5 stars: 1 film, against 0 (+1)",
    ]
    assert "March 2023, on the same scale" in html
    assert '<th scope="col">March 2023</th>' in html


def test_a_ranking_tells_the_difference_of_each_group(make_view: Callable[..., PageContext]) -> None:
    card = genres.compute(make_view(FILMS, DIARY, query={"viewed": "2023-06", "against": "2023-03"}))
    assert card is not None and card.sums is not None
    assert [(entry.key, entry.amount, entry.beside and entry.beside.amount) for entry in card.most] == [("Drama", 1, 1)]
    html = genres.render(card, "Genres")
    assert re.findall(r'class="row-count">(.*?)</span> <small class="muted">(.*?)</small>', html) == [
        ('1<span class="visually-hidden"> film', "±0")
    ]


def test_a_share_of_one_year_tells_of_no_other(make_frame: Callable[..., Frame]) -> None:
    masked = Scope(Filters.parse({"viewed": "2024"}), frozenset({"stars"})).mask(make_frame(FILMS, DIARY))
    for against in ("before", "year-earlier", "2023", "all"):
        filters = Filters.parse({"viewed": "2024", "against": against})
        view = PageContext(all=masked, filters=filters, path="/s/x", images=False)
        seen = view.other.view.picked.films["title"].to_list() if view.other else []
        assert set(seen) <= {"Alien"}
        assert "2023" not in view.against_sentence


ALONE = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`\w+`.*?) \|", ADD_A_CARD.read_text(), re.MULTILINE))))
"""The cards of which docs/add-a-card.md says why they stand alone."""


CARDS = {card.__name__.rpartition(".")[2]: card for page in EVERY_PAGE for card in page.cards}


LINK = re.compile(r'(?:href|data-strip|data-hash)="[^"]*"')


@pytest.mark.parametrize("against", ["2023", "all"])
async def test_every_card_is_compared_or_says_why_it_is_not(frame: Frame, against: str) -> None:
    picked = Filters.parse({"viewed": "2024"}).apply(frame)
    directors = picked.of_films.table("directors")["directors"].explode().value_counts(sort=True)
    person = str(directors["directors"][0])

    def draw(name: str, query: dict[str, str]) -> str:
        fixed = (("person", person),) if name in ("person", "collaborators", "filmography") else ()
        filters = Filters.parse(query, fixed=fixed, owner=True)
        path = f"/sample/person/{person}" if fixed else "/sample"
        view = PageContext(all=frame, filters=filters, path=path, images=False, owner=True)
        card = CARDS[name].compute(view)
        return LINK.sub("", CARDS[name].render(card, "Title")) if card else ""

    drawn = {
        name: (draw(name, {"viewed": "2024"}), draw(name, {"viewed": "2024", "against": against})) for name in CARDS
    }
    assert {name for name, (plain, compared) in drawn.items() if plain == compared} == ALONE


RATED = [(f"Film {n}", 2000, {"genres": [["Drama", "Comedy", "War"][n % 3]]}) for n in range(40)]
SEEN = [(f"Film {n}", str(date(2023, 1, 1) + timedelta(days=17 * n))) for n in range(40)]


@given(st.integers(0, 600), st.integers(0, 300), st.integers(0, 600), st.integers(0, 300))
def test_what_stands_against_the_other_is_its_opposite(
    diary: Frame, one: int, length: int, two: int, other: int
) -> None:
    def name(start: int, length: int) -> str:
        first = date(2023, 1, 1) + timedelta(days=start)
        return f"{first}..{first + timedelta(days=min(length, 663 - start))}"

    def look(viewed: str, against: str) -> tuple[int, int, dict[str, tuple[int, int]]]:
        query = {"viewed": viewed, "against": against}
        view = PageContext(all=diary, filters=Filters.parse(query), path="/", images=False)
        assert view.other is not None
        card = genres.compute(view)
        assert card is not None
        groups = {entry.key: (entry.amount, entry.beside.amount) for entry in card.most if entry.beside}
        return len(view.watched), len(view.other.view.watched), groups

    assume(name(one, length) != name(two, other))
    here, there = look(name(one, length), name(two, other)), look(name(two, other), name(one, length))
    assert here[:2] == there[1::-1]
    both = here[2].keys() & there[2].keys()
    assert {key: here[2][key] for key in both} == {key: there[2][key][::-1] for key in both}


@given(st.integers(0, 663), st.integers(0, 663))
def test_a_period_and_the_days_beside_it_add_up(diary: Frame, one: int, two: int) -> None:
    first, last = sorted((one, two))
    ends = (0, first - 1), (first, last), (last + 1, 10_000)
    start = date(2023, 1, 1)
    counted = [
        len(Filters.parse({"viewed": f"{start + timedelta(days=a)}..{start + timedelta(days=b)}"}).apply(diary).films)
        for a, b in ends
        if a <= b
    ]
    assert sum(counted) == len(SEEN)


@pytest.fixture(scope="module")
def diary() -> Frame:
    """Forty films, one every 17 days."""
    make: Callable[..., Frame] = conftest.make_frame.__wrapped__()  # type: ignore[attr-defined]
    return make(RATED, SEEN)

"""The films of a watchlist as a frame of their own: which of them wait, and which were watched after all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kinograph.stats import amounts, cards
from kinograph.stats.address import Filters
from kinograph.stats.cards import genres, oldest_wishes, waiting_times
from kinograph.stats.cards.oldest_wishes import count_months, describe_wait
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES, WATCHLIST, link_units
from kinograph.stats.wishes import WishContext, make_wishes
from tests.stats.conftest import Film

JAN = date(2024, 1, 10)


def wish(title: str, wanted_on: date | None = None, **more: Any) -> Film:
    return (title, 1999, {"watched": False, "watchlist": True, "wanted_on": wanted_on} | more)


def on_page(view: PageContext, query: dict[str, str] | None = None) -> PageContext:
    """The same at the address of the page, with what that picks."""
    path = f"{view.path}/watchlist"
    return replace(view, path=path, page="watchlist", filters=Filters.parse(query or {}, page="watchlist", owner=True))


FILMS: tuple[Film, ...] = (
    ("Ran", 1985, {"rating": 4.5, "genres": ["Drama"], "runtime_minutes": 160, "countries": ["JP"]}),
    wish("Waits", JAN, genres=["Drama"], runtime_minutes=100, countries=["FR"], original_language="fr"),
    wish("Undated", genres=["Comedy"], runtime_minutes=50),
    wish("Again", JAN, watched=True, rating=5.0, genres=["Drama"], runtime_minutes=80, marked_on=date(2020, 1, 1)),
    wish("Kept", JAN, watched=True, rating=3.0, genres=["Drama"], runtime_minutes=500),
    wish("Marked", JAN, watched=True, marked_on=date(2024, 3, 1), genres=["Drama"]),
    wish("Same Day", JAN, watched=True, marked_on=date(2024, 3, 1), genres=["War"]),
)
VIEWINGS = (("Ran", "2024-05-05"), ("Again", "2023-05-05"), ("Kept", "2024-02-09"), ("Same Day", "2024-01-10"))
MakeView = Callable[..., PageContext]


@pytest.fixture
def make(make_view: MakeView) -> Callable[..., WishContext]:
    def make(
        query: dict[str, str] | None = None, gone: Iterable[tuple[int, date | None]] = (), films: Iterable[Film] = FILMS
    ) -> WishContext:
        titles = {title for title, _, _ in films}
        viewings = [viewing for viewing in VIEWINGS if viewing[0] in titles]
        return make_wishes(on_page(make_view(films, viewings), query), gone)

    return make


def titles(view: WishContext) -> list[str]:
    return view.watched["title"].to_list()


def test_a_film_waits_unless_a_later_day_says_that_it_was_watched(make: Callable[..., WishContext]) -> None:
    view = make()
    assert titles(view) == ["Waits", "Undated", "Again", "Same Day"]
    assert view.again == 2
    assert view.met.rows() == [(4, JAN, date(2024, 2, 9)), (5, JAN, date(2024, 3, 1))]


def test_what_left_the_watchlist_counts_with_its_first_viewing_since(make: Callable[..., WishContext]) -> None:
    view = make(gone=[(0, date(2024, 5, 1)), (4, date(2021, 1, 1))])
    assert view.met.rows()[2:] == [(0, date(2024, 5, 1), date(2024, 5, 5))]
    assert make({"country": "JP"}, [(0, date(2024, 5, 1))]).met.rows() == [(0, date(2024, 5, 1), date(2024, 5, 5))]
    assert make({"country": "FR"}, [(0, date(2024, 5, 1))]).met.rows() == []


def test_filters_ask_what_is_so_and_cards_count_films_alone(make: Callable[..., WishContext]) -> None:
    assert titles(make({"rating": "5"})) == ["Again"]
    assert titles(make({"viewed": "2023"})) == ["Again"]
    assert titles(make({"genre": "Drama"})) == ["Waits", "Again"]
    assert amounts.sum_minutes(make({"viewed": "2023"}).picked) == 80
    view = make({"count": "viewings"})
    assert view.unit == "films" and [link.title for link in link_units(view)] == ["Films", "Hours"]
    card = genres.compute(view)
    assert card and [(entry.key, entry.amount, entry.average) for entry in card.most] == [
        ("Drama", 2, None),
        ("Comedy", 1, None),
        ("War", 1, None),
    ]
    assert card.best == ()


def test_the_page_opens_with_what_is_still_to_come(make: Callable[..., WishContext]) -> None:
    found = compute_headline(make())
    assert found.sentence == "4 hours still to come."
    assert [(credit.number, credit.label) for credit in found.credits] == [
        ("4", "films"),
        ("1", "country"),
        ("1", "language"),
        ("2", "watched after all"),
    ]
    assert compute_headline(make({"genre": "Drama"})).sentence == "2 films, 3 hours, in the genre Drama."
    assert compute_headline(make({"genre": "Western"})).sentence == (
        "Nothing on the reel: no films in the genre Western."
    )
    assert compute_headline(make(films=FILMS[:1])).sentence == "No films on the watchlist."


def test_how_long_they_wait(make: Callable[..., WishContext]) -> None:
    other = wish("Later", date(2024, 3, 2))
    card = waiting_times.compute(make(films=(*FILMS, other)))
    assert card
    assert [(span.name, span.waiting, span.met) for span in card.spans] == [
        ("2024-01", 3, 2),
        ("2024-02", 0, 0),
        ("2024-03", 1, 0),
    ]
    # 30 and 51 days until they were watched; three of January and one of March wait.
    assert (card.waiting, card.met, card.again, card.undated, card.days, card.half) == (5, 2, 2, 1, 41, JAN)
    html = waiting_times.render(card, "Title")
    assert "You watched 2 films of your watchlist after all. Half of them within 41 days." in " ".join(html.split())
    assert 'aria-label="January 2024: 3 films wait, 2 watched after all"' in html


def test_more_than_ten_years_are_drawn_by_the_year(make: Callable[..., WishContext]) -> None:
    card = waiting_times.compute(make(films=(wish("Old", date(2012, 5, 1)), wish("New", date(2024, 1, 1)))))
    assert card and [span.name for span in card.spans] == [str(year) for year in range(2012, 2025)]
    assert card.spans[0].link.href == "?wished=2012"


def test_a_month_picks_its_wishes(make: Callable[..., WishContext]) -> None:
    films = (*FILMS, wish("Later", date(2024, 3, 2)))
    view = make({"wished": "2024-03"}, films=films)
    assert titles(view) == ["Later"]
    card = waiting_times.compute(view)
    assert card and [span.waiting for span in card.spans] == [3, 0, 1]
    assert view.filters.chips(view.all, view.path)[0].label == "on the watchlist since Mar 2024"
    assert view.to_page("genres") == "/session/1/genres"  # where it means nothing


def test_the_oldest_come_first_and_wait_until_the_newest_day(make: Callable[..., WishContext]) -> None:
    films = (*FILMS, wish("Older", date(2019, 4, 6)), wish("Oldest", date(2019, 3, 6)))
    card = oldest_wishes.compute(make(films=films))
    assert card and [(each.poster.title, each.months) for each in card.wishes] == [
        ("Oldest", 61),
        ("Older", 60),
        ("Waits", 3),
        ("Again", 3),
        ("Same Day", 3),
    ]


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2019, 3, 6), date(2024, 3, 5), 59),
        (date(2019, 3, 6), date(2024, 3, 6), 60),
        (date(2024, 1, 31), date(2024, 2, 29), 0),
        (date(2024, 5, 1), date(2024, 4, 1), 0),
    ],
)
def test_months_count_once_they_are_full(since: date, until: date, months: int) -> None:
    assert count_months(since, until) == months


def test_a_wait_is_said_in_years_and_months() -> None:
    assert list(map(describe_wait, (0, 7, 12, 80))) == ["0 m", "7 m", "1 y", "6 y 8 m"]


def test_the_cards_of_the_page_are_of_what_waits(make: Callable[..., WishContext]) -> None:
    drawn = {card.name: card.html for card in cards.draw_cards(make(), WATCHLIST.cards)}
    assert list(drawn) == [card.__name__.rpartition(".")[2] for card in WATCHLIST.cards]
    assert "Most on your watchlist: Drama." in drawn["genres"]
    assert not any("Most watched" in html or "Best rated" in html for html in drawn.values())


def test_off_the_page_no_card_is_of_the_watchlist(make_view: MakeView) -> None:
    view = make_view(FILMS, VIEWINGS)
    assert (waiting_times.compute(view), oldest_wishes.compute(view)) == (None, None)


def test_no_number_of_another_page_counts_the_watchlist(make_view: MakeView) -> None:
    watched = [(title, year, given) for title, year, given in FILMS if given.get("watched", True)]
    plain = [(title, year, given | {"watchlist": False, "wanted_on": None}) for title, year, given in watched]
    films = [*plain, *(film for film in FILMS if not film[2].get("watched", True))]
    with_wishes, without = make_view(films, VIEWINGS), make_view(plain, VIEWINGS)
    assert compute_headline(with_wishes) == compute_headline(without)
    for page in PAGES:
        for card in (card for card in page.cards if not card.__name__.endswith("unseen_countries")):
            assert card.compute(with_wishes) == card.compute(without), (page.name, card)

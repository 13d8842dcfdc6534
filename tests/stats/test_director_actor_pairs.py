from collections.abc import Callable
from dataclasses import replace

import pytest

from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards import director_actor_pairs
from kinograph.stats.cards.director_actor_pairs import DirectorActorPairs, compute, render
from kinograph.stats.codes import Codes
from kinograph.stats.columns import Columns
from kinograph.stats.page_context import Lookups, PageContext
from kinograph.stats.ranking import RankedGroup, Ranking
from tests.stats.conftest import Film

VARDA, GODARD, KARINA, BERTO, EXTRA, DEMY = -1, 2, 30, -4, 50, 60
FILMS: tuple[Film, ...] = (
    ("A", 1961, {"directors": [GODARD], "cast": [KARINA, BERTO], "rating": 4.0, "runtime_minutes": 84}),
    ("B", 1962, {"directors": [GODARD, DEMY], "cast": [KARINA, GODARD], "rating": 5.0}),
    ("C", 1965, {"directors": [GODARD], "cast": [KARINA, GODARD], "rating": 4.5}),
    ("D", 1966, {"directors": [VARDA], "cast": [BERTO], "runtime_minutes": 90}),
    ("E", 1967, {"directors": [VARDA], "cast": [KARINA, BERTO], "runtime_minutes": 100}),
    ("F", 1968, {"directors": [VARDA], "cast": [*range(100, 120), EXTRA]}),
    ("G", 1969, {"directors": [VARDA], "cast": [*range(200, 220), EXTRA]}),
    ("Unseen", 1970, {"directors": [DEMY], "cast": [KARINA], "watched": False}),
)
PEOPLE = {VARDA: "Agnès Varda", GODARD: "Jean-Luc Godard", KARINA: "Anna Karina", BERTO: "Juliet Berto", DEMY: "Demy"}


def _entry(
    director: int, actor: int, films: int, amount: int, average: float | None = None, rated: int = 0, count: str = ""
) -> RankedGroup:
    link = FilterLink(f"?{count}director={director}&cast={actor}", picked=False)
    return RankedGroup(f"{director},{actor}", films, amount, average, link, rated)


def test_who_made_two_films_together_is_a_pair_but_nobody_is_one_alone(make_view: Callable[..., PageContext]) -> None:
    average = 4.5
    assert compute(make_view(FILMS, people=PEOPLE)) == DirectorActorPairs(
        Ranking(
            most=(_entry(GODARD, KARINA, 3, 3, average, 3), _entry(VARDA, BERTO, 2, 2)),
            best=(_entry(GODARD, KARINA, 3, 3, average, 3),),
            total=2,
            unit="films",
            own_mean=4.5,
            lookups=Lookups(films=7, pending=0, missing=0),
        ),
        names=tuple((str(id), PEOPLE[id]) for id in (BERTO, VARDA, GODARD, KARINA)),
    )


def test_a_pair_leads_to_its_films(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, people=PEOPLE, query={"director": str(VARDA), "cast": str(BERTO)})
    assert view.watched["title"].to_list() == ["D", "E"]
    card = compute(view)
    assert card is not None
    assert [entry.link for entry in card.ranking.most] == [FilterLink("/session/1", picked=True)]


def test_pairs_are_ranked_by_what_is_counted_and_named(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, people=PEOPLE, query={"count": "hours"}))
    assert card is not None
    assert card.ranking.most[0] == _entry(VARDA, BERTO, 2, 190, count="count=hours&")
    drawn = render(card, "")
    assert "Most often: Agnès Varda and Juliet Berto." in drawn
    assert "first 20 credited actors" in drawn


def test_without_a_pair_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[5:], people=PEOPLE)) is None
    assert compute(make_view()) is None


def test_pairs_are_found_once_for_a_frame(
    make_view: Callable[..., PageContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[Columns] = []
    pair_up = director_actor_pairs._pair_up

    def note(columns: Columns) -> Codes:
        looked_at.append(columns)
        return pair_up(columns)

    monkeypatch.setattr(director_actor_pairs, "_pair_up", note)
    view = make_view(FILMS, people=PEOPLE)
    for query in ({}, {"director": str(VARDA)}, {"cast": str(KARINA)}):
        assert compute(replace(view, filters=Filters.parse(query)))
    assert len(looked_at) == 1

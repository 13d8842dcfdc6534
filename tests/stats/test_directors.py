from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards.directors import Director, Directors, compute
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import Lookups, PageContext

about: Callable[[float], Any] = pytest.approx

FILMS = (
    ("Fargo", 1996, {"rating": 4.0, "directors": [1, 2]}),
    ("Blood Simple", 1984, {"rating": 4.5, "directors": [1, 2]}),
    ("Nomadland", 2020, {"rating": 3.0, "directors": [3]}),
    ("The Tragedy of Macbeth", 2021, {"rating": 4.0, "directors": [1]}),
    ("Wished for", 2022, {"watched": False, "directors": [3]}),
    ("Waiting", 2023, {"state": "pending"}),
)
PEOPLE = {1: "Joel Coen", 2: "Ethan Coen", 3: "Chloé Zhao"}


def test_a_film_counts_for_each_of_its_directors(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, people=PEOPLE)) == Directors(
        top=(
            Director("Joel Coen", 3, 3, about(12.5 / 3), None, FilterLink("?director=1", False), 3),
            Director("Ethan Coen", 2, 2, None, None, FilterLink("?director=2", False), 2),
            Director("Chloé Zhao", 1, 1, None, None, FilterLink("?director=3", False), 1),
        ),
        total=3,
        unit="films",
        lookups=Lookups(films=5, pending=1, missing=0),
    )


@pytest.mark.parametrize(("images", "portrait"), [(True, "https://image.tmdb.org/t/p/w185/joel.jpg"), (False, None)])
def test_portraits_come_from_tmdb_only_where_pictures_are_allowed(
    make_frame: Callable[..., Frame], images: bool, portrait: str | None
) -> None:
    frame = make_frame(FILMS[:1], people={1: "Joel Coen"})
    people = frame.people.with_columns(portrait=pl.lit("/joel.jpg"))
    whole = Frame(frame.films, frame.viewings, people, frame.companies)
    card = compute(PageContext(all=whole, filters=Filters(), path="/session/1", images=images))
    assert card is not None
    assert card.top[0].portrait == portrait


@pytest.mark.parametrize(
    ("name", "initials"), [("Bong Joon-ho", "BJ"), ("Agnès", "A"), ("Paul Thomas Anderson", "PA"), ("黒澤 明", "黒明")]
)
def test_who_has_no_portrait_is_drawn_by_initials(name: str, initials: str) -> None:
    assert Director(name, 1, 1, None, None, FilterLink("", False)).initials == initials


def test_the_card_is_left_out_when_nothing_will_come(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view([("Nowhere", 1999, {"state": "unmatched"})])) is None

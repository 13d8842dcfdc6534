from collections.abc import Callable
from typing import Any

import pytest

from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards.people import People, PersonRow, RoleChoice, compute, render
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Cléo", 1962, {"rating": 4.0, "directors": [1], "writers": [1], "cast": [3, 4], "composers": [2]}),
    ("Vagabond", 1985, {"rating": 5.0, "directors": [1], "cast": [4], "runtime_minutes": 105}),
    ("Gleaners", 2000, {"rating": 4.5, "directors": [1]}),
    ("Umbrellas", 1964, {"rating": 3.0, "directors": [2], "composers": [2], "cast": [*range(100, 120), 3]}),
)
PEOPLE = {1: ("Agnès Varda", 1), 2: ("Michel Legrand", 2), 3: ("Corinne Marchand", 1), 4: ("Yolande Moreau", 2)}


@pytest.fixture
def look(make_frame: Callable[..., Frame]) -> Callable[..., PageContext]:
    """At the page of people."""

    def look(query: dict[str, str] | None = None, films: tuple[Film, ...] = FILMS, people: Any = PEOPLE) -> PageContext:
        filters = Filters.parse(query or {}, page="people")
        frame = make_frame(films, people=people)
        return PageContext(all=frame, filters=filters, path="/session/1/people", images=True, page="people")

    return look


def names(view: PageContext) -> list[tuple[str, int]]:
    card = compute(view)
    assert card is not None
    return [(person.name, person.amount) for person in card.people]


def test_directors_come_first_and_every_role_is_a_choice(look: Callable[..., PageContext]) -> None:
    roles = ["lead", "cast", "actress", "actor", "writer", "composer", "photography", "editor", "producer"]
    assert compute(look()) == People(
        role="director",
        people=(
            PersonRow("Agnès Varda", 3, 3, 4.5, None, FilterLink("?director=1", False), 3),
            PersonRow("Michel Legrand", 1, 1, None, None, FilterLink("?director=2", False), 1),
        ),
        total=2,
        most=3,
        page=1,
        page_count=1,
        best=False,
        search="",
        unit="films",
        roles=(
            RoleChoice("director", FilterLink("/session/1/people", True)),
            *(RoleChoice(name, FilterLink(f"?role={name}", False)) for name in roles),
        ),
        sorts=(
            RoleChoice("most", FilterLink("/session/1/people", True)),
            RoleChoice("best", FilterLink("?sort=best", False)),
        ),
        kept=(),
        path="/session/1/people",
        back=None,
        onward=None,
        lookups=Lookups(films=4, pending=0, missing=0),
    )


def test_cast_counts_to_the_twentieth_name_and_the_filter_with_it(look: Callable[..., PageContext]) -> None:
    assert names(look({"role": "actress"})) == [("Corinne Marchand", 1)]
    assert len(look({"cast": "3"}).watched) == 1


def test_leads_are_the_first_three_of_the_billing_whatever_their_gender(look: Callable[..., PageContext]) -> None:
    films = (("Cléo", 1962, {"cast": [3, 4, 5, 6]}), ("Vagabond", 1985, {"cast": [4, 3]}))
    people = {3: ("Corinne Marchand", 1), 4: ("Antoine Bourseiller", 2), 5: "Michel Legrand", 6: "Dominique Davray"}
    assert names(look({"role": "lead"}, films, people)) == [
        ("Corinne Marchand", 2),
        ("Antoine Bourseiller", 2),
        ("Michel Legrand", 1),
    ]
    card = compute(look({"role": "lead"}, films, people))
    assert card is not None
    assert card.people[0].link == FilterLink("?role=lead&lead=3", False)
    assert len(look({"lead": "6"}, films, people).watched) == 0


def test_actors_are_picked_as_cast(look: Callable[..., PageContext]) -> None:
    card = compute(look({"role": "actor"}))
    assert card is not None
    assert [(person.name, person.link) for person in card.people] == [
        ("Yolande Moreau", FilterLink("?role=actor&cast=4", False))
    ]


@pytest.mark.parametrize("search", ["varda", "AGNES", "agnès v", "varda, agnes"])
def test_names_are_found_without_accents_and_case_by_each_of_their_words(
    look: Callable[..., PageContext], search: str
) -> None:
    assert names(look({"q": search})) == [("Agnès Varda", 3)]


@pytest.mark.parametrize("search", ["oneill", "o'neill", "stromaes lukasz"])
def test_names_are_found_as_they_are_typed(look: Callable[..., PageContext], search: str) -> None:
    people = PEOPLE | {1: ("Łukasz O’Neill-Strømæs", 2)}
    assert names(look({"q": search}, people=people)) == [("Łukasz O’Neill-Strømæs", 3)]


def test_nobody_found_is_said_and_nothing_breaks(look: Callable[..., PageContext]) -> None:
    card = compute(look({"q": "<b>.*", "role": "writer"}))
    assert card is not None
    assert (card.people, card.kept) == ((), (("role", "writer"),))
    assert "Nobody here is called “&lt;b&gt;.*”." in render(card, "")


def test_the_best_rated_leave_out_those_with_few_ratings(look: Callable[..., PageContext]) -> None:
    assert names(look({"sort": "best"})) == [("Agnès Varda", 3)]
    assert names(look({"count": "hours"})) == [("Agnès Varda", 105), ("Michel Legrand", 0)]


def test_there_is_no_end_of_pages(look: Callable[..., PageContext]) -> None:
    films = tuple((f"Film {n}", 2000, {"directors": [n]}) for n in range(1, 71))
    people = {n: f"Person {n}" for n in range(1, 71)}
    first, second, last = (compute(look({"page": str(page)}, films, people)) for page in (1, 2, 9))
    assert first and second and last
    assert [(len(card.people), card.page, card.back, card.onward) for card in (first, second, last)] == [
        (30, 1, None, "?page=2"),
        (30, 2, "/session/1/people", "?page=3"),
        (10, 3, "?page=2", None),
    ]
    assert second.people[0].link == FilterLink("?director=31", False)  # a pick starts again on the first page


def test_the_choices_mean_nothing_elsewhere() -> None:
    assert Filters.parse({"role": "writer", "q": "varda", "page": "2", "sort": "best"}).picked == ()


def test_nobody_known_and_nobody_coming_leaves_the_card_out(look: Callable[..., PageContext]) -> None:
    assert compute(look({}, (("Nowhere", 1999, {"state": "unmatched"}),))) is None

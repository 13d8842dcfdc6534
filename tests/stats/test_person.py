"""Somebody's own page: what their path fixes, the ways to it, and the cards that stand on it alone."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from httpx import AsyncClient

from kinograph.charts.posters import Poster
from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards import collaborators, directors, filmography, people, person
from kinograph.stats.cards.filmography import CreditedFilm, Filmography
from kinograph.stats.cards.person import PersonProfile, PersonRole
from kinograph.stats.frames import Frame
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext

FILMS = (
    ("Ran", 1985, {"rating": 4.5, "liked": True, "directors": [1], "writers": [1, 3], "cast": [2]}),
    ("Ikiru", 1952, {"rating": 3.5, "directors": [1], "cast": [2, 4]}),
    ("Dodes'ka-den", None, {"producers": [1], "writers": [3]}),
    ("Past Lives", 2023, {"rating": 5.0, "directors": [9], "cast": [4]}),
    ("Red Beard", 1965, {"watched": False, "watchlist": True, "directors": [1]}),
)
DIARY = (("Ikiru", "2023-05-01"), ("Ran", "2024-02-03"))
PEOPLE = {1: "Akira Kurosawa", 2: "Tatsuya Nakadai", 3: "Hideo Oguni", 4: "Bokuzen Hidari", 9: "Celine Song"}
PATH = "/session/1/person/1"


@pytest.fixture
def of_kurosawa(make_frame: Callable[..., Frame]) -> Callable[..., PageContext]:
    def make(query: dict[str, str] | None = None) -> PageContext:
        filters = Filters.parse(query or {}, page="person", fixed=(("person", "1"),))
        return PageContext(all=make_frame(FILMS, DIARY, PEOPLE), filters=filters, path=PATH, images=True, page="person")

    return make


def test_the_films_are_those_somebody_worked_on_whatever_they_did(of_kurosawa: Callable[..., PageContext]) -> None:
    view = of_kurosawa()
    assert view.watched["title"].to_list() == ["Ran", "Ikiru", "Dodes'ka-den"]
    assert compute_headline(view).sentence == "3 films, made with Akira Kurosawa."
    assert view.filters.travelling().to_query() == "person=1"


def test_their_work_is_told_by_role_and_against_everything(of_kurosawa: Callable[..., PageContext]) -> None:
    assert person.compute(of_kurosawa()) == PersonProfile(
        name="Akira Kurosawa",
        portrait=None,
        tmdb="https://www.themoviedb.org/person/1",
        works=(
            PersonRole("director", 2, FilterLink("?director=1", picked=False)),
            PersonRole("writer", 1, FilterLink("?writer=1", picked=False)),
            PersonRole("producer", 1, FilterLink("?producer=1", picked=False)),
        ),
        rated=2,
        mean=4.0,
        own_mean=pytest.approx(13 / 3),  # type: ignore[arg-type]
        first=date(2023, 5, 1),
        last=date(2024, 2, 3),
    )


def test_their_films_stand_newest_first_with_what_they_did(of_kurosawa: Callable[..., PageContext]) -> None:
    assert filmography.compute(of_kurosawa({"rating": "3-"})) == Filmography(
        (
            CreditedFilm(Poster("Ran", 1985), ("director", "writer"), 4.5, liked=True),
            CreditedFilm(Poster("Ikiru", 1952), ("director",), 3.5, liked=False),
        ),
        total=2,
        table="/session/1/films?person=1&rating=3-",
    )


def test_those_beside_them_worked_on_two_films_at_least(of_kurosawa: Callable[..., PageContext]) -> None:
    card = collaborators.compute(of_kurosawa())
    assert card is not None
    assert [(each.name, each.films, each.link, each.href) for each in card.top] == [
        ("Tatsuya Nakadai", 2, FilterLink("?person=2", picked=False), "/session/1/person/2?person=1"),
        ("Hideo Oguni", 2, FilterLink("?person=3", picked=False), "/session/1/person/3?person=1"),
    ]


@pytest.mark.parametrize("card", [person, filmography, collaborators])
def test_on_other_pages_there_is_nobody(make_view: Callable[..., PageContext], card: object) -> None:
    assert card.compute(make_view(FILMS, DIARY, PEOPLE)) is None  # type: ignore[attr-defined]


def test_names_lead_to_their_page_and_rows_filter(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY, PEOPLE, query={"released": "1950-1989"})
    found = directors.compute(view)
    assert found is not None
    assert (found.top[0].link.href, found.top[0].href) == (
        "?released=1950-1989&director=1",
        "/session/1/person/1?released=1950-1989",
    )
    assert (
        '<a class="row-page" href="/session/1/person/1?released=1950-1989" aria-label="All about Akira Kurosawa">'
        in (directors.render(found, ""))
    )
    everybody = people.compute(view)
    assert everybody is not None
    assert everybody.people[0].href == found.top[0].href


async def test_everybody_of_the_sample_has_a_page_and_nobody_else(client: AsyncClient, sampled: str) -> None:
    overview = await client.get("/sample")
    address = re.findall('class="row-page" href="(/sample/person/-[0-9]+)"', overview.text)[0]
    answer = await client.get(address)
    assert answer.status_code == 200
    assert len(re.findall('<section class="card ', answer.text)) == 8
    for nobody in ("/sample/person/1", "/sample/person/x", "/sample/person/" + "9" * 20):
        assert (await client.get(nobody)).status_code == 404

from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.directed_by_women import DirectedByWomen, WomenDecade, compute, render
from kinograph.stats.page_context import Lookups, PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Cléo", 1962, {"directors": [1]}),
    ("Together", 1964, {"directors": [2, 1]}),
    ("Ran", 1985, {"directors": [2]}),
    ("Half known", 1986, {"directors": [2, 3]}),
    ("Anonymous", 1999, {"directors": [3]}),
    ("Nobody's", 2000, {}),
)
PEOPLE = {1: ("Agnès Varda", 1), 2: ("Akira Kurosawa", 2), 3: ("Unknown", 0)}


def test_a_film_counts_when_one_of_its_directors_is_a_woman(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, people=PEOPLE)) == DirectedByWomen(
        decades=(
            WomenDecade(1960, 2, 2, FilterLink("?released=1960-1969", False)),
            WomenDecade(1980, 0, 2, FilterLink("?released=1980-1989", False)),
        ),
        women=2,
        known=4,
        lookups=Lookups(films=6, pending=0, missing=0, unsaid=2),
    )


def test_a_picked_decade_keeps_the_others(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, people=PEOPLE, query={"released": "1980-1989"}))
    assert card is not None
    assert ([decade.first for decade in card.decades], card.women, card.known) == ([1960, 1980], 0, 2)


def test_without_a_known_gender_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS[4:], people=PEOPLE)) is None


def test_an_empty_chart_is_not_drawn(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, people=PEOPLE, query={"country": "JP"}))
    assert card is not None
    html = render(card, "")
    assert "No films with a director of known gender." in html
    assert "<table" not in html


def test_a_chart_of_noughts_is_not_drawn(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS[2:3], people=PEOPLE))
    assert card is not None
    html = render(card, "")
    assert "A woman directed or co-directed 0 of 1 film (0%)." in html
    assert "<table" not in html

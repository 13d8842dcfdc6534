from collections.abc import Callable
from html import unescape

import pytest

from kinograph.stats.address import FilterLink, Filters
from kinograph.stats.cards.languages_by_decade import LanguagesByDecade, compute, render
from kinograph.stats.page_context import PageContext

FILMS: tuple[tuple[str, int | None, dict[str, str]], ...] = (
    ("Ran", 1985, {"original_language": "ja"}),
    ("Ikiru", 1952, {"original_language": "ja"}),
    ("Singin' in the Rain", 1952, {"original_language": "en"}),
    ("High Noon", 1952, {"original_language": "en"}),
    ("Vertigo", 1958, {"original_language": "en"}),
    ("Yearless", None, {"original_language": "en"}),
    ("Silent", 1929, {}),
)


@pytest.fixture
def show(make_view: Callable[..., PageContext]) -> Callable[..., LanguagesByDecade]:
    def show(query: dict[str, str] | None = None) -> LanguagesByDecade:
        card = compute(make_view(FILMS, query=query or {}))
        assert card is not None
        return card

    return show


def test_each_decade_is_parted_among_its_languages(show: Callable[..., LanguagesByDecade]) -> None:
    shares = {code: [(share.decade, share.films, share.known) for share in shares] for code, shares in show().shares}
    assert shares == {
        "en": [(1950, 3, 4), (1960, 0, 0), (1970, 0, 0), (1980, 0, 1)],
        "ja": [(1950, 1, 4), (1960, 0, 0), (1970, 0, 0), (1980, 1, 1)],
    }
    assert show().richest == (1950, 2)
    assert show().yearless == 1
    assert show().lookups.unsaid == 1


def test_each_share_leads_to_just_its_films(
    show: Callable[..., LanguagesByDecade], make_view: Callable[..., PageContext]
) -> None:
    everything = make_view(FILMS)
    for code, shares in show().shares:
        for share in shares:
            query = dict(part.split("=") for part in share.link.href.removeprefix("?").split("&"))
            assert query["language"] == code
            assert len(Filters.parse(query).apply(everything.all).watched) == share.films


def test_what_is_not_picked_stays_in_sight(show: Callable[..., LanguagesByDecade]) -> None:
    shares = dict(show({"language": "ja", "released": "1950-1959"}).shares)
    assert [share.outside for share in shares["ja"]] == [False, True, True, True]
    assert shares["ja"][0].link.picked
    assert all(share.outside for share in shares["en"])


def test_the_chart_says_its_shares(show: Callable[..., LanguagesByDecade]) -> None:
    html = unescape(render(show(), "Original languages over the decades"))
    assert 'aria-label="Japanese, 1950s: 1 of 4 films, 25%"' in html
    assert "2 languages. The 1950s have the most: 2." in html
    assert "1 film has no year." in html


def test_without_a_language_and_a_year_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view([FILMS[-1], FILMS[-2]])) is None


def test_it_fills_in_while_films_are_looked_up(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view([("Ran", 1985, {"state": "pending"})]))
    assert card is not None
    assert "Fills in while your films are looked up." in render(card, "")


def test_decades_without_a_film_cost_no_link(
    make_view: Callable[..., PageContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    link = PageContext.link

    def note(view: PageContext, **picks: str) -> FilterLink:
        made.append(picks["released"])
        return link(view, **picks)

    monkeypatch.setattr(PageContext, "link", note)
    card = compute(make_view(FILMS))
    assert card is not None and not made
    assert "1960" in render(card, "Languages")
    assert sorted(made) == ["1950-1959", "1950-1959", "1980-1989"]

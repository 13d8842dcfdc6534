import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kinograph.stats import cards
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES, PERSON, Page

EVIL = '<script>"&'
FILMS = tuple(
    (
        f"Film {n}",
        1900 + n,
        {
            "rating": (n % 10 + 1) / 2,
            "vote_average": 4.0 + n % 5,
            "vote_count": 100,
            "liked": n % 3 == 0,
            "genres": ["Drama", EVIL],
            "countries": ["JP", "HK"],
            "directors": [1],
            "cast": [1, 2],
            "lists": ["odd"] if n % 2 else [],
            "keywords": ["rain", EVIL],
            "companies": [1],
            "collection_id": 7 if n in (60, 61, 62) else 0,
            "original_language": "ja",
            "runtime_minutes": 20 + 2 * n,
            "state": "matched",
        },
    )
    for n in range(126)
)
DIARY = (
    *((f"Film {n}", (date(2024, 1, 1) + timedelta(days=3 * n)).isoformat(), n % 5 + 1.0) for n in range(100)),
    ("Film 1", "2025-01-02+"),
)
ALL = {page.name: [module.__name__.rpartition(".")[2] for module in page.cards] for page in (*PAGES, PERSON)}
FOLDER = Path(cards.__file__).parent
OF_THE_EXPORT = {"decades", "tags"}
"""Rankings by what the export tells."""

PEOPLE = {1: (f"Agnès {EVIL}", 1), 2: ("Kirin Kiki", 1)}
TAGS = {("Film 1", "2024-01-04"): ["cinema", EVIL]}
LISTS = {"odd": (f"Odd {EVIL}", 70, 63)}
COLLECTIONS = [
    {"collection_id": 7, "name": f"Odd {EVIL}", "fetched_on": date(2025, 1, 1), "tmdb_id": n, "title": f"Part {n}"}
    for n in (61, 62, 63, 64)
]
VOID = {"img", "input"}
DRAWN: dict[tuple[str, str], list[cards.Drawn]] = {}


def needs_tmdb(name: str) -> bool:
    """Whether a card says which films it leaves out, as its template tells."""
    template = (FOLDER / f"{name}.html").read_text()
    if "stats/cards/countries.html" in template:
        return needs_tmdb("countries")
    shared = re.search(r"stats/cards/(_ranking|_people).html", template)
    return name not in OF_THE_EXPORT and bool(shared or "lookups(card.lookups)" in template)


class Outline(HTMLParser):
    """Checks that tags close in order, and keeps every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(params=(*PAGES, PERSON), ids=lambda page: page.name or "overview")
def page(request: pytest.FixtureRequest) -> Page:
    shown: Page = request.param
    return shown


@pytest.fixture
def show(make_view: Callable[..., PageContext], page: Page) -> Callable[..., PageContext]:
    """The page with everything there can be on it, or with other films."""

    def show(films: Any = FILMS, query: Any = ()) -> PageContext:
        view = make_view(films, DIARY, PEOPLE, query=query, tags=TAGS, lists=LISTS, collections=COLLECTIONS)
        if page is not PERSON:
            return view
        return replace(
            view, filters=replace(view.filters, fixed=(("person", "1"),)), path="/session/1/person/1", page="person"
        )

    return show


@pytest.fixture(
    params=["", "released=1910-1950", "rating=4", "viewed=2024-03-01", "country=HK", "rating=0.5&released=1999"]
)
def drawn(show: Callable[..., PageContext], page: Page, request: pytest.FixtureRequest) -> list[cards.Drawn]:
    """Drawn once for all tests that look at them."""
    picked = (page.name, request.param)
    if picked not in DRAWN:
        query = [tuple(part.split("=", 1)) for part in request.param.split("&")] if request.param else []
        DRAWN[picked] = cards.draw_cards(show(query=query), page.cards)
    return DRAWN[picked]


def test_all_cards_of_a_page_are_drawn(show: Callable[..., PageContext], page: Page) -> None:
    assert [card.name for card in cards.draw_cards(show(), page.cards)] == ALL[page.name]


def test_every_card_is_drawn_whole_whatever_is_picked(drawn: list[cards.Drawn]) -> None:
    assert drawn
    for card in drawn:
        tags = Outline(card.html).tags
        name, attributes = tags[0]
        assert (name, attributes["id"], attributes["aria-labelledby"]) == (
            "section",
            f"card-{card.name}",
            f"title-{card.name}",
        )


def test_no_card_breaks_the_content_security_policy(drawn: list[cards.Drawn]) -> None:
    html = "".join(card.html for card in drawn)
    assert "<script" not in html
    assert not [tag for tag, attributes in Outline(html).tags if "style" in attributes or "onclick" in attributes]


def test_every_mark_says_where_it_leads(drawn: list[cards.Drawn], request: pytest.FixtureRequest) -> None:
    links = [attributes for card in drawn for tag, attributes in Outline(card.html).tags if tag == "a"]
    others = r"#after-|https://boxd.it/|https://www.themoviedb.org/person/1$|/session/1/(films|person/|collections)"
    ours = [link for link in links if "data-filter" in link or not re.match(others, link["href"] or "")]
    assert ours or "released=1999" in request.node.name  # of which some pages have nothing
    assert all("data-filter" in link and re.match(r"\?|/session/1(/person/1)?$", link["href"] or "") for link in ours)


def test_ids_are_unique_on_the_page(drawn: list[cards.Drawn]) -> None:
    ids = [attributes["id"] for card in drawn for _, attributes in Outline(card.html).tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_before_anything_is_looked_up_the_cards_keep_their_place(make_view: Callable[..., PageContext]) -> None:
    pending: list[tuple[str, int, dict[str, Any]]] = [("Ran", 1985, {"state": "pending"})]
    assert [card.name for card in cards.draw_cards(make_view(pending), PAGES[0].cards)] == [
        "release_years",
        "genres",
        "directors",
        "countries",
    ]


def test_an_empty_session_has_no_cards(make_view: Callable[..., PageContext], page: Page) -> None:
    assert cards.draw_cards(make_view(), page.cards) == []


def test_films_missing_at_tmdb_are_said_to_be(show: Callable[..., PageContext], page: Page) -> None:
    unknown = {"rating": 4.0, "genres": [], "countries": [], "directors": [], "cast": []}
    films = (*FILMS, *((name, 1999, unknown | {"state": name}) for name in ("unmatched", "failed")))
    for card in cards.draw_cards(show(films), page.cards):
        # Of what nobody found, nobody knows whose work it is.
        is_ = "may be" if page is PERSON else "is"
        for said in (
            f"1 film was not found at TMDB and {is_} missing here.",
            f"TMDB did not answer for 1 film, which {is_} missing here.",
        ):
            assert (said in card.html) == needs_tmdb(card.name)


def test_a_card_that_breaks_leaves_the_others_standing(
    show: Callable[..., PageContext], page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    def compute(view: PageContext) -> Any:
        raise RuntimeError("no projector")

    broken: Any = SimpleNamespace(__name__="kinograph.stats.cards.broken", compute=compute)
    with caplog.at_level(logging.ERROR):
        drawn = cards.draw_cards(show(), (broken, *page.cards))
    assert [card.name for card in drawn] == ALL[page.name]
    assert not drawn.is_whole
    assert "no projector" in caplog.text


def test_a_card_that_failed_once_is_there_the_next_time(make_view: Callable[..., PageContext]) -> None:
    view, failures = make_view(FILMS, DIARY, PEOPLE), ["no projector"]

    def compute(view: PageContext) -> Any:
        if failures:
            raise RuntimeError(failures.pop())
        return "mended"

    mended: Any = SimpleNamespace(
        __name__="kinograph.stats.cards.mended", TITLE="", compute=compute, render=lambda card, title: card
    )
    drawn = [cards.draw_cards(view, (mended, *PAGES[2].cards)) for _ in range(3)]
    assert [[card.name for card in each] for each in drawn] == [
        ALL["genres"],
        ["mended", *ALL["genres"]],
        ["mended", *ALL["genres"]],
    ]


def test_a_card_bears_a_hash_that_changes_with_what_it_says(show: Callable[..., PageContext], page: Page) -> None:
    def hashes(*films: Any) -> dict[str, str | None]:
        drawn = cards.draw_cards(show(films), page.cards)
        return {card.name: Outline(card.html).tags[0][1]["data-hash"] for card in drawn}

    assert hashes(*FILMS) == hashes(*FILMS)
    other = hashes(*FILMS[:-1])
    changed = {name for name, hash in hashes(*FILMS).items() if hash != other[name]}
    assert changed
    assert "milestones" not in changed  # the last film is in no diary


NOTHING_KNOWN = [("Nowhere", 1999, {"state": "unmatched", "rating": 4.0})]


@pytest.mark.parametrize("query", ["", "rating=4", "released=1950", "count=hours"])
def test_what_nothing_is_known_for_is_left_out_whatever_is_picked(
    make_view: Callable[..., PageContext], query: str
) -> None:
    view = make_view(NOTHING_KNOWN, query=[tuple(query.split("="))] if query else ())
    drawn = {card.name for page in PAGES for card in cards.draw_cards(view, page.cards)}
    assert [name for name in drawn if needs_tmdb(name)] == []


def test_what_a_filter_leaves_nothing_of_stays_and_says_so(make_view: Callable[..., PageContext]) -> None:
    view = make_view((*NOTHING_KNOWN, ("Ran", 1985, {"genres": ["Drama"]})), query={"released": "1999"})
    (genres,) = cards.draw_cards(view, [card for card in PAGES[2].cards if card.__name__.endswith(".genres")])
    assert "No films with a known genre." in genres.html

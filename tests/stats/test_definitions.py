"""Every figure is defined, and the page "How this is counted" and docs/statistics.md say the same of it."""

from __future__ import annotations

from html import unescape

from httpx import AsyncClient

from kinograph.films.roles import CAST_BILLED, LEADS_BILLED
from kinograph.i18n import gettext, speak
from kinograph.sessions.reading import AT_ONCE
from kinograph.sessions.summary import Summary
from kinograph.stats import groups
from kinograph.stats.cards.hidden_gems import FEW_VOTES
from kinograph.stats.cards.unseen_countries import COUNTRIES
from kinograph.stats.comparison import FEWEST_KNOWING, FEWEST_VOTES
from kinograph.stats.counted_routes import define_cards
from kinograph.stats.definitions import WORDS
from kinograph.stats.pages import PAGES
from tests.statistics_doc import FIELDS, PATH, figures_of, written


def test_the_document_is_what_the_definitions_say() -> None:
    assert PATH.read_text() == written(), "make texts brings it up to date"


def test_every_figure_of_the_api_is_described() -> None:
    assert figures_of(Summary) == list(Summary.model_fields)
    for model in FIELDS:
        assert [name for name in figures_of(model) if not model.model_fields[name].description] == []


def test_the_floors_that_are_told_are_those_that_hold() -> None:
    told = {each.name: each for each in (*WORDS, *define_cards())}
    assert f"fewer than {FEWEST_VOTES} votes" in told["votes"].sentence
    assert f"fewer than {FEWEST_KNOWING}." in told["votes"].sentence
    assert f"a day with {AT_ONCE} diary entries or more" in told["days"].sentence
    assert f"with at least {FEWEST_KNOWING}." in told["card-popularity"].sentence
    assert f"have {FEWEST_KNOWING} to {FEW_VOTES - 1:,} votes" in told["card-hidden_gems"].sentence
    assert f"(at least {FEWEST_KNOWING})" in told["card-records"].sentence
    assert f"(at least {FEWEST_VOTES} votes)" in told["card-records"].sentence
    assert f"Of {len(COUNTRIES)} countries" in told["card-unseen_countries"].sentence
    assert f"first {CAST_BILLED} credited actors, leads the first {LEADS_BILLED}" in told["card-people"].sentence


async def test_the_page_says_what_the_document_says(client: AsyncClient) -> None:
    page, document = unescape((await client.get("/how-counted")).text), PATH.read_text()
    for each in (*WORDS, *define_cards()):
        for text in (each.title, each.sentence, each.formula):
            assert text in page
            assert text in document
        assert f'id="{each.name}"' in page


async def test_the_page_is_german_for_germans(client: AsyncClient) -> None:
    page = unescape((await client.get("/how-counted", headers={"Accept-Language": "de"})).text)
    assert "So wird gezählt" in page
    speak("de")
    try:
        assert all(gettext(each.sentence) in page for each in WORDS)
    finally:
        speak("en")


async def test_every_page_of_cards_leads_there(client: AsyncClient, sampled: str) -> None:
    for page in PAGES:
        assert 'href="/how-counted"' in (await client.get(f"/sample{page.path}")).text
    assert 'href="/how-counted"' in (await client.get("/sample/films")).text


def test_what_the_ranking_is_said_to_do_is_what_it_does() -> None:
    ranking = next(each for each in WORDS if each.name == "ranking")
    assert f"at least {groups.FEWEST_RATINGS} ratings" in ranking.sentence
    assert ranking.formula == f"order = (Σ stars + {groups.PRIOR} × your average) / (ratings + {groups.PRIOR})"

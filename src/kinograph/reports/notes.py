"""What a report says of itself at its end: what it does not know, how it is counted, and where its facts are from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.stats import amounts
from kinograph.stats.cards import Card
from kinograph.stats.definitions import WORDS, Definition
from kinograph.stats.page_context import PageContext

TMDB = "https://www.themoviedb.org/"


def list_unknown(view: PageContext) -> list[str]:
    """A sentence for each thing that is missing or estimated; at least one."""
    if not len(view.picked.of_watched):
        return [gettext("There are no films in this report.")]
    return list(_unknown(view)) or [gettext("Nothing is missing: each film was found, and has a day and stars.")]


def _unknown(view: PageContext) -> Iterator[str]:
    lookups, films, viewings = view.lookups, view.watched, view.picked.viewings
    if n := lookups.pending:
        yield ngettext(
            "%(n)s film has not been looked up yet. What TMDB knows of it is missing.",
            "%(n)s films have not been looked up yet. What TMDB knows of them is missing.",
            n,
        )
    if n := lookups.missing:
        yield ngettext(
            "%(n)s film was not found at TMDB. It has no runtime, country, genre or people here.",
            "%(n)s films were not found at TMDB. They have no runtime, country, genre or people here.",
            n,
        )
    if n := lookups.failed:
        yield ngettext("TMDB did not answer for %(n)s film.", "TMDB did not answer for %(n)s films.", n)
    found = films.filter(pl.col("state") == "matched")
    if n := int(found["runtime_minutes"].is_null().sum()):
        yield ngettext(
            "TMDB has no runtime for %(n)s film. It adds no hours.",
            "TMDB has no runtime for %(n)s films. They add no hours.",
            n,
        )
    if n := amounts.count_series(view.picked):
        yield ngettext(
            "The hours of %(n)s series are an estimate: the length of an episode times their number.",
            "The hours of %(n)s series are estimates: the length of an episode times their number.",
            n,
        )
    if n := amounts.count_undated(view.picked):
        yield ngettext(
            "%(n)s film has no diary entry, so charts over time leave it out.",
            "%(n)s films have no diary entry, so charts over time leave them out.",
            n,
        )
    if n := int(viewings["at_once"].sum()):
        yield ngettext(
            "%(n)s viewing was logged in bulk and has no day.", "%(n)s viewings were logged in bulk and have no day.", n
        )
    if n := int(films["rating"].is_null().sum()):
        yield ngettext("%(n)s film has no stars.", "%(n)s films have no stars.", n)


def list_sources(made_on: date | None) -> list[dict[str, str]]:
    """Sentences, and the address that one is about."""
    export = (
        gettext("Films, days, stars and rewatches: a Letterboxd export of %(day)s.", day=i18n.date(made_on, "long"))
        if made_on
        else gettext("Films, days, stars and rewatches: a Letterboxd export.")
    )
    return [
        {"text": export, "link": ""},
        {"text": gettext("Runtimes, countries, genres, people and scores: TMDB."), "link": TMDB},
        {"text": gettext("This product uses the TMDB API but is not endorsed or certified by TMDB."), "link": ""},
        {"text": gettext("Posters are drawn by Kinograph; no picture is from TMDB."), "link": ""},
    ]


def define(cards: Sequence[Card]) -> list[dict[str, str]]:
    """The words of all pages, and the cards that stand in the report."""
    said = [*WORDS, *(Definition("", gettext(card.TITLE, year="…"), *card.DEFINITION) for card in cards)]
    return [{"title": gettext(d.title), "text": gettext(d.sentence), "formula": d.formula} for d in said]

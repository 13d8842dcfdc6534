"""The pages of a session, each at an address of its own, and the cards on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kinograph.i18n import gettext, noop
from kinograph.stats.cards import (
    Card,
    against,
    backlog,
    calendar,
    countries,
    directors,
    disagreements,
    generosity,
    genres,
    habits,
    hearts,
    kindness,
    pace,
    ratings,
    release_years,
    rewatches,
    streaks,
    viewings,
)
from kinograph.stats.view import View


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is the end of its address; the overview has none."""

    name: str
    title: str
    cards: tuple[Card, ...]

    @property
    def path(self) -> str:
        """What follows the address of the session."""
        return f"/{self.name}" if self.name else ""


class Way(NamedTuple):
    """From one page to another, with the filters that are picked."""

    title: str
    href: str
    here: bool


PAGES = (
    Page("", noop("Overview"), (release_years, ratings, viewings, calendar, genres, directors, countries)),
    Page("patterns", noop("Patterns"), (viewings, habits, pace, streaks, backlog, rewatches, calendar)),
    Page("ratings", noop("Ratings"), (ratings, against, disagreements, generosity, hearts, kindness)),
)
BY_NAME = {page.name: page for page in PAGES}

FILMS = ("films", noop("Films"))
"""The end of the address and the title of the one page that is no page of cards."""


def ways(view: View) -> list[Way]:
    query = view.filters.travelling().to_query()
    return [
        Way(gettext(title), f"{view.home}{f'/{name}' if name else ''}{f'?{query}' if query else ''}", name == view.page)
        for name, title in (*((page.name, page.title) for page in PAGES), FILMS)
    ]

"""The pages of a session, each at an address of its own, and the cards on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import NamedTuple, cast

from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import preferences
from kinograph.stats import amounts, ranking
from kinograph.stats.address import with_query
from kinograph.stats.cards import Card
from kinograph.stats.page_context import PageContext


@dataclass(frozen=True, slots=True)
class Page:
    """`path` follows the address of the session; a place in it is a filter that the address fixes."""

    path: str
    title: str
    cards: tuple[Card, ...]
    ranked: bool = False  # whether it may count films, viewings or hours
    # Said when there are films, and no card has anything to tell of them.
    wants: str = gettext_noop("There isn't enough data about these films for this page.")

    @property
    def name(self) -> str:
        """The first part of its path; the overview has none. A story is one, whatever it is of."""
        return "story" if self.path.endswith("/story") else self.path.removeprefix("/").partition("/")[0]


class NavLink(NamedTuple):
    """From one page to another, with the filters that are picked."""

    title: str
    href: str
    here: bool


def _cards(*names: str) -> tuple[Card, ...]:
    """The modules of these names in `cards/`, in the order in which they stand on their page."""
    return tuple(cast(Card, import_module(f"kinograph.stats.cards.{name}")) for name in names)


PAGES = (
    Page(
        "",
        gettext_noop("Overview"),
        _cards(
            "release_years",
            "ratings",
            "viewings",
            "calendar",
            "milestones",
            "streaks",
            "most_watched",
            "best_decades",
            "genres",
            "directors",
            "countries",
        ),
        ranked=True,
    ),
    Page(
        "/patterns",
        gettext_noop("Patterns"),
        _cards(
            "viewings",
            "weekday_month",
            "films_per_week",
            "streaks",
            "days_between",
            "logging_habits",
            "film_age",
            "rewatches",
            "calendar",
            "tags",
            "lists",
        ),
        wants=gettext_noop("This page needs dates, and your diary has none for these films."),
    ),
    Page(
        "/genres",
        gettext_noop("Genres"),
        _cards(
            "genres",
            "keywords",
            "decades",
            "runtimes",
            "languages",
            "studios",
            "collections",
        ),
        ranked=True,
    ),
    Page(
        "/people",
        gettext_noop("People"),
        _cards(
            "people",
            "director_actor_pairs",
            "directed_by_women",
        ),
        ranked=True,
    ),
    Page(
        "/world",
        gettext_noop("World"),
        _cards(
            "world_map",
            "country_ranking",
            "unseen_countries",
            "all_languages",
            "languages_by_decade",
        ),
        ranked=True,
    ),
    Page(
        "/ratings",
        gettext_noop("Ratings"),
        _cards(
            "ratings",
            "rating_comparison",
            "disagreements",
            "hidden_gems",
            "popularity",
            "rating_trend",
            "likes_by_rating",
            "genre_bias",
        ),
        wants=gettext_noop("This page needs ratings, and you rated none of these films."),
    ),
    Page(
        "/year",
        gettext_noop("Year"),
        _cards(
            "year_totals",
            "months",
            "ratings",
            "best_films",
            "calendar",
            "release_years",
            "milestones",
            "streaks",
            "top_cast",
            "records",
            "genres",
            "directors",
            "countries",
        ),
        ranked=True,
    ),
)

OF_YEAR = replace(next(page for page in PAGES if page.name == "year"), path="/year/{year}")
PERSON = Page(
    "/person/{person}",
    gettext_noop("Person"),
    _cards(
        "person",
        "filmography",
        "release_years",
        "ratings",
        "viewings",
        "collaborators",
        "countries",
        "genres",
    ),
    ranked=True,
)
"""Of somebody who worked on the films; no page leads there but through a name."""

WATCHLIST = Page(
    "/watchlist",
    gettext_noop("Watchlist"),
    _cards(
        "waiting_times",
        "oldest_wishes",
        "release_years",
        "genres",
        "runtimes",
        "decades",
        "countries",
        "languages",
    ),
    ranked=True,
)
"""Of the films that wait, see wishes: nowhere else is any of them counted."""

CARD_PAGES = (*PAGES, WATCHLIST, PERSON)
"""Those that have cards which no other has."""

EVERY_PAGE = (*PAGES, OF_YEAR, WATCHLIST, PERSON)

STORY = Page("/story", gettext_noop("Story"), ())
STORY_OF_YEAR = replace(STORY, path=f"{OF_YEAR.path}/story")
"""Slides instead of cards."""

FILMS = ("films", gettext_noop("Films"))
LISTS = ("lists", gettext_noop("Lists"))
COLLECTIONS = ("collections", gettext_noop("Collections"))
SETTINGS = ("settings", gettext_noop("Settings"))
"""The end of the address and the title of those that are no pages of cards."""

SHAREABLE = (
    {page.name: page.title for page in PAGES}
    | dict([FILMS, LISTS, COLLECTIONS])
    | {page.name: page.title for page in (WATCHLIST, STORY)}
)
"""The titles of the pages that a share may open, by their names; what is not among them is never shared."""


def link_years(view: PageContext) -> list[NavLink]:
    """To all time, and to each year with a viewing, newest first; none where there is no year to choose."""
    query = view.filters.travelling().without("viewed").to_query()
    found = sorted(view.whole.nights.by_year, reverse=True)
    if not found:
        return []
    return [
        NavLink(gettext("All time"), with_query(f"{view.home}/year", query), view.year is None),
        *(NavLink(str(year), with_query(f"{view.home}/year/{year}", query), view.year == year) for year in found),
    ]


def link_story(view: PageContext) -> str:
    """The address of the story of what a page shows: of its year, else of all time."""
    if view.year is not None:
        return with_query(f"{view.home}/year/{view.year}/{STORY.name}", view.filters.to_query())
    return view.to_page(STORY.name)


def link_report(view: PageContext) -> str:
    """The address of the report of what a page shows: of its year, else of all time."""
    if view.year is not None:
        return with_query(f"{view.path}/report", view.filters.to_query())
    return view.to_page("report")


def link_stories(view: PageContext) -> list[NavLink]:
    """From one story to the others: of all time, and of each year with a viewing, newest first."""
    return [link._replace(href=_story_of(link.href)) for link in link_years(view)]


def _story_of(year: str) -> str:
    """The address of the story of a year's page, or of all time's."""
    path, mark, query = year.partition("?")
    path = path.removesuffix("/year") if path.endswith("/year") else path
    return f"{path}/{STORY.name}{mark}{query}"


def link_units(view: PageContext) -> list[NavLink]:
    """To the same page with something else counted."""
    others = view.filters.from_the_start().without("count")

    def way(unit: str) -> NavLink:
        # Unsaid where it goes without saying.
        said = others if unit == view.counts == "films" else others.with_("count", unit)
        return NavLink(ranking.unit_heading(unit), said.href(view.path), unit == view.unit)

    return [way(unit) for unit in preferences.COUNTS if unit != "viewings" or not view.is_wished]


def count_note(view: PageContext) -> str:
    """What the unit leaves out or estimates, beside the choice of it; "" where it counts everything."""
    if view.unit == "viewings" and (undated := amounts.count_undated(view.picked)):
        return ngettext(
            "%(n)s film without a diary entry has none.", "%(n)s films without a diary entry have none.", undated
        )
    if view.unit == "hours" and (series := amounts.count_series(view.picked)):
        return ngettext("%(n)s series is estimated.", "%(n)s series are estimated.", series)
    return ""

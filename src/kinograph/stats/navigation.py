"""The ways between the pages of a session: beside the page where there is room, in a bar at its foot on phones."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from kinograph.i18n import gettext, gettext_noop
from kinograph.stats.address import with_query
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import COLLECTIONS, FILMS, LISTS, PAGES, SETTINGS, WATCHLIST, NavLink
from kinograph.stats.periods import is_relative

TITLES = {page.name: page.title for page in (*PAGES, WATCHLIST)} | dict([FILMS, LISTS, COLLECTIONS, SETTINGS])

GROUPS = (
    (gettext_noop("Watched"), ("", "year", "patterns", "genres", "ratings", "films")),
    (gettext_noop("Who and where"), ("people", "world")),
    (gettext_noop("What is left"), ("lists", "collections", "watchlist")),
    ("", ("settings",)),
)
"""The captions of the groups, and the names of their pages; each page is in one of them."""

FIRST = ("", "year", "people", "films")
"""What a phone's bar shows at once, by name."""

FIT = len(FIRST) + 1
"""As many fit in a phone's bar, the way to the rest included."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """Every page once in `groups`, each a caption and its links, and once in `bar` or `rest`."""

    groups: list[tuple[str, list[NavLink]]]
    bar: list[NavLink]
    rest: list[NavLink]

    @property
    def here(self) -> NavLink | None:
        """The page of the rest that is open."""
        return next((link for link in self.rest if link.here), None)


def link_pages(view: PageContext, shown: Container[str] | None = None) -> Navigation:
    """To every page, or to those `shown` alone, by their names."""
    groups = [
        (caption, {name: _link(view, name) for name in names if shown is None or name in shown})
        for caption, names in GROUPS
    ]
    links = {name: link for _, group in groups for name, link in group.items()}
    # A place that none of the first takes goes to the next that there is.
    ordered = sorted(links, key=lambda name: FIRST.index(name) if name in FIRST else FIT)
    kept = ordered if len(ordered) <= FIT else ordered[: FIT - 1]
    filled = [(caption, list(group.values())) for caption, group in groups if group]
    return Navigation(
        [(gettext(caption) if caption and len(filled) > 1 else "", group) for caption, group in filled],
        [links[name] for name in kept],
        [link for name, link in links.items() if name not in kept],
    )


def _link(view: PageContext, name: str) -> NavLink:
    """With the filters that travel."""
    filters = view.filters.travelling()
    if name == "year" and view.page != "year" and (year := _newest_year(view)):
        href = with_query(f"{view.home}/year/{year}", filters.without("viewed").to_query())
    elif name == view.page == "year":
        href = with_query(view.path, view.filters.to_query())
    else:
        href = with_query(f"{view.home}/{name}" if name else view.home, filters.to_query())
    return NavLink(gettext(TITLES[name]), href, name == view.page)


def _newest_year(view: PageContext) -> int | None:
    """The year picked, else the newest with a viewing; None for a period that no one year is."""
    if picked := view.filters.get("viewed"):
        return None if is_relative(picked) else int(picked[:4])
    ends = view.whole.nights.ends
    return ends[1].year if ends else None

"""What the page of changes lists: rows in groups, a card for each part of an export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kinograph import i18n
from kinograph.changes.compare import Edit
from kinograph.changes.comparison import Comparison
from kinograph.changes.rows import (
    EDITED,
    MINUS,
    PLUS,
    Row,
    describe_edit,
    describe_entry,
    describe_review,
    find_new_days,
    find_new_days_by_name,
    make_list_row,
    make_row,
    name_some,
    write_name,
    write_stars,
)
from kinograph.changes.sides import Film
from kinograph.i18n import gettext, ngettext


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one kind; `is_open` says whether they are shown unasked, `posters` whether as posters."""

    name: str
    title: str
    rows: Sequence[Row]
    is_open: bool = True
    posters: bool = False


@dataclass(frozen=True, slots=True)
class PartCard:
    """A card: what changed in one part of an export."""

    name: str
    title: str
    groups: tuple[Group, ...]


def name_parts(parts: Iterable[str]) -> list[str]:
    """What the parts of an export are called."""
    names = {
        "films": gettext("Films"),
        "ratings": gettext("Ratings"),
        "watchlist": gettext("Watchlist"),
        "viewings": gettext("Diary"),
        "likes": gettext("Likes"),
        "lists": gettext("Lists"),
        "reviews": gettext("Reviews"),
    }
    return [names[part] for part in parts]


def make_cards(comparison: Comparison) -> list[PartCard]:
    """Those of the parts in which something changed, in the order of the page."""
    cards = []
    for name, title in zip(GROUPS, name_parts(GROUPS), strict=True):
        groups = tuple(group for group in GROUPS[name](comparison) if group.rows)
        if groups:
            cards.append(PartCard(name, title, groups))
    return cards


def _group_films(comparison: Comparison) -> list[Group]:
    part = comparison.changes.films
    if part is None:
        return []
    added = [make_row(PLUS, film, write_stars(film.rating)) for film in sorted(part.added, key=_by_stars)]
    orphaned = [make_row(MINUS, film) for film in comparison.changes.orphaned_films]
    removed = [make_row(MINUS, film) for film in part.removed if film.n not in comparison.changes.orphaned]
    renamed = [
        make_row(EDITED, edit.now, gettext("was “%(name)s”", name=write_name(edit.was))) for edit in part.changed
    ]
    return [
        Group("films-added", ngettext("%(n)s new film", "%(n)s new films", len(added)), added, posters=True),
        Group("films-removed", ngettext("%(n)s film gone", "%(n)s films gone", len(removed)), removed),
        Group(
            "films-orphaned",
            ngettext("%(n)s film that Letterboxd dropped", "%(n)s films that Letterboxd dropped", len(orphaned)),
            orphaned,
        ),
        Group(
            "films-renamed",
            ngettext("%(n)s film that Letterboxd renamed", "%(n)s films that Letterboxd renamed", len(renamed)),
            renamed,
            is_open=False,
        ),
    ]


def _by_stars(film: Film) -> float:
    return -(film.rating or 0)


def _group_ratings(comparison: Comparison) -> list[Group]:
    part = comparison.changes.ratings
    if part is None:
        return []
    seen = find_new_days(comparison)

    def note(film: Film) -> str:
        day = seen.get(film.n)
        return gettext("seen on %(day)s", day=i18n.date(day)) if day else gettext("not seen again")

    anew = [
        make_row(EDITED, edit.now, note(edit.now), stars=Edit(edit.was.rating or 0, edit.now.rating or 0))
        for edit in sorted(part.changed, key=_by_size_of_change)
    ]
    added = [make_row(PLUS, film, write_stars(film.rating)) for film in part.added]
    removed = [make_row(MINUS, film, write_stars(film.rating)) for film in part.removed]
    return [
        Group("ratings-changed", ngettext("%(n)s re-rated", "%(n)s re-rated", len(anew)), anew),
        Group("ratings-removed", ngettext("%(n)s removed", "%(n)s removed", len(removed)), removed),
        Group("ratings-added", ngettext("%(n)s new", "%(n)s new", len(added)), added, is_open=False),
    ]


def _by_size_of_change(edit: Edit[Film]) -> tuple[float, str]:
    return -abs((edit.now.rating or 0) - (edit.was.rating or 0)), edit.now.title


def _group_watchlist(comparison: Comparison) -> list[Group]:
    changes = comparison.changes
    if changes.watchlist is None:
        return []
    seen = find_new_days_by_name(comparison)

    def note(film: Film) -> str:
        day = seen.get(write_name(film))
        told = [
            gettext("on it since %(day)s", day=i18n.date(film.wished_on)) if film.wished_on else "",
            gettext("seen on %(day)s", day=i18n.date(day)) if day else "",
        ]
        return ", ".join(filter(None, told))

    watched = {film.n for film in changes.watched_wishes}
    seen_now = [make_row(EDITED, film, note(film)) for film in changes.watched_wishes]
    added = [make_row(PLUS, film) for film in changes.watchlist.added]
    removed = [make_row(MINUS, film) for film in changes.watchlist.removed if film.n not in watched]
    return [
        Group(
            "watchlist-watched",
            ngettext("%(n)s watched from it", "%(n)s watched from it", len(seen_now)),
            seen_now,
        ),
        Group("watchlist-added", ngettext("%(n)s added", "%(n)s added", len(added)), added),
        Group("watchlist-removed", ngettext("%(n)s taken off", "%(n)s taken off", len(removed)), removed),
    ]


def _group_viewings(comparison: Comparison) -> list[Group]:
    part = comparison.changes.viewings
    if part is None:
        return []
    before, after = (side.films for side in comparison.sides)
    newest_first = sorted(part.added, key=lambda entry: entry.watched_on or date.min, reverse=True)
    added = [make_row(PLUS, after[entry.film], describe_entry(entry)) for entry in newest_first]
    changed = [make_row(EDITED, after[edit.now.film], describe_edit(edit)) for edit in part.changed]
    orphaned = comparison.changes.orphaned
    removed = [
        make_row(MINUS, before[entry.film], describe_entry(entry, is_orphaned=entry.film in orphaned))
        for entry in part.removed
    ]
    return [
        Group("viewings-changed", ngettext("%(n)s edited", "%(n)s edited", len(changed)), changed),
        Group("viewings-removed", ngettext("%(n)s gone", "%(n)s gone", len(removed)), removed),
        Group(
            "viewings-added",
            ngettext("%(n)s new viewing", "%(n)s new viewings", len(added)),
            added,
            is_open=False,
        ),
    ]


def _group_likes(comparison: Comparison) -> list[Group]:
    part = comparison.changes.likes
    if part is None:
        return []
    added = [make_row(PLUS, film) for film in part.added]
    removed = [make_row(MINUS, film) for film in part.removed]
    return [
        Group("likes-added", ngettext("%(n)s new", "%(n)s new", len(added)), added),
        Group("likes-removed", ngettext("%(n)s removed", "%(n)s removed", len(removed)), removed),
    ]


def _group_lists(comparison: Comparison) -> list[Group]:
    changes = comparison.changes
    if changes.lists is None:
        return []

    changed = []
    for edit in changes.list_edits:
        told = [
            gettext("was “%(name)s”", name=edit.was.name) if edit.was.name != edit.now.name else "",
            gettext("new on it: %(films)s", films=name_some(edit.added)) if edit.added else "",
            gettext("no longer on it: %(films)s", films=name_some(edit.removed)) if edit.removed else "",
        ]
        changed.append(Row(EDITED, edit.now.name, note="; ".join(filter(None, told))))
    added = [make_list_row(PLUS, each) for each in changes.lists.added]
    removed = [make_list_row(MINUS, each) for each in changes.lists.removed]
    return [
        Group("lists-added", ngettext("%(n)s new list", "%(n)s new lists", len(added)), added),
        Group("lists-changed", ngettext("%(n)s changed", "%(n)s changed", len(changed)), changed),
        Group("lists-removed", ngettext("%(n)s gone", "%(n)s gone", len(removed)), removed),
    ]


def _group_reviews(comparison: Comparison) -> list[Group]:
    part = comparison.changes.reviews
    if part is None:
        return []
    before, after = (side.films for side in comparison.sides)

    added = [make_row(PLUS, after[entry.film], describe_review(entry)) for entry in part.added]
    changed = [make_row(EDITED, after[edit.now.film], describe_review(edit.now)) for edit in part.changed]
    orphaned = comparison.changes.orphaned
    removed = [
        make_row(MINUS, before[entry.film], describe_review(entry, is_orphaned=entry.film in orphaned))
        for entry in part.removed
    ]
    return [
        Group("reviews-added", ngettext("%(n)s new review", "%(n)s new reviews", len(added)), added),
        Group("reviews-changed", ngettext("%(n)s edited", "%(n)s edited", len(changed)), changed),
        Group("reviews-removed", ngettext("%(n)s gone", "%(n)s gone", len(removed)), removed),
    ]


GROUPS: Mapping[str, Callable[[Comparison], list[Group]]] = {
    "films": _group_films,
    "ratings": _group_ratings,
    "watchlist": _group_watchlist,
    "viewings": _group_viewings,
    "likes": _group_likes,
    "lists": _group_lists,
    "reviews": _group_reviews,
}

"""What an owner wants of a share, as a form or a program says it: checked, and written in one way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from kinograph.errors import AppError
from kinograph.i18n import gettext, gettext_noop, number
from kinograph.stats.address import MOST_PICKED, Filters
from kinograph.stats.filters import find_filter
from kinograph.stats.pages import SHAREABLE, WATCHLIST
from kinograph.stats.scope import SHOWN, Scope

LONGEST_NAME = 100  # characters
MOST_DAYS = 3_650
DAYS = 90
STARS = ("stars",)
"""What is shown of its owner unless they say otherwise."""


class Refused(AppError):
    status = 422


class UnknownPage(Refused):
    sentence = gettext_noop("“%(page)s” is not a page that can be shared. These are: %(pages)s.")


class NoPage(Refused):
    sentence = gettext_noop("Choose at least one page.")


class UnknownShown(Refused):
    sentence = gettext_noop("“%(name)s” cannot be shown or hidden. These can: %(names)s.")


class WatchlistHidden(Refused):
    sentence = gettext_noop("A link opens the page of the watchlist only where it shows your watchlist, too.")


class BadFilter(Refused):
    sentence = gettext_noop("“%(filter)s” is no filter. Copy what follows the “?” in the address of a filtered page.")


class TooManyFilters(Refused):
    sentence = gettext_noop("A link has at most %(most)s filters.")


class BadDays(Refused):
    sentence = gettext_noop("Days are a whole number from 1 to %(most)s, or null for a link that never ends.")


class LongName(Refused):
    sentence = gettext_noop("The name has more than %(most)s characters.")


class NoText(Refused):
    sentence = gettext_noop("“%(name)s” holds characters that cannot be stored as text.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of a share, but for its password. `days` are from now on; None: it never ends."""

    name: str
    pages: tuple[str, ...]
    filters: str
    shows: tuple[str, ...]
    days: int | None = DAYS
    follow: bool = False

    @property
    def scope(self) -> Scope:
        return make_scope(self.filters, self.shows)


def make_scope(filters: str, shows: Iterable[str]) -> Scope:
    """Of stored filters, which may name what is its owner's alone."""
    return Scope(Filters.parse(parse_qsl(filters, keep_blank_values=True), owner=True), frozenset(shows))


def check_wishes(
    *,
    name: str = "",
    pages: Collection[str] = SHAREABLE,
    filters: str = "",
    shows: Collection[str] = STARS,
    days: int | None = DAYS,
    follow: bool = False,
) -> Wishes:
    """Raises Refused with what is wrong. Without a name a share is called after its pages; that of the watchlist is
    left out where the watchlist is not shown."""
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadDays(most=number(MOST_DAYS))
    for unknown in (page for page in pages if page not in SHAREABLE):
        raise UnknownPage(page=cut(unknown), pages=", ".join(f"“{page}”" for page in SHAREABLE))
    if not pages:
        raise NoPage
    for unknown in (each for each in shows if each not in SHOWN):
        raise UnknownShown(name=cut(unknown), names=", ".join(SHOWN))
    ordered = open_pages(pages, shows)
    if not ordered:
        raise WatchlistHidden
    return Wishes(
        name=_check_name(name) or name_after(ordered, shows),
        pages=ordered,
        filters=check_filters(filters),
        shows=tuple(each for each in SHOWN if each in shows),
        days=days,
        follow=follow,
    )


def open_pages(pages: Collection[str], shows: Collection[str]) -> tuple[str, ...]:
    """Those of the pages that a link opens which shows so much of its owner, in their order."""
    return tuple(page for page in SHAREABLE if page in pages and (page != WATCHLIST.name or "watchlist" in shows))


def name_after(pages: Collection[str], shows: Collection[str]) -> str:
    """The titles of a share's pages, as far as there is room for them."""
    if len(pages) == len(open_pages(SHAREABLE, shows)):
        return gettext("All pages")
    return ", ".join(gettext(SHAREABLE[page]) for page in pages)[:LONGEST_NAME]


def check_filters(query: str) -> str:
    """The canonical query of filters alone: choices of view are left out. Raises BadFilter for what is none."""
    filters = Filters()
    if query and "=" not in query:
        raise BadFilter(filter=cut(query))
    for name, value in parse_qsl(query.removeprefix("?"), keep_blank_values=True):
        known = find_filter(name)
        if known is None:
            raise BadFilter(filter=cut(f"{name}={value}"))
        try:
            more = filters.with_(name, need_text(value, "filters")) if known.label else filters
        except ValueError:
            raise BadFilter(filter=cut(f"{name}={value}")) from None
        if (
            len(filters.picked) == MOST_PICKED
            and more == filters
            and not filters.has(known.name, known.canonical(value))
        ):
            raise TooManyFilters(most=MOST_PICKED)
        filters = more
    return filters.to_query()


def _check_name(name: str) -> str:
    name = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", " ", need_text(name, "name")).split())
    if len(name) > LONGEST_NAME:
        raise LongName(most=LONGEST_NAME)
    return name


def need_text(text: str, name: str) -> str:
    """Raises NoText for what no database holds."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoText(name=name) from None
    if "\0" in text:
        raise NoText(name=name)
    return text


def cut(text: str) -> str:
    """As a sentence repeats what somebody sent."""
    return text[:60].encode(errors="replace").decode()

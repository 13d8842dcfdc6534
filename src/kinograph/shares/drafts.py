"""A share as the form has it: what a person has filled in so far, right or wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form

from kinograph.i18n import number
from kinograph.shares.store import OwnShare
from kinograph.shares.wishes import DAYS, MOST_DAYS, STARS, BadDays, Wishes, check_wishes
from kinograph.stats.address import Filters
from kinograph.stats.filters import find_filter
from kinograph.stats.pages import SHAREABLE, WATCHLIST
from kinograph.stats.session_page import GOES_WITH

NEVER, AS_IT_IS = "never", "same"
CHOICES = ("7", "30", str(DAYS), "365", NEVER)
"""Days until a link ends, as the form offers them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`days` is one of CHOICES, or AS_IT_IS where a share is changed. Of the password only whether there is to be one:
    no page repeats it."""

    name: str = ""
    pages: tuple[str, ...] = ("",)
    filters: str = ""
    shows: tuple[str, ...] = STARS
    days: str = str(DAYS)
    follow: bool = False
    has_password: bool = False

    def check(self) -> Wishes:
        """Raises Refused with what is wrong."""
        return check_wishes(
            name=self.name,
            pages=self.pages,
            filters=self.filters,
            shows=self.shows,
            days=None if self.days in (NEVER, AS_IT_IS) else _read_days(self.days),
            follow=self.follow,
        )


def _read_days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadDays(most=number(MOST_DAYS))
    return int(text)


def from_page(page: str, query: Iterable[tuple[str, str]]) -> Draft:
    """Of the page that somebody wants to share, with its filters; of the overview where that page cannot be."""
    name = GOES_WITH.get(page, page)
    picked = Filters.parse(((name, value) for name, value in query if _is_filter(name)), owner=True)
    shows = (*STARS, "watchlist") if name == WATCHLIST.name else STARS
    return Draft(pages=(name if name in SHAREABLE else "",), filters=picked.to_query(), shows=shows)


def _is_filter(name: str) -> bool:
    known = find_filter(name)
    return known is not None and known.label is not None


def from_share(share: OwnShare) -> Draft:
    """As it is."""
    return Draft(share.name, share.pages, share.filters, share.shows, AS_IT_IS, share.follow, share.has_password)


def read_draft(
    name: Annotated[str, Form()] = "",
    pages: Annotated[list[str] | None, Form()] = None,
    filters: Annotated[str, Form()] = "",
    shows: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form()] = str(DAYS),
    follow: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
) -> Draft:
    """What the form sends: a box that is not ticked is not sent."""
    return Draft(name, tuple(pages or ()), filters, tuple(shows or ()), days, bool(follow), bool(password))

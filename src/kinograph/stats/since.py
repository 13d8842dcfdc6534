"""What an overview tells its owner of the export before it. `changes/` fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.i18n import gettext, ngettext
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import make_posters, sort_best_first

MOST_POSTERS = 6


@dataclass(frozen=True, slots=True)
class Since:
    """How much is new since the export `older` of `day`: films watched, films with other stars, films watched from the
    watchlist, and the roundest number of viewings passed, None for none. `new` are the numbers of the films, `met`
    those of the films from the watchlist, each with the day it was wished for."""

    older: UUID
    day: date
    films: int
    rated: int
    wishes: int
    milestone: int | None
    new: tuple[int, ...]
    met: tuple[tuple[int, date | None], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.films or self.rated or self.wishes or self.milestone)


@dataclass(frozen=True, slots=True)
class Slip:
    """The same in words: numbers, what they count, and the part of the page of changes that tells of them."""

    day: str
    href: str
    figures: tuple[tuple[str, str, str], ...]
    posters: tuple[Poster, ...]


def make_slip(since: Since, view: PageContext) -> Slip:
    """In the reader's language, with the best rated of the new films."""
    href = f"{view.home}/changes?since={since.older}"
    told = (
        (since.films, ngettext("%(n)s film", "%(n)s films", since.films), "films"),
        (since.rated, ngettext("%(n)s re-rated", "%(n)s re-rated", since.rated), "ratings"),
        (
            since.wishes,
            ngettext("%(n)s from the watchlist", "%(n)s from the watchlist", since.wishes),
            "watchlist",
        ),
        (since.milestone or 0, gettext("%(n)s viewings passed", n=i18n.number(since.milestone or 0)), "passed"),
    )
    films = view.all.films
    new = sort_best_first(films.filter(films["n"].is_in(since.new))).head(MOST_POSTERS)
    return Slip(
        i18n.date(since.day, "long"),
        href,
        tuple((*part_number(text, n), f"{href}#{part}") for n, text, part in told if n),
        tuple(make_posters(new, view)),
    )


def part_number(text: str, n: int) -> tuple[str, str]:
    """The number of a text and the rest of it, wherever it stands."""
    number = i18n.number(n)
    return number, text.replace(number, "", 1).strip()

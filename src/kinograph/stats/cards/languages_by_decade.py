"""Which languages the films of each decade were made in: the share of each language, decade by decade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import field
from functools import partial

import numpy as np
import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.columns import Item, draw_column_chart
from kinograph.charts.marks import Mark
from kinograph.charts.records import record
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.layout import templates
from kinograph.stats import decades, labels
from kinograph.stats.address import FilterLink
from kinograph.stats.against import Beside, compute_beside, put_behind
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import Lookups, PageContext

TITLE = gettext_noop("Original languages over the decades")
DEFINITION = (
    gettext_noop("The films of each release decade by original language: the share of each of the six most frequent."),
    "share = 100 × n(films of the decade in the language) / n(films of the decade with a language)",
)
SHOWN = 6
NOWHERE = Mark("", "")


@record
class DecadeShare:
    """The films of a decade in one language, of all those of the decade."""

    decade: int
    films: int
    known: int  # films of the decade with a language
    make_link: Callable[[], FilterLink] = field(repr=False, compare=False)  # hundreds, of which few are drawn
    outside: bool  # of the language and release years picked

    @property
    def link(self) -> FilterLink:
        """To just these films."""
        return self.make_link()


@record
class LanguagesByDecade:
    shares: tuple[
        tuple[str, tuple[DecadeShare, ...]], ...
    ]  # by code, most films first; each of every decade, oldest first
    yearless: int  # films with a language and no year
    lookups: Lookups
    beside: Beside[LanguagesByDecade] | None = field(default=None, compare=False)

    @property
    def richest(self) -> tuple[int, int]:
        """The decade with the most languages, the latest of several, and how many."""
        found = [share.decade for _, shares in self.shares for share in shares if share.films]
        return max(((found.count(decade), decade) for decade in set(found)), default=(0, 0))[::-1]


def compute(view: PageContext) -> LanguagesByDecade | None:
    """None when no film has both a language and a year, and none will."""
    known, dated = pl.col("original_language").is_not_null(), pl.col("year").is_not_null()
    if view.nothing_will_come(known & dated):
        return None
    films = view.picked.of_watched
    counts = _counts(view.ignoring("language", "released"))
    picked = set(_counts(view.picked))
    of_decade, of_language = Counter[int](), Counter[str]()
    for (code, decade), n in counts.items():
        of_decade[decade] += n
        of_language[code] += n
    firsts = range(min(of_decade, default=0), max(of_decade, default=-10) + 1, 10)

    def share(code: str, decade: int) -> DecadeShare:
        films, is_outside = counts.get((code, decade), 0), (code, decade) not in picked
        link = partial(view.link, language=code, released=decades.span(decade))
        return DecadeShare(decade, films, of_decade[decade], link, is_outside)

    return LanguagesByDecade(
        tuple(
            (code, tuple(share(code, decade) for decade in firsts))
            for code in sorted(of_language, key=lambda code: (-of_language[code], code))
        ),
        int(np.count_nonzero(films.known("original_language") & ~films.known("year"))),
        view.lacking(known, among=dated, ignoring=("language", "released")),
        compute_beside(view, compute),
    )


BEYOND = 10_000
"""No year has five digits: a language and a decade are one number."""


def _counts(frame: Frame) -> dict[tuple[str, int], int]:
    """Films by language and decade."""
    codes, years = frame.columns.codes("original_language"), frame.columns["year"]
    is_counted = (frame.watched_flags & frame.columns.known("year"))[codes.rows]
    firsts = years[codes.rows[is_counted]].astype(np.int64) // 10 * 10
    cells, counts = np.unique(codes.codes[is_counted] * BEYOND + firsts, return_counts=True)
    keys = codes.keys.to_list()
    return {(keys[cell // BEYOND], cell % BEYOND): n for cell, n in zip(cells.tolist(), counts.tolist(), strict=True)}


def render(card: LanguagesByDecade, title: str) -> Markup:
    richest, most = card.richest
    return templates.render(
        "stats/cards/languages_by_decade.html",
        card=card,
        title=title,
        named=labels.language,
        richest=decades.named(richest),
        most=most,
        charts=[(labels.language(code), _draw(code, card)) for code, _ in card.shares[:SHOWN]],
        heads=[
            gettext("Language"),
            *(decades.named(share.decade) for _, shares in card.shares[:1] for share in shares),
        ],
        rows=[(labels.language(code), *map(_cell, shares)) for code, shares in card.shares],
    )


def _draw(code: str, card: LanguagesByDecade) -> Markup:
    is_paired = card.beside is not None
    items = _items(code, card, is_paired=is_paired)
    items = put_behind(items, card.beside, lambda other: _items(code, other, is_paired=is_paired), digits=0)
    return draw_column_chart(items, label=labels.language(code), height=72, most_ticks=5, one_scale=True)


def _items(code: str, card: LanguagesByDecade, *, is_paired: bool) -> list[Item]:
    """What is paired is known by its mark; else a decade without a film has none."""
    return [
        Item(
            100 * share.films / share.known if share.known else 0,
            Mark.to(share.link, _label(code, share)) if share.films or is_paired else NOWHERE,
            text=i18n.number(100 * share.films / share.known) if share.films else "",
            tick=str(share.decade),  # short enough for the edges of a phone
            dim=share.outside,
        )
        for share in dict(card.shares).get(code, ())
    ]


def _label(code: str, share: DecadeShare) -> str:
    return ngettext(
        "%(language)s, %(decade)ss: %(some)s of %(n)s film, %(percent)s",
        "%(language)s, %(decade)ss: %(some)s of %(n)s films, %(percent)s",
        share.known,
        language=labels.language(code),
        decade=share.decade,
        some=i18n.number(share.films),
        percent=i18n.percent(share.films / share.known) if share.known else "",
    )


def _cell(share: DecadeShare) -> str:
    return i18n.percent(share.films / share.known) if share.films else ""

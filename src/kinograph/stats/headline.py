"""The sentence a page opens with, and the credits under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.stats.view import View

SHORT_MINUTES = 120
"""Below this, time is told in minutes."""


class Credit(NamedTuple):
    """A number and what it counts: "706", "directors"."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Headline:
    """`lead` is the number that shines, "" when the sentence opens otherwise; `rest` follows after a space."""

    lead: str
    rest: str
    credits: tuple[Credit, ...]

    @property
    def sentence(self) -> str:
        return f"{self.lead} {self.rest}".strip()


def headline(view: View) -> Headline:
    films = view.watched
    count = len(films)
    minutes = int(films["runtime_minutes"].sum())
    if not count:
        return Headline("", _nothing(view), ())
    if view.filters:
        sentence, number = _of_picked(view, count, minutes)
    elif minutes:
        sentence, number = _in_the_dark(minutes)
    else:
        sentence, number = ngettext("%(n)s film.", "%(n)s films.", count), i18n.number(count)
    lead = number if sentence.startswith(number) else ""
    return Headline(lead, sentence[len(lead) :].strip(), _credits(films))


def _nothing(view: View) -> str:
    if view.filters and len(view.everything):
        return gettext("Nothing on the reel.")
    return gettext("No films yet.")


def _in_the_dark(minutes: int) -> tuple[str, str]:
    if minutes < SHORT_MINUTES:
        return ngettext("%(n)s minute in the dark.", "%(n)s minutes in the dark.", minutes), i18n.number(minutes)
    hours = round(minutes / 60)
    return ngettext("%(n)s hour in the dark.", "%(n)s hours in the dark.", hours), i18n.number(hours)


def _of_picked(view: View, count: int, minutes: int) -> tuple[str, str]:
    films = ngettext("%(n)s film", "%(n)s films", count)
    which = view.filters.which(view.picked) if count > 1 else None
    if minutes < SHORT_MINUTES:
        time = ngettext("%(n)s minute", "%(n)s minutes", minutes)
    else:
        hours = round(minutes / 60)
        time = ngettext("%(n)s hour", "%(n)s hours", hours)
    if which and minutes:
        sentence = gettext("%(films)s, %(time)s, all of them %(which)s.", films=films, time=time, which=which)
    elif which:
        sentence = gettext("%(films)s, all of them %(which)s.", films=films, which=which)
    elif minutes:
        sentence = gettext("%(films)s, %(time)s.", films=films, time=time)
    else:
        sentence = gettext("%(films)s.", films=films)
    return sentence, i18n.number(count)


def _credits(films: pl.DataFrame) -> tuple[Credit, ...]:
    """Films always; directors, countries and the average once there are any."""
    directors = films["directors"].explode().drop_nulls().n_unique()
    countries = films["countries"].explode().drop_nulls().n_unique()
    said = [(ngettext("%(n)s film", "%(n)s films", len(films)), i18n.number(len(films)))]
    if directors:
        said.append((ngettext("%(n)s director", "%(n)s directors", directors), i18n.number(directors)))
    if countries:
        said.append((ngettext("%(n)s country", "%(n)s countries", countries), i18n.number(countries)))
    mean = films["rating"].mean()
    if isinstance(mean, int | float):
        average = i18n.decimal(mean)
        said.append((gettext("%(mean)s stars on average", mean=average), average))
    return tuple(Credit(number, text.replace(number, "", 1).strip()) for text, number in said)

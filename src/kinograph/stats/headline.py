"""The sentence a page opens with, and the credits under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.stats import amounts, unwatched
from kinograph.stats.address import FilterLink, films_href, with_query
from kinograph.stats.against import Other, subtract
from kinograph.stats.arrays import mean
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.wishes import WishContext

SHORT_MINUTES = 120
"""Below this, time is told in minutes."""


class Credit(NamedTuple):
    """A number, what it counts, and where that is told in full: "706", "directors", the page of people.

    Its link is a filter of the same page where it is a FilterLink, else the address of another page.
    """

    number: str
    label: str
    to: FilterLink | str
    difference: str = ""  # against the other selection, where there is one


@dataclass(frozen=True, slots=True)
class Headline:
    """`lead` is the number that shines, "" when the sentence opens otherwise; `rest` follows after a space. `against`
    is what the picked stands against, and how they differ; "" where nothing was asked."""

    lead: str
    rest: str
    credits: tuple[Credit, ...]
    against: str = ""

    @property
    def sentence(self) -> str:
        return f"{self.lead} {self.rest}".strip()


def compute_headline(view: PageContext) -> Headline:
    """Of what is picked, in the reader's language."""
    count = len(view.picked.of_watched)
    minutes = amounts.sum_minutes(view.picked)
    if not count:
        return Headline("", _nothing(view), (), say_against(view))
    if view.filters:
        sentence, number = _of_picked(view, count, minutes)
    elif view.is_wished:
        sentence, number = _still_to_come(count, minutes)
    elif minutes:
        sentence, number = in_the_dark(minutes)
    else:
        sentence, number = ngettext("%(n)s film.", "%(n)s films.", count), i18n.number(count)
    lead = number if sentence.startswith(number) else ""
    credits = _wished_credits(view) if isinstance(view, WishContext) else _credits(view)
    return Headline(lead, sentence[len(lead) :].strip(), tuple(credits), say_against(view))


def say_against(view: PageContext) -> str:
    """How many films the other selection has beside those picked, and what it is; "" where nothing was asked."""
    if view.other is None:
        return view.against_sentence
    films, others = len(view.picked.of_watched), len(view.other.view.picked.of_watched)
    return f"{_say_difference(films, others, view.other)} {view.against_sentence}"


def _say_difference(films: int, others: int, other: Other) -> str:
    if other.is_all:
        share = i18n.percent(films / others) if others else ""
        return ngettext("%(share)s of %(n)s film.", "%(share)s of all %(n)s films.", others, share=share)
    places = {"other": other.name, "before": i18n.number(others)}
    if films == others:
        return ngettext("%(n)s film, as in %(other)s.", "%(n)s films, as in %(other)s.", films, **places)
    if films > others:
        return ngettext(
            "%(n)s film more than %(other)s (%(before)s).",
            "%(n)s films more than %(other)s (%(before)s).",
            films - others,
            **places,
        )
    return ngettext(
        "%(n)s film fewer than %(other)s (%(before)s).",
        "%(n)s films fewer than %(other)s (%(before)s).",
        others - films,
        **places,
    )


def _nothing(view: PageContext) -> str:
    if view.filters and len(view.everything):
        which = view.filters.which(view.all)
        return gettext("Nothing on the reel: no films %(which)s.", which=which)
    if view.is_wished:
        return gettext("No films on the watchlist.")
    return found.sentence if (found := unwatched.compute(view)) else gettext("No films yet.")


def _still_to_come(count: int, minutes: int) -> tuple[str, str]:
    if minutes < SHORT_MINUTES:
        return ngettext("%(n)s film still to come.", "%(n)s films still to come.", count), i18n.number(count)
    hours = i18n.whole_hours(minutes)
    return ngettext("%(n)s hour still to come.", "%(n)s hours still to come.", hours), i18n.number(hours)


def in_the_dark(minutes: int) -> tuple[str, str]:
    """The time films took as a sentence, and the number in it: ("262 hours in the dark.", "262")."""
    if minutes < SHORT_MINUTES:
        return ngettext("%(n)s minute in the dark.", "%(n)s minutes in the dark.", minutes), i18n.number(minutes)
    hours = i18n.whole_hours(minutes)
    return ngettext("%(n)s hour in the dark.", "%(n)s hours in the dark.", hours), i18n.number(hours)


def _of_picked(view: PageContext, count: int, minutes: int) -> tuple[str, str]:
    films = ngettext("%(n)s film", "%(n)s films", count)
    which = view.filters.which(view.all)
    if minutes < SHORT_MINUTES:
        time = ngettext("%(n)s minute", "%(n)s minutes", minutes)
    else:
        hours = i18n.whole_hours(minutes)
        time = ngettext("%(n)s hour", "%(n)s hours", hours)
    if minutes:
        sentence = gettext("%(films)s, %(time)s, %(which)s.", films=films, time=time, which=which)
    else:
        sentence = gettext("%(films)s, %(which)s.", films=films, which=which)
    return sentence, i18n.number(count)


class _Figures(NamedTuple):
    """Counts over watched films; `mean` is of their ratings, in stars."""

    films: int
    directors: int
    countries: int
    languages: int
    liked: int
    mean: float | None


def _count(frame: Frame) -> _Figures:
    films, flags = frame.of_watched, frame.watched_flags
    return _Figures(
        films=len(films),
        directors=frame.columns.count_keys("directors", flags),
        countries=frame.columns.count_keys("countries", flags),
        languages=frame.columns.count_keys("original_language", flags),
        liked=int(np.count_nonzero(films["liked"])),
        mean=mean(films["rating"]),
    )


def _credits(view: PageContext) -> Iterator[Credit]:
    """Films always; the others once there are any, and likes unless all of them are liked by choice."""
    now = _count(view.picked)
    before = _count(view.other.view.picked) if view.other else None

    def count(text: str, name: str, to: FilterLink | str) -> Credit:
        n = getattr(now, name)
        return _credit(text, n, to)._replace(difference=_differ(n, getattr(before, name), view) if before else "")

    films = ngettext("%(n)s film", "%(n)s films", now.films)
    yield count(films, "films", films_href(view.filters, session=view.home))
    if now.directors:
        text = ngettext("%(n)s director", "%(n)s directors", now.directors)
        yield count(text, "directors", view.to_page("people"))
    if now.countries:
        text = ngettext("%(n)s country", "%(n)s countries", now.countries)
        yield count(text, "countries", view.to_page("world"))
    if now.languages:
        text = ngettext("%(n)s language", "%(n)s languages", now.languages)
        yield count(text, "languages", f"{view.to_page('world')}#card-all_languages")
    if now.mean is not None:
        average = i18n.decimal(now.mean)
        apart = subtract(now.mean, before.mean, 2) if before and before.mean is not None else ""
        text = gettext("%(mean)s stars on average", mean=average)
        yield _parted(text, average, view.to_page("ratings"))._replace(difference=apart)
    if now.liked and not view.filters.get("liked"):
        text = ngettext("%(n)s watched film liked", "%(n)s watched films liked", now.liked)
        yield count(text, "liked", view.linker("liked")("yes"))
    if period := _period(view):
        yield _parted(gettext("%(period)s in the diary", period=period), period, view.to_page("patterns"))


def _differ(now: int, before: int, view: PageContext) -> str:
    """With its sign; the share of everything, where that is what it stands against."""
    if view.other and view.other.is_all:
        return i18n.percent(now / before) if before else ""
    return subtract(now, before)


def _wished_credits(view: WishContext) -> Iterator[Credit]:
    """Films always, the rest where there is any."""
    figures, whole = _count(view.picked), view.whole
    directors = view.all.columns.find_keys("directors", view.picked.watched_flags)
    met_before = whole.columns.find_keys("directors", whole.watched_flags)
    new, met = len(directors.filter(~directors.is_in(met_before.implode()))), len(view.met)
    here, counted = with_query(view.path, view.filters.to_query()), figures.films
    yield _credit(ngettext("%(n)s film", "%(n)s films", counted), counted, f"{here}#tonight")
    if n := figures.directors:
        yield _credit(ngettext("%(n)s director", "%(n)s directors", n), n, f"{here}#tonight")
    if new:
        text = ngettext("%(n)s of them new to you", "%(n)s of them new to you", new)
        yield _credit(text, new, f"{with_query(here, 'unmet=yes')}#tonight")
    if n := figures.countries:
        yield _credit(ngettext("%(n)s country", "%(n)s countries", n), n, f"{here}#card-countries")
    if n := figures.languages:
        yield _credit(ngettext("%(n)s language", "%(n)s languages", n), n, f"{here}#card-languages")
    if met:
        text = ngettext("%(n)s watched after all", "%(n)s watched after all", met)
        yield _credit(text, met, f"{here}#card-waiting_times")


def _period(view: PageContext) -> str:
    """From the first viewing to the last, in months; "" without any."""
    ends = view.picked.nights.ends or ()
    return "–".join(dict.fromkeys(i18n.date(day, "MMM y") for day in ends))


def _credit(text: str, count: int, to: FilterLink | str) -> Credit:
    return _parted(text, i18n.number(count), to)


def _parted(text: str, number: str, to: FilterLink | str) -> Credit:
    return Credit(number, text.replace(number, "", 1).strip(), to)

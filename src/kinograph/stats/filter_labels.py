"""What filters are called, in the reader's language, with the values as `filter_values` writes them.

`label_…` is on the chip, `describe_…` in the headline after "all of them".
"""

from __future__ import annotations

from datetime import date

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.lists.built_in import built_in
from kinograph.stats import labels
from kinograph.stats.filter_values import span
from kinograph.stats.frames import Frame
from kinograph.stats.periods import days_of, is_relative


def label_rating(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("up to %(stars)s", stars=labels.format_stars(high or 0) + "★")
    if high is None:
        return gettext("from %(stars)s", stars=labels.format_stars(low) + "★")
    return labels.format_stars(low) + ("" if low == high else f"–{labels.format_stars(high)}") + "★"


def describe_rating(text: str, frame: Frame) -> str:
    low, high = span(text)
    if high is None:
        return gettext("rated %(stars)s or more", stars=labels.format_stars(low or 0) + "★")
    if low is None:
        return gettext("rated %(stars)s or less", stars=labels.format_stars(high) + "★")
    return gettext("rated %(stars)s", stars=label_rating(text, frame))


def label_score(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("TMDB up to %(score)s", score=i18n.decimal(high or 0, 1))
    if high is None:
        return gettext("TMDB from %(score)s", score=i18n.decimal(low, 1))
    return gettext("TMDB %(score)s", score=_score(text))


def describe_score(text: str, _: Frame) -> str:
    low, high = span(text)
    if high is None:
        return gettext("rated %(score)s or more at TMDB", score=i18n.decimal(low or 0, 1))
    if low is None:
        return gettext("rated %(score)s or less at TMDB", score=i18n.decimal(high, 1))
    return gettext("rated %(score)s at TMDB", score=_score(text))


def _score(text: str) -> str:
    """A range of scores as the locale writes them."""
    return "–".join(i18n.decimal(float(end), 1) if end else "" for end in text.split("-"))


def _is_decade(low: float, high: float) -> bool:
    return low % 10 == 0 and high == low + 9


def label_released(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("up to %(year)s", year=text.strip("-"))
    if high is None:
        return gettext("from %(year)s", year=text.strip("-"))
    if _is_decade(low, high):
        return gettext("%(decade)ss", decade=int(low))
    return text.replace("-", "–")


def describe_released(text: str, frame: Frame) -> str:
    low, high = span(text)
    if high is None:
        return gettext("from %(year)s or later", year=text.strip("-"))
    if low is None:
        return gettext("from %(year)s or earlier", year=text.strip("-"))
    if _is_decade(low, high):
        return gettext("from the %(decade)s", decade=label_released(text, frame))
    if low != high:
        return gettext("from %(first)s to %(last)s", first=int(low), last=int(high))
    return gettext("from %(years)s", years=label_released(text, frame))


def label_minutes(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("up to %(minutes)s min", minutes=i18n.number(high or 0))
    if high is None:
        return gettext("%(minutes)s min and longer", minutes=i18n.number(low))
    return gettext("%(minutes)s min", minutes=text.replace("-", "–"))


def describe_minutes(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("up to %(minutes)s minutes long", minutes=i18n.number(high or 0))
    if high is None:
        return gettext("at least %(minutes)s minutes long", minutes=i18n.number(low))
    return gettext("%(minutes)s minutes long", minutes=text.replace("-", "–"))


def label_votes(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return ngettext("up to %(n)s vote", "up to %(n)s votes", int(high or 0))
    if high is None:
        return ngettext("at least %(n)s vote", "at least %(n)s votes", int(low))
    if low == high:
        return ngettext("%(n)s vote", "%(n)s votes", int(low))
    return gettext("%(first)s–%(last)s votes", first=i18n.number(low), last=i18n.number(high))


def describe_votes(text: str, frame: Frame) -> str:
    return gettext("with %(votes)s at TMDB", votes=label_votes(text, frame))


def label_unseen(text: str, _: Frame) -> str:
    low, high = span(text)
    if high is None:
        return ngettext("last seen at least %(n)s day ago", "last seen at least %(n)s days ago", int(low or 0))
    if low is None:
        return ngettext("last seen at most %(n)s day ago", "last seen at most %(n)s days ago", int(high))
    if low == high:
        return ngettext("last seen %(n)s day ago", "last seen %(n)s days ago", int(low))
    return gettext("last seen %(first)s–%(last)s days ago", first=i18n.number(low), last=i18n.number(high))


def person_name(text: str, frame: Frame) -> str:
    return frame.makers.find(int(text)).name or "?"


def studio_name(text: str, frame: Frame) -> str:
    return frame.studios.find(int(text)).name or "?"


def collection_name(text: str, frame: Frame) -> str:
    return _name(frame.collections, pl.col("collection_id") == int(text))


def list_name(slug: str, frame: Frame) -> str:
    if known := built_in().get(slug):
        return gettext(known.title)
    return _name(frame.lists, pl.col("slug") == slug)


def _name(rows: pl.DataFrame, condition: pl.Expr) -> str:
    """Of the one that fits; "?" for what an address alone names."""
    return str(next(iter(rows.filter(condition)["name"]), "?"))


def label_viewed(text: str, frame: Frame) -> str:
    if is_relative(text):
        return _name_relative(text, frame.until)
    if ".." in text:
        return gettext("watched %(when)s", when=_days(text))
    if len(text) == 4:
        return gettext("watched %(when)s", when=text)
    if len(text) == 7:
        return gettext("watched %(when)s", when=i18n.date(date.fromisoformat(text + "-01"), "MMM y"))
    return gettext("watched %(when)s", when=i18n.date(date.fromisoformat(text)))


def _days(text: str) -> str:
    return "–".join(i18n.date(day) for day in days_of(text))


def _name_relative(text: str, until: date | None) -> str:
    """With the day it ends, for that is not today."""
    if until is None:
        return {
            "this-year": gettext("this year so far"),
            "last-30-days": gettext("last 30 days"),
            "last-12-months": gettext("last 12 months"),
        }[text]
    if text == "this-year":
        return gettext("%(year)s up to %(day)s", year=until.year, day=i18n.date(until, gettext("MMM d")))
    if text == "last-30-days":
        return gettext("last 30 days up to %(day)s", day=i18n.date(until))
    return gettext("last 12 months up to %(day)s", day=i18n.date(until))


def describe_viewed(text: str, frame: Frame) -> str:
    if is_relative(text):
        if frame.until is None:
            return gettext("watched in that period")
        day = i18n.date(frame.until, "long")
        if text == "this-year":
            return gettext("watched in %(year)s up to %(day)s", year=frame.until.year, day=day)
        if text == "last-30-days":
            return gettext("watched in the 30 days up to %(day)s", day=day)
        return gettext("watched in the 12 months up to %(day)s", day=day)
    if ".." in text:
        first, last = (i18n.date(day) for day in days_of(text))
        return gettext("watched from %(first)s to %(last)s", first=first, last=last)
    if len(text) == 4:
        return gettext("watched in %(year)s", year=text)
    if len(text) == 7:
        return gettext("watched in %(month)s", month=i18n.date(date.fromisoformat(text + "-01"), "MMMM y"))
    return gettext("watched on %(day)s", day=i18n.date(date.fromisoformat(text), "long"))


def label_wished(text: str, _: Frame) -> str:
    first, _last = days_of(text)
    when = text if len(text) == 4 else _days(text) if ".." in text else i18n.date(first, FORMS[len(text)])
    return gettext("on the watchlist since %(when)s", when=when)


FORMS = {len("2024-03"): "MMM y", len("2024-03-11"): "medium"}
"""How a month and a day are written."""


def label_weekday(text: str, _: Frame) -> str:
    return str(i18n.locale().days["stand-alone"]["wide"][int(text) - 1])


def label_month(text: str, _: Frame) -> str:
    return str(i18n.locale().months["stand-alone"]["wide"][int(text)])


def _number_of_days(text: str) -> str:
    low, high = span(text)
    if high is None:
        return gettext("%(n)s or more days", n=i18n.number(low or 0))
    if low is None:
        return gettext("up to %(n)s days", n=i18n.number(high))
    if low == high:
        return ngettext("%(n)s day", "%(n)s days", int(low))
    return gettext("%(first)s–%(last)s days", first=i18n.number(low), last=i18n.number(high))


def label_pause(text: str, _: Frame) -> str:
    if text == "0":
        return gettext("same day as the previous film")
    return gettext("%(days)s after the previous film", days=_number_of_days(text))


def describe_pause(text: str, _: Frame) -> str:
    if text == "0":
        return gettext("watched on the same day as the previous film")
    return gettext("watched %(days)s after the previous film", days=_number_of_days(text))


def label_logged(text: str, _: Frame) -> str:
    if text == "0":
        return gettext("logged the same or the next day")
    return gettext("logged %(days)s later", days=_number_of_days(text))

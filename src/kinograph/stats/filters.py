"""Everything an address can pick, in one place: how it is written, what it is called, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from kinograph.i18n import gettext
from kinograph.stats import labels
from kinograph.stats.filter_labels import (
    describe_minutes,
    describe_pause,
    describe_rating,
    describe_released,
    describe_score,
    describe_viewed,
    label_logged,
    label_minutes,
    label_month,
    label_pause,
    label_rating,
    label_released,
    label_score,
    label_viewed,
    label_weekday,
    list_name,
    person_name,
    studio_name,
)
from kinograph.stats.filter_values import (
    code_parser,
    days_of,
    full_match,
    parse_id,
    parse_month,
    parse_name,
    parse_role,
    parse_viewed,
    parse_weekday,
    parse_word,
    parse_year,
    parse_yes_or_no,
    range_parser,
    span,
)
from kinograph.stats.frames import FILMS, Frame
from kinograph.stats.roles import ROLES, Role, credits_of
from kinograph.stats.rounding import tenths


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing an address can say. Without a label it is a choice of view, such as the calendar's year."""

    name: str
    canonical: Callable[[str], str]  # the one way to write what was asked; raises ValueError for junk
    label: Callable[[str, Frame], str] | None = None  # on the chip
    which: Callable[[str, Frame], str] | None = None  # in the headline, after "all of them"
    films: Callable[[str], pl.Expr] | None = None
    viewings: Callable[[str], pl.Expr] | None = None
    many: bool = False  # several values may be picked, and all of them must hold
    pages: tuple[str, ...] = ()  # where it means something, which is everywhere if none is named
    private: bool = False  # whether only the owner may pick by it


def needs_tmdb(name: str, value: str) -> bool:
    """Whether the filter asks what only TMDB can tell: a film that was not looked up fits none of these."""
    films = FILTERS[name].films
    return films is not None and not FACTS.isdisjoint(films(value).meta.root_names())


FACTS = frozenset(FILMS.names()[FILMS.names().index("kind") : FILMS.names().index("lists")])
"""The columns of a film that are TMDB's."""
DATED = ~pl.col("at_once")
"""Of viewings: a day that was filled in at one go is no day on which anything was watched."""


def _within(column: str) -> Callable[[str], pl.Expr]:
    def condition(text: str) -> pl.Expr:
        low, high = span(text)
        values = pl.col(column)
        if high is None:
            return values >= low
        return values <= high if low is None else values.is_between(low, high)

    return condition


def _scored(text: str) -> pl.Expr:
    low, high = span(text)
    return tenths(pl.col("vote_average")).is_between(round((low or 0) * 10), round((high or 10) * 10))


def _contains(column: str) -> Callable[[str], pl.Expr]:
    return lambda text: pl.col(column).list.contains(text)


def _person(role: Role) -> Filter:
    return Filter(
        role.name,
        parse_id,
        lambda text, frame: gettext(role.label, name=person_name(text, frame)),
        lambda text, frame: gettext(role.which, name=person_name(text, frame)),
        films=lambda text: role.credits.list.contains(int(text)),
        many=True,
    )


def _is(column: str) -> Callable[[str], pl.Expr]:
    return lambda text: pl.col(column) if text == "yes" else ~pl.col(column)


FILTERS: dict[str, Filter] = {
    entry.name: entry
    for entry in (
        Filter(
            "rating",
            range_parser(number=r"[0-5](?:\.[05])?", least=0.5, most=5),
            label_rating,
            describe_rating,
            films=_within("rating"),
        ),
        # TMDB's, to a tenth of a point.
        Filter(
            "score",
            range_parser(number=r"\d{1,2}(?:\.\d)?", least=0, most=10),
            label_score,
            describe_score,
            films=_scored,
        ),
        # A year (1994), an era (1955-1979) or a decade (1990-1999).
        Filter(
            "released",
            range_parser(number=r"\d{4}", least=1000, most=2999),
            label_released,
            describe_released,
            films=_within("year"),
        ),
        Filter(
            "genre",
            parse_name,
            lambda text, _: labels.genre(text),
            lambda text, _: labels.of_genre(text),
            films=_contains("genres"),
            many=True,
        ),
        Filter(
            "keyword",
            parse_name,
            lambda text, _: text,
            lambda text, _: gettext("about “%(keyword)s”", keyword=text),
            films=_contains("keywords"),
            many=True,
        ),
        Filter(
            "studio",
            parse_id,
            studio_name,
            lambda text, frame: gettext("by %(studio)s", studio=studio_name(text, frame)),
            films=lambda text: pl.col("companies").list.contains(int(text)),
        ),
        Filter(
            "country",
            code_parser("2", upper=True),
            lambda text, _: labels.country(text),
            lambda text, _: labels.from_country(text),
            films=_contains("countries"),
        ),
        Filter(
            "language",
            code_parser("2,3", upper=False),
            lambda text, _: labels.language(text),
            lambda text, _: labels.in_language(text),
            films=lambda text: pl.col("original_language") == text,
        ),
        *(_person(role) for role in ROLES.values()),
        # Whatever they did.
        Filter(
            "person",
            parse_id,
            lambda text, frame: person_name(text, frame),
            lambda text, frame: gettext("made with %(name)s", name=person_name(text, frame)),
            films=lambda text: credits_of(int(text)),
            many=True,
        ),
        Filter(
            "runtime",
            range_parser(number=r"\d{1,4}", least=0, most=9999),
            label_minutes,
            describe_minutes,
            films=_within("runtime_minutes"),
        ),
        Filter(
            "liked",
            parse_yes_or_no,
            lambda text, _: gettext("liked") if text == "yes" else gettext("not liked"),
            lambda text, _: gettext("liked") if text == "yes" else gettext("without a like"),
            films=_is("liked"),
        ),
        # The year, month, day or days of a viewing.
        Filter(
            "viewed",
            parse_viewed,
            label_viewed,
            describe_viewed,
            viewings=lambda text: DATED & pl.col("watched_on").is_between(*days_of(text)),
        ),
        Filter(
            "weekday",
            parse_weekday,
            label_weekday,
            lambda text, frame: gettext("watched on a %(weekday)s", weekday=label_weekday(text, frame)),
            viewings=lambda text: DATED & (pl.col("watched_on").dt.weekday() == int(text)),
        ),
        # Of any year.
        Filter(
            "month",
            parse_month,
            label_month,
            lambda text, frame: gettext("watched in %(month)s", month=label_month(text, frame)),
            viewings=lambda text: DATED & (pl.col("watched_on").dt.month() == int(text)),
        ),
        Filter(
            "rewatched",
            parse_yes_or_no,
            lambda text, _: gettext("rewatched") if text == "yes" else gettext("first viewings"),
            lambda text, _: gettext("watched again") if text == "yes" else gettext("watched for the first time"),
            viewings=_is("rewatch"),
        ),
        # Letterboxd's own words for a viewing, and lists by their file's name: the owner's alone.
        Filter(
            "tag",
            parse_name,
            lambda text, _: gettext("tagged “%(tag)s”", tag=text),
            lambda text, _: gettext("tagged “%(tag)s”", tag=text),
            viewings=_contains("tags"),
            many=True,
            private=True,
        ),
        Filter(
            "list",
            parse_name,
            lambda text, frame: gettext("on “%(list)s”", list=list_name(text, frame)),
            lambda text, frame: gettext("on “%(list)s”", list=list_name(text, frame)),
            films=_contains("lists"),
            many=True,
            private=True,
        ),
        # Days since the viewing before it, and days until it was logged.
        Filter(
            "pause",
            range_parser(number=r"\d{1,5}", least=0, most=99_999),
            label_pause,
            describe_pause,
            viewings=_within("pause"),
        ),
        Filter(
            "logged",
            range_parser(number=r"\d{1,5}", least=0, most=99_999),
            label_logged,
            label_logged,
            viewings=_within("delay"),
        ),
        Filter("calendar", parse_year),
        # Viewings by week; by month, where it is not said.
        Filter("by", lambda text: full_match("week", text)[0], pages=("", "patterns", "person")),
        # What the strip of release years tells; films, where it is not said.
        Filter("strip", lambda text: full_match("average|viewings", text)[0], pages=("", "year", "person")),
        # Which of the people, in what order, and how far down.
        Filter("role", parse_role, pages=("people",)),
        Filter("sort", lambda text: full_match("best", text)[0], pages=("people",)),
        Filter("q", parse_word, pages=("people",)),
        Filter("page", lambda text: full_match("[1-9][0-9]{0,4}", text)[0], pages=("people",)),
        # What rankings count; what the reader is wont to, where it is not said.
        Filter("count", lambda text: full_match("films|viewings|hours", text)[0]),
    )
}

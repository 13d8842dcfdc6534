"""Everything an address can pick, in one place: how it is written, what it is called, and what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import polars as pl

from kinograph.films.roles import COLUMNS, ROLES, Role, credits_of
from kinograph.i18n import gettext, gettext_noop
from kinograph.stats import filter_conditions as conditions
from kinograph.stats import filter_labels, filter_values, labels
from kinograph.stats.filter_kinds import ALL, Filter, with_kinds, yes_or_no
from kinograph.stats.filter_values import choice_parser, code_parser, range_parser
from kinograph.stats.frame_schema import FILMS
from kinograph.stats.periods import days_of, parse_fixed, parse_viewed
from kinograph.stats.view_choices import OF_VIEW


@lru_cache(4096)
def needs_tmdb(name: str, value: str) -> bool:
    """Whether the filter asks what only TMDB can tell: a film that was not looked up fits none of these."""
    films = FILTERS[name].films
    return films is not None and not FACTS.isdisjoint(films(value).meta.root_names())


FACTS = frozenset(FILMS.names()[FILMS.names().index("kind") : FILMS.names().index("lists")])
"""The columns of a film that are TMDB's."""

DATED = ~pl.col("at_once")
"""Of viewings: a day that was filled in at one go is no day on which anything was watched."""


def _watched_on(condition: Callable[[str], pl.Expr]) -> Callable[[str], pl.Expr]:
    """Of viewings whose day means anything."""
    return lambda text: DATED & condition(text)


def _in_role(role: Role) -> Filter:
    return Filter(
        name=role.name,
        canonical=filter_values.parse_id,
        label=lambda text, frame: gettext(role.label, name=filter_labels.person_name(text, frame)),
        which=lambda text, frame: gettext(role.which, name=filter_labels.person_name(text, frame)),
        films=lambda text: role.credits.list.contains(int(text)),
        flags=conditions.has(role.credits, read=int),
        many=True,
        has_kinds=True,
    )


_OF_FILMS = (
    Filter(
        name="rating",
        canonical=range_parser(number=r"[0-5](?:\.[05])?", least=0.5, most=5),
        label=filter_labels.label_rating,
        which=filter_labels.describe_rating,
        films=conditions.within("rating"),
        flags=conditions.in_span("rating"),
    ),
    # TMDB's, to a tenth of a point.
    Filter(
        name="score",
        canonical=range_parser(number=r"\d{1,2}(?:\.\d)?", least=0, most=10),
        label=filter_labels.label_score,
        which=filter_labels.describe_score,
        films=conditions.scored,
        flags=conditions.in_score,
    ),
    # A year (1994), an era (1955-1979) or a decade (1990-1999).
    Filter(
        name="released",
        canonical=range_parser(number=r"\d{4}", least=1000, most=2999),
        label=filter_labels.label_released,
        which=filter_labels.describe_released,
        films=conditions.within("year"),
        flags=conditions.in_span("year"),
    ),
    Filter(
        name="genre",
        canonical=filter_values.parse_name,
        label=lambda text, _: labels.genre(text),
        which=lambda text, _: labels.of_genre(text),
        films=conditions.contains("genres"),
        flags=conditions.has("genres"),
        many=True,
        has_kinds=True,
    ),
    Filter(
        name="keyword",
        canonical=filter_values.parse_name,
        label=lambda text, _: text,
        which=lambda text, _: gettext("about “%(keyword)s”", keyword=text),
        films=conditions.contains("keywords"),
        flags=conditions.has("keywords"),
        many=True,
        has_kinds=True,
    ),
    Filter(
        name="studio",
        canonical=filter_values.parse_id,
        label=filter_labels.studio_name,
        which=lambda text, frame: gettext("by %(studio)s", studio=filter_labels.studio_name(text, frame)),
        films=lambda text: pl.col("companies").list.contains(int(text)),
        flags=conditions.has("companies", read=int),
        has_kinds=True,
    ),
    # What TMDB takes together: a film and its sequels.
    Filter(
        name="collection",
        canonical=filter_values.parse_id,
        label=filter_labels.collection_name,
        which=lambda text, frame: gettext("in “%(name)s”", name=filter_labels.collection_name(text, frame)),
        films=lambda text: pl.col("collection_id") == int(text),
        has_kinds=True,
    ),
    Filter(
        name="country",
        canonical=code_parser("2", upper=True),
        label=lambda text, _: labels.country(text),
        which=lambda text, _: labels.from_country(text),
        films=conditions.contains("countries"),
        flags=conditions.has("countries"),
        has_kinds=True,
    ),
    Filter(
        name="language",
        canonical=code_parser("2,3", upper=False),
        label=lambda text, _: labels.language(text),
        which=lambda text, _: labels.in_language(text),
        films=lambda text: pl.col("original_language") == text,
        flags=conditions.has("original_language"),
        has_kinds=True,
    ),
    *(_in_role(role) for role in ROLES.values()),
    # Whatever they did.
    Filter(
        name="person",
        canonical=filter_values.parse_id,
        label=filter_labels.person_name,
        which=lambda text, frame: gettext("made with %(name)s", name=filter_labels.person_name(text, frame)),
        films=lambda text: credits_of(int(text)),
        flags=conditions.has(*COLUMNS, read=int),
        many=True,
        has_kinds=True,
    ),
    Filter(
        name="runtime",
        canonical=range_parser(number=r"\d{1,4}", least=0, most=9999),
        label=filter_labels.label_minutes,
        which=filter_labels.describe_minutes,
        films=conditions.within("runtime_minutes"),
        flags=conditions.in_span("runtime_minutes"),
    ),
    # Votes at TMDB.
    Filter(
        name="votes",
        canonical=range_parser(number=r"\d{1,7}", least=0, most=9_999_999),
        label=filter_labels.label_votes,
        which=filter_labels.describe_votes,
        films=conditions.within("vote_count"),
        flags=conditions.in_span("vote_count"),
    ),
    # Words of the title or of the original one.
    Filter(
        name="title",
        canonical=filter_values.parse_word,
        label=lambda text, _: gettext("“%(words)s” in the title", words=text),
        which=lambda text, _: gettext("with “%(words)s” in the title", words=text),
        flags=conditions.in_title,
    ),
    Filter(
        name="unseen",
        canonical=range_parser(number=r"\d{1,5}", least=0, most=99_999),
        label=filter_labels.label_unseen,
        which=filter_labels.label_unseen,
        flags=conditions.last_seen,
    ),
    yes_or_no(
        name="rated",
        label=(gettext_noop("rated"), gettext_noop("not rated")),
        which=(gettext_noop("rated"), gettext_noop("without a rating")),
        films=pl.col("rating").is_not_null(),
    ),
    yes_or_no(
        name="reviewed",
        label=(gettext_noop("reviewed"), gettext_noop("not reviewed")),
        which=(gettext_noop("reviewed"), gettext_noop("without a review")),
        films=pl.col("reviewed"),
    ),
    yes_or_no(
        name="watchlist",
        label=(gettext_noop("on the watchlist"), gettext_noop("not on the watchlist")),
        which=(gettext_noop("on the watchlist"), gettext_noop("not on the watchlist")),
        films=pl.col("watchlist"),
    ),
    yes_or_no(
        name="liked",
        label=(gettext_noop("liked"), gettext_noop("not liked")),
        which=(gettext_noop("liked"), gettext_noop("without a like")),
        films=pl.col("liked"),
    ),
    # Lists of the export by their file's name, and those that were brought: the owner's alone.
    Filter(
        name="list",
        canonical=filter_values.parse_list,
        label=lambda text, frame: gettext("on “%(list)s”", list=filter_labels.list_name(text, frame)),
        which=lambda text, frame: gettext("on “%(list)s”", list=filter_labels.list_name(text, frame)),
        films=conditions.on_list,
        many=True,
        private=True,
        public=filter_values.is_public_list,
        has_kinds=True,
    ),
)

_OF_WISHES = (
    # The year, month, day or days on which a film came to the watchlist.
    Filter(
        name="wished",
        canonical=parse_fixed,
        label=filter_labels.label_wished,
        which=filter_labels.label_wished,
        films=lambda text: pl.col("wanted_on").is_between(*days_of(text)),
        pages=("watchlist",),
    ),
)

_OF_VIEWINGS = (
    # The year, month, day or days of a viewing; what ends with the last day there is comes here by its days.
    Filter(
        name="viewed",
        canonical=parse_viewed,
        label=filter_labels.label_viewed,
        which=filter_labels.describe_viewed,
        viewings=_watched_on(lambda text: pl.col("watched_on").is_between(*days_of(text))),
        viewing_flags=conditions.on_days,
    ),
    Filter(
        name="weekday",
        canonical=choice_parser(*"1234567"),
        label=filter_labels.label_weekday,
        which=lambda text, frame: gettext("watched on a %(weekday)s", weekday=filter_labels.label_weekday(text, frame)),
        viewings=_watched_on(lambda text: pl.col("watched_on").dt.weekday() == int(text)),
        viewing_flags=conditions.on_weekday,
    ),
    # Of any year.
    Filter(
        name="month",
        canonical=filter_values.parse_month,
        label=filter_labels.label_month,
        which=lambda text, frame: gettext("watched in %(month)s", month=filter_labels.label_month(text, frame)),
        viewings=_watched_on(lambda text: pl.col("watched_on").dt.month() == int(text)),
    ),
    yes_or_no(
        name="rewatched",
        label=(gettext_noop("rewatched"), gettext_noop("first viewings")),
        which=(gettext_noop("watched again"), gettext_noop("watched for the first time")),
        viewings="rewatch",
    ),
    # Letterboxd's own words for a viewing: the owner's alone.
    Filter(
        name="tag",
        canonical=filter_values.parse_name,
        label=lambda text, _: gettext("tagged “%(tag)s”", tag=text),
        which=lambda text, _: gettext("tagged “%(tag)s”", tag=text),
        viewings=conditions.contains("tags"),
        many=True,
        private=True,
        has_kinds=True,
    ),
    # Days since the viewing before it, and days until it was logged.
    Filter(
        name="pause",
        canonical=range_parser(number=r"\d{1,5}", least=0, most=99_999),
        label=filter_labels.label_pause,
        which=filter_labels.describe_pause,
        viewings=conditions.within("pause"),
        viewing_flags=conditions.in_span_of_viewings("pause"),
    ),
    Filter(
        name="logged",
        canonical=range_parser(number=r"\d{1,5}", least=0, most=99_999),
        label=filter_labels.label_logged,
        which=filter_labels.label_logged,
        viewings=conditions.within("delay"),
        viewing_flags=conditions.in_span_of_viewings("delay"),
    ),
)

FILTERS: dict[str, Filter] = with_kinds((*_OF_FILMS, *_OF_WISHES, *_OF_VIEWINGS, *OF_VIEW))
"""By the name that an address gives them."""


def find_filter(name: str) -> Filter | None:
    """By any name that it has: "genre.all" is another one of "genre"."""
    return FILTERS.get(name) or FILTERS.get(name.removesuffix(f".{ALL}"))

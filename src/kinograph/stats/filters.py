"""Everything an address can pick, in one place: how it is written, what it is called, and what it keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple
from unicodedata import category
from urllib.parse import quote_plus

import polars as pl
from markupsafe import Markup

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.stats import labels
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


@dataclass(frozen=True, slots=True)
class FilterLink:
    """Where a mark leads: to the page with its value picked, or left out again if it is `picked`."""

    href: str
    picked: bool
    key: str = field(default="", compare=False)  # name=value of what it picks: the script knows it by this

    @property
    def attributes(self) -> Markup:
        """Of the link in HTML; `data-filter` is what the script listens for."""
        return Markup('href="{}" data-filter data-key="{}"{}').format(
            self.href, self.key, Markup(' aria-current="true"') if self.picked else ""
        )


class Chip(NamedTuple):
    label: str
    href: str  # the same page without this filter


@dataclass(frozen=True, slots=True)
class Filters:
    """What an address picks: (name, value) pairs in the order they were picked, each canonical, none twice.

    `fixed` is what the path says, as that of the year 2024 does: it filters like the rest, but no link of the page
    can drop it, and no query repeats it.
    """

    picked: tuple[tuple[str, str], ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(
        cls,
        query: Mapping[str, str] | Iterable[tuple[str, str]],
        *,
        page: str = "",
        fixed: tuple[tuple[str, str], ...] = (),
        owner: bool = False,
    ) -> Filters:
        """From query parameters, as a mapping or as pairs; what no filter of the page understands is left out, and
        what is private unless the owner asks."""
        filters = cls(fixed=fixed)
        for name, value in query.items() if isinstance(query, Mapping) else query:
            known = FILTERS.get(name)
            if known and (not known.pages or page in known.pages) and (owner or not known.private):
                try:
                    filters = filters.with_(name, value)
                except ValueError:
                    continue
        return filters

    def __bool__(self) -> bool:
        """Whether anything is filtered; a choice of view alone is not."""
        return any(FILTERS[name].label for name, _ in self.all)

    @property
    def all(self) -> tuple[tuple[str, str], ...]:
        return (*self.picked, *self.fixed)

    def get(self, name: str) -> str | None:
        return next((value for picked, value in self.all if picked == name), None)

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.picked

    def with_(self, name: str, value: str) -> Filters:
        """With this picked as well, or instead where only one can be. Raises ValueError when the value is junk."""
        pair = (name, FILTERS[name].canonical(value))
        if pair in self.picked:
            return self
        kept = self if FILTERS[name].many else self.without(name)
        return replace(kept, picked=(*kept.picked, pair)) if len(kept.picked) < MOST_PICKED else self

    def without(self, name: str, value: str | None = None) -> Filters:
        """Without this value, or without the filter altogether."""
        kept = tuple(pair for pair in self.picked if pair[0] != name or value not in (None, pair[1]))
        return replace(self, picked=kept)

    def to_query(self) -> str:
        return "&".join(f"{name}={quote_plus(value)}" for name, value in self.picked)

    def travelling(self) -> Filters:
        """What stays picked on the way to another page: its filters and what is counted, no other choice."""
        filters = Filters()
        # What is picked comes last: the month within a year takes the place of the year.
        for name, value in (*self.fixed, *self.picked):
            if FILTERS[name].label or name == "count":
                filters = filters.with_(name, value)
        return filters

    def from_the_start(self) -> Filters:
        """The same, on the first page: what was further down is elsewhere once something else is picked."""
        return self.without("page") if self.get("page") else self

    def href(self, path: str) -> str:
        """Relative where it can be, for pages hold hundreds of them; `path` is where they stand."""
        return f"?{self.to_query()}" if self.picked else path

    def linker(self, name: str, path: str) -> Callable[[str], FilterLink]:
        """For charts with hundreds of marks: makes the link of each canonical value of one filter."""
        kept = (self if FILTERS[name].many else self.without(name)).from_the_start().to_query()
        start = f"?{kept}&{name}=" if kept else f"?{name}="

        def link(value: str) -> FilterLink:
            key = f"{name}={value}"
            if self.has(name, value):
                return FilterLink(self.without(name, value).from_the_start().href(path), picked=True, key=key)
            return FilterLink(start + quote_plus(value), picked=False, key=key)

        return link

    def chips(self, frame: Frame, path: str) -> list[Chip]:
        """One for each value picked; `frame` knows the names of people."""
        return [
            Chip(label(value, frame), self.without(name, value).from_the_start().href(path))
            for name, value in self.picked
            if (label := FILTERS[name].label)
        ]

    def which(self, frame: Frame) -> str | None:
        """What the picked films have in common, all of it: "directed by Agnès Varda and rated 4★"."""
        picked = {name for name, _ in self.picked}  # a month of the year says it all
        pairs = (*self.picked, *(pair for pair in self.fixed if pair[0] not in picked))
        said = [which(value, frame) for name, value in pairs if (which := FILTERS[name].which)]
        return i18n.listing(said) if said else None

    def apply(self, frame: Frame) -> Frame:
        """The films that fit, and their viewings; a filter on viewings keeps the films that have such a viewing."""
        pairs = [(FILTERS[name], value) for name, value in self.all]
        of_films = [entry.films(value) for entry, value in pairs if entry.films]
        of_viewings = [entry.viewings(value) for entry, value in pairs if entry.viewings]
        films, viewings = frame.films, frame.viewings
        if of_films:
            films = films.filter(*of_films)
            viewings = viewings.join(films.select("n"), on="n", how="semi", maintain_order="left")
        if of_viewings:
            viewings = viewings.filter(*of_viewings)
            films = films.join(viewings.select("n"), on="n", how="semi", maintain_order="left")
        return Frame(films, viewings, frame.people, frame.companies, frame.lists)


def needs_tmdb(name: str, value: str) -> bool:
    """Whether the filter asks what only TMDB can tell: a film that was not looked up fits none of these."""
    films = FILTERS[name].films
    return films is not None and not FACTS.isdisjoint(films(value).meta.root_names())


FACTS = frozenset(FILMS.names()[FILMS.names().index("kind") : FILMS.names().index("lists")])
"""The columns of a film that are TMDB's."""

LONGEST_NAME = 500
"""Characters of a tag, a list or a keyword: more than any has."""

DATED = ~pl.col("at_once")
"""Of viewings: a day that was filled in at one go is no day on which anything was watched."""

MOST_PICKED = 12
"""More than anybody clicks together; a longer address is not worth the work."""


def _match(pattern: str, text: str) -> re.Match[str]:
    if found := re.fullmatch(pattern, text.strip(), re.ASCII):
        return found
    raise ValueError(text)


def _range(*, number: str, least: float, most: float) -> Callable[[str], str]:
    """Writes "4", "3.5-5", "3.5-" or "-2" the one way: ends in order, no needless digits."""

    def canonical(text: str) -> str:
        found = _match(rf"(?P<only>{number})|(?P<low>{number})?-(?P<high>{number})?", text)
        low, high = (found["only"],) * 2 if found["only"] else (found["low"], found["high"])
        ends = [float(end) for end in (low, high) if end]
        if not ends or min(ends) < least or max(ends) > most:
            raise ValueError(text)
        if low and high:
            first, last = f"{min(ends):g}", f"{max(ends):g}"
            return first if first == last else f"{first}-{last}"
        return f"{ends[0]:g}-" if low else f"-{ends[0]:g}"

    return canonical


def span(text: str) -> tuple[float | None, float | None]:
    """The ends of a canonical range as numbers."""
    low, _, high = text.partition("-") if "-" in text else (text, "", text)
    return (float(low) if low else None, float(high) if high else None)


def _within(column: str) -> Callable[[str], pl.Expr]:
    def condition(text: str) -> pl.Expr:
        low, high = span(text)
        values = pl.col(column)
        if high is None:
            return values >= low
        return values <= high if low is None else values.is_between(low, high)

    return condition


def _rating_label(text: str, _: Frame) -> str:
    low, high = span(text)
    if low == high and low is not None:
        return labels.format_stars(low) + "★"
    return f"{labels.format_stars(low) if low else ''}–{labels.format_stars(high) if high else ''}★"


def _rating_which(text: str, frame: Frame) -> str:
    low, high = span(text)
    if high is None:
        return gettext("rated %(stars)s or more", stars=labels.format_stars(low or 0) + "★")
    if low is None:
        return gettext("rated %(stars)s or less", stars=labels.format_stars(high) + "★")
    return gettext("rated %(stars)s", stars=_rating_label(text, frame))


def _score_label(text: str, _: Frame) -> str:
    return gettext("TMDB %(score)s", score=_score(text))


def _score_which(text: str, _: Frame) -> str:
    low, high = span(text)
    if high is None:
        return gettext("rated %(score)s or more at TMDB", score=i18n.decimal(low or 0, 1))
    if low is None:
        return gettext("rated %(score)s or less at TMDB", score=i18n.decimal(high, 1))
    return gettext("rated %(score)s at TMDB", score=_score(text))


def _score(text: str) -> str:
    """A range of scores as the locale writes them."""
    return "–".join(i18n.decimal(float(end), 1) if end else "" for end in text.split("-"))


def _scored(text: str) -> pl.Expr:
    low, high = span(text)
    return tenths(pl.col("vote_average")).is_between(round((low or 0) * 10), round((high or 10) * 10))


def _is_decade(low: float, high: float) -> bool:
    return low % 10 == 0 and high == low + 9


def _released_label(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is not None and high is not None and _is_decade(low, high):
        return gettext("%(decade)ss", decade=int(low))
    return text.replace("-", "–")


def _released_which(text: str, frame: Frame) -> str:
    low, high = span(text)
    if high is None:
        return gettext("from %(year)s or later", year=text.strip("-"))
    if low is None:
        return gettext("from %(year)s or earlier", year=text.strip("-"))
    if _is_decade(low, high):
        return gettext("from the %(decade)s", decade=_released_label(text, frame))
    if low != high:
        return gettext("from %(first)s to %(last)s", first=int(low), last=int(high))
    return gettext("from %(years)s", years=_released_label(text, frame))


def _minutes_label(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("up to %(minutes)s min", minutes=i18n.number(high or 0))
    if high is None:
        return gettext("%(minutes)s min and longer", minutes=i18n.number(low))
    return gettext("%(minutes)s min", minutes=text.replace("-", "–"))


def _minutes_which(text: str, _: Frame) -> str:
    low, high = span(text)
    if low is None:
        return gettext("up to %(minutes)s minutes long", minutes=i18n.number(high or 0))
    if high is None:
        return gettext("at least %(minutes)s minutes long", minutes=i18n.number(low))
    return gettext("%(minutes)s minutes long", minutes=text.replace("-", "–"))


def _named(longest: int) -> Callable[[str], str]:
    """A name as people and TMDB write them: wide and no-break spaces and joiners belong to it, controls do not."""

    def canonical(text: str) -> str:
        name = text.strip()
        if not 0 < len(name) <= longest or any(category(sign) in ("Cc", "Cs") for sign in name):
            raise ValueError(text)
        return name

    return canonical


_word = _named(60)
_name = _named(LONGEST_NAME)


def _code(letters: str, *, upper: bool) -> Callable[[str], str]:
    def canonical(text: str) -> str:
        code = _match(rf"[A-Za-z]{{{letters}}}", text)[0]
        return code.upper() if upper else code.lower()

    return canonical


def _number(text: str) -> str:
    """The id of a person or studio; the sample's are negative."""
    return str(int(_match(r"-?\d{1,12}", text)[0]))


def _person_name(text: str, frame: Frame) -> str:
    found = frame.people.filter(pl.col("id") == int(text))["name"]
    return str(found[0]) if len(found) else "?"


def _studio_name(text: str, frame: Frame) -> str:
    found = frame.companies.filter(pl.col("id") == int(text))["name"]
    return str(found[0]) if len(found) else "?"


def _list_name(slug: str, frame: Frame) -> str:
    found = frame.lists.filter(pl.col("slug") == slug)["name"]
    return str(found[0]) if len(found) else "?"


def _contains(column: str) -> Callable[[str], pl.Expr]:
    return lambda text: pl.col(column).list.contains(text)


def _person(role: Role) -> Filter:
    return Filter(
        role.name,
        _number,
        lambda text, frame: gettext(role.label, name=_person_name(text, frame)),
        lambda text, frame: gettext(role.which, name=_person_name(text, frame)),
        films=lambda text: role.credits.list.contains(int(text)),
        many=True,
    )


def _viewed(text: str) -> str:
    """A year, a month, a day, or the days from one to another: 2024, 2024-03, 2024-03-11, 2024-03-11..2024-04-02."""
    first, dots, last = text.strip().partition("..")
    if dots:
        days = sorted(date.fromisoformat(_match(r"[12]\d{3}-\d\d-\d\d", day)[0]).isoformat() for day in (first, last))
        return "..".join(dict.fromkeys(days))
    found = _match(r"([12]\d{3})(?:-(\d\d)(?:-(\d\d))?)?", first)
    date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    return found[0]


def days_of(viewed: str) -> tuple[date, date]:
    """The first and last day of what the filter `viewed` says."""
    first, dots, last = viewed.partition("..")
    if dots:
        return date.fromisoformat(first), date.fromisoformat(last)
    year, month, day = ([int(part) for part in first.split("-")] + [0, 0])[:3]
    if day:
        return (date(year, month, day),) * 2
    after = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
    return date(year, month or 1, 1), after - timedelta(days=1)


def _viewed_label(text: str, _: Frame) -> str:
    if ".." in text:
        return gettext("watched %(when)s", when=_days(text))
    if len(text) == 4:
        return gettext("watched %(when)s", when=text)
    if len(text) == 7:
        return gettext("watched %(when)s", when=i18n.date(date.fromisoformat(text + "-01"), "MMM y"))
    return gettext("watched %(when)s", when=i18n.date(date.fromisoformat(text)))


def _days(text: str) -> str:
    return "–".join(i18n.date(day) for day in days_of(text))


def _viewed_which(text: str, _: Frame) -> str:
    if ".." in text:
        first, last = (i18n.date(day) for day in days_of(text))
        return gettext("watched from %(first)s to %(last)s", first=first, last=last)
    if len(text) == 4:
        return gettext("watched in %(year)s", year=text)
    if len(text) == 7:
        return gettext("watched in %(month)s", month=i18n.date(date.fromisoformat(text + "-01"), "MMMM y"))
    return gettext("watched on %(day)s", day=i18n.date(date.fromisoformat(text), "long"))


def _weekday(text: str) -> str:
    return _match("[1-7]", text)[0]


def _weekday_label(text: str, _: Frame) -> str:
    return str(i18n.locale().days["stand-alone"]["wide"][int(text) - 1])


def _month(text: str) -> str:
    return str(int(_match("0?[1-9]|1[0-2]", text)[0]))


def _month_label(text: str, _: Frame) -> str:
    return str(i18n.locale().months["stand-alone"]["wide"][int(text)])


def _role(text: str) -> str:
    if text not in ROLES and text not in ("actress", "actor"):
        raise ValueError(text)
    return text


def _yes(text: str) -> str:
    return _match("yes|no", text)[0]


def _is(column: str) -> Callable[[str], pl.Expr]:
    return lambda text: pl.col(column) if text == "yes" else ~pl.col(column)


def _number_of_days(text: str) -> str:
    low, high = span(text)
    if high is None:
        return gettext("%(n)s or more days", n=i18n.number(low or 0))
    if low is None:
        return gettext("up to %(n)s days", n=i18n.number(high))
    if low == high:
        return ngettext("%(n)s day", "%(n)s days", int(low))
    return gettext("%(first)s–%(last)s days", first=i18n.number(low), last=i18n.number(high))


def _pause_label(text: str, _: Frame) -> str:
    if text == "0":
        return gettext("same day as the previous film")
    return gettext("%(days)s after the previous film", days=_number_of_days(text))


def _pause_which(text: str, _: Frame) -> str:
    if text == "0":
        return gettext("watched on the same day as the previous film")
    return gettext("watched %(days)s after the previous film", days=_number_of_days(text))


def _logged_label(text: str, _: Frame) -> str:
    if text == "0":
        return gettext("logged the same or the next day")
    return gettext("logged %(days)s later", days=_number_of_days(text))


def _year(text: str) -> str:
    return _match(r"[12]\d{3}", text)[0]


FILTERS: dict[str, Filter] = {
    entry.name: entry
    for entry in (
        Filter(
            "rating",
            _range(number=r"[0-5](?:\.[05])?", least=0.5, most=5),
            _rating_label,
            _rating_which,
            films=_within("rating"),
        ),
        # TMDB's, to a tenth of a point.
        Filter(
            "score",
            _range(number=r"\d{1,2}(?:\.\d)?", least=0, most=10),
            _score_label,
            _score_which,
            films=_scored,
        ),
        # A year (1994), an era (1955-1979) or a decade (1990-1999).
        Filter(
            "released",
            _range(number=r"\d{4}", least=1000, most=2999),
            _released_label,
            _released_which,
            films=_within("year"),
        ),
        Filter(
            "genre",
            _name,
            lambda text, _: labels.genre(text),
            lambda text, _: labels.of_genre(text),
            films=_contains("genres"),
            many=True,
        ),
        Filter(
            "keyword",
            _name,
            lambda text, _: text,
            lambda text, _: gettext("about “%(keyword)s”", keyword=text),
            films=_contains("keywords"),
            many=True,
        ),
        Filter(
            "studio",
            _number,
            _studio_name,
            lambda text, frame: gettext("by %(studio)s", studio=_studio_name(text, frame)),
            films=lambda text: pl.col("companies").list.contains(int(text)),
        ),
        Filter(
            "country",
            _code("2", upper=True),
            lambda text, _: labels.country(text),
            lambda text, _: labels.from_country(text),
            films=_contains("countries"),
        ),
        Filter(
            "language",
            _code("2,3", upper=False),
            lambda text, _: labels.language(text),
            lambda text, _: labels.in_language(text),
            films=lambda text: pl.col("original_language") == text,
        ),
        *(_person(role) for role in ROLES.values()),
        # Whatever they did.
        Filter(
            "person",
            _number,
            lambda text, frame: _person_name(text, frame),
            lambda text, frame: gettext("made with %(name)s", name=_person_name(text, frame)),
            films=lambda text: credits_of(int(text)),
            many=True,
        ),
        Filter(
            "runtime",
            _range(number=r"\d{1,4}", least=0, most=9999),
            _minutes_label,
            _minutes_which,
            films=_within("runtime_minutes"),
        ),
        Filter(
            "liked",
            _yes,
            lambda text, _: gettext("liked") if text == "yes" else gettext("not liked"),
            lambda text, _: gettext("liked") if text == "yes" else gettext("without a like"),
            films=_is("liked"),
        ),
        # The year, month, day or days of a viewing.
        Filter(
            "viewed",
            _viewed,
            _viewed_label,
            _viewed_which,
            viewings=lambda text: DATED & pl.col("watched_on").is_between(*days_of(text)),
        ),
        Filter(
            "weekday",
            _weekday,
            _weekday_label,
            lambda text, frame: gettext("watched on a %(weekday)s", weekday=_weekday_label(text, frame)),
            viewings=lambda text: DATED & (pl.col("watched_on").dt.weekday() == int(text)),
        ),
        # Of any year.
        Filter(
            "month",
            _month,
            _month_label,
            lambda text, frame: gettext("watched in %(month)s", month=_month_label(text, frame)),
            viewings=lambda text: DATED & (pl.col("watched_on").dt.month() == int(text)),
        ),
        Filter(
            "rewatched",
            _yes,
            lambda text, _: gettext("rewatched") if text == "yes" else gettext("first viewings"),
            lambda text, _: gettext("watched again") if text == "yes" else gettext("watched for the first time"),
            viewings=_is("rewatch"),
        ),
        # Letterboxd's own words for a viewing, and lists by their file's name: the owner's alone.
        Filter(
            "tag",
            _name,
            lambda text, _: gettext("tagged “%(tag)s”", tag=text),
            lambda text, _: gettext("tagged “%(tag)s”", tag=text),
            viewings=_contains("tags"),
            many=True,
            private=True,
        ),
        Filter(
            "list",
            _name,
            lambda text, frame: gettext("on “%(list)s”", list=_list_name(text, frame)),
            lambda text, frame: gettext("on “%(list)s”", list=_list_name(text, frame)),
            films=_contains("lists"),
            many=True,
            private=True,
        ),
        # Days since the viewing before it, and days until it was logged.
        Filter(
            "pause",
            _range(number=r"\d{1,5}", least=0, most=99_999),
            _pause_label,
            _pause_which,
            viewings=_within("pause"),
        ),
        Filter(
            "logged",
            _range(number=r"\d{1,5}", least=0, most=99_999),
            _logged_label,
            _logged_label,
            viewings=_within("delay"),
        ),
        Filter("calendar", _year),
        # Viewings by week; by month, where it is not said.
        Filter("by", lambda text: _match("week", text)[0], pages=("", "patterns", "person")),
        # What the strip of release years tells; films, where it is not said.
        Filter("strip", lambda text: _match("average|viewings", text)[0], pages=("", "year", "person")),
        # Which of the people, in what order, and how far down.
        Filter("role", _role, pages=("people",)),
        Filter("sort", lambda text: _match("best", text)[0], pages=("people",)),
        Filter("q", _word, pages=("people",)),
        Filter("page", lambda text: _match("[1-9][0-9]{0,4}", text)[0], pages=("people",)),
        # What rankings count; what the reader is wont to, where it is not said.
        Filter("count", lambda text: _match("films|viewings|hours", text)[0]),
    )
}

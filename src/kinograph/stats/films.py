"""The table of the watched films: what an address asks of it, the rows it shows then, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import quote_plus

import polars as pl

from kinograph.charts.posters import Poster
from kinograph.films.folding import has_words, without_accents
from kinograph.i18n import gettext, gettext_noop
from kinograph.layout.templates import page_number
from kinograph.sessions import formulas
from kinograph.stats.address import Filters
from kinograph.stats.filters import DATED
from kinograph.stats.page_context import PageContext
from kinograph.stats.rounding import half_up

SIZES = (50, 100)
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One thing the table can tell of a film, and be sorted by."""

    name: str  # in the address
    title: str
    csv: str  # as Letterboxd heads it in its exports, where it does
    value: pl.Expr  # what the CSV holds
    key: pl.Expr  # what it is sorted by
    upwards: str  # what a person calls the order from the least to the greatest
    downwards: str
    falls: bool  # whether the greatest comes first when it is sorted by this
    shown: bool  # unless the address says otherwise


def _text(name: str, title: str, csv: str, value: pl.Expr, *, shown: bool = False) -> TableColumn:
    return TableColumn(
        name,
        title,
        csv,
        value,
        without_accents(value),
        gettext_noop("A to Z"),
        gettext_noop("Z to A"),
        falls=False,
        shown=shown,
    )


def _number(name: str, title: str, csv: str, value: pl.Expr, *, shown: bool = False) -> TableColumn:
    return TableColumn(
        name,
        title,
        csv,
        value,
        value,
        gettext_noop("lowest first"),
        gettext_noop("highest first"),
        falls=True,
        shown=shown,
    )


def _day(name: str, title: str, csv: str, value: pl.Expr, *, shown: bool = False) -> TableColumn:
    return TableColumn(
        name,
        title,
        csv,
        value,
        value,
        gettext_noop("oldest first"),
        gettext_noop("newest first"),
        falls=True,
        shown=shown,
    )


def join_list(column: str) -> pl.Expr:
    """A list as one text; null when nothing is in it, so that it is sorted last."""
    return pl.when(pl.col(column).list.len() > 0).then(pl.col(column).list.join(", "))


COLUMNS: dict[str, TableColumn] = {
    column.name: column
    for column in (
        _text("title", gettext_noop("Title"), "Name", pl.col("title"), shown=True),
        _day("year", gettext_noop("Year"), "Year", pl.col("year"), shown=True),
        _text("director", gettext_noop("Director"), "Directors", join_list("director_names"), shown=True),
        _number("rating", gettext_noop("Your rating"), "Rating", pl.col("rating"), shown=True),
        TableColumn(
            "liked",
            gettext_noop("Liked"),
            "Liked",
            pl.when("liked").then(pl.lit("Yes")),
            pl.col("liked"),
            gettext_noop("liked last"),
            gettext_noop("liked first"),
            falls=True,
            shown=True,
        ),
        _number("score", gettext_noop("TMDB score"), "TMDB Score", pl.col("vote_average"), shown=True),
        _number("difference", gettext_noop("Difference"), "Difference", pl.col("difference")),
        _day("watched", gettext_noop("Last watched"), "Watched Date", pl.col("last_watched"), shown=True),
        _day("first", gettext_noop("First watched"), "First Watched Date", pl.col("first_watched")),
        _number("viewings", gettext_noop("Viewings"), "Viewings", pl.col("viewings"), shown=True),
        _number("runtime", gettext_noop("Runtime"), "Runtime", pl.col("runtime_minutes")),
        _number("popularity", gettext_noop("Popularity"), "Popularity", pl.col("popularity")),
        _text("original", gettext_noop("Original title"), "Original Name", pl.col("original_title")),
        _text("genres", gettext_noop("Genres"), "Genres", join_list("genres")),
        _text("countries", gettext_noop("Countries"), "Countries", join_list("countries")),
        _text("language", gettext_noop("Language"), "Language", pl.col("original_language")),
    )
}
"""Every column in the order of the table; the title is always shown."""

SHOWN = tuple(name for name, column in COLUMNS.items() if column.shown)

YOURS = ("title", "rating", "liked")
"""Stand first on the page: a phone has room for no more."""


def order_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Columns as the page shows them, what is yours before what anybody may know."""
    return tuple(sorted(columns, key=lambda name: YOURS.index(name) if name in YOURS else len(YOURS)))


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What an address asks of the table, beside its filters."""

    search: str = ""
    sort: str = "watched"
    falls: bool = True
    columns: tuple[str, ...] = SHOWN
    posters: bool = False
    size: int = SIZES[0]
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str] | Iterable[tuple[str, str]]) -> TableOptions:
        """From query parameters; what cannot be understood is as if it were not said."""
        pairs = list(query.items() if isinstance(query, Mapping) else query)
        said = dict(pairs)
        # Boxes of a form come one by one, links name all at once; "title" stands for none but the title.
        named = {name for key, value in pairs if key == "columns" for name in value.split(",") if name in COLUMNS}
        sort = said.get("sort", "")
        plain = cls()
        return cls(
            search=" ".join(said.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH],
            sort=sort.removeprefix("-") if sort.removeprefix("-") in COLUMNS else plain.sort,
            falls=sort.startswith("-") if sort.removeprefix("-") in COLUMNS else plain.falls,
            columns=tuple(name for name in COLUMNS if name in named | {"title"}) if named else plain.columns,
            posters=said.get("look") == "posters",
            size=next((size for size in SIZES if str(size) == said.get("size")), plain.size),
            page=page_number(said.get("page", "")),
        )

    @property
    def order(self) -> str:
        """As the address writes it: "-rating"."""
        return f"-{self.sort}" if self.falls else self.sort

    def to_query(self) -> str:
        """What differs from what is shown unasked."""
        plain = TableOptions()
        said = {
            "q": quote_plus(self.search),
            "sort": "" if self.order == plain.order else self.order,
            "columns": "" if self.columns == plain.columns else ",".join(self.columns),
            "look": "posters" if self.posters else "",
            "size": "" if self.size == plain.size else str(self.size),
            "page": "" if self.page == 1 else str(self.page),
        }
        return "&".join(f"{name}={value}" for name, value in said.items() if value)

    def with_(self, **changed: Any) -> TableOptions:
        """With this said instead, from the first page on."""
        return replace(self, **{"page": 1, **changed})

    def sorted_by(self, name: str) -> TableOptions:
        """By a column the way it is wont to be sorted, or the other way round if it is so already."""
        falls = not self.falls if name == self.sort else COLUMNS[name].falls
        return self.with_(sort=name, falls=falls)


def films_href(filters: Filters, *, session: str) -> str:
    """The page with the films a number counts; `session` is the session's own address."""
    return with_query(f"{session}/films", filters.travelling().to_query())


def with_query(href: str, query: str) -> str:
    """An address with more said after what it says already."""
    if not query:
        return href
    return f"{href}{'&' if '?' in href else '?'}{query}"


@dataclass(frozen=True, slots=True)
class FilmRow:
    n: int  # the film's number within the session
    title: str
    year: int | None
    state: str  # pending, matched, unmatched, failed
    liked: bool
    letterboxd: str | None
    tmdb: str | None
    original_title: str | None = None  # where it is another than the title
    directors: tuple[tuple[int, str], ...] = ()
    rating: float | None = None
    score: float | None = None  # 0 to 10
    difference: float | None = None  # stars above everyone's
    last_watched: date | None = None
    first_watched: date | None = None
    viewings: int | None = None
    runtime_minutes: int | None = None
    popularity: float | None = None
    genres: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    language: str | None = None
    poster_path: str | None = field(default=None, compare=False)

    @property
    def poster(self) -> Poster:
        return Poster(self.title, self.year, path=self.poster_path)


@dataclass(frozen=True, slots=True)
class FilmTable:
    rows: tuple[FilmRow, ...]
    total: int  # over all pages
    page: int
    pages: int
    first: int  # of the rows shown, counted from 1 over all pages

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def near(self) -> list[int | None]:
        """The pages to go to: the first, those around this one, the last; None stands for those left out."""
        shown = sorted({1, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1), self.pages})
        pages: list[int | None] = [1]
        for before, page in pairwise(shown):
            if page - before == 2:
                pages.append(before + 1)
            elif page - before > 2:
                pages.append(None)
            pages.append(page)
        return pages


def build_table(view: PageContext, choices: TableOptions) -> FilmTable:
    """The page that is asked for, or the last there is."""
    found = _found(view, choices)
    pages = max(1, -(-len(found) // choices.size))
    page = min(choices.page, pages)
    skipped = (page - 1) * choices.size
    shown = _with_names(found.slice(skipped, choices.size), view)
    rows = tuple(_row(row, images=view.images) for row in shown.iter_rows(named=True))
    return FilmTable(rows, total=len(found), page=page, pages=pages, first=skipped + 1)


def write_csv(view: PageContext, choices: TableOptions) -> bytes:
    """All pages, in the columns chosen, with what tells a film from all others: its title, year and links.

    With a byte order mark, for without it Excel takes UTF-8 for something else, and everything else reads over it.
    """
    found = _with_names(_found(view, choices), view)
    columns = (column for name, column in COLUMNS.items() if name in {"title", "year", *choices.columns})
    return format_csv(found.select(*(column.value.alias(column.csv) for column in columns), *LINKS))


def format_csv(table: pl.DataFrame) -> bytes:
    """As CSV that neither a spreadsheet nor its formulas spoil, and that shows all it holds."""
    text = pl.col(pl.String).str.replace_all(UNSEEN, "").str.replace(formulas.UNGUARDED, "'$0")
    safe = table.with_columns(half_up(pl.col(pl.Float64), 2), text)
    return safe.write_csv(include_bom=True, line_terminator="\r\n").encode()


UNSEEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
"""Controls, which terminals obey, and marks of direction, by which a text reads as another than it is."""

TMDB = "https://www.themoviedb.org/"

_SECURE = pl.col("uri").str.replace("^(?i)https?://", "https://")  # older exports have http://

LINKS = (
    pl.when(_SECURE.str.starts_with("https://")).then(_SECURE).alias("Letterboxd URI"),
    pl.when(pl.col("tmdb_id") > 0)
    .then(pl.concat_str(pl.lit(TMDB), "kind", pl.lit("/"), pl.col("tmdb_id").cast(pl.String)))
    .alias("TMDB URI"),
)
"""Where a film is told of, for a table of them."""


def _found(view: PageContext, choices: TableOptions) -> pl.DataFrame:
    """The films asked for in their order; those of which it is not known come last, equals as the export has them."""
    column = COLUMNS[choices.sort]
    films = view.watched.select(*FACTS, difference=_difference()).join(
        _viewings(view), on="n", how="left", maintain_order="left"
    )
    if choices.search or choices.sort == "director":
        films = _with_names(films, view)
    if choices.search:
        films = films.filter(_says(choices.search))
    return films.sort(column.key, descending=choices.falls, nulls_last=True, maintain_order=True)


FACTS = (
    "n", "title", "year", "uri", "rating", "liked", "state", "kind", "tmdb_id", "original_title", "original_language",
    "runtime_minutes", "vote_average", "popularity", "poster_path", "genres", "countries", "directors",
)  # fmt: skip


def _difference() -> pl.Expr:
    return half_up(pl.col("rating") - pl.col("vote_average") / 2, 2)


def _viewings(view: PageContext) -> pl.DataFrame:
    """Of each film in the whole diary, whatever is picked: a film was last watched when it was.

    Days on which a diary was filled in at one go count as viewings, but say nothing of when.
    """
    days = pl.col("watched_on").filter(DATED)
    return view.all.viewings.group_by("n").agg(viewings=pl.len(), first_watched=days.min(), last_watched=days.max())


def _with_names(films: pl.DataFrame, view: PageContext) -> pl.DataFrame:
    """With the directors' names, in the order of their ids."""
    if "director_names" in films.columns:
        return films
    people = view.all.people.select(pl.col("id").alias("directors"), pl.col("name").alias("director_names"))
    named = (
        films.select("n", "directors")
        .explode("directors")
        .drop_nulls("directors")
        .join(people, on="directors", how="left", maintain_order="left")
        .group_by("n")
        .agg(pl.col("director_names").fill_null("?"))
    )
    films = films.join(named, on="n", how="left", maintain_order="left")
    return films.with_columns(pl.col("director_names").fill_null([]))


def _says(search: str) -> pl.Expr:
    """Every word stands in the title, the original title or the name of a director."""
    names = pl.col("director_names").list.join(" ")
    return has_words(pl.concat_str("title", "original_title", names, separator=" ", ignore_nulls=True), search)


def _row(film: Mapping[str, Any], *, images: bool) -> FilmRow:
    uri, number, original = film["uri"], film["tmdb_id"], film["original_title"]
    return FilmRow(
        n=film["n"],
        title=film["title"],
        year=film["year"],
        state=film["state"],
        liked=film["liked"],
        # The address is a stranger's text, and could be a javascript: one.
        letterboxd=uri if uri.startswith("https://") else None,
        # The numbers of the sample's facts are none of TMDB's.
        tmdb=f"{TMDB}{film['kind']}/{number}" if number and number > 0 else None,
        original_title=original if original and original.casefold() != film["title"].casefold() else None,
        directors=tuple(zip(film["directors"], film["director_names"], strict=True)),
        rating=film["rating"],
        score=film["vote_average"],
        difference=film["difference"],
        last_watched=film["last_watched"],
        first_watched=film["first_watched"],
        viewings=film["viewings"],
        runtime_minutes=film["runtime_minutes"],
        popularity=film["popularity"],
        genres=tuple(film["genres"]),
        countries=tuple(film["countries"]),
        language=film["original_language"],
        poster_path=film["poster_path"] if images else None,
    )


def list_orders(choices: TableOptions) -> Sequence[tuple[str, str]]:
    """Each order the table can be asked for, as the address writes it and as a person says it."""
    ways = {name: column.falls for name, column in COLUMNS.items()} | {choices.sort: choices.falls}
    return [
        (
            f"-{name}" if falls else name,
            gettext(
                "%(column)s, %(order)s",
                column=gettext(COLUMNS[name].title),
                order=gettext(COLUMNS[name].downwards if falls else COLUMNS[name].upwards),
            ),
        )
        for name, falls in ways.items()
    ]

"""The table of the watched films: the rows that an address asks for, and the same as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.films.folding import has_words
from kinograph.sessions.links import secure_link
from kinograph.stats.columns import Places, Rows
from kinograph.stats.csv_tables import LINKS, TMDB, format_csv
from kinograph.stats.film_columns import COLUMNS
from kinograph.stats.filters import DATED
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.rounding import half_up
from kinograph.stats.table_options import TableOptions


@record
class FilmRow:
    """A film of the table. What nobody has looked up is None, or empty."""

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


@record
class FilmTable:
    """One page of it."""

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
    is_told_by_few = not choices.search and choices.sort not in BY_NAMES and view.all.whole is view.all
    found = _sort(view, choices) if is_told_by_few else _found(view, choices)
    pages = max(1, -(-len(found) // choices.size))
    page = min(choices.page, pages)
    skipped = (page - 1) * choices.size
    films = found[skipped : skipped + choices.size]
    shown = _with_names(films if isinstance(films, pl.DataFrame) else _tell(films, view), view)
    rows = tuple(_row(row, images=view.images) for row in shown.iter_rows(named=True))
    return FilmTable(rows, total=len(found), page=page, pages=pages, first=skipped + 1)


def _sort(view: PageContext, choices: TableOptions) -> Places:
    """The places of the films that _found would find: only what they are sorted by is looked at of all of them."""
    column, places = COLUMNS[choices.sort], view.picked.of_watched.places
    films, told = view.all.columns.table, _tell_viewings(view.all)
    names = {*column.key.meta.root_names()}
    needed = names - {"difference"} | ({"rating", "vote_average"} if "difference" in names else set())
    keys = pl.DataFrame([told[name] if name in told.columns else films[name] for name in sorted(needed)])[places]
    if "difference" in names:
        keys = keys.with_columns(difference=_difference())
    keys = keys.with_row_index("place")
    order = keys.sort(column.key, descending=choices.falls, nulls_last=True, maintain_order=True)["place"]
    found: Places = places[order.to_numpy()]
    return found


def _tell(places: Places, view: PageContext) -> pl.DataFrame:
    """Of each of these films what _found tells, and LISTED."""
    films = Rows(view.all.columns, places).table(*FACTS, *LISTED).with_columns(difference=_difference())
    return films.hstack(_tell_viewings(view.all)[places])


def _tell_viewings(frame: Frame) -> pl.DataFrame:
    """As _viewings, with a row for each film of a whole frame."""

    def join() -> pl.DataFrame:
        return frame.films.select("n").join(_count(frame), on="n", how="left", maintain_order="left").drop("n")

    return frame.diary.keep("of each film", join, lambda told: int(told.estimated_size()))


def write_csv(view: PageContext, choices: TableOptions) -> bytes:
    """All pages, in the columns chosen, with what tells a film from all others: its title, year and links.

    With a byte order mark, for without it Excel takes UTF-8 for something else, and everything else reads over it.
    """
    found = _with_names(_found(view, choices), view)
    columns = (column for name, column in COLUMNS.items() if name in {"title", "year", *choices.columns})
    return format_csv(found.select(*(column.value.alias(column.csv) for column in columns), *LINKS))


def _found(view: PageContext, choices: TableOptions) -> pl.DataFrame:
    """The films asked for in their order; those of which it is not known come last, equals as the export has them."""
    column = COLUMNS[choices.sort]
    films = view.watched.select(*FACTS, difference=_difference()).join(
        _viewings(view), on="n", how="left", maintain_order="left"
    )
    if choices.search or choices.sort in BY_NAMES:
        films = _with_names(films, view)
    if choices.search:
        films = films.filter(_says(choices.search))
    return films.sort(column.key, descending=choices.falls, nulls_last=True, maintain_order=True)


FACTS = (
    "n", "title", "year", "uri", "rating", "liked", "state", "kind", "tmdb_id", "original_title", "original_language",
    "runtime_minutes", "vote_average", "popularity", "poster_path",
)  # fmt: skip
LISTED = ("genres", "countries", "directors")
"""Looked at of the films that are shown alone, unless all are sorted or searched by them."""
BY_NAMES = frozenset({"director", *LISTED})
"""What it takes these to sort by."""


def _difference() -> pl.Expr:
    return half_up(pl.col("rating") - pl.col("vote_average") / 2, 2)


def _viewings(view: PageContext) -> pl.DataFrame:
    """Of each film in the whole diary, whatever is picked: a film was last watched when it was.

    Days on which a diary was filled in at one go count as viewings, but say nothing of when.
    """
    frame = view.all
    if frame.whole is not frame:
        return _count(frame)
    return frame.films.select("n").hstack(_tell_viewings(frame))


def _count(frame: Frame) -> pl.DataFrame:
    days = pl.col("watched_on").filter(DATED)
    return frame.viewings.group_by("n").agg(viewings=pl.len(), first_watched=days.min(), last_watched=days.max())


def _with_names(films: pl.DataFrame, view: PageContext) -> pl.DataFrame:
    """With LISTED of each, and the directors' names, in the order of their ids."""
    if "director_names" in films.columns:
        return films
    if "directors" not in films.columns:
        films = films.hstack(view.all.tell_films(films["n"], *LISTED))
    names = [[view.all.makers.find(id).name or "?" for id in ids] for ids in films["directors"].to_list()]
    return films.with_columns(pl.Series("director_names", names, pl.List(pl.String)))


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
        letterboxd=secure_link(uri) or None,
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

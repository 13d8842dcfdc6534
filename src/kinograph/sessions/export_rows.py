"""The rows of an export's tables, gathered film by film: one method for each kind of table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from kinograph.i18n import gettext_lazy
from kinograph.sessions import cells, links, list_rows, missing, own_tables, returned_tables
from kinograph.sessions.archive import Limits
from kinograph.sessions.days import Days
from kinograph.sessions.export_errors import ExportTooLarge
from kinograph.sessions.exported import Review, Viewing
from kinograph.sessions.file_kinds import FileKind
from kinograph.sessions.film_index import FilmIndex
from kinograph.sessions.list_rows import ListRows
from kinograph.sessions.row_log import RowLog
from kinograph.sessions.tables import Table

_FILM_COLUMNS = ("Name", "Year", "Letterboxd URI")
_ENTRY_COLUMNS = (*_FILM_COLUMNS, "Date", "Watched Date", "Rating", "Rewatch", "Tags")
_decode_link = lru_cache(maxsize=1 << 16)(links.decode_link)  # a film's comes in each of the files that name it
_Claim = tuple[str, int | None, links.Link | None, str]


class ExportRows:
    """What has been gathered from the tables so far; one method for each kind of table."""

    def __init__(self, tables: list[Table], days: Days, limits: Limits) -> None:
        self.tables = tables
        self.days = days
        self.rows_left = limits.rows
        self.tags_left = limits.tags
        self.kinds = {table.kind for table in tables}
        self.told = own_tables.find_told(tables)
        self.films = FilmIndex()
        self.watched: dict[int, date | None] = {}
        self.ratings: dict[int, float] = {}
        self.rated_on: dict[int, date | None] = {}
        self.likes: dict[int, date | None] = {}
        self.watchlist: dict[int, date | None] = {}
        self.lists = ListRows()
        self.restated: dict[int, float | None] = {}  # stars that are others than the diary's
        self.viewings: list[Viewing] = []
        self.named_viewings: list[Viewing] = []  # in Kinograph's own table of films
        self.reviews: list[Review] = []
        self.evidence: set[int] = set()
        self.ambiguous: set[int] = set()
        self.unwatched: Counter[int] = Counter()

    def read_tables(self) -> None:
        for table in self.tables:
            match table.kind:
                case FileKind.returned:
                    self._read_returned(table)
                case FileKind.unmarked:
                    self._read_unmarked(table)
                case FileKind.names:
                    rows = self._read_rows(table, "List", "File", "Date", "Name", "Tags", "URL", "Description")
                    self.lists.names |= returned_tables.read_names(rows)
                case FileKind.watched:
                    self._read_watched(table)
                case FileKind.films:
                    self._read_own_films(table)
                case FileKind.ratings:
                    self._read_ratings(table)
                case FileKind.likes:
                    self._read_marks(table, self.likes)
                case FileKind.watchlist:
                    self._read_marks(table, self.watchlist)
                case FileKind.list:
                    self._read_list(table)
                case FileKind.diary:
                    self._read_diary(table)
                case FileKind.reviews:
                    self.reviews.extend(self._read_entries(table, "Review"))

    def fill_in(self) -> None:
        """Puts what other files tell in the place of files that were not sent."""
        if FileKind.diary not in self.kinds and FileKind.returned not in self.kinds:
            self.viewings = [_viewing(review, review.watched_on) for review in self.reviews if review.watched_on]
            reviewed = {(viewing.film, viewing.watched_on) for viewing in self.viewings}
            self.viewings += [each for each in self.named_viewings if (each.film, each.watched_on) not in reviewed]
        if FileKind.watched not in self.told:
            self.watched = dict.fromkeys(sorted(self.evidence))
        if FileKind.ratings not in self.told or FileKind.returned in self.kinds:
            newest = missing.newest_ratings(self.viewings, self.reviews)
            newest = {film: entry for film, entry in newest.items() if film in self.watched}
            self.ratings = {film: entry.rating for film, entry in newest.items() if entry.rating}
            self.rated_on = {film: entry.logged_on for film, entry in newest.items()}
            for film, stars in self.restated.items():
                self.ratings.pop(film, None)
                self.ratings |= {film: stars} if stars else {}

    def _read_rows(self, table: Table, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        yield from table.rows(*columns, most=self.rows_left)
        self.rows_left -= table.log.taken + table.log.skipped

    def _read_watched(self, table: Table) -> None:
        read_day = self.days.reader(table)
        for line, (title, year_cell, uri, ticked) in self._read_rows(table, *_FILM_COLUMNS, "Date"):
            if (claim := _read_film(table.log, line, title, year_cell, uri)) is None:
                continue
            if self.films.find_same(*claim[:3]) is not None:
                table.log.repeat(line, gettext_lazy("This film is listed a second time."))
            else:
                self.watched[self.films.add(*claim)] = cells.read_noted_day(table.log, ticked, read_day)

    def _read_returned(self, table: Table) -> None:
        for entry in self._read_entries(table, "Review"):
            self.watched.setdefault(entry.film, None)
            if entry.watched_on:
                self.viewings.append(_viewing(entry, entry.watched_on))
            if entry.text:
                self.reviews.append(entry)
            elif not entry.watched_on:
                self.restated[entry.film] = entry.rating

    def _read_unmarked(self, table: Table) -> None:
        """Who logs or rates a film at Letterboxd can take its mark away again."""
        for line, claim in self._read_rows(table, *_FILM_COLUMNS):
            if (film := _read_film(table.log, line, *claim)) is not None:
                self.watched.pop(self._find_exactly(*film), None)

    def _read_own_films(self, table: Table) -> None:
        """Kinograph's own table of films: whatever Letterboxd's own files tell, too, they tell better."""
        read_day = self.days.reader(table)
        seen: set[int] = set()
        for line, (title, year_cell, uri, stars, liked, first, last) in self._read_rows(
            table, *_FILM_COLUMNS, "Rating", "Liked", "First Watched Date", "Watched Date"
        ):
            if (claim := _read_film(table.log, line, title, year_cell, uri)) is None:
                continue
            film = self.films.find_same(*claim[:3])
            if film is None:
                film = (self.films.find_or_add if FileKind.watched in self.kinds else self.films.add)(*claim)
            if film in seen:
                table.log.repeat(line, gettext_lazy("This film is listed a second time."))
                continue
            seen.add(film)
            if FileKind.watched not in self.kinds:
                self.watched[film] = None
            if FileKind.ratings not in self.kinds and stars and (rating := cells.read_rating(table.log, line, stars)):
                self.ratings[film] = rating
            if FileKind.likes not in self.kinds and liked == "Yes":
                self.likes[film] = None
            days = own_tables.name_viewings(*(cells.read_noted_day(table.log, day, read_day) for day in (first, last)))
            self.named_viewings += (Viewing(film, None, day, None, None, False, ()) for day in days)

    def _read_ratings(self, table: Table) -> None:
        read_day = self.days.reader(table)
        for line, (title, year_cell, uri, stars, rated) in self._read_rows(table, *_FILM_COLUMNS, "Rating", "Date"):
            if (claim := _read_film(table.log, line, title, year_cell, uri)) is None:
                continue
            film = self.films.find_or_add(*claim)
            self.evidence.add(film)
            rating = cells.read_rating(table.log, line, stars) if stars else None
            if film in self.ratings:
                table.log.repeat(line, gettext_lazy("This film is listed a second time."))
            elif rating is not None:
                self.ratings[film] = rating
                self.rated_on[film] = cells.read_noted_day(table.log, rated, read_day)
            elif not stars:
                table.log.note(line, gettext_lazy("Expected a rating, but there is none."))

    def _read_marks(self, table: Table, marked: dict[int, date | None]) -> None:
        read_day = self.days.reader(table)
        for line, (title, year_cell, uri, made) in self._read_rows(table, *_FILM_COLUMNS, "Date"):
            if (claim := _read_film(table.log, line, title, year_cell, uri)) is None:
                continue
            film = self._find_exactly(*claim) if table.is_returned else self.films.find_or_add(*claim)
            if film in marked:
                table.log.repeat(line, gettext_lazy("This film is listed a second time."))
            else:
                marked[film] = cells.read_noted_day(table.log, made, read_day)

    def _read_list(self, table: Table) -> None:
        film_of = self._find_exactly if table.is_returned else self.films.find_or_add
        rows = (
            (place, film_of(*claim), note)
            for line, (place, title, year_cell, uri, note) in self._read_rows(table, *list_rows.COLUMNS)
            if (claim := _read_film(table.log, line, title, year_cell, uri)) is not None
        )
        self.lists.read(table, rows, read_day=self.days.reader(table))

    def _read_diary(self, table: Table) -> None:
        for entry in self._read_entries(table):
            if entry.watched_on:
                self.viewings.append(_viewing(entry, entry.watched_on))
                self.unwatched[entry.film] += FileKind.watched in self.told and entry.film not in self.watched

    def _read_entries(self, table: Table, *text_column: str) -> Iterator[Review]:
        """Rows of diary.csv or reviews.csv, which differ by the text, and by the diary always having a day."""
        log = table.log
        read_day = self.days.reader(table)
        seen: set[int] = set()
        for line, (title, year_cell, uri, logged, watched, stars, rewatch, tags, *text) in self._read_rows(
            table, *_ENTRY_COLUMNS, *text_column
        ):
            watched_on = read_day(watched)
            log.changed_dates += bool(watched) and watched_on is None
            if watched_on is None and table.kind is FileKind.diary:
                log.drop(line, gettext_lazy("Expected the day of the viewing in “Watched Date”, such as 2024-12-31."))
                continue
            if (claim := _read_film(log, line, title, year_cell, uri)) is None:
                continue
            link = claim[2]
            entry_id = link.id if link and link.kind is links.LinkKind.entry else None
            if entry_id in seen:
                log.repeat(line, gettext_lazy("This entry is listed a second time."))
                continue
            if entry_id is not None:
                seen.add(entry_id)
            if watched and watched_on is None:
                log.note(
                    line, gettext_lazy("Expected the day of the viewing, such as 2024-12-31; the review stays undated.")
                )
            is_rewatch = cells.read_truth(rewatch)
            if is_rewatch is None:
                log.note(line, gettext_lazy("Expected “Yes” or nothing in “Rewatch”."))
            film = self._find_exactly(*claim) if table.is_returned else self._find_film(*claim, is_own=table.is_own)
            self.evidence.add(film)
            yield Review(
                film,
                entry_id,
                watched_on,
                cells.read_noted_day(log, logged, read_day),
                cells.read_rating(log, line, stars) if stars else None,
                bool(is_rewatch),
                self._read_tags(tags) if tags else (),
                text[0] if text else "",
            )

    def _read_tags(self, cell: str) -> tuple[str, ...]:
        tags = cells.read_tags(cell)
        self.tags_left -= len(tags)
        if self.tags_left < 0:
            raise ExportTooLarge
        return tags

    def _find_film(
        self, title: str, year: int | None, link: links.Link | None, uri: str, *, is_own: bool = False
    ) -> int:
        """An entry's link names the entry, so its film is the watched one of that very name and year."""
        if link and link.kind is links.LinkKind.film:
            return self.films.find_or_add(title, year, link, uri)
        if is_own and FileKind.films in self.kinds:  # a film without a link has none in either of Kinograph's tables
            return self._find_exactly(title, year, None, "")
        if link and link.slug:
            if (film := self.films.find_by_slug(link.slug)) is not None:
                return film
            fitting = self.films.find_named_without_other_slug(title, year, link.slug)
        else:
            fitting = self.films.find_named(title, year)
        if len(fitting) > 1:
            fitting = [film for film in fitting if film in self.watched] or fitting
        if len(fitting) > 1:
            self.ambiguous.add(fitting[0])
        return fitting[0] if fitting else self.films.add(title, year, link, "")

    def _find_exactly(self, title: str, year: int | None, link: links.Link | None, uri: str) -> int:
        """The film of this link, or of no link and this name: in Kinograph's own files a film is told alike."""
        film = self.films.find_same(title, year, link)
        return self.films.add(title, year, link, uri) if film is None else film


def _read_film(log: RowLog, line: int, title: str, year_cell: str, uri: str) -> _Claim | None:
    """What a row says about its film; None, and the row skipped, when it has no usable title."""
    if not cells.is_title(log, line, title):
        return None
    return title, cells.read_year(log, line, year_cell), _decode_link(uri), uri


def _viewing(entry: Review, watched_on: date) -> Viewing:
    film, entry_id, _, logged_on, rating, rewatch, tags, _ = entry
    return Viewing(film, entry_id, watched_on, logged_on, rating, rewatch, tags)

"""A list file of Letterboxd's or IMDb's. Bytes in, films in order out: no database, no network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePosixPath

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop
from kinograph.sessions import export
from kinograph.sessions.csv_records import read_records
from kinograph.sessions.encodings import convert_to_utf8
from kinograph.sessions.export import Upload
from kinograph.sessions.export_errors import display_name
from kinograph.sessions.export_format import LIMITS
from kinograph.sessions.row_log import RowLog

MOST_ROWS = 10_000
LONGEST_TITLE = 200  # of a list
_IMDB = re.compile(rb"(?:\xef\xbb\xbf)?[^\r\n]*\bConst\b[^\r\n]*\bTitle\b")
_CONST = re.compile(r"tt\d{5,12}")


class NoList(AppError):
    status = 422
    sentence = gettext_noop(
        "There is no list in what you sent. Open the list at Letterboxd or IMDb, choose Export, and send that file."
    )


class ListTooLong(AppError):
    status = 413
    sentence = gettext_noop("This list has more than %(most)s films, so it was not stored.")


@dataclass(frozen=True, slots=True)
class BroughtFilm:
    title: str
    year: int | None
    letterboxd_id: int | None = None
    imdb_id: str | None = None


@dataclass(frozen=True, slots=True)
class Brought:
    """A list as a file tells it; `digest` is of its films and name."""

    title: str
    films: tuple[BroughtFilm, ...]

    @property
    def digest(self) -> str:
        return blake2b(repr((self.title, self.films)).encode("utf-8", "replace"), digest_size=16).hexdigest()


def read(uploads: Sequence[Upload]) -> list[Brought]:
    """The lists in one or more files, or in an export. Raises NoList, ListTooLong, and what the reader of exports
    raises."""
    imdb = [each for each in uploads if _IMDB.match(each.content)]
    others = [each for each in uploads if each not in imdb]
    found = [_read_imdb(each) for each in imdb] + (_read_letterboxd(others) if others else [])
    found = [each for each in found if each.films]
    if not found:
        raise NoList
    if any(len(each.films) > MOST_ROWS for each in found):
        raise ListTooLong(most=f"{MOST_ROWS:,}")
    return found


def _read_letterboxd(uploads: Sequence[Upload]) -> list[Brought]:
    read = export.read(uploads)
    return [
        Brought(
            each.name[:LONGEST_TITLE],
            tuple(
                BroughtFilm(film.title, film.year, film.letterboxd_id)
                for film in (read.films[place.film] for place in each.films)
            ),
        )
        for each in read.lists
    ]


def _read_imdb(upload: Upload) -> Brought:
    name = display_name(upload.name)
    content, _ = convert_to_utf8(name, upload.content)
    records = read_records(content, RowLog(name))
    heads = [cell.strip() for cell in next(records)[1]]
    const, title, year = (heads.index(head) if head in heads else None for head in ("Const", "Title", "Year"))
    films = []
    for _, cells in records:
        named = _cell(cells, title).strip()
        if named and len(named) <= LIMITS["title_length"]:
            films.append(BroughtFilm(named, _year(_cell(cells, year)), imdb_id=_imdb_id(_cell(cells, const))))
        if len(films) > MOST_ROWS:
            break
    return Brought(PurePosixPath(name).stem[:LONGEST_TITLE], tuple(films))


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _year(text: str) -> int | None:
    year = int(text) if re.fullmatch(r"\d{4}", text.strip(), re.ASCII) else 0
    return year if LIMITS["first_year"] <= year <= LIMITS["last_year"] else None


def _imdb_id(text: str) -> str | None:
    return text.strip() if _CONST.fullmatch(text.strip()) else None

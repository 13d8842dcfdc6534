"""What a member did, written as an export in each of the ways that Letterboxd and its users write one."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kinograph.sessions.export import Upload
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
CONTENT = "Date,Content"
COMMENT = "Date,Content,Comment"
PROFILE = "Date Joined,Username,Given Name,Family Name,Email Address,Location,Website,Bio,Pronoun,Favorite Films"


@dataclass(frozen=True)
class Entry:
    """A viewing, with a text a review as well; without `watched_on` a review only."""

    watched_on: date | None
    logged_on: date
    stars: float | None
    rewatch: bool
    tags: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Seen:
    """A film and what was said of it; unless `watched` it is liked, wanted or in lists only. Of one that Letterboxd has
    `dropped` the export has its entries, beside the others and without a link, and nothing else."""

    title: str
    year: int | None
    ticked: date
    watched: bool
    stars: float | None
    liked: bool
    wanted: bool
    entries: tuple[Entry, ...]
    dropped: bool = False

    @property
    def logged(self) -> tuple[Entry, ...]:
        return self.entries if self.watched else ()


@dataclass(frozen=True)
class Collection:
    """A list: film numbers in their order."""

    name: str
    created_on: date
    tags: tuple[str, ...]
    description: str
    films: tuple[int, ...]
    note: str


@dataclass(frozen=True)
class Library:
    films: tuple[Seen, ...]
    lists: tuple[Collection, ...] = ()


@dataclass(frozen=True)
class Style:
    """How an export is written. `links` are short, full or none; `shuffle` orders rows and files, 0 leaves them.
    In a ZIP other files lie `beside` it, also around the folders of its `wrapper`.

    A link begins with its `start` and `ends_with_slash`. A line stands `above` every table, which goes without the
    `lacking` columns, and all text may be `encoded_twice`.
    A spreadsheet wrote the `resaved` files, with its `delimiter` and the `form` of its days.
    """

    newline: str = "\r\n"
    quotes: str = "needed"
    links: str = "short"
    start: str = "https://"
    ends_with_slash: bool = True
    above: str = ""
    lacking: frozenset[str] = frozenset()
    encoded_twice: bool = False
    wrapper: str = ""
    beside: bool = False
    zipped: bool = True
    streamed: bool = True
    stored: bool = False
    banner: str | None = "Letterboxd list export v7"
    shuffle: int = 0
    missing: frozenset[str] = frozenset()
    others: bool = True
    by_day: bool = False
    resaved: frozenset[str] = frozenset()
    form: str = "%Y-%m-%d"
    delimiter: str = ","

    def of(self, path: str) -> Style:
        """How this file is written."""
        return self if path in self.resaved else replace(self, form="%Y-%m-%d", delimiter=",")


# Of everybody something is gone.
GONE = Seen(
    *("Gone", 1999, date(2020, 1, 1)),
    watched=False,
    stars=None,
    liked=False,
    wanted=False,
    entries=(Entry(date(2020, 1, 1), date(2020, 1, 1), 4, rewatch=False, tags=("home",), text="Lost."),),
    dropped=True,
)


def write(library: Library, style: Style) -> list[Upload]:
    above = style.above.encode() + style.newline.encode() if style.above else b""
    files = [(path, above + content) for path, content in _files(library, style) if path not in style.missing]
    if style.encoded_twice:
        files = [(path, encoded_twice(content)) for path, content in files]
    if style.shuffle:
        random.Random(style.shuffle).shuffle(files)
    files = [(style.wrapper + path, content) for path, content in files]
    if style.beside and style.zipped:
        files += [(f"{style.wrapper}notes/a.csv", b"a,b\r\n1,2\r\n"), ("more/readme.txt", b"Read me.")]
    if not style.zipped:
        return [Upload(path, content) for path, content in files]
    if style.wrapper:
        files += [(f"__MACOSX/{style.wrapper}._watched.csv", b"\0\5\x16\7"), (f"{style.wrapper}.DS_Store", b"\0")]
    buffer = _OneWay() if style.streamed else io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if style.stored else zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            archive.writestr(zipfile.ZipInfo(path), content, archive.compression)
    return [Upload("letterboxd-someone-2026-05-03-18-29-utc.zip", buffer.getvalue())]


class _OneWay(io.BytesIO):
    """Makes zipfile write sizes behind the data only, as Letterboxd does."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def encoded_twice(content: bytes, encoding: str = "cp1252") -> bytes:
    """As by a program that takes UTF-8 for another encoding; both have a sign for every byte, as programs read them."""
    if encoding == "latin-1":
        return content.decode("latin-1").encode()
    return "".join(bytes([n]).decode("cp1252", "ignore") or chr(n) for n in content).encode()


def film_link(n: int, style: Style) -> str:
    return _link(f"boxd.it/{code(10 * (n + 1))}", f"letterboxd.com/film/film-{n}/", style)


def _link(short: str, full: str, style: Style) -> str:
    if style.links == "none":
        return ""
    return style.start + (short if style.links == "short" else full if style.ends_with_slash else full.rstrip("/"))


def entry_id(n: int, k: int) -> int:
    """Later entries of a film have larger numbers, as on Letterboxd."""
    return 1000 * n + k + 1


def code(number: int) -> str:
    """A number as the path of a boxd.it link."""
    rest, digit = divmod(number, 62)
    return (code(rest) if rest else "") + DIGITS[digit]


def _entry_link(n: int, k: int, style: Style) -> str:
    full = f"letterboxd.com/someone/film/film-{n}/" + (f"{k}/" if k else "")
    return _link(f"boxd.it/{code(10 * entry_id(n, k) + 1)}", full, style)


def _files(library: Library, style: Style) -> Iterator[tuple[str, bytes]]:
    films = [(film.ticked, film.title, film.year or "", film_link(n, style)) for n, film in enumerate(library.films)]
    diary, reviews = _tell_entries(
        (_entry_cells(film, _entry_link(n, k, style), entry), entry)
        for n, film in enumerate(library.films)
        for k, entry in enumerate(film.logged)
    )
    numbered = list(zip(films, library.films, strict=True))
    rated = [(*row, _stars(film.stars)) for row, film in numbered if film.watched and film.stars]
    if style.others:
        yield "profile.csv", _table(style, PROFILE, [("2018-03-01", "someone", *[""] * 5, "Two\nlines", "", "")])
    yield "watched.csv", _table(style, FILM, (row for row, film in numbered if film.watched), path="watched.csv")
    yield "ratings.csv", _table(style, RATING, rated, path="ratings.csv")
    yield "diary.csv", _table(style, DIARY, diary, path="diary.csv")
    yield "reviews.csv", _table(style, REVIEW, reviews, path="reviews.csv")
    yield "watchlist.csv", _table(style, FILM, (row for row, film in numbered if film.wanted))
    if style.others:
        yield "comments.csv", _table(style, COMMENT, [("2024-01-01", "https://boxd.it/6oDmPH", "=1+1")])
        yield from _gone(library, style, diary, reviews)
    yield "likes/films.csv", _table(style, FILM, (row for row, film in numbered if film.liked))
    if style.others:
        yield "likes/reviews.csv", _table(style, CONTENT, [("2024-01-01", "https://boxd.it/6oDmPH")])
        yield "likes/lists.csv", _table(style, CONTENT, [("2024-01-01", "https://boxd.it/j8KbM")])
    for n, made in enumerate(library.lists):
        yield f"lists/list-{n}.csv", _list(n, made, films, style, keep_order=True)
        if style.others and n == 0:
            yield "deleted/lists/list-0.csv", _list(n, made, films, style, keep_order=False)


def _gone(library: Library, style: Style, diary: list[Row], reviews: list[Row]) -> Iterator[tuple[str, bytes]]:
    """What its member deleted, and entries whose films Letterboxd dropped."""
    yield "deleted/diary.csv", _table(style, DIARY, diary)
    yield "deleted/reviews.csv", _table(style, REVIEW, reviews)
    yield "deleted/comments.csv", _table(style, COMMENT, [])
    orphans, orphaned_reviews = _tell_entries(
        (_entry_cells(film, "", entry), entry)
        for film in (*library.films, GONE)
        if film.dropped
        for entry in film.entries
    )
    yield "orphaned/diary.csv", _table(style, DIARY, orphans)
    yield "orphaned/reviews.csv", _table(style, REVIEW, orphaned_reviews)
    yield "orphaned/comments.csv", _table(style, COMMENT, [])


def _list(n: int, made: Collection, films: Sequence[Row], style: Style, *, keep_order: bool) -> bytes:
    link = f"https://boxd.it/{code(10 * (n + 1) + 2)}" if style.links == "short" else ""
    head = _table(style, LIST, [(made.created_on, made.name, ", ".join(made.tags), link, made.description)])
    rows = [(place, *films[film][1:], made.note) for place, film in enumerate(made.films, 1)]
    banner = "" if style.banner is None else style.banner + style.newline
    return banner.encode() + head + style.newline.encode() + _table(style, PLACES, rows, keep_order=keep_order)


def _table(
    style: Style, header: str, rows: Iterable[Sequence[object]], *, path: str = "", keep_order: bool = False
) -> bytes:
    rows = list(rows)
    if style.by_day and path:
        rows.sort(key=lambda row: str(row[-1 if path == "diary.csv" else 0]))
    elif style.shuffle and not keep_order:
        random.Random(style.shuffle).shuffle(rows)
    names = header.split(",")
    kept = [n for n, name in enumerate(names) if name not in style.lacking]
    lines = [_line([row[n] for n in kept], style.of(path)) for row in (names, *rows)]
    return style.newline.join([*lines, ""]).encode()


Row = tuple[object, ...]


def _tell_entries(entries: Iterable[tuple[Row, Entry]]) -> tuple[list[Row], list[Row]]:
    """The rows of a diary and of reviews."""
    entries = list(entries)
    diary = [row for row, entry in entries if entry.watched_on]
    return diary, [(*row[:6], entry.text, *row[6:]) for row, entry in entries if entry.text or not entry.watched_on]


def _entry_cells(film: Seen, link: str, entry: Entry) -> tuple[object, ...]:
    start = (entry.logged_on, film.title, film.year or "", link, _stars(entry.stars), "Yes" * entry.rewatch)
    return (*start, ", ".join(entry.tags), entry.watched_on or "")


def _stars(stars: float | None) -> str:
    return f"{stars:g}" if stars else ""


def _line(cells: Iterable[object], style: Style) -> str:
    written = (cell.strftime(style.form) if isinstance(cell, date) else str(cell) for cell in cells)
    return style.delimiter.join(_cell(cell, style) for cell in written)


def _cell(cell: str, style: Style) -> str:
    needed = any(sign in cell for sign in style.delimiter + '"\r\n')
    if needed or style.quotes == "always" or (style.quotes == "text" and cell and not cell.isdecimal()):
        return '"' + cell.replace('"', '""') + '"'
    return cell

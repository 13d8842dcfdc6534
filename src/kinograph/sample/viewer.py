"""The invented viewer's export, in the very form that Letterboxd gives, so that it is read as anybody's."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date as Date
from datetime import timedelta
from functools import cache
from random import Random

from kinograph.sample import taste
from kinograph.sample.diary import FIRST_DAY, LAST_DAY, SampleViewing, viewings
from kinograph.sample.library import SampleFilm, films, wishes
from kinograph.sample.words import KEPT, LISTS, REVIEWS, UNDATED, UNDATED_REVIEWS, WANTED_AGAIN, WATCHLIST, ListText
from kinograph.sessions.links import SHORT, LinkKind

Row = Sequence[str | int]

_BASE_62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FILM = ("Date", "Name", "Year", "Letterboxd URI")
_ENTRY = (*_FILM, "Rating", "Rewatch")
REMEMBERED_AFTER = {4: 3, 11: 5, 12: 4, 20: 16, 26: 45}  # days, of these of every 29 viewings
FIRST_ENTRY_ID, FIRST_LIST_ID = 900_000_001, 90_000_001


def make_archive() -> bytes:
    """The ZIP of `export_files`, named nowhere and dated nowhere: the same bytes whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for path, content in export_files().items():
            file.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def export_files() -> dict[str, bytes]:
    """Path in the export → what is in it."""
    return {
        "watched.csv": _csv(_FILM, _by_date(_marked(film, day) for film, day in _first_logged().items())),
        "ratings.csv": _csv((*_FILM, "Rating"), _ratings_rows()),
        "diary.csv": _csv((*_ENTRY, "Tags", "Watched Date"), [_diary_row(n) for n in range(len(viewings()))]),
        "reviews.csv": _csv((*_ENTRY, "Review", "Tags", "Watched Date"), _review_rows()),
        "watchlist.csv": _csv(_FILM, _watchlist_rows()),
        "likes/films.csv": _csv(_FILM, _by_date(_marked(film, _first_logged()[film]) for film in liked())),
        **{f"lists/{text.slug}.csv": _list(n, text) for n, text in enumerate(LISTS)},
    }


@cache
def ratings() -> dict[SampleFilm, float]:
    """Each rated film's stars as they stand: those of the last viewing, and of some films watched long ago."""
    random = Random("ratings")  # noqa: S311 - no secret depends on it
    undated = {_film(title): taste.rate(_film(title), random) for title in UNDATED[:9]}
    return undated | {viewing.film: viewing.rating for viewing in viewings() if viewing.rating is not None}


@cache
def liked() -> tuple[SampleFilm, ...]:
    """Most of the best-rated films, and a few of the good ones."""
    random = Random("likes")  # noqa: S311 - no secret depends on it
    chances = {5.0: 0.9, 4.5: 0.6, 4.0: 0.35, 3.5: 0.06}
    return tuple(film for film, stars in ratings().items() if random.random() < chances.get(stars, 0))


def _csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([header, *rows])
    return text.getvalue().encode()


def _by_date(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row[0]))


def _marked(film: SampleFilm, day: Date) -> Row:
    return (day.isoformat(), film.title, film.year, _film_link(film))


def _first_logged() -> dict[SampleFilm, Date]:
    """The watched films and the day each was ticked: all those of old times on the first day."""
    first = {_film(title): FIRST_DAY for title in UNDATED}
    for n, viewing in enumerate(viewings()):
        first.setdefault(viewing.film, _logged_on(n))
    return first


def _ratings_rows() -> list[Row]:
    rated_on = dict.fromkeys(ratings(), FIRST_DAY)
    for n, viewing in enumerate(viewings()):
        if viewing.rating is not None:
            rated_on[viewing.film] = _logged_on(n)
    return _by_date((*_marked(film, rated_on[film]), f"{stars:g}") for film, stars in ratings().items())


def _diary_row(n: int) -> Row:
    viewing = viewings()[n]
    return (*_entry_cells(n, viewing), _tags(viewing), viewing.watched_on.isoformat())


def _entry_cells(n: int, viewing: SampleViewing) -> Row:
    stars = "" if viewing.rating is None else f"{viewing.rating:g}"
    film, link = viewing.film, _short_link(FIRST_ENTRY_ID + 1000 * (n + 10), LinkKind.entry)
    return (_logged_on(n).isoformat(), film.title, film.year, link, stars, "Yes" if viewing.rewatch else "")


def _tags(viewing: SampleViewing) -> str:
    return ", ".join(viewing.tags)


def _review_rows() -> list[Row]:
    """A text belongs to the last viewing of its film; those of films without a viewing stand alone."""
    last = {viewing.film.title: n for n, viewing in enumerate(viewings())}
    rows: list[Row] = []
    for n, (title, text) in enumerate(UNDATED_REVIEWS.items()):
        film = _film(title)
        link = _short_link(FIRST_ENTRY_ID + n, LinkKind.entry)
        stars = ratings().get(film)
        rows.append((*_marked(film, FIRST_DAY)[:3], link, "" if stars is None else f"{stars:g}", "", text, "", ""))
    for title, text in REVIEWS.items():
        n = last[title]
        viewing = viewings()[n]
        lines = text.replace("\n", "\r\n")
        rows.append((*_entry_cells(n, viewing), lines, _tags(viewing), viewing.watched_on.isoformat()))
    return _by_date(rows)


def _watchlist_rows() -> list[Row]:
    titles = (*WATCHLIST, *WANTED_AGAIN)
    rows = [_marked(_film(title), Date(2022, 2, 5) + timedelta(days=59 * n)) for n, title in enumerate(titles)]
    random = Random("wishes")  # noqa: S311 - no secret depends on it
    days = (LAST_DAY - FIRST_DAY).days
    rows += [_marked(film, LAST_DAY - timedelta(days=int(days * random.random() ** 1.3))) for film in wishes()]
    rows += [
        _marked(film, day - timedelta(days=KEPT[film.title])) for film, day in _first_watched() if film.title in KEPT
    ]
    return _by_date(rows)


def _first_watched() -> list[tuple[SampleFilm, Date]]:
    """The films of the diary, and the day of their first viewing."""
    first: dict[SampleFilm, Date] = {}
    for viewing in viewings():
        first.setdefault(viewing.film, viewing.watched_on)
    return list(first.items())


def _list(n: int, text: ListText) -> bytes:
    """Two tables under a banner, an empty line between them."""
    link = _short_link(FIRST_LIST_ID + n, LinkKind.list)
    about = (Date(2021 + n, 11, 14).isoformat(), text.name, ", ".join(text.tags), link, text.description)
    items = (
        (position, title, _film(title).year, _film_link(_film(title)), note)
        for position, (title, note) in enumerate(text.films, start=1)
    )
    return b"\r\n".join(
        (
            b"Letterboxd list export v7",
            _csv(("Date", "Name", "Tags", "URL", "Description"), [about]),
            _csv(("Position", "Name", "Year", "URL", "Description"), items),
        )
    )


def _logged_on(n: int) -> Date:
    """Letterboxd's clock runs on New Zealand's time, so that an evening elsewhere is noted a day later.

    Some evenings are noted only when they come back to mind.
    """
    return viewings()[n].watched_on + timedelta(days=REMEMBERED_AFTER.get(n % 29, n % 7 > 0))


def _film(title: str) -> SampleFilm:
    return _by_title()[title]


@cache
def _by_title() -> dict[str, SampleFilm]:
    return {film.title: film for film in films()}


def _film_link(film: SampleFilm) -> str:
    return _short_link(film.letterboxd_id, LinkKind.film)


def _short_link(number: int, kind: LinkKind) -> str:
    rest, digits = number * 10 + kind.value, ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _BASE_62[digit] + digits
    return SHORT + digits

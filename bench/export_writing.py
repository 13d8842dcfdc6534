"""An invented export as the files that Letterboxd would write, in a ZIP."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from export_model import FIRST_DAY, Entry, Film, Library, code

FILM_COLUMNS = ("Date", "Name", "Year", "Letterboxd URI")
DIARY_COLUMNS = (*FILM_COLUMNS, "Rating", "Rewatch", "Tags", "Watched Date")
REVIEW_COLUMNS = (*FILM_COLUMNS, "Rating", "Rewatch", "Review", "Tags", "Watched Date")
COMMENT_COLUMNS = ("Date", "Content", "Comment")


def write(library: Library, *, seed: int) -> bytes:
    """The files in Letterboxd's own order; sizes stand behind the data only, as in its ZIPs."""
    stream = _OneWay()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in _files(library, random.Random(seed)):
            archive.writestr(path, content)
    return stream.getvalue()


class _OneWay(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def _files(library: Library, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    diary = list(library.diary)
    chance.shuffle(diary)
    diary.sort(key=lambda entry: entry.watched_on or FIRST_DAY)
    reviews = sorted(library.reviews, key=lambda entry: entry.logged_on)
    yield "profile.csv", _csv(PROFILE_COLUMNS, [PROFILE])
    yield "watched.csv", _films(library.watched)
    by_day = sorted(library.ratings, key=lambda film: library.watched[film])
    yield (
        "ratings.csv",
        _csv((*FILM_COLUMNS, "Rating"), ((*_film(f, library.watched[f]), _rating(library.ratings[f])) for f in by_day)),
    )
    yield "diary.csv", _csv(DIARY_COLUMNS, map(_diary_row, diary))
    yield "reviews.csv", _csv(REVIEW_COLUMNS, map(_review_row, reviews))
    yield "watchlist.csv", _films(dict.fromkeys(library.watchlist, FIRST_DAY))
    yield "comments.csv", _csv(COMMENT_COLUMNS, [(FIRST_DAY, "https://boxd.it/abcXR", "@you\r\n=1+1")])
    gone = sorted(library.gone, key=lambda entry: entry.watched_on or FIRST_DAY)
    yield "deleted/diary.csv", _csv(DIARY_COLUMNS, map(_diary_row, gone))
    yield "deleted/reviews.csv", _csv(REVIEW_COLUMNS, map(_review_row, gone))
    yield "deleted/comments.csv", _csv(COMMENT_COLUMNS, [])
    orphan = Entry(Film("A Series That Was Dropped", 2017, ""), FIRST_DAY, FIRST_DAY, 3.5, False, ())
    yield "orphaned/diary.csv", _csv(DIARY_COLUMNS, [_diary_row(orphan)])
    yield "orphaned/reviews.csv", _csv(REVIEW_COLUMNS, [_review_row(orphan)])
    yield "orphaned/comments.csv", _csv(COMMENT_COLUMNS, [])
    yield "likes/films.csv", _films(dict.fromkeys(library.likes, FIRST_DAY))
    yield "likes/reviews.csv", _csv(("Date", "Content"), [(FIRST_DAY, "https://boxd.it/6oDmPH")])
    yield "likes/lists.csv", _csv(("Date", "Content"), [(FIRST_DAY, "https://boxd.it/j8KbM")])
    for n, (slug, films) in enumerate(library.lists.items()):
        yield f"lists/{slug}.csv", _list(n, slug, films)
    yield "deleted/lists/gone.csv", _list(len(library.lists), "gone", library.likes)


PROFILE_COLUMNS = (
    *("Date Joined", "Username", "Given Name", "Family Name", "Email Address"),
    *("Location", "Website", "Bio", "Pronoun", "Favorite Films"),
)
PROFILE = ("2018-03-01", "someone", "", "", "someone@example.org", "", "", "Two\r\nlines, one bio", "They / their", "")


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


def _film(film: Film, day: date) -> tuple[object, ...]:
    return day, film.title, film.year or "", film.uri


def _films(films: dict[Film, date]) -> bytes:
    return _csv(FILM_COLUMNS, (_film(film, day) for film, day in sorted(films.items(), key=lambda pair: pair[1])))


def _rating(stars: float | None) -> str:
    return f"{stars:g}" if stars else ""


def _diary_row(entry: Entry) -> tuple[object, ...]:
    film = (entry.logged_on, entry.film.title, entry.film.year or "", entry.uri)
    rewatch = "Yes" if entry.rewatch else ""
    return (*film, _rating(entry.rating), rewatch, ", ".join(entry.tags), entry.watched_on or "")


def _review_row(entry: Entry) -> tuple[object, ...]:
    *start, tags, watched_on = _diary_row(entry)
    return (*start, entry.text, tags, watched_on)


def _list(n: int, slug: str, films: Sequence[Film]) -> bytes:
    head = _csv(
        ("Date", "Name", "Tags", "URL", "Description"),
        [
            (
                FIRST_DAY,
                slug.capitalize(),
                "top, mine" if n % 2 else "",
                f"https://boxd.it/{code(10 * (n + 9000) + 2)}",
                NOTE,
            )
        ],
    )
    rows = [(n, film.title, film.year or "", film.uri, "-" if n % 9 == 0 else "") for n, film in enumerate(films, 1)]
    body = _csv(("Position", "Name", "Year", "URL", "Description"), rows)
    return b"Letterboxd list export v7\r\n" + head + b"\r\n" + body


NOTE = 'Mine, <b>all</b> of them.\r\nPosition,Name,Year,URL\r\n"So far"'

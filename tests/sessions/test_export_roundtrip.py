"""Whatever a member could have logged, in every way Letterboxd and its users write it, is read back as it was."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinograph.sessions.export import Upload, read
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DAY = st.dates(date(1900, 1, 1), date(2099, 12, 31))
STARS = st.integers(1, 10).map(lambda half: half / 2)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff"), max_size=30)
TITLE = TEXT.filter(str.strip)
TAG = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters=",\ufeff"), min_size=1, max_size=8)


@dataclass(frozen=True)
class Seen:
    """A watched film and what was said of it; a viewing is its day, stars, whether again, tags and review."""

    title: str
    year: int | None
    ticked: date
    stars: float | None
    liked: bool
    wanted: bool
    viewings: tuple[tuple[date, float | None, bool, tuple[str, ...], str], ...]


SEEN = st.builds(
    Seen,
    title=TITLE,
    year=st.none() | st.integers(1870, 2100),
    ticked=DAY,
    stars=st.none() | STARS,
    liked=st.booleans(),
    wanted=st.booleans(),
    viewings=st.lists(
        st.tuples(DAY, st.none() | STARS, st.booleans(), st.lists(TAG, max_size=3).map(tuple), TEXT), max_size=3
    ).map(tuple),
)
LIBRARY = st.lists(SEEN, min_size=1, max_size=8, unique_by=lambda seen: (seen.title, seen.year))


@dataclass(frozen=True)
class Style:
    """How the files are written: `links` are short, full or left out; `wrapper` is the folder of a re-packed ZIP."""

    newline: str
    quoting: int
    links: str
    wrapper: str
    zipped: bool
    banner: str


STYLE = st.builds(
    Style,
    newline=st.sampled_from(["\r\n", "\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    links=st.sampled_from(["short", "full", "none"]),
    wrapper=st.sampled_from(["", "letterboxd-someone-2026-05-03-18-29-utc/"]),
    zipped=st.booleans(),
    banner=st.sampled_from(["Letterboxd list export v7", ""]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(library=LIBRARY, style=STYLE)
def test_an_export_is_read_back_as_it_was_written(library: list[Seen], style: Style) -> None:
    found = read(uploads(library, style))
    assert not found.problems
    assert not found.warnings
    names = [(film.title, film.year) for film in found.films]
    assert names == [(seen.title, seen.year) for seen in library]
    assert found.watched == {n: seen.ticked for n, seen in enumerate(library)}
    assert found.ratings == {n: seen.stars for n, seen in enumerate(library) if seen.stars}
    assert list(found.likes) == [n for n, seen in enumerate(library) if seen.liked]
    assert list(found.watchlist) == [n for n, seen in enumerate(library) if seen.wanted]
    logged = [(n, *viewing) for n, seen in enumerate(library) for viewing in seen.viewings]
    assert [(v.film, v.watched_on, v.rating, v.rewatch, v.tags) for v in found.viewings] == [
        entry[:5] for entry in sorted(logged, key=lambda entry: entry[1])
    ]
    assert [(r.film, r.watched_on, r.text) for r in found.reviews] == [(e[0], e[1], e[5]) for e in logged if e[5]]
    (made,) = found.lists
    assert [(place.position, place.film, place.note) for place in made.films] == [
        (n + 1, n, seen.title) for n, seen in enumerate(library)
    ]


def uploads(library: Sequence[Seen], style: Style) -> list[Upload]:
    files = {style.wrapper + path: content for path, content in _files(library, style)}
    if not style.zipped:
        return [Upload(path, content) for path, content in files.items()]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return [Upload("export.zip", buffer.getvalue())]


def _files(library: Sequence[Seen], style: Style) -> Iterable[tuple[str, bytes]]:
    def table(header: str, rows: Iterable[Sequence[object]]) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator=style.newline, quoting=style.quoting)  # type: ignore[arg-type]
        writer.writerows([header.split(","), *rows])
        return text.getvalue().encode()

    films = [(seen.ticked, seen.title, seen.year or "", _film_link(n, style)) for n, seen in enumerate(library)]
    entries = [
        (
            day,
            seen.title,
            seen.year or "",
            _entry_link(n, k, style),
            stars or "",
            "Yes" * again,
            ", ".join(tags),
            day,
            text,
        )
        for n, seen in enumerate(library)
        for k, (day, stars, again, tags, text) in enumerate(seen.viewings)
    ]
    places = [(n + 1, seen.title, seen.year or "", films[n][3], seen.title) for n, seen in enumerate(library)]
    yield "watched.csv", table(FILM, films)
    yield "ratings.csv", table(RATING, ((*films[n], s.stars) for n, s in enumerate(library) if s.stars))
    yield "diary.csv", table(DIARY, (entry[:8] for entry in entries))
    yield "reviews.csv", table(REVIEW, ((*e[:6], e[8], e[6], e[7]) for e in entries if e[8]))
    yield "likes/films.csv", table(FILM, (films[n] for n, seen in enumerate(library) if seen.liked))
    yield "watchlist.csv", table(FILM, (films[n] for n, seen in enumerate(library) if seen.wanted))
    yield "deleted/diary.csv", table(DIARY, (entry[:8] for entry in entries))
    head = table(LIST, [("2022-11-16", "All, of it", "", "", "a\nb")])
    yield (
        "lists/all-of-it.csv",
        style.newline.join([style.banner, ""]).encode() + head + style.newline.encode() + table(PLACES, places),
    )


def _film_link(n: int, style: Style) -> str:
    return {
        "short": f"https://boxd.it/{_code(10 * (n + 1))}",
        "full": f"https://letterboxd.com/film/film-{n}/",
        "none": "",
    }[style.links]


def _entry_link(n: int, k: int, style: Style) -> str:
    return {
        "short": f"https://boxd.it/{_code(10 * (10 * n + k + 1) + 1)}",
        "full": f"https://letterboxd.com/someone/film/film-{n}/" + (f"{k}/" if k else ""),
        "none": "",
    }[style.links]


def _code(number: int) -> str:
    rest, digit = divmod(number, 62)
    return (_code(rest) if rest else "") + DIGITS[digit]

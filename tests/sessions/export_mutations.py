"""Exports with something wrong in their bytes, headers, directory, cells or encoding, made from a seed and a number."""

from __future__ import annotations

import io
import random
import re
import string
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from kinograph.sessions.export import Upload
from tests.sessions.export_model import Collection, Entry, Library, Seen, Style, write
from tests.sessions.zip_mutations import (
    bomb,
    cut,
    edit_directory,
    edit_header,
    flip,
    make_zip64,
    place,
    splice,
    wrap,
)

Files = dict[str, bytes]

_SIGNS = string.printable + "é–“ß\u00a0\u200b\u202e\ufeff★映画🎬\U0010ffff\x00\x1f"
_PATHS = (
    *(
        "../watched.csv",
        "/diary.csv",
        "C:\\reviews.csv",
        "a/b/c/watched.csv",
        "lists/",
        "lists/../x.csv",
        "watched.csv",
    ),
    *(
        "deleted/diary.csv",
        "profile.csv",
        "__MACOSX/._x.csv",
        "",
        ".",
        "lists/\u202e.csv",
        "a" * 5000 + ".csv",
        "%s.csv",
    ),
)
_LARGE = 4 << 20  # bytes; what is larger is not made larger still
_CELLS = (
    *(
        "",
        "=1+1",
        "<script>",
        "2024-13-45",
        "31/12/2024",
        "12/31/2024",
        "5/6/2024",
        "1e309",
        "-1",
        "0",
        "NaN",
        "Yes",
        "No",
    ),
    *(
        "https://boxd.it/ZZZZZZZZZZ",
        "https://boxd.it/0",
        "https://letterboxd.com/film/x/",
        "Position",
        "Name",
        '"',
        '""',
    ),
)
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "cp1252", "cp1251", "utf-8-sig", "utf-7", "shift-jis", "cp037")


NAMES = ("letterboxd-x-2026-05-03-18-29-utc.zip", "e.zip", "\ud800.zip", "")


def mutation(seed: int, n: int) -> tuple[Upload, ...]:
    chance = random.Random(f"{seed} {n}")
    return damage(_files(chance), chance)


def damage(files: Files, chance: random.Random, *, names: Sequence[str] = NAMES) -> tuple[Upload, ...]:
    """Some of the files spoilt, and then sent loose, or as a ZIP of one of these names that is spoilt, too."""
    files = dict(files)
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        path = chance.choice(list(files))
        files[path] = chance.choice(_CSV_MUTATIONS)(files[path], chance)
    if chance.random() < 0.2:
        files = {_rename(path, chance): content for path, content in files.items()}
    if chance.random() < 0.25:
        loose = chance.sample(list(files), min(len(files), chance.randint(1, 4)))
        return tuple(Upload(path, files[path]) for path in loose)
    content = _zip(files, chance)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 5))):
        if len(content) < _LARGE:
            content = chance.choice(_ZIP_MUTATIONS)(content, chance)
    return (Upload(chance.choice(names), content),)


def _files(chance: random.Random) -> Files:
    style = Style(
        newline=chance.choice(("\r\n", "\n")),
        quotes=chance.choice(("needed", "always")),
        links=chance.choice(("short", "short", "full", "none")),
        wrapper=chance.choice(("", "", "export/", "Downloads/lists/mine/")),
        start=chance.choice(("https://", "http://www.")),
        lacking=chance.choice((frozenset(), frozenset(("Rewatch", "Letterboxd URI", "Tags")))),
        zipped=False,
        banner=chance.choice(("Letterboxd list export v7", "", None)),
        shuffle=chance.randint(0, 2),
    )
    return {upload.name: upload.content for upload in write(make_library(chance), style)}


def make_library(chance: random.Random) -> Library:
    n_films = chance.choice((1, 3, 10, 25))
    films = tuple(
        Seen(
            title=_text(chance, 12) or "x",
            year=chance.choice((None, 1897, 2015, 2024)),
            ticked=_day(chance),
            watched=chance.random() < 0.9,
            stars=chance.choice((None, 0.5, 3.5, 5.0)),
            liked=chance.random() < 0.3,
            wanted=chance.random() < 0.3,
            entries=tuple(
                Entry(
                    watched_on=chance.choice((None, _day(chance), _day(chance))),
                    logged_on=_day(chance),
                    stars=chance.choice((None, 4.0)),
                    rewatch=chance.random() < 0.3,
                    tags=tuple(chance.sample(("90s", "theater", "-->", "映画"), chance.randint(0, 2))),
                    text=chance.choice(("", _text(chance, 200))),
                )
                for _ in range(chance.choice((0, 1, 1, 2)))
            ),
        )
        for _ in range(n_films)
    )
    lists = tuple(
        Collection(
            name=_text(chance, 9),
            created_on=_day(chance),
            tags=(),
            description=_text(chance, 60),
            films=tuple(chance.choices(range(n_films), k=chance.randint(0, 8))),
            note=_text(chance, 9),
        )
        for _ in range(chance.choice((0, 1, 4)))
    )
    return Library(films, lists)


def _day(chance: random.Random) -> date:
    return date(2012, 1, 1) + timedelta(days=chance.randrange(5000))


def _text(chance: random.Random, longest: int) -> str:
    return "".join(chance.choices(_SIGNS, k=chance.randint(0, longest)))


def _rename(path: str, chance: random.Random) -> str:
    """Most keep their name. Two that come to the same lose one."""
    return chance.choice((path, path, path, path.upper(), f"x/{path}", path + ".csv", chance.choice(_PATHS)))


def _zip(files: Files, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path or "x"), content, method)
    return buffer.getvalue()


def _edit_cells(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(len(lines))
        cells = lines[at].split(b",")
        cells[chance.randrange(len(cells))] = chance.choice((*_CELLS, _text(chance, 30))).encode()
        if chance.random() < 0.1:
            chance.shuffle(cells)
        lines[at] = b",".join(cells)
    return b"\n".join(lines)


def _edit_header_line(content: bytes, chance: random.Random) -> bytes:
    header, _, rest = content.partition(b"\n")
    columns = header.split(b",")
    at = chance.randrange(len(columns))
    columns = chance.choice(
        (
            columns[:at] + columns[at + 1 :],
            columns[:at] + [columns[at]] * 2 + columns[at + 1 :],
            columns[::-1],
            [column.upper() for column in columns],
            [b" " + column for column in columns],
            columns * 300,
        )
    )
    return b",".join(columns) + b"\n" + rest


def _explode(content: bytes, chance: random.Random) -> bytes:
    """One thing, very often."""
    unit = chance.choice((b"a", b",", b'"', b"\n", b'"\n', b"a, ", "🎬".encode(), b"\0", b'a,"b"c\n', b";", b'"\n",'))
    if chance.random() < 0.3:
        unit = chance.choice(content.split(b"\n")) + b"\n"
    at = place(content, chance)
    largest = chance.choice((1_000, 100_000, 100_000, 3_000_000))
    return content[:at] + unit * (largest // len(unit)) + content[at:]


def _encode_twice(content: bytes, chance: random.Random) -> bytes:
    return content.decode(chance.choice(("latin-1", "cp1252")), errors="replace").encode()


def _put_above(content: bytes, chance: random.Random) -> bytes:
    line = chance.choice(("sep=;", "My films", "Name,Year", "Name,URL", '"', ",,,,", _text(chance, 40)))
    return line.encode() + b"\n" * chance.choice((1, 2, 12)) + content


def _recode(content: bytes, chance: random.Random) -> bytes:
    return content.decode(errors="replace").encode(chance.choice(_ENCODINGS), errors="replace")


def _resave(content: bytes, chance: random.Random) -> bytes:
    """Other delimiters and dates, on every place that looks like one."""
    forms = (rb"\4/\3/\1\2", rb"\3/\4/\1\2", rb"\4.\3.\1\2", rb"\3-\4-\1\2", rb"\1\2/\3/\4", rb"\3/\4/\1\2 0:00")
    short = (rb"\3/\4/\2", rb"\4/\3/\2", rb"\2/\3/\4", rb"\4-Mar-\2", rb"\4 March \1\2", rb"\1\2-\3-\4T00:00:00Z")
    content = re.sub(rb"\b(\d\d)(\d\d)-(\d\d)-(\d\d)\b", chance.choice((*forms, *short)), content)
    return content.replace(b",", chance.choice((b",", b";", b"\t", b"|")))


def _noise(content: bytes, chance: random.Random) -> bytes:
    return chance.choice((bytes(len(content)), chance.randbytes(len(content)), b"", _text(chance, 3000).encode()))


_Mutation = Callable[[bytes, random.Random], bytes]
BYTE_MUTATIONS: tuple[_Mutation, ...] = (flip, cut, splice, _noise, _recode, _encode_twice)
"""Of any text."""
_CSV_MUTATIONS: tuple[_Mutation, ...] = (
    *(flip, cut, splice, _noise),
    *(_edit_cells, _edit_cells, _edit_header_line, _explode, _recode, _resave, _resave, _encode_twice, _put_above),
)
# A bomb is slow to read, and alike each time.
_ZIP_MUTATIONS: tuple[_Mutation, ...] = (
    *(flip, cut, splice, edit_header, edit_header, edit_header) * 8,
    *(edit_directory, wrap, make_zip64) * 8,
    *(_noise, bomb),
)

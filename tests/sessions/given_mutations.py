"""Damaged files among those that Kinograph gives away: everything.json, the files for Letterboxd, and exports."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from functools import partial
from typing import Any

from kinograph.sessions.export import Upload
from kinograph.sessions.letterboxd_files import ENTRY, FILM, LISTED, LISTS, UNMARKED, Parts
from tests.sessions import export_mutations
from tests.sessions.export_model import Library, Seen, code

DAY = date(2026, 5, 3)
HEAD = {"kinograph": "everything", "version": 1}
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 0.3, 4.5, 2**31, 2**63, 2**64, 10**400, 1e308, float("nan"), float("inf")),
    *("", " ", "\0", "x" * 200_000, "=1+1", "\ud800", "%(file)s %s %d", "\u202e", "https://boxd.it/ZZZZZZZZZZ"),
    *(
        "2024-02-30",
        "0001-01-01",
        "9999-12-31",
        "2024-01-01T00:00:00Z",
        "movie/0",
        "movie/9999999999",
        "imdb/tt0113277",
    ),
    *([], {}, [[]], [None] * 3, {"film": 0}, {"": {}}),
)
MANY = (2, 30, 1_000, 20_000)
LARGE = 4 << 20  # bytes; no more of one thing


def mutation(seed: int, n: int) -> tuple[Upload, ...]:
    """Of four uploads two are exports, one is everything.json, and one is letterboxd.zip."""
    if n % 4 < 2:
        return export_mutations.mutation(seed, n)
    chance = random.Random(f"given {seed} {n}")
    library = export_mutations.make_library(chance)
    if n % 4 == 2:
        return _damage_everything(tell_everything(library), chance)
    files = write_letterboxd(library)
    return export_mutations.damage(files, chance, names=("kinograph-letterboxd-2026-05-03.zip", "e.zip", ""))


def tell_everything(library: Library) -> dict[str, Any]:
    """As `write_everything` would, with a correction."""
    films = [_tell_film(n, film) for n, film in enumerate(library.films)]
    entries = [(n, entry) for n, film in enumerate(library.films) for entry in film.entries]
    told = [
        {
            "film": n,
            "entry_id": place,
            "watched_on": _day(entry.watched_on),
            "logged_on": _day(entry.logged_on),
            "rating": entry.stars,
            "rewatch": entry.rewatch,
            "tags": list(entry.tags),
        }
        for place, (n, entry) in enumerate(entries)
    ]
    texts = [entry.text for _, entry in entries]
    return HEAD | {
        "name": None,
        "made_on": "2026-05-03T18:29:00Z",
        "reader": 1,
        "films": films,
        "viewings": [each for each in told if each["watched_on"]],
        "reviews": [each | {"text": text} for each, text in zip(told, texts, strict=True) if text],
        "lists": [
            {
                "name": made.name or "x",
                "slug": "x",
                "created_on": _day(made.created_on),
                "tags": list(made.tags),
                "description": made.description,
                "films": [{"film": film, "position": place, "note": ""} for place, film in enumerate(made.films, 1)],
            }
            for made in library.lists
        ],
        "corrections": [{"film": 0, "entry": "movie/949"}],
        "files": [{"path": "watched.csv", "kind": "watched", "rows": len(films), "skipped": 0}],
        "unread": [{"path": "comments.csv"}],
        "orphaned": [{"title": "Gone", "year": None, "rows": 1}],
        "problems": [{"file": "diary.csv", "line": 3, "sentence": "There is no such day."}],
        "warnings": ["Something was left out."],
    }


def _tell_film(n: int, film: Seen) -> dict[str, Any]:
    return {
        "title": film.title if film.title.strip() else "x",
        "year": film.year,
        "letterboxd_uri": _link(n),
        "watched": film.watched,
        "marked_on": _day(film.ticked),
        "rating": film.stars,
        "liked": film.liked,
        "watchlist": film.wanted,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _link(n: int) -> str:
    return f"https://boxd.it/{code(10 * (n + 1))}"


def write_letterboxd(library: Library) -> dict[str, bytes]:
    """The files of letterboxd.zip, by its own writer of tables."""
    buffer = io.BytesIO()
    films = [(_link(n), "", "", film.title, film.year or "", "") for n, film in enumerate(library.films)]
    with zipfile.ZipFile(buffer, "w") as archive:
        with Parts(archive, "diary-{}.csv", ENTRY, DAY) as parts:
            for cells, film in zip(films, library.films, strict=True):
                for each in film.entries:
                    rewatch = "true" if each.rewatch else ""
                    told = (each.stars or "", each.watched_on or "", rewatch, ", ".join(each.tags), each.text)
                    parts.add([(*cells, *told)], tags=ENTRY.index("Tags"))
        with Parts(archive, "watched-{}.csv", ENTRY, DAY) as parts:
            seen = [(*cells, film.stars or "") for cells, film in zip(films, library.films, strict=True)]
            parts.add([(*cells, "", "", "", "") for cells in seen])
        with Parts(archive, "not-watched{dash}.csv", UNMARKED, DAY) as parts:
            parts.add([(*cells, "No") for cells, film in zip(films, library.films, strict=True) if not film.watched])
        with Parts(archive, "watchlist{dash}.csv", FILM, DAY) as parts:
            parts.add([cells for cells, film in zip(films, library.films, strict=True) if film.wanted])
        for n, made in enumerate(library.lists):
            with Parts(archive, f"lists/list-{n}{{dot}}.csv", LISTED, DAY) as parts:
                parts.add([(*films[film], made.note) for film in made.films])
        with Parts(archive, "lists{dash}.csv", LISTS, DAY) as parts:
            named = [(made.name, made.created_on, "", "", made.description) for made in library.lists]
            parts.add([(n + 1, f"lists/list-{n}.csv", *told) for n, told in enumerate(named)])
        return {name: archive.read(name) for name in archive.namelist()}


def _damage_everything(told: dict[str, Any], chance: random.Random) -> tuple[Upload, ...]:
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        _spoil(told, chance)
    content = json.dumps(told, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    if chance.random() < 0.4:
        content = chance.choice(_TEXT)(content, chance)
    name = chance.choice(("kinograph-everything-2026-05-03.json", "x.json", "e.zip", ""))
    if chance.random() < 0.2:  # as /account/everything.zip holds it
        return export_mutations.damage({name or "x": content}, chance, names=("kinograph-everything-2026-05-03.zip",))
    beside = (Upload("watched.csv", b"Date,Name,Year\n2024-01-01,Kes,1969\n"),) if chance.random() < 0.1 else ()
    return (Upload(name, content), *beside)


def _spoil(told: dict[str, Any], chance: random.Random) -> None:
    """One place anywhere, more often one deep inside, becomes something else, goes, or comes many times."""
    parent, key = _place(told, chance)
    how = chance.random()
    if how < 0.6:
        parent[key] = deepcopy(chance.choice(VALUES))
    elif how < 0.75:
        del parent[key]
    elif isinstance(parent, list):
        parent[key:key] = [parent[key]] * _times(parent[key], chance)
    elif isinstance(parent[key], list):
        repeated = parent[key] or [deepcopy(chance.choice(VALUES))]
        parent[key] = repeated * _times(repeated, chance)
    else:
        parent[chance.choice(list(parent))] = parent[key]


def _times(value: Any, chance: random.Random) -> int:
    return min(chance.choice(MANY), 1 + LARGE // len(json.dumps(value)))


def _place(told: dict[str, Any], chance: random.Random) -> tuple[Any, Any]:
    parent: Any = told
    while True:
        key = chance.choice(list(parent)[2:] or ["films"]) if parent is told else _key(parent, chance)
        inside = parent.get(key) if isinstance(parent, dict) else parent[key]
        if not inside or not isinstance(inside, dict | list) or chance.random() < 0.15:
            if isinstance(parent, dict):
                parent.setdefault(key, None)
            return parent, key
        parent = inside


def _key(parent: Any, chance: random.Random) -> Any:
    return chance.choice(list(parent)) if isinstance(parent, dict) else chance.randrange(len(parent))


def _nest(content: bytes, chance: random.Random, *, sign: bytes) -> bytes:
    """A value becomes brackets in brackets."""
    places = [found.end() for found in re.finditer(rb'": ', content)]
    at, deep = chance.choice(places or [0]), chance.choice((100, 10_000, 1_000_000))
    return content[:at] + sign * deep + chance.choice((content[at:], b"]" * deep + content[at:]))


def _change_head(content: bytes, chance: random.Random) -> bytes:
    heads = (b"2", b"0", b"1.5", b"999999999", b"1e3", b'"1"', b"-1", b'1, "version": 7', b"9" * 5000)
    return content.replace(b'"version": 1', b'"version": ' + chance.choice(heads), 1)


def _repeat_key(content: bytes, chance: random.Random) -> bytes:
    key = chance.choice((b'"films": []', b'"films": null', b'"kinograph": 1', b'"version": 1', b'"viewings": {}'))
    return content[:-1] + b", " + key + b"}"


def _add_bom(content: bytes, chance: random.Random) -> bytes:
    return chance.choice((b"\xef\xbb\xbf", b"\xff\xfe", b" " * 600, b"\n")) + content


_TEXT: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *export_mutations.BYTE_MUTATIONS,
    *(partial(_nest, sign=b"["), partial(_nest, sign=b'{"a":')),
    *(_change_head, _repeat_key, _add_bom),
)

"""everything.json, sent back: bytes in, an export out. It is read in the sandbox, as every stranger's file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from pydantic import ValidationError

from kinograph.i18n import Sentence, gettext_lazy, gettext_noop
from kinograph.sessions import everything_format as shape
from kinograph.sessions import links
from kinograph.sessions.archive import Limits, Upload
from kinograph.sessions.export_errors import (
    AnotherExport,
    BrokenFile,
    EmptyExport,
    ExportTooLarge,
    NotAnExport,
    display_name,
)
from kinograph.sessions.export_format import FORMAT, LIMITS
from kinograph.sessions.exported import (
    Export,
    FileCorrection,
    List,
    ListFilm,
    Orphan,
    Review,
    Viewing,
    name_fields,
)
from kinograph.sessions.film_index import ExportedFilm
from kinograph.sessions.row_log import FileRead, Problem

BEGINS = re.compile(FORMAT["everything"])
VERSION: int = FORMAT["everything_version"]
KIND = "everything"
MOST_CORRECTIONS = 10_000
Tagged = shape.Viewing | shape.Review | shape.List
NamesFilm = shape.Viewing | shape.Review | shape.Listed | shape.Correction
_START = 512  # bytes
_BOM = b"\xef\xbb\xbf"


class NewerFormat(NotAnExport):
    status = 422
    sentence = gettext_noop(
        "“%(file)s” was written by a newer Kinograph: its format is version %(version)s, and this Kinograph reads"
        " version %(known)s. Update this Kinograph, then send the file again."
    )


class WrongContent(NotAnExport):
    status = 422
    sentence = gettext_noop(
        "“%(file)s” is not as Kinograph writes it, at %(place)s. Download it once more and send that file."
    )


def find_everything(uploads: Sequence[Upload]) -> Upload | None:
    """The first that begins as such a file does."""
    return next((upload for upload in uploads if _read_version(upload.content) is not None), None)


def read_everything(upload: Upload, others: Iterable[Upload], *, limits: Limits) -> Export:
    """What it tells; `others` were sent along, and are refused. Raises ExportTooLarge, BrokenFile, NewerFormat,
    WrongContent and EmptyExport."""
    file = display_name(upload.name) or "kinograph-everything.json"
    if len(upload.content) > limits.inflated_bytes:
        raise ExportTooLarge
    if (version := _read_version(upload.content)) != VERSION:
        raise NewerFormat(file=file, version=version, known=VERSION)
    told = _validated(file, upload.content)
    _check(file, told, limits)
    refused = [AnotherExport(file=display_name(other.name), other=file) for other in others]
    return _make_export(file, told, refused)


def _read_version(content: bytes) -> int | None:
    found = BEGINS.match(content[:_START].removeprefix(_BOM).decode("latin-1"))
    return int(found[1]) if found else None


def _validated(file: str, content: bytes) -> shape.Everything:
    try:
        return shape.SHAPE.validate_json(content.removeprefix(_BOM))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise BrokenFile(file=file) from None
        # Places are counted from 1, as people do.
        place = " › ".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise WrongContent(file=file, place=display_name(place)) from None


def _check(file: str, told: shape.Everything, limits: Limits) -> None:
    """Raises ExportTooLarge and WrongContent for what no single value shows."""
    listed = [film for made in told.lists for film in made.films]
    if not told.films:
        raise EmptyExport
    rows: tuple[Sequence[object], ...] = (told.films, told.viewings, told.reviews, told.lists, listed, told.orphaned)
    tagged: tuple[Sequence[Tagged], ...] = (told.viewings, told.reviews, told.lists)
    n_tags = sum(len(row.tags) for part in tagged for row in part)
    if sum(len(part) for part in rows) > limits.rows or n_tags > limits.tags:
        raise ExportTooLarge
    if len(told.corrections) > MOST_CORRECTIONS:
        raise ExportTooLarge
    naming: dict[str, Sequence[NamesFilm]] = {
        "viewings": told.viewings,
        "reviews": told.reviews,
        "lists": listed,
        "corrections": told.corrections,
    }
    for name, part in naming.items():
        if wrong := next((n for n, row in enumerate(part, 1) if row.film >= len(told.films)), None):
            raise WrongContent(file=file, place=f"{name} › {wrong} › film")


def _make_export(file: str, told: shape.Everything, refused: Sequence[AnotherExport]) -> Export:
    films = tuple(map(_film, told.films))
    numbered = list(enumerate(told.films))
    entries: set[int] = set()
    viewings = [
        Viewing(v.film, _once(v.entry_id, entries), v.watched_on, v.logged_on, v.rating, v.rewatch, _tags(v.tags))
        for v in told.viewings
    ]
    entries = set()
    reviews = tuple(
        Review(
            *(r.film, _once(r.entry_id, entries), r.watched_on, r.logged_on, r.rating, r.rewatch, _tags(r.tags)),
            _clean(r.text),
        )
        for r in told.reviews
    )
    found = Export(
        films=films,
        watched={n: film.marked_on for n, film in numbered if film.watched},
        ratings={n: film.rating for n, film in numbered if film.rating},
        rated_on={n: film.rated_on for n, film in numbered if film.rating},
        viewings=tuple(sorted(viewings, key=lambda viewing: (viewing.watched_on, viewing.entry_id or 0))),
        reviews=reviews,
        likes={n: film.liked_on for n, film in numbered if film.liked},
        watchlist={n: film.wanted_on for n, film in numbered if film.watchlist},
        lists=tuple(map(_list, told.lists)),
        files=(FileRead(file, KIND, len(films) + len(viewings) + len(reviews) + len(told.lists), 0),),
        problems=(
            *(Problem(error.details["file"], None, error.said) for error in refused),  # type: ignore[arg-type]
            *(Problem(_clean(each.file), each.line, _said(each.sentence)) for each in told.problems),
        ),
        warnings=(*(error.said for error in refused), _remark(file), *map(_said, told.warnings)),
        unread=tuple(_clean(each.path) for each in told.unread),
        made_at=_made_at(told.made_on),
        fingerprint=b"",
        orphaned=tuple(Orphan(_clean(each.title), each.year, each.rows) for each in told.orphaned),
        corrections=tuple(FileCorrection(each.film, each.entry) for each in told.corrections),
        name=_clean(told.name) if told.name else None,
    )
    return _with_fingerprint(found)


def _with_fingerprint(found: Export) -> Export:
    content = [getattr(found, name) for name in TOLD]
    dumped = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS, default=name_fields)
    return replace(found, fingerprint=hashlib.sha256(b"everything\0" + dumped).digest())


TOLD = ("films", "watched", "ratings", "rated_on", "viewings", "reviews", "likes", "watchlist", "lists", "made_at")
"""What makes two such files the same: corrections may be added later."""


def _film(film: shape.Film) -> ExportedFilm:
    link = links.decode_link(film.letterboxd_uri)
    is_films = link is not None and link.kind is links.LinkKind.film
    uri = film.letterboxd_uri if is_films else ""
    return ExportedFilm(_title(film.title), film.year, uri, link.id if link and is_films else None)


def _list(made: shape.List) -> List:
    link = links.decode_link(made.letterboxd_uri)
    slug = display_name(made.slug) or "list"
    films: list[ListFilm] = []
    for film in made.films:
        after = films[-1].position if films else 0
        films.append(ListFilm(max(film.position, after + 1), film.film, _clean(film.note)))
    return List(
        name=_clean(made.name)[: LIMITS["title_length"]] or slug,
        slug=slug,
        created_on=made.created_on,
        tags=_tags(made.tags),
        uri=made.letterboxd_uri if link and link.kind is links.LinkKind.list else "",
        description=_clean(made.description),
        films=tuple(films),
    )


def _once(entry_id: int | None, seen: set[int]) -> int | None:
    """An entry of Letterboxd's is one: of a further one with its number nothing is known but that it is another."""
    if entry_id is None or entry_id in seen:
        return None
    seen.add(entry_id)
    return entry_id


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, (_clean(tag).strip() for tag in tags)))


def _title(title: str) -> str:
    return _clean(title) or "?"


def _clean(text: str) -> str:
    """PostgreSQL takes no NUL."""
    return text.replace("\0", "")


def _said(text: str) -> Sentence:
    return Sentence.restored(_clean(text))


def _made_at(moment: datetime | None) -> datetime | None:
    return moment if moment and shape.EARLIEST <= moment < shape.LATEST else None


def _remark(file: str) -> Sentence:
    return gettext_lazy(
        "“%(file)s” is Kinograph's own file of an export. Your corrections came along; they count for you alone.",
        file=file,
    )

"""Which of an export's files a table is: by its path, by its columns, or by a word in its name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kinograph.sessions.export_format import FORMAT


class FileKind(StrEnum):
    """What a file tells, in the order of reading: film links come before the entries that look for films by name."""

    returned = "returned"  # what Kinograph wrote for Letterboxd's import, sent back: films, viewings and reviews
    unmarked = "unmarked"  # which of these films are not marked as watched
    names = "names"  # and of its lists what such a file cannot hold
    watched = "watched"
    films = "films"  # Kinograph's own table of the watched films
    ratings = "ratings"
    likes = "likes"
    watchlist = "watchlist"
    list = "list"
    diary = "diary"
    reviews = "reviews"
    orphaned_diary = "orphaned_diary"  # entries whose film Letterboxd has dropped: they name it, and count nowhere
    orphaned_reviews = "orphaned_reviews"


ORPHANED = frozenset({FileKind.orphaned_diary, FileKind.orphaned_reviews})

FILM_COLUMNS = ("Name", "Year")
# Without these a file tells nothing. Link, stars and tags may be missing, and “Rewatch”, written since 2018.
REQUIRED: dict[FileKind, list[str]] = {FileKind(kind): columns for kind, columns in FORMAT["kinds"].items()}
_PATHS = {path: FileKind(kind) for path, kind in FORMAT["kinds_by_path"].items()}
OWN_COLUMNS = frozenset(FORMAT["own_columns"])
RETURNED = frozenset(FORMAT["returned_columns"])
NAMES = frozenset(FORMAT["returned_names"])
_WORDS = {word: FileKind(kind) for word, kind in FORMAT["kinds_by_word"].items()}


def find_kind(path: str, columns: dict[str, int]) -> FileKind | None:
    """By path, but a list and Kinograph's own films by their columns; else by columns; else by a word in the name."""
    path = path.lower()
    named = FileKind.list if path.startswith("lists/") else _PATHS.get(path)
    by_columns = _kind_by_columns(columns)
    if (by_columns in (FileKind.list, FileKind.films) and named not in ORPHANED) or not named:
        named = by_columns
    if named:
        return None if columns.keys() >= {"Date", "Content"} else named
    if not all(name in columns for name in FILM_COLUMNS):
        return None
    return next((kind for word, kind in _WORDS.items() if word in path), None)


def _kind_by_columns(columns: dict[str, int]) -> FileKind | None:
    if "Position" in columns:
        return FileKind.list
    if columns.keys() >= OWN_COLUMNS and columns.keys().isdisjoint(("Rewatch", "Review")):
        return FileKind.films
    if "Watched Date" not in columns and "Letterboxd URI" not in columns:
        return None
    if "Review" in columns:
        return FileKind.reviews
    if "Watched Date" in columns or "Rewatch" in columns:
        return FileKind.diary
    return FileKind.ratings if "Rating" in columns else None


def find_returned(columns: Mapping[str, int]) -> tuple[FileKind, dict[str, int]] | None:
    """Of a file that Kinograph wrote for Letterboxd: its kind, by the columns alone, and these by the names that
    Letterboxd's own files have. None for any other file."""
    if columns.keys() >= NAMES:
        return FileKind.names, dict(columns)
    if not columns.keys() >= RETURNED:
        return None
    if columns.keys() & {"WatchedDate", "Rating"}:
        kind = FileKind.returned
    elif FORMAT["returned_unmarked"] in columns:
        kind = FileKind.unmarked
    else:
        kind = FileKind.list if "Review" in columns else FileKind.watchlist
    renamed = FORMAT["returned_as"] | (FORMAT["returned_in_lists"] if kind is FileKind.list else {})
    return kind, {renamed.get(name, name): at for name, at in columns.items()}

"""Which rows of one export speak of the same film."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from kinograph.sessions.export_format import FORMAT, LIMITS
from kinograph.sessions.links import Link, LinkKind

# Two have been seen. Without a bound a forged export makes every row look through all the others.
MOST_NAMESAKES = LIMITS["namesakes"]
_SPACES = re.compile(FORMAT["spaces"])
_DASHES = re.compile(FORMAT["dashes"])


class ExportedFilm(NamedTuple):
    """A film as the export names it. `uri` is its own link on Letterboxd, empty where the export has none."""

    title: str
    year: int | None
    uri: str
    letterboxd_id: int | None


class FilmIndex:
    """The distinct films of one export. A link decides; name and year join rows only where links cannot contradict."""

    def __init__(self) -> None:
        self._names: list[tuple[str, int | None]] = []
        self._uris: list[str] = []
        self._ids: list[int | None] = []
        self._slugs: list[str | None] = []
        self._by_id: dict[int, int] = {}
        self._by_slug: dict[str, int] = {}
        self._by_name: dict[tuple[str, int | None], list[int]] = {}
        self._by_spelling: dict[tuple[str, int | None], list[int]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def list_films(self) -> tuple[ExportedFilm, ...]:
        return tuple(
            ExportedFilm(title, year, uri, letterboxd_id)
            for (title, year), uri, letterboxd_id in zip(self._names, self._uris, self._ids, strict=True)
        )

    def name(self, film: int) -> tuple[str, int | None]:
        return self._names[film]

    def find_named(self, title: str, year: int | None) -> list[int]:
        """Those of this very name, else those of a name that differs by nothing one would see."""
        return self._by_name.get((title, year)) or self._by_spelling.get((_spelled(title), year), [])

    def find_named_without_other_slug(self, title: str, year: int | None, slug: str) -> list[int]:
        """Those of this name and year that no link calls by another slug: a film has one in all of an export."""
        return [film for film in self.find_named(title, year) if self._slugs[film] in (None, slug)]

    def find_by_slug(self, slug: str) -> int | None:
        return self._by_slug.get(slug)

    def find_same(self, title: str, year: int | None, link: Link | None) -> int | None:
        """The film of exactly this link, or of no link and this name, as two rows of one file would repeat it."""
        if link is None or link.kind is not LinkKind.film:
            of_this_name = self._by_name.get((title, year), [])
            return next((film for film in of_this_name if not self._uris[film]), None)
        return self._by_id.get(link.id) if link.id is not None else self._by_slug.get(link.slug or "")

    def find_or_add(self, title: str, year: int | None, link: Link | None, uri: str) -> int:
        """The film a row speaks of: by its link, else by name and year, else a film not met before."""
        if link is None or link.kind is not LinkKind.film:
            named = self.find_named(title, year)
            return named[0] if named else self.add(title, year, None, "")
        film = self._by_id.get(link.id) if link.id is not None else self._by_slug.get(link.slug or "")
        if film is not None:
            if not self._uris[film]:
                self._attach(film, link, uri)
            return film
        for film in self.find_named(title, year):
            if (self._ids[film] if link.id is not None else self._slugs[film]) is None:
                self._attach(film, link, uri)
                return film
        return self.add(title, year, link, uri)

    def add(self, title: str, year: int | None, link: Link | None, uri: str) -> int:
        film = len(self._names)
        self._names.append((title, year))
        self._uris.append("")
        self._ids.append(None)
        self._slugs.append(None)
        for namesakes in (
            self._by_name.setdefault((title, year), []),
            self._by_spelling.setdefault((_spelled(title), year), []),
        ):
            if len(namesakes) < MOST_NAMESAKES:
                namesakes.append(film)
        if link and link.kind is LinkKind.film:
            self._attach(film, link, uri)
        elif link and link.kind is LinkKind.entry and link.slug:
            self._slugs[film] = link.slug
            self._by_slug.setdefault(link.slug, film)
        return film

    def _attach(self, film: int, link: Link, uri: str) -> None:
        if link.id is not None:
            self._ids[film], self._uris[film] = link.id, uri
            self._by_id[link.id] = film
        elif link.slug:
            self._slugs[film], self._uris[film] = link.slug, self._uris[film] or uri
            self._by_slug[link.slug] = film


def _spelled(title: str) -> str:
    """The same for é in one sign and in two, for spaces that do not break and for dashes: what a program may change
    that saves a file again, and Letterboxd from one export to the next."""
    if title.isascii():
        return (_SPACES.sub(" ", title) if "  " in title else title).strip(" ")
    title = _DASHES.sub("-", unicodedata.normalize("NFC", title))
    return _SPACES.sub(" ", title).strip(" ")

"""The lists of an export: each in a file of its own, or in several where Kinograph wrote them for Letterboxd."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

from kinograph.sessions import cells, links, returned_tables
from kinograph.sessions.export_errors import display_name
from kinograph.sessions.export_format import LIMITS
from kinograph.sessions.exported import List, ListFilm
from kinograph.sessions.tables import Table

LONGEST_NAME = LIMITS["title_length"]
COLUMNS = ("Position", "Name", "Year", "URL", "Description")
Row = tuple[str, int, str]
"""The place as it is written, the film, and what is noted on it."""


class ListRows:
    """What has been gathered of lists so far. `names` are those of files without a name inside."""

    def __init__(self) -> None:
        self.lists: list[List] = []
        self.names: dict[str, returned_tables.NamedList] = {}
        self._numbered: dict[str, int] = {}

    def read(self, table: Table, rows: Iterable[Row], *, read_day: Callable[[str], date | None]) -> None:
        named = returned_tables.find_name(self.names, table.path) if table.is_returned else None
        before = self._numbered.get(named.number) if named else None
        if before is not None:
            begun = self.lists[before]
            self.lists[before] = replace(begun, films=_place(rows, begun.films))
            return
        if named:
            self._numbered[named.number] = len(self.lists)
        slug = display_name(PurePosixPath(table.path).stem)
        told = named.preamble if named else table.preamble or ("", slug, "", "", "")
        created, name, tags, uri, description = told
        link = links.decode_link(uri)
        self.lists.append(
            List(
                name=name[:LONGEST_NAME] or slug,
                slug=slug,
                created_on=read_day(created),
                tags=cells.read_tags(tags),
                uri=uri if link and link.kind is links.LinkKind.list else "",
                description=description,
                films=_place(rows),
            )
        )


def _place(rows: Iterable[Row], begun: tuple[ListFilm, ...] = ()) -> tuple[ListFilm, ...]:
    """Positions are 1 to n; whatever else stands there, the order of the rows holds and none comes twice."""
    films = list(begun)
    for place, film, note in rows:
        after = films[-1].position if films else 0
        position = int(place) if place.isdecimal() and len(place) < 7 else 0
        films.append(ListFilm(max(position, after + 1), film, note))
    return tuple(films)

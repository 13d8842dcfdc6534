"""What an address asks of the table of films, beside its filters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_plus

from kinograph.i18n import gettext
from kinograph.layout.templates import read_page_number
from kinograph.stats.film_columns import COLUMNS, SHOWN

SIZES = (50, 100)
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What an address asks of the table, beside its filters."""

    search: str = ""
    sort: str = "watched"
    falls: bool = True
    columns: tuple[str, ...] = SHOWN
    posters: bool = False
    size: int = SIZES[0]
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str] | Iterable[tuple[str, str]]) -> TableOptions:
        """From query parameters; what cannot be understood is as if it were not said."""
        pairs = list(query.items() if isinstance(query, Mapping) else query)
        said = dict(pairs)
        # Boxes of a form come one by one, links name all at once; "title" stands for none but the title.
        named = {name for key, value in pairs if key == "columns" for name in value.split(",") if name in COLUMNS}
        sort = said.get("sort", "")
        plain = cls()
        return cls(
            search=" ".join(said.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH],
            sort=sort.removeprefix("-") if sort.removeprefix("-") in COLUMNS else plain.sort,
            falls=sort.startswith("-") if sort.removeprefix("-") in COLUMNS else plain.falls,
            columns=tuple(name for name in COLUMNS if name in named | {"title"}) if named else plain.columns,
            posters=said.get("look") == "posters",
            size=next((size for size in SIZES if str(size) == said.get("size")), plain.size),
            page=read_page_number(said.get("page", "")),
        )

    @property
    def order(self) -> str:
        """As the address writes it: "-rating"."""
        return f"-{self.sort}" if self.falls else self.sort

    def to_query(self) -> str:
        """What differs from what is shown unasked."""
        plain = TableOptions()
        said = {
            "q": quote_plus(self.search),
            "sort": "" if self.order == plain.order else self.order,
            "columns": "" if self.columns == plain.columns else ",".join(self.columns),
            "look": "posters" if self.posters else "",
            "size": "" if self.size == plain.size else str(self.size),
            "page": "" if self.page == 1 else str(self.page),
        }
        return "&".join(f"{name}={value}" for name, value in said.items() if value)

    def with_(self, **changed: Any) -> TableOptions:
        """With this said instead, from the first page on."""
        return replace(self, **{"page": 1, **changed})

    def sorted_by(self, name: str) -> TableOptions:
        """By a column the way it is usually sorted, or the other way round if it is so already."""
        falls = not self.falls if name == self.sort else COLUMNS[name].falls
        return self.with_(sort=name, falls=falls)


def list_orders(choices: TableOptions) -> Sequence[tuple[str, str]]:
    """Each order the table can be asked for, as the address writes it and as a person says it."""
    ways = {name: column.falls for name, column in COLUMNS.items()} | {choices.sort: choices.falls}
    return [
        (
            f"-{name}" if falls else name,
            gettext(
                "%(column)s, %(order)s",
                column=gettext(COLUMNS[name].title),
                order=gettext(COLUMNS[name].downwards if falls else COLUMNS[name].upwards),
            ),
        )
        for name, falls in ways.items()
    ]

"""Who made the films: what cards say of people, found by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Maker(NamedTuple):
    """Both are None of somebody whom the session does not know."""

    name: str | None
    portrait: str | None  # a TMDB profile path


class Makers:
    """The people of a frame, or its companies: `table` has the columns of PEOPLE or COMPANIES."""

    def __init__(self, table: pl.DataFrame, weigh: Callable[[int], None]) -> None:
        """`weigh` is told of the bytes that it takes beside the table."""
        self.table = table
        ids = table["id"].to_numpy()
        self._order = np.argsort(ids, kind="stable")
        self._ids = ids[self._order]
        self._names = table["name"]
        self._portraits = table["portrait"] if "portrait" in table.columns else None  # companies have none
        weigh(self._order.nbytes + self._ids.nbytes)

    @cached_property
    def genders(self) -> NDArray[np.int8]:
        return self.table["gender"].fill_null(0).to_numpy()

    def find(self, id: int) -> Maker:
        place = int(self._ids.searchsorted(id))
        if place == len(self._ids) or self._ids[place] != id:
            return Maker(None, None)
        row = int(self._order[place])
        return Maker(self._names[row], self._portraits[row] if self._portraits is not None else None)

    def find_places(self, ids: pl.Series) -> NDArray[np.intp]:
        """The rows of the table; -1 of those who are not there."""
        wanted = ids.to_numpy()
        if not len(self._ids):
            return np.full(len(wanted), -1)
        places = np.minimum(np.searchsorted(self._ids, wanted), len(self._ids) - 1)
        return np.where(self._ids[places] == wanted, self._order[places], -1)

    def tell_names(self, ids: Iterable[int]) -> tuple[tuple[str, str], ...]:
        """Each id as text with the name, in the order of the ids; without those who are not there."""
        wanted = pl.Series(sorted(ids), dtype=pl.Int64)
        named = zip(wanted.to_list(), self.find_places(wanted).tolist(), strict=True)
        return tuple((f"{id}", self.table["name"][place]) for id, place in named if place >= 0)

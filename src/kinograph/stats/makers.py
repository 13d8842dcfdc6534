"""Who made the films: what cards say of people, found by their ids."""

from __future__ import annotations

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
    """The people of a frame in the order of their ids: `table` has the columns of PEOPLE."""

    def __init__(self, people: pl.DataFrame) -> None:
        self.table = people if people["id"].is_sorted() else people.sort("id")

    @cached_property
    def ids(self) -> NDArray[np.int64]:
        return self.table["id"].to_numpy()

    @cached_property
    def genders(self) -> NDArray[np.int8]:
        return self.table["gender"].fill_null(0).to_numpy()

    def find(self, id: int) -> Maker:
        place = int(self.find_places(pl.Series([id]))[0])
        return Maker(None, None) if place < 0 else Maker(self.table["name"][place], self.table["portrait"][place])

    def find_places(self, ids: pl.Series) -> NDArray[np.intp]:
        """The places in the table; -1 of those who are not there."""
        wanted = ids.to_numpy()
        if not len(self.ids):
            return np.full(len(wanted), -1)
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return np.where(self.ids[places] == wanted, places, -1)

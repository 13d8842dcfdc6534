"""What the rows of a table have in common, by numbers."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """What the rows of a table have in common, a genre or a year: `codes[i]` is of row `rows[i]` and stands for the key
    of that place in `keys`, which ascend. A row has as many codes as its list has entries, and none where it is null.
    """

    keys: pl.Series
    rows: NDArray[np.int32]  # ascending
    codes: NDArray[np.int32]

    @property
    def bytes(self) -> int:
        return self.rows.nbytes + self.codes.nbytes + int(self.keys.estimated_size())

    def find(self, key: Any) -> int | None:
        """The code of a key; None where no row has it."""
        return find_sorted(self.keys, key)


def find_sorted(keys: pl.Series, key: Any) -> int | None:
    """The place of a key among some that ascend; None where it is not there."""
    place = bisect_left(keys, key)  # a query of Polars takes fifty times as long
    return place if place < len(keys) and keys[place] == key else None


def encode(column: pl.Series) -> Codes:
    if isinstance(column.dtype, pl.List):
        lengths = column.list.len().fill_null(0).to_numpy()
        rows = np.repeat(np.arange(len(column), dtype=np.int32), lengths)
        column = column.explode(empty_as_null=False, keep_nulls=False)
    else:
        rows = np.arange(len(column), dtype=np.int32)
    if column.null_count():
        rows = rows[column.is_not_null().to_numpy()]
        column = column.drop_nulls()
    keys = column.unique().sort()
    # Half the time of a search among the keys, and a fifth of np.unique's; that of texts takes longer.
    is_text = column.dtype == pl.String
    codes = column.cast(pl.Enum(keys)).to_physical() if is_text else column.rank("dense") - 1
    return Codes(keys, rows, codes.cast(pl.Int32).to_numpy())


def renew_codes(before: Codes, changed: NDArray[np.bool_], anew: Codes) -> Codes:
    """The codes of a table of which some rows `changed`; `anew` are of those rows alone, one after another."""
    stays = ~changed[before.rows]
    rows, codes = before.rows[stays], before.codes[stays]
    used = np.zeros(len(before.keys), np.bool_)
    used[codes] = True
    keys = before.keys if used.all() else before.keys.filter(pl.Series(used))
    new = anew.keys.filter(~anew.keys.is_in(keys.implode()))
    # How far each key has moved: down for those before it that are gone, up for those that came.
    moved = np.cumsum(used) - 1
    if not len(keys):
        keys = new
    elif len(new):
        came = np.bincount(keys.search_sorted(new).to_numpy(), minlength=len(keys) + 1)[: len(keys)]
        shift = np.arange(len(keys)) + np.cumsum(came)
        moved = shift[np.maximum(moved, 0)]
        keys = pl.concat([keys, new]).sort()
    places = np.flatnonzero(changed).astype(np.int32)[anew.rows]
    own = keys.search_sorted(anew.keys).to_numpy()[anew.codes]
    at = np.searchsorted(rows, places)
    return Codes(keys, np.insert(rows, at, places), np.insert(moved[codes].astype(np.int32), at, own))

"""Tables as CSV that spreadsheets read as it was meant."""

from __future__ import annotations

import polars as pl

from kinograph.sessions import formulas
from kinograph.stats.rounding import half_up


def join_list(column: str) -> pl.Expr:
    """A list as one text; null when nothing is in it, so that it is sorted last."""
    return pl.when(pl.col(column).list.len() > 0).then(pl.col(column).list.join(", "))


def format_csv(table: pl.DataFrame) -> bytes:
    """As CSV that neither a spreadsheet nor its formulas spoil, and that shows all it holds."""
    text = pl.col(pl.String).str.replace_all(UNSEEN, "").str.replace(formulas.UNGUARDED, "'$0")
    safe = table.with_columns(half_up(pl.col(pl.Float64), 2), text)
    return safe.write_csv(include_bom=True, line_terminator="\r\n").encode()


UNSEEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
"""Controls, which terminals obey, and marks of direction, by which a text reads as another than it is."""


TMDB = "https://www.themoviedb.org/"
_SECURE = pl.col("uri").str.replace("^(?i)https?://", "https://")  # older exports have http://
LINKS = (
    pl.when(_SECURE.str.starts_with("https://")).then(_SECURE).alias("Letterboxd URI"),
    pl.when(pl.col("tmdb_id") > 0)
    .then(pl.concat_str(pl.lit(TMDB), "kind", pl.lit("/"), pl.col("tmdb_id").cast(pl.String)))
    .alias("TMDB URI"),
)
"""Where a film is told of, for a table of them."""

"""How a search is compared with titles and names: as people type, not as they are spelled."""

from __future__ import annotations

import polars as pl

SPELLED = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}
"""Letters that Unicode does not take apart."""


def without_accents(text: pl.Expr) -> pl.Expr:
    """Without case and accents, and with one kind of apostrophe; in this form texts are sorted."""
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_lowercase()
    return plain.str.replace_many([*SPELLED, "’", "‘"], [*SPELLED.values(), "'", "'"])


def fold(text: pl.Expr) -> pl.Expr:
    """Without case, accents and apostrophes, and with one space for whatever is no letter and no digit: "BURN·E" and
    "burn-e" are both "burn e", "Ocean's" is "oceans"."""
    plain = without_accents(text).str.replace_all(r"['ʼ`´]", "")
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def has_words(text: pl.Expr, search: str) -> pl.Expr:
    """Whether every word of the search stands in the text. Signs alone are looked for as they are."""
    words = pl.DataFrame({"as_typed": search.split()}, schema={"as_typed": pl.String})
    pairs = words.with_columns(folded=fold(pl.col("as_typed"))).iter_rows()
    found = [
        fold(text).str.contains(word, literal=True) if word else text.str.contains(as_typed, literal=True)
        for as_typed, word in pairs
    ]
    return pl.all_horizontal(pl.lit(value=True), *found)

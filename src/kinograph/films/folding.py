"""How a search is compared with titles and names: as people type, not as they are spelled."""

from __future__ import annotations

from collections.abc import Iterator

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
    found = [
        fold(text).str.contains(word, literal=True) if word else text.str.contains(as_typed, literal=True)
        for as_typed, word in _words(search)
    ]
    return pl.all_horizontal(pl.lit(value=True), *found)


def has_folded(folded: pl.Expr, search: str) -> pl.Expr:
    """The same of a text that is folded already, where signs alone are not to be found."""
    found = [folded.str.contains(word, literal=True) if word else pl.lit(value=False) for _, word in _words(search)]
    return pl.all_horizontal(pl.lit(value=True), *found)


def _words(search: str) -> Iterator[tuple[str, str]]:
    """Each word as it was typed, and folded."""
    words = pl.DataFrame({"as_typed": search.split()}, schema={"as_typed": pl.String})
    yield from words.with_columns(folded=fold(pl.col("as_typed"))).iter_rows()

"""How the values of filters are written in an address, the one way for each, and what they mean.

Parsers take what an address says and return it as we write it, or raise ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import category

import polars as pl

from kinograph.lists.built_in import NAMES

LONGEST_NAME = 500
"""Characters of a tag, a list or a keyword: more than any has."""


def choice_parser(*choices: str) -> Callable[[str], str]:
    """One of a few words."""

    def canonical(text: str) -> str:
        if text.strip() not in choices:
            raise ValueError(text)
        return text.strip()

    return canonical


def full_match(pattern: str, text: str) -> re.Match[str]:
    """The match of all of a text but the spaces around it. Raises ValueError where there is none."""
    if found := re.fullmatch(pattern, text.strip(), re.ASCII):
        return found
    raise ValueError(text)


def range_parser(*, number: str, least: float, most: float) -> Callable[[str], str]:
    """Writes "4", "3.5-5", "3.5-" or "-2" the one way: ends in order, no needless digits."""

    def canonical(text: str) -> str:
        found = full_match(rf"(?P<only>{number})|(?P<low>{number})?-(?P<high>{number})?", text)
        low, high = (found["only"],) * 2 if found["only"] else (found["low"], found["high"])
        ends = [float(end) for end in (low, high) if end]
        if not ends or min(ends) < least or max(ends) > most:
            raise ValueError(text)
        if low and high:
            first, last = f"{min(ends):g}", f"{max(ends):g}"
            return first if first == last else f"{first}-{last}"
        return f"{ends[0]:g}-" if low else f"-{ends[0]:g}"

    return canonical


def span(text: str) -> tuple[float | None, float | None]:
    """The ends of a canonical range as numbers."""
    low, _, high = text.partition("-") if "-" in text else (text, "", text)
    return (float(low) if low else None, float(high) if high else None)


def name_parser(longest: int) -> Callable[[str], str]:
    """A name as people and TMDB write them: wide and no-break spaces and joiners belong to it, controls do not."""

    def canonical(text: str) -> str:
        name = text.strip()
        if not 0 < len(name) <= longest or any(category(sign) in ("Cc", "Cs") for sign in name):
            raise ValueError(text)
        return name

    return canonical


parse_word = name_parser(60)
parse_name = name_parser(LONGEST_NAME)


def parse_list(text: str) -> str:
    """The name of a built-in list, "imported:" and the name of one that was brought, or the slug of one of the export;
    "own:" stands before a slug where it would be taken for one of the others."""
    name = parse_name(text)
    slug = name.removeprefix("own:")
    return name if slug == name or _is_taken(slug) else slug


def is_public_list(name: str) -> bool:
    """Whether everybody has it."""
    return name in NAMES


def is_beside_export(name: str) -> bool:
    """Whether a list is no part of the export."""
    return name in NAMES or name.startswith("imported:")


def _is_taken(slug: str) -> bool:
    return slug in NAMES or slug.startswith(("own:", "imported:"))


def own_list_slug(slug: pl.Expr) -> pl.Expr:
    """The slugs of an export's lists as the filter writes them."""
    taken = slug.is_in(NAMES) | slug.str.starts_with("own:") | slug.str.starts_with("imported:")
    return pl.when(taken).then(pl.lit("own:") + slug).otherwise(slug)


def code_parser(letters: str, *, upper: bool) -> Callable[[str], str]:
    """A code of so many ASCII letters: "2", or "2,3" for two or three."""

    def canonical(text: str) -> str:
        code = full_match(rf"[A-Za-z]{{{letters}}}", text)[0]
        return code.upper() if upper else code.lower()

    return canonical


def parse_id(text: str) -> str:
    """The id of a person or studio; the sample's are negative."""
    return str(int(full_match(r"-?\d{1,12}", text)[0]))


def parse_month(text: str) -> str:
    """A month of any year, 1 to 12."""
    return str(int(full_match("0?[1-9]|1[0-2]", text)[0]))


def parse_year(text: str) -> str:
    """A year from 1000 to 2999."""
    return full_match(r"[12]\d{3}", text)[0]


def parse_page(text: str) -> str:
    """The number of a page of a list, counted from 1."""
    return full_match("[1-9][0-9]{0,4}", text)[0]

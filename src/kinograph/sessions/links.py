"""What a Letterboxd link points at, told without asking Letterboxd.

A boxd.it code is a number in base 62 (digits, then small, then capital letters) and reads 10 × id + kind. Letterboxd
never promised this, so every user of a decoded id has a second way: name and year.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from kinograph.sessions.export_format import FORMAT, LIMITS

SHORT = "https://boxd.it/"
LONGEST_CODE = LIMITS["code_length"]  # 62**10 fits PostgreSQL's bigint
_SIGNS: str = FORMAT["code_digits"]
_DIGITS = {sign: n for n, sign in enumerate(_SIGNS)}
# Letterboxd wrote http until 2017 and full addresses until 2020; only scheme and host may be written in capitals.
_SHORT = re.compile(r"(?i:https?://(?:www\.)?boxd\.it)/(?P<code>\w+)/?", re.ASCII)
_FULL = re.compile(
    r"(?i:https?://(?:www\.)?letterboxd\.com)/(?:(?P<member>[\w-]{1,40})/)?(?P<kind>film|list)"
    r"/(?P<slug>[\w:.-]{1,200})(?:/\d{1,9})?/?",
    re.ASCII,
)


class LinkKind(Enum):
    film = 0
    entry = 1
    list = 2


_KINDS = tuple(LinkKind[name] for name in FORMAT["link_kinds"])


class Link(NamedTuple):
    """`id` is Letterboxd's number of the film, log entry or list, known from short links only.

    `slug` is known from full links only, and names the film even where the link is an entry's.
    """

    kind: LinkKind
    id: int | None
    slug: str | None


def decode_link(uri: str) -> Link | None:
    """None for everything that is not a film, an entry or a list of Letterboxd's."""
    if uri.startswith(SHORT) and not uri.endswith("/"):
        return _decode_short(uri[len(SHORT) :])
    if found := _SHORT.fullmatch(uri):
        return _decode_short(found["code"])
    if found := _FULL.fullmatch(uri):
        kind = LinkKind.list if found["kind"] == "list" else LinkKind.entry if found["member"] else LinkKind.film
        return Link(kind, None, found["slug"])
    return None


def link_film(number: int) -> str:
    """The short link to a film by Letterboxd's number of it."""
    value, code = 10 * number + LinkKind.film.value, ""
    while value:
        value, digit = divmod(value, 62)
        code = _SIGNS[digit] + code
    return SHORT + code


def secure_link(uri: str) -> str:
    """A link as pages lead there: by https, though exports wrote http until 2017. Empty for what is no web address."""
    scheme, mark, rest = uri.partition("://")
    return f"https://{rest}" if mark and scheme.lower() in ("http", "https") else ""


def _decode_short(code: str) -> Link | None:
    if not 0 < len(code) <= LONGEST_CODE or code[0] == "0":
        return None
    value = 0
    try:
        for sign in code:
            value = value * 62 + _DIGITS[sign]
    except KeyError:
        return None
    number, kind = divmod(value, 10)
    return Link(_KINDS[kind], number, None) if kind < len(_KINDS) else None

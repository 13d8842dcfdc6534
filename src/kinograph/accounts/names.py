"""The names of accounts."""

from __future__ import annotations

import unicodedata

from kinograph.errors import AppError
from kinograph.i18n import gettext_noop

LONGEST = 40
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters by their kind, of which nothing is to be seen."""


class BadName(AppError):
    status = 422
    sentence = gettext_noop("A name has 1 to %(most)s characters, without line breaks or invisible signs.")


class NameTaken(AppError):
    status = 409
    sentence = gettext_noop("That name is taken. Choose another one.")


def clean(name: str) -> str:
    """The name as it is shown. Raises BadName."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    hidden = any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") or sign in BLANK for sign in name)
    if hidden or not 1 <= len(name) <= LONGEST:
        raise BadName(most=LONGEST)
    return name


def fold(name: str) -> str:
    """By which a name is found: capitals, width and composed accents make no other name. What no name has, and no
    database takes, is left out."""
    known = "".join(sign for sign in name if unicodedata.category(sign) != "Cs" and sign != "\0")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", " ".join(known.split())).casefold())

"""What a file is that is no Letterboxd export: its nature, or the service it comes from.

Both are told by `signatures.json`, which the preview in the browser reads as well, so that the two say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from kinograph.i18n import Sentence, gettext_noop

START = 1 << 16
"""Bytes of a file in which its signs are looked for."""

NATURES = {
    "picture": gettext_noop("a picture"),
    "pdf": gettext_noop("a PDF"),
    "old office": gettext_noop("an old Excel or Word file"),
    "archive": gettext_noop("an archive other than a ZIP"),
    "program": gettext_noop("a program"),
    "json": gettext_noop("a JSON file"),
    "database": gettext_noop("a database"),
    "film": gettext_noop("a picture or a video"),
    "page": gettext_noop("a web page"),
    "xml": gettext_noop("an XML file"),
    "excel": gettext_noop("an Excel workbook"),
    "word": gettext_noop("a Word document"),
    "office": gettext_noop("an office document"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """A service, and which sentence says what to do with its file: a key of `refusals.SENTENCES`."""

    service: str
    says: str


@cache
def _signatures() -> dict[str, Any]:
    signatures: dict[str, Any] = orjson.loads((Path(__file__).parent / "signatures.json").read_bytes())
    return signatures


def find_nature(content: bytes) -> Sentence | None:
    """What a file is, where its first bytes tell that it cannot be a table."""
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for each in _signatures()["natures"]:
        at = each.get("at", 0)
        if any(content.startswith(bytes.fromhex(sign), at) for sign in each.get("starts", ())):
            return Sentence(NATURES[each["what"]])
        if start.startswith(tuple(word.encode() for word in each.get("words", ()))):
            return Sentence(NATURES[each["what"]])
    return None


def find_office(paths: Iterable[str]) -> Sentence | None:
    """Which program's document a ZIP of these paths is."""
    known = set(paths)
    return next((Sentence(NATURES[what]) for path, what in _signatures()["offices"].items() if path in known), None)


def of_table(path: str, columns: Iterable[str]) -> Origin | None:
    """The service that writes such a header, else such a name."""
    header = {column.strip().lower() for column in columns}
    for each in _signatures()["services"]:
        if any(header.issuperset(names) for names in each.get("columns", ())):
            return Origin(each["service"], each["says"])
    return of_names([path])


def of_text(path: str, content: bytes) -> Origin | None:
    """The service that writes such JSON or XML, else such a name."""
    start = content[:START].decode("latin-1").lower()
    for each in _signatures()["services"]:
        if any(all(sign in start for sign in signs) for signs in each.get("texts", ())):
            return Origin(each["service"], each["says"])
    return of_names([path])


def of_names(paths: Iterable[str]) -> Origin | None:
    """The service that gives a file such a name: the weakest of the signs."""
    names = [path.rpartition("/")[2].lower() for path in paths]
    for each in _signatures()["services"]:
        if "names" in each and any(re.search(each["names"], name) for name in names):
            return Origin(each["service"], each["says"])
    return None

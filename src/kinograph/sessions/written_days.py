"""One cell as a day, in each order in which its numbers can be read; days.py tells by the whole file which holds."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from functools import cache, lru_cache

from babel import Locale

from kinograph.sessions.cells import YEARS, day
from kinograph.sessions.export_format import LIMITS

LONGEST = LIMITS["day_length"]  # signs; "Wednesday, September 25, 2024 at 12:00:00 AM" has 44
# Those whose names of months contradict no other's here.
_LANGUAGES = ("en", "de", "de_AT", "fr", "es", "it", "pt", "nl", "sv", "da", "nb")
_FILLERS = frozenset(("de", "del", "of", "the", "den", "am", "st", "nd", "rd", "th", "at"))

_TIME = re.compile(
    r"[ T,]*(?<=[ T,])\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?",
    re.ASCII,
)
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4}|\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.-]) ?(\d{1,2})\2 ?(\d{1,2})\.?", re.ASCII)
_YEAR_FIRST_SHORT = re.compile(r"(\d\d)([/-])(\d\d)\2(\d\d)", re.ASCII)
_EAST_ASIAN = re.compile(r"(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]", re.ASCII)
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN = re.compile(r"[\s.,/-]*")


class Order(Enum):
    day_first = 0
    month_first = 1
    year_first = 2  # of two digits; with four it is always read


Readings = tuple[date | None, date | None, date | None]
_NONE: Readings = (None, None, None)


def read_day(cell: str) -> Readings:
    """The cell in each Order, None where that is no day. All three are the same where the cell leaves no choice."""
    return _NONE if len(cell) > LONGEST else _read_short(cell)


@lru_cache(maxsize=1 << 14)  # days come again and again, and each is read once for every question about its file
def _read_short(cell: str) -> Readings:
    if known := day(cell):
        return _same(known)
    cell = cell.strip()
    if found := _TIME.search(cell):
        if found.end() != len(cell):
            return _NONE
        cell = cell[: found.start()]
    return _of_numbers(cell) or _same(_of_words(cell))


def _same(known: date | None) -> Readings:
    return known, known, known


def _of_numbers(cell: str) -> Readings | None:
    if found := _YEAR_FIRST.fullmatch(cell):
        return _same(_date(found[1], found[3], found[4]))
    if found := _EAST_ASIAN.fullmatch(cell):
        return _same(_date(found[1], found[2], found[3]))
    if not (found := _YEAR_LAST.fullmatch(cell)):
        return None
    day_first = _date(found[4], found[3], found[1])
    if found[2] == ".":  # nowhere do people write the month first and dots behind it
        return _same(day_first)
    short = _YEAR_FIRST_SHORT.fullmatch(cell)
    return day_first, _date(found[4], found[1], found[3]), _date(short[1], short[3], short[4]) if short else None


def _of_words(cell: str) -> date | None:
    """A day with the name of its month, which is between or before its numbers."""
    words = _WORDS.findall(cell.casefold())
    if not 3 <= len(words) <= 8 or not any(word.isalpha() for word in words):
        return None
    if _BETWEEN.fullmatch(_WORDS.sub("", cell)) is None:
        return None
    names = _names()
    numbers = [word for word in words if word.isdecimal()]
    months = [month for word in words if (month := names.get(word))]
    others = [word for word in words if not word.isdecimal() and word not in names and word not in _FILLERS]
    if len(numbers) != 2 or len(months) != 1 or others or not all(number.isascii() for number in numbers):
        return None
    day_of_month, year = numbers[::-1] if len(numbers[0]) == 4 else numbers
    if len(day_of_month) > 2 or len(year) not in (2, 4):
        return None
    return _date(year, str(months[0]), day_of_month)


@cache
def _names() -> dict[str, int]:
    """The number of each month by its name; 0 for days of the week."""
    names: dict[str, int] = {}
    days: set[str] = set()
    for language in _LANGUAGES:
        locale = Locale.parse(language)
        for kind in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[kind][width].items():
                    names.setdefault(name.casefold().rstrip("."), number)
                for name in locale.days[kind][width].values():
                    days.add(name.casefold().rstrip("."))
    return dict.fromkeys(days, 0) | names


def _date(year: str, month: str, day_of_month: str) -> date | None:
    """Of two digits the latest year that has come, for nobody has seen a film in another."""
    number = int(year)
    if len(year) == 2:
        number += 2000
        if number > date.today().year + 1:
            number -= 100
    if number not in YEARS:
        return None
    try:
        return date(number, int(month), int(day_of_month))
    except ValueError:
        return None

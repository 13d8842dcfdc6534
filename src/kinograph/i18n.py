"""Every text a person reads goes through here; numbers and dates are written by the reader's locale."""

from __future__ import annotations

import gettext as stdlib_gettext
from contextvars import ContextVar
from datetime import date as Date
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locales"
_locale: ContextVar[str] = ContextVar("locale", default="en_US")


@lru_cache
def _load(locale: str) -> stdlib_gettext.NullTranslations:
    return stdlib_gettext.translation("kinograph", LOCALES, languages=[locale], fallback=True)


def catalogue() -> stdlib_gettext.NullTranslations:
    """The reader's catalogue, for callers that fill the places themselves."""
    return _load(_locale.get())


def noop(text: str) -> str:
    """Marks a text for translation where it is only named, and translated later."""
    return text


def gettext(text: str, **places: object) -> str:
    """The text in the reader's language, its %(name)s places filled."""
    translated = catalogue().gettext(text)
    return translated % places if places else translated


def ngettext(one: str, many: str, n: int, **places: object) -> str:
    """As gettext, by number; %(n)s stands for the number as the locale writes it."""
    return catalogue().ngettext(one, many, n) % {"n": number(n), **places}


def number(value: float) -> str:
    """A whole number with the locale's grouping: 9,322."""
    return _number(round(value), _locale.get())


def decimal(value: float, digits: int = 2) -> str:
    """A number with exactly so many decimals: 3.48."""
    return _decimal(value, digits, _locale.get())


def date(value: Date, form: str = "medium") -> str:
    """A day as the locale writes it; `form` is short, medium, long, full or a CLDR pattern such as "MMM y"."""
    return _date(value, form, _locale.get())


def locale() -> Locale:
    """The reader's locale, for Babel's tables of month, weekday, language and country names."""
    return _parsed(_locale.get())


# A page holds a thousand of each, and Babel takes 30 µs for one.
KEPT = 20_000


@lru_cache
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)


@lru_cache(maxsize=KEPT)
def _number(value: int, locale: str) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=KEPT)
def _decimal(value: float, digits: int, locale: str) -> str:
    return format_decimal(value, format="#,##0." + "0" * digits, locale=locale)


@lru_cache(maxsize=KEPT)
def _date(value: Date, form: str, locale: str) -> str:
    return format_date(value, format=form, locale=locale)

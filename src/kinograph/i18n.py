"""Every text a person reads goes through here; numbers and dates are written by the reader's locale."""

from __future__ import annotations

import gettext as stdlib_gettext
import io
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from datetime import date as Date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # what writes no numbers does without Babel, which is seen in its memory
    from babel import Locale


class Language(NamedTuple):
    name: str  # as its speakers call it
    locale: str  # what writes its numbers and dates


SOURCE = "en"
LANGUAGES = {SOURCE: Language("English", "en_US"), "de": Language("Deutsch", "de_DE")}
"""Those a reader may choose: the one the texts are written in, and each there is a catalogue of in `locales/`."""

LOCALES = Path(__file__).parent / "locales"
_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def language() -> str:
    """The reader's, a key of LANGUAGES."""
    return _language.get()


def speak(language: str) -> None:
    """Makes a key of LANGUAGES the reader's language for what runs in this context: a request and its threads."""
    _language.set(language)


def catalogue() -> stdlib_gettext.NullTranslations:
    """The reader's catalogue, for callers that fill the places themselves."""
    language = _language.get()
    return _catalogues.get(language) or load(language)


def po(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "kinograph.po"


_catalogues: dict[str, stdlib_gettext.NullTranslations] = {SOURCE: stdlib_gettext.NullTranslations()}


def is_loaded(language: str) -> bool:
    return language in _catalogues


def load(language: str) -> stdlib_gettext.NullTranslations:
    """Compiles a catalogue in memory, which takes a quarter of a second, once in a process that meets its language.

    So there is no compiled file that a build could forget or leave stale, and English loads nothing.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with po(language).open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    _catalogues[language] = stdlib_gettext.GNUTranslations(compiled)
    return _catalogues[language]


def gettext_noop(text: str) -> str:
    """Marks a text for translation where it is only named, and translated later."""
    return text


def gettext(text: str, **places: object) -> str:
    """The text in the reader's language, its %(name)s places filled."""
    translated = catalogue().gettext(text)
    return translated % places if places else translated


def ngettext(one: str, many: str, n: int, **places: object) -> str:
    """As gettext, by number; %(n)s stands for the number as the locale writes it."""
    if not places:
        return _counted(one, many, n, _language.get())
    return catalogue().ngettext(one, many, n) % {"n": number(n), **places}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text that is kept, to be read by whoever reads it then: str() of it is in that reader's language.

    `n` chooses between it and `many`, where there is one. Its places are texts, numbers and sentences.
    """

    text: str
    many: str | None = None
    n: int = 0
    places: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.many is None:
            return gettext(self.text, **self.places)
        return ngettext(self.text, self.many, self.n, **self.places)

    def stored(self) -> dict[str, object]:
        """As JSON can hold it."""
        places = {name: place.stored() if isinstance(place, Sentence) else place for name, place in self.places.items()}
        number = {} if self.many is None else {"many": self.many, "n": self.n}
        return {"text": self.text, **number, **({"places": places} if places else {})}

    @classmethod
    def restored(cls, stored: str | Mapping[str, Any]) -> Sentence:
        """From JSON; a mere text is one that was stored as it was read."""
        if isinstance(stored, str):
            return cls("%(said)s", places={"said": stored})
        places = {
            name: cls.restored(place) if isinstance(place, Mapping) else place
            for name, place in stored.get("places", {}).items()
        }
        return cls(stored["text"], stored.get("many"), stored.get("n", 0), places)


def gettext_lazy(text: str, **places: object) -> Sentence:
    """As gettext, but said when it is read."""
    return Sentence(text, places=places)


def ngettext_lazy(one: str, many: str, n: int, **places: object) -> Sentence:
    """As ngettext, but said when it is read."""
    return Sentence(one, many, n, places)


def number(value: float) -> str:
    """A whole number with the locale's grouping: 9,322. Halves are rounded as in `rounded`."""
    return _numbers[_language.get()][value]


def decimal(value: float, digits: int = 2) -> str:
    """A number with exactly so many decimals: 3.48. Halves are rounded as in `rounded`."""
    return _decimal(value, digits, _written())


def percent(share: float) -> str:
    """A share of 1 in whole percent, signed as the locale does: 30%, or 30 % in German. Halves as in `rounded`."""
    return _percent(_whole(100 * share), _written())


def signed(value: float, digits: int = 0) -> str:
    """With its sign, as it is once rounded: +14, −0.25 or ±0."""
    exact = rounded(value, digits)
    mark = "+" if exact > 0 else "−" if exact < 0 else "±"
    return mark + (decimal(abs(value), digits) if digits else number(abs(value)))


NOISE = 9
"""Decimals kept before rounding: what a float holds beyond them, as in 100 * 0.285, is not part of the number."""

NEAR = 1e-7
"""How near a half a number is looked at digit by digit."""

EXACT = Context(prec=400)
"""Room for every digit of any float."""


def rounded(value: float, digits: int = 0) -> Decimal:
    """Rounded as people round: halves away from zero, so 3.125 is 3.13 to two digits, and 2.5 is 3.

    The value is what the float is written as: 2.675 is two and 675 thousandths, though the float is a little less.
    """
    written = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    for places in (NOISE, digits):
        written = written.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
    return written + 0  # never "-0.00"


def whole_hours(minutes: float) -> int:
    """Of so many minutes: 150 are 3 hours."""
    return _whole(minutes / 60)


def _whole(value: float) -> int:
    """`rounded`, of which only what is next to a half needs every digit."""
    nearest = round(value)
    return nearest if abs(abs(value - nearest) - 0.5) > NEAR else int(rounded(value))


def date(value: Date, form: str = "medium") -> str:
    """A day as the locale writes it; `form` is short, medium, long, full or a CLDR pattern such as "MMM y"."""
    return _date(value, form, _written())


def listing(parts: Sequence[str]) -> str:
    """Several parts of a sentence as one: "from Japan, liked and watched in 2024"."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(parts)s and %(last)s", parts=", ".join(parts[:-1]), last=parts[-1])


def alternatives(parts: Sequence[str]) -> str:
    """As listing, where none of them holds: "likes, tags or lists"."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(parts)s or %(last)s", parts=", ".join(parts[:-1]), last=parts[-1])


def moment(value: datetime) -> str:
    """A day and minute in UTC, as Letterboxd writes them into the name of an export: May 3, 2026, 18:29 UTC."""
    value = value.astimezone(UTC)
    return gettext("%(day)s, %(time)s UTC", day=date(value.date()), time=f"{value:%H:%M}")


def locale() -> Locale:
    """The reader's locale, for Babel's tables of month, weekday, language and country names."""
    return _parsed(_written())


def _written() -> str:
    return LANGUAGES[_language.get()].locale


# A page holds a thousand of each, and Babel takes 30 µs for one.
KEPT = 20_000


@lru_cache
def _parsed(locale: str) -> Locale:
    from babel import Locale

    return Locale.parse(locale)


class _Numbers(dict[float, str]):
    """As a locale writes them: a look into a table for the six hundred of a page."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    def __missing__(self, value: float) -> str:
        from babel.numbers import format_decimal

        if len(self) >= KEPT:
            self.clear()
        exact = value if isinstance(value, int) else _whole(value)
        return self.setdefault(value, format_decimal(exact, locale=self._locale))


_numbers = {language: _Numbers(known.locale) for language, known in LANGUAGES.items()}


@lru_cache(maxsize=KEPT)
def _counted(one: str, many: str, n: int, language: str) -> str:
    """A text whose only place is its number; `language` is the reader's."""
    return catalogue().ngettext(one, many, n) % {"n": number(n)}


@lru_cache(maxsize=KEPT)
def _decimal(value: float, digits: int, locale: str) -> str:
    # Averages are as many as filters, but few once they are rounded.
    return _write_decimal(rounded(value, digits), digits, locale)


@lru_cache(maxsize=KEPT)
def _write_decimal(value: Decimal, digits: int, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(value, format="#,##0." + "0" * digits, locale=locale)


@lru_cache(maxsize=KEPT)
def _percent(value: int, locale: str) -> str:
    from babel.numbers import format_percent

    return format_percent(Decimal(value) / 100, locale=locale)


@lru_cache(maxsize=KEPT)
def _date(value: Date, form: str, locale: str) -> str:
    from babel.dates import format_date

    return format_date(value, format=form, locale=locale)

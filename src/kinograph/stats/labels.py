"""What to call the countries, languages and genres that TMDB names by code or in English."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import combining, normalize

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop

# Codes TMDB uses that are no territory of CLDR any more, or never were.
_OTHER_COUNTRIES = {
    "AN": gettext_noop("Netherlands Antilles"),
    "BU": gettext_noop("Burma"),
    "CS": gettext_noop("Serbia and Montenegro"),
    "SU": gettext_noop("Soviet Union"),
    "TP": gettext_noop("East Timor"),
    "XC": gettext_noop("Czechoslovakia"),
    "XG": gettext_noop("East Germany"),
    "XI": gettext_noop("Northern Ireland"),
    "YU": gettext_noop("Yugoslavia"),
    "ZR": gettext_noop("Zaire"),
}
# Those that people call something shorter than CLDR does, in one language or another.
_SHORTER_COUNTRIES = {
    "GB": gettext_noop("United Kingdom"),
    "HK": gettext_noop("Hong Kong"),
    "MD": gettext_noop("Moldova"),
    "MO": gettext_noop("Macao"),
    "PS": gettext_noop("Palestine"),
    "US": gettext_noop("United States"),
}

GENRES = (
    gettext_noop("Action"),
    gettext_noop("Action & Adventure"),
    gettext_noop("Adventure"),
    gettext_noop("Animation"),
    gettext_noop("Comedy"),
    gettext_noop("Crime"),
    gettext_noop("Documentary"),
    gettext_noop("Drama"),
    gettext_noop("Family"),
    gettext_noop("Fantasy"),
    gettext_noop("History"),
    gettext_noop("Horror"),
    gettext_noop("Kids"),
    gettext_noop("Music"),
    gettext_noop("Mystery"),
    gettext_noop("News"),
    gettext_noop("Reality"),
    gettext_noop("Romance"),
    gettext_noop("Sci-Fi & Fantasy"),
    gettext_noop("Science Fiction"),
    gettext_noop("Soap"),
    gettext_noop("TV Movie"),
    gettext_noop("Talk"),
    gettext_noop("Thriller"),
    gettext_noop("War"),
    gettext_noop("War & Politics"),
    gettext_noop("Western"),
)
"""Every genre TMDB knows for films and series, listed so that translators meet them."""

# No rule tells how a language says where a film of these is from: "from the Bahamas", "aus der Schweiz". English and
# German list theirs, and another language may add its own; the others follow one word.
_FROM = {
    "AE": gettext_noop("from the United Arab Emirates"),
    "AN": gettext_noop("from the Netherlands Antilles"),
    "BS": gettext_noop("from the Bahamas"),
    "CF": gettext_noop("from the Central African Republic"),
    "CH": gettext_noop("from Switzerland"),
    "DO": gettext_noop("from the Dominican Republic"),
    "FO": gettext_noop("from the Faroe Islands"),
    "GB": gettext_noop("from the United Kingdom"),
    "GM": gettext_noop("from the Gambia"),
    "IQ": gettext_noop("from Iraq"),
    "IR": gettext_noop("from Iran"),
    "KM": gettext_noop("from the Comoros"),
    "LB": gettext_noop("from Lebanon"),
    "MH": gettext_noop("from the Marshall Islands"),
    "MN": gettext_noop("from Mongolia"),
    "MV": gettext_noop("from the Maldives"),
    "NL": gettext_noop("from the Netherlands"),
    "PH": gettext_noop("from the Philippines"),
    "SB": gettext_noop("from the Solomon Islands"),
    "SC": gettext_noop("from the Seychelles"),
    "SD": gettext_noop("from Sudan"),
    "SK": gettext_noop("from Slovakia"),
    "SN": gettext_noop("from Senegal"),
    "SS": gettext_noop("from South Sudan"),
    "SU": gettext_noop("from the Soviet Union"),
    "TD": gettext_noop("from Chad"),
    "TR": gettext_noop("from Türkiye"),
    "UA": gettext_noop("from Ukraine"),
    "US": gettext_noop("from the United States"),
    "VA": gettext_noop("from Vatican City"),
    "XC": gettext_noop("from Czechoslovakia"),
    "XG": gettext_noop("from East Germany"),
    "XK": gettext_noop("from Kosovo"),
    "YE": gettext_noop("from Yemen"),
}


def country(code: str) -> str:
    """The country's name; the code itself when nobody has a name for it."""
    return _country(code, i18n.language())


@lru_cache(1_000)
def _country(code: str, _language: str) -> str:
    if own := _SHORTER_COUNTRIES.get(code) or _OTHER_COUNTRIES.get(code):
        return gettext(own)
    return str(i18n.locale().territories.get(code, code))


def from_country(code: str) -> str:
    """The country as the end of a sentence: "from Japan"."""
    if own := _FROM.get(code):
        return gettext(own)
    return gettext("from %(country)s", country=country(code))


def language(code: str) -> str:
    """The language's name; the code itself when nobody has a name for it."""
    return _named_language(code, i18n.language())


@lru_cache(1_000)
def _named_language(code: str, _language: str) -> str:
    return str(i18n.locale().languages.get(code, code))


def in_language(code: str) -> str:
    """The language as the end of a sentence: "in Japanese"."""
    return gettext("in %(language)s", language=language(code))


def genre(name: str) -> str:
    """TMDB's English genre in the reader's language."""
    return gettext(name)


def of_genre(name: str) -> str:
    """The genre as the end of a sentence: "in the genre Drama"."""
    return gettext("in the genre %(genre)s", genre=genre(name))


def sort_key(name: str) -> str:
    """What to sort names by: Österreich comes before Portugal, not after Zypern."""
    return "".join(sign for sign in normalize("NFKD", name) if not combining(sign)).casefold()


def format_star_figure(rating: float) -> str:
    """For columns and axes, where figures stand under each other and no font of ours has a ½ of their shape: 4.5."""
    return i18n.decimal(rating, 1)


def format_stars(rating: float) -> str:
    """A rating as short as it is written: 3½, ½, 4."""
    whole, half = int(rating), rating % 1 >= 0.5
    return (str(whole) if whole or not half else "") + ("½" if half else "")

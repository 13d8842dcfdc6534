"""What to call the countries, languages and genres that TMDB names by code or in English."""

from __future__ import annotations

from kinograph import i18n
from kinograph.i18n import gettext, noop

# Codes TMDB uses that are no territory or language of CLDR any more, or never were.
_OTHER_COUNTRIES = {
    "AN": noop("Netherlands Antilles"),
    "BU": noop("Burma"),
    "CS": noop("Serbia and Montenegro"),
    "SU": noop("Soviet Union"),
    "TP": noop("East Timor"),
    "XC": noop("Czechoslovakia"),
    "XG": noop("East Germany"),
    "XI": noop("Northern Ireland"),
    "YU": noop("Yugoslavia"),
    "ZR": noop("Zaire"),
}
_SHORTER_COUNTRIES = {"HK": noop("Hong Kong"), "MO": noop("Macao")}
_OTHER_LANGUAGES = {"cn": noop("Cantonese"), "mo": noop("Moldavian"), "xx": noop("No language")}

GENRES = (
    noop("Action"),
    noop("Action & Adventure"),
    noop("Adventure"),
    noop("Animation"),
    noop("Comedy"),
    noop("Crime"),
    noop("Documentary"),
    noop("Drama"),
    noop("Family"),
    noop("Fantasy"),
    noop("History"),
    noop("Horror"),
    noop("Kids"),
    noop("Music"),
    noop("Mystery"),
    noop("News"),
    noop("Reality"),
    noop("Romance"),
    noop("Sci-Fi & Fantasy"),
    noop("Science Fiction"),
    noop("Soap"),
    noop("TV Movie"),
    noop("Talk"),
    noop("Thriller"),
    noop("War"),
    noop("War & Politics"),
    noop("Western"),
)
"""Every genre TMDB knows for films and series, listed so that translators meet them."""

# English puts an article before these in a sentence ("from the United States").
_WITH_ARTICLE = {"AE", "BS", "CD", "CF", "DO", "GB", "NL", "PH", "SU", "US"}


def country(code: str) -> str:
    """The country's name; the code itself when nobody has a name for it."""
    if own := _SHORTER_COUNTRIES.get(code) or _OTHER_COUNTRIES.get(code):
        return gettext(own)
    return str(i18n.locale().territories.get(code, code))


def from_country(code: str) -> str:
    """The country as the end of a sentence: "from Japan"."""
    if code in _WITH_ARTICLE:
        return gettext("from the %(country)s", country=country(code))
    return gettext("from %(country)s", country=country(code))


def language(code: str) -> str:
    """The language's name; the code itself when nobody has a name for it."""
    if own := _OTHER_LANGUAGES.get(code):
        return gettext(own)
    return str(i18n.locale().languages.get(code, code))


def genre(name: str) -> str:
    """TMDB's English genre in the reader's language."""
    return gettext(name)


def stars(rating: float) -> str:
    """A rating as short as it is written: 3½, ½, 4."""
    whole, half = int(rating), rating % 1 >= 0.5
    return (str(whole) if whole or not half else "") + ("½" if half else "")

"""What to call the countries, languages and genres that TMDB names by code or in English."""

from __future__ import annotations

from unicodedata import combining, normalize

from kinograph import i18n
from kinograph.i18n import gettext, noop

# Codes TMDB uses that are no territory of CLDR any more, or never were.
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
# Those that people call something shorter than CLDR does, in one language or another.
_SHORTER_COUNTRIES = {
    "GB": noop("United Kingdom"),
    "HK": noop("Hong Kong"),
    "MD": noop("Moldova"),
    "MO": noop("Macao"),
    "PS": noop("Palestine"),
    "US": noop("United States"),
}

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

# No rule tells how a language says where a film of these is from: "from the Bahamas", "aus der Schweiz". English and
# German list theirs, and another language may add its own; the others follow one word.
_FROM = {
    "AE": noop("from the United Arab Emirates"),
    "AN": noop("from the Netherlands Antilles"),
    "BS": noop("from the Bahamas"),
    "CF": noop("from the Central African Republic"),
    "CH": noop("from Switzerland"),
    "DO": noop("from the Dominican Republic"),
    "FO": noop("from the Faroe Islands"),
    "GB": noop("from the United Kingdom"),
    "GM": noop("from the Gambia"),
    "IQ": noop("from Iraq"),
    "IR": noop("from Iran"),
    "KM": noop("from the Comoros"),
    "LB": noop("from Lebanon"),
    "MH": noop("from the Marshall Islands"),
    "MN": noop("from Mongolia"),
    "MV": noop("from the Maldives"),
    "NL": noop("from the Netherlands"),
    "PH": noop("from the Philippines"),
    "SB": noop("from the Solomon Islands"),
    "SC": noop("from the Seychelles"),
    "SD": noop("from Sudan"),
    "SK": noop("from Slovakia"),
    "SN": noop("from Senegal"),
    "SS": noop("from South Sudan"),
    "SU": noop("from the Soviet Union"),
    "TD": noop("from Chad"),
    "TR": noop("from Türkiye"),
    "UA": noop("from Ukraine"),
    "US": noop("from the United States"),
    "VA": noop("from Vatican City"),
    "XC": noop("from Czechoslovakia"),
    "XG": noop("from East Germany"),
    "XK": noop("from Kosovo"),
    "YE": noop("from Yemen"),
}


def country(code: str) -> str:
    """The country's name; the code itself when nobody has a name for it."""
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
    return str(i18n.locale().languages.get(code, code))


def in_language(code: str) -> str:
    """The language as the end of a sentence: "in Japanese"."""
    return gettext("in %(language)s", language=language(code))


def genre(name: str) -> str:
    """TMDB's English genre in the reader's language."""
    return gettext(name)


def of_genre(name: str) -> str:
    """The genre as the end of a sentence: "of the genre Drama"."""
    return gettext("of the genre %(genre)s", genre=genre(name))


def in_order(name: str) -> str:
    """What to sort names by: Österreich comes before Portugal, not after Zypern."""
    return "".join(sign for sign in normalize("NFKD", name) if not combining(sign)).casefold()


def star_figure(rating: float) -> str:
    """For columns and axes, where figures stand under each other and no font of ours has a ½ of their shape: 4.5."""
    return i18n.decimal(rating, 1)


def stars(rating: float) -> str:
    """A rating as short as it is written: 3½, ½, 4."""
    whole, half = int(rating), rating % 1 >= 0.5
    return (str(whole) if whole or not half else "") + ("½" if half else "")

"""The countries that no watched film comes from, and those of them the watchlist would lead to."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats import labels
from kinograph.stats.address import Filters
from kinograph.stats.page_context import Lookups, PageContext

TITLE = gettext_noop("Countries still unseen")
DEFINITION = (
    gettext_noop(
        "Of 197 countries, those none of your films is from, and films from there on your watchlist. The 197 "
        "are the members of the United Nations, the Holy See, Palestine, Kosovo and Taiwan."
    ),
    "countries of the world − countries of watched films",
)
CODES = (
    "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH "
    "CI CL CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN "
    "GQ GR GT GW GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP "
    "NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST "
    "SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW"
)
COUNTRIES = tuple(CODES.split())
"""The members of the United Nations, the Holy See and Palestine, which observe, Kosovo and Taiwan: no territories, and
also those too small for the map."""


@record
class UnseenCountries:
    codes: tuple[str, ...]  # ISO 3166-1 alpha-2, in their order
    all: int  # countries there are
    wished: tuple[tuple[str, int], ...]  # those of them on the watchlist, and films there, most first
    lookups: Lookups


def compute(view: PageContext) -> UnseenCountries | None:
    """Over everything watched, whatever is picked. None while no film has a country."""
    columns = view.all.columns
    seen = set(columns.find_keys("countries", view.all.watched_flags))
    if not seen:
        return None
    codes = tuple(sorted(set(COUNTRIES) - seen))
    wished = columns.count_each("countries", view.all.film_flags & columns["watchlist"])
    ranked = sorted(((code, wished[code]) for code in codes if code in wished), key=lambda each: (-each[1], each[0]))
    lookups = replace(view, filters=Filters()).lacking(columns.known("countries"))
    return UnseenCountries(codes, len(COUNTRIES), tuple(ranked), lookups)


def render(card: UnseenCountries, title: str) -> Markup:
    return templates.render(
        "stats/cards/unseen_countries.html",
        card=card,
        title=title,
        unseen=sorted(map(labels.country, card.codes), key=labels.sort_key),
        wished=[(labels.country(code), films) for code, films in card.wished],
    )

"""What a picture is to say, from a page context: the same numbers and sentences as the page itself."""

from __future__ import annotations

from dataclasses import replace

from kinograph.errors import NotFound
from kinograph.i18n import gettext, gettext_noop
from kinograph.pictures.canvas import Picture
from kinograph.pictures.card_picture import compose_card
from kinograph.pictures.card_reader import CardContent, Film, read_card
from kinograph.pictures.page_picture import PageContent, compose_page, compose_year
from kinograph.pictures.year import tell_year
from kinograph.stats import cards
from kinograph.stats.cards import Card
from kinograph.stats.headline import Headline, compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import Page
from kinograph.stats.posters import page_posters

LOOKED_AT = 3
"""Cards of a page, of which the first with a chart leads its picture."""


class NothingToDraw(NotFound):
    sentence = gettext_noop("There is nothing to draw on this card. Pick other filters, or another card.")


def picture_of_card(view: PageContext, card: Card, shape: str) -> Picture:
    """Raises NothingToDraw where the page leaves the card out."""
    content = read_drawn(view, card)
    if content is None:
        raise NothingToDraw
    return compose_card(content, shape)


def picture_of_page(view: PageContext, page: Page, name: str, shape: str) -> Picture:
    """Under the name of the page. The square of a year is its own."""
    if view.year and shape == "square" and len(view.picked.of_watched):
        return compose_year(tell_year(view))
    # The headline of a page repeats what is picked, which here no film has.
    nothing = Headline("", gettext("No films match all of these filters."), ())
    said = nothing if view.filters and not len(view.picked.of_watched) else compute_headline(view)
    shown = page_posters(view) if len(view.picked.of_watched) else []
    content = PageContent(
        name=_say_both(view, _kicker(view, page, name)),
        lead=said.lead,
        rest=said.rest,
        credits=tuple((credit.number, credit.label) for credit in said.credits),
        card=_leading(view, page) if len(view.picked.of_watched) else None,
        films=tuple(Film(poster.title, poster.year) for poster in shown),
    )
    return compose_page(content, shape)


def _say_both(view: PageContext, name: str) -> str:
    """With what it stands against, which is drawn behind its columns."""
    if view.other is None:
        return name
    return f"{name} {gettext('against %(other)s', other=view.other.name)}"


def _kicker(view: PageContext, page: Page, name: str) -> str:
    if view.year:
        return gettext("Your %(year)s", year=view.year)
    if page.name:
        return name
    return gettext("Films") if view.filters else gettext("All your films")


def read_drawn(view: PageContext, card: Card) -> CardContent | None:
    """What a card shows on its page; None where it is left out, or fails."""
    # What somebody searched for is no film's, and no picture says it.
    view = replace(view, filters=view.filters.without("q"))
    drawing = cards.draw_cards(view, (card,))
    return read_card(drawing[0].name, drawing[0].html) if drawing else None


def _leading(view: PageContext, page: Page) -> CardContent | None:
    """The first card with a chart, else the first of all."""
    first = None
    for card in page.cards[:LOOKED_AT]:
        content = read_drawn(view, card)
        if content and content.charts:
            return content
        first = first or content
    return first

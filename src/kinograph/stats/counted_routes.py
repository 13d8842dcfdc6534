"""The page "How this is counted": what every word and card of the other pages means."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kinograph.i18n import gettext
from kinograph.layout import templates
from kinograph.stats.definitions import WORDS, Definition
from kinograph.stats.pages import CARD_PAGES

router = APIRouter(include_in_schema=False)


def define_cards() -> list[Definition]:
    """Each card once, in the order of the pages, under its title in the reader's language."""
    cards = {card.__name__.rpartition(".")[2]: card for page in CARD_PAGES for card in page.cards}
    return [Definition(f"card-{name}", gettext(card.TITLE, year="…"), *card.DEFINITION) for name, card in cards.items()]


@router.get("/how-counted")
async def show(request: Request) -> HTMLResponse:
    html = templates.render(
        "stats/counted.html", words=WORDS, cards=define_cards(), **templates.describe_visitor(request)
    )
    return HTMLResponse(html, headers={"Cache-Control": "private, no-cache"})

"""What a report holds, from a page context: the same cards, numbers and sentences as the pages themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from kinograph import i18n
from kinograph.i18n import gettext
from kinograph.pictures.card_reader import Film
from kinograph.pictures.colors import COLORS
from kinograph.pictures.layers import list_families
from kinograph.reports import diary, notes
from kinograph.reports.cards import draw, lay_cards, lay_posters
from kinograph.reports.cover import CoverContent, compose_cover
from kinograph.reports.paper import MARGIN, Paper
from kinograph.reports.tables import describe_table
from kinograph.stats import cards
from kinograph.stats.cards import Card, Drawing, best_films, oldest_wishes, runtimes, waiting_times
from kinograph.stats.headline import Headline, compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import OF_YEAR, PAGES, WATCHLIST, Page
from kinograph.stats.posters import page_posters
from kinograph.stats.wishes import WishContext

TAGGED_ROWS = 1000
"""From so many rows on a report is not tagged: tags would make it twenty times as large."""

HEAD = 70.0
"""Points of the title of a chapter, with what is around it."""

POSTERS = 12

OF_WISHES: tuple[Card, ...] = (waiting_times, oldest_wishes, runtimes)
"""The cards of the chapter of the watchlist. Tonight's three are for a page that one looks at tonight."""

Told = Callable[[int, int], None]
"""Hears how many of how many cards are drawn."""

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom a report is for. `pages` are the names of those it may be made of; None: all. `diary` says whether the
    diary stands in it, `wishes` are the films that wait, where these do."""

    paper: Paper
    pages: frozenset[str] | None = None
    diary: bool = True
    wishes: WishContext | None = None

    def chapters(self, view: PageContext) -> list[tuple[Page, tuple[Card, ...]]]:
        """The pages of which it is made with their cards, each card once; that of the year comes first where the
        report is of one."""
        year = OF_YEAR if view.year is not None else next(page for page in PAGES if page.name == OF_YEAR.name)
        first, *rest = (page for page in PAGES if page.name != OF_YEAR.name)
        pages = [year, first, *rest] if view.year is not None else [first, year, *rest]
        shown: set[str] = set()
        found = []
        for page in pages:
            if self.pages is not None and page.name not in self.pages:
                continue
            kept = tuple(card for card in page.cards if card.__name__ not in {*shown, best_films.__name__})
            shown |= {card.__name__ for card in kept}
            found.append((page, kept))
        return found


def write_report(view: PageContext, plan: Plan, told: Told = lambda done, total: None) -> tuple[bytes, bool]:
    """JSON for report.typ, and whether no card failed."""
    headline = compute_headline(view)
    chapters = plan.chapters(view) if len(view.picked.of_watched) else []
    total, done, whole = sum(len(kept) for _, kept in chapters), 0, True
    made: list[Block] = []
    used: list[Card] = []

    def use(drawn: Drawing, kept: Sequence[Card]) -> None:
        names = {each.name for each in drawn}
        used.extend(card for card in kept if card.__name__.rpartition(".")[2] in names and card not in used)

    for page, kept in chapters:
        drawn = cards.draw_cards(view, kept)
        whole &= drawn.is_whole
        use(drawn, kept)
        if drawn:
            title = _title(page, view)
            made.append({"title": title, "breaks": False, "blocks": list(lay_cards(drawn, plan.paper.inner))})
        done += len(kept)
        told(done, total)
    if plan.wishes and len(plan.wishes.watched):
        drawn = cards.draw_cards(plan.wishes, OF_WISHES)
        whole &= drawn.is_whole
        use(drawn, OF_WISHES)
        made.append(_wait(plan.wishes, drawn, plan.paper.inner))
    tagged = diary.count_viewings(view) < TAGGED_ROWS
    made += _tables(view, plan, tagged=tagged)
    made.append(_about(view, used))
    return orjson.dumps(_document(view, plan, headline, made) | {"tagged": tagged}), whole


def _wait(view: WishContext, drawn: Drawing, width: float) -> Block:
    """The chapter of the watchlist: how many films and hours, how long they wait, and how long they run."""
    headline = compute_headline(view)
    credits = " · ".join(f"{credit.number} {credit.label}" for credit in headline.credits)
    said = {"kind": "text", "text": " ".join(filter(None, [headline.sentence, credits]))}
    return {"title": gettext(WATCHLIST.title), "breaks": False, "blocks": [said, *lay_cards(drawn, width)]}


def _title(page: Page, view: PageContext) -> str:
    if page.name == "year":
        return str(view.year) if view.year is not None else gettext("All time")
    return gettext(page.title)


def _tables(view: PageContext, plan: Plan, *, tagged: bool) -> Iterator[Block]:
    """Chapters that begin a page: what stands on each is known beforehand."""
    if not len(view.picked.of_watched):
        return
    inner, room = plan.paper.inner, plan.paper.height - 2 * MARGIN - 14
    if (plan.pages is None or "year" in plan.pages) and (best := diary.list_best(view)):
        films = tuple(Film(poster.title, poster.year) for poster in page_posters(view)[:POSTERS])
        posters, tall = lay_posters(films, inner)
        columns, left = diary.best_columns(inner), room - HEAD - tall
        table = describe_table(columns, [best], room=room, first=left, tagged=tagged)
        yield {"title": gettext("Best rated films"), "breaks": True, "blocks": [posters, table]}
    if plan.diary and len(view.picked.viewings):
        columns = diary.diary_columns(inner)
        table = describe_table(columns, diary.list_diary(view), room=room, first=room - HEAD - 24, tagged=tagged)
        said = diary.describe_cut(view)
        yield {"title": gettext("Diary"), "breaks": True, "blocks": [said, table] if said else [table]}


def _about(view: PageContext, used: Sequence[Card]) -> Block:
    unknown = [{"text": sentence, "link": ""} for sentence in notes.list_unknown(view)]
    return {
        "title": gettext("About this report"),
        "breaks": True,
        "blocks": [
            {"kind": "notes", "title": gettext("What is not known"), "items": unknown},
            {"kind": "notes", "title": gettext("Sources"), "items": notes.list_sources(view.made_on)},
            {"kind": "notes", "title": gettext("How this is counted"), "definitions": notes.define(used)},
        ],
    }


def _document(view: PageContext, plan: Plan, headline: Headline, chapters: Sequence[Block]) -> Block:
    name = name_report(view)
    day = view.made_on
    cover = CoverContent(
        kicker=name,
        lead=headline.lead,
        rest=headline.rest,
        credits=tuple((credit.number, credit.label) for credit in headline.credits),
        films=tuple(Film(poster.title, poster.year) for poster in page_posters(view)),
        foot=_foot(day),
    )
    return {
        "title": f"Kinograph: {name}",
        "name": name,
        "description": headline.sentence,
        "lang": i18n.language(),
        "date": _date(day),
        "paper": plan.paper.typst,
        "margin": MARGIN,
        "fonts": list_families(),
        "colors": {color: light for color, (_, light) in COLORS.items()},
        "contents": gettext("Contents"),
        "cover": draw(compose_cover(cover, plan.paper)),
        "chapters": list(chapters),
    }


def name_report(view: PageContext) -> str:
    """As its title and its cover say it."""
    if view.year:
        return gettext("Your %(year)s", year=view.year)
    return gettext("Films") if view.filters else gettext("All your films")


def _foot(day: date | None) -> str:
    if day is None:
        return gettext("From a Letterboxd export")
    return gettext("From a Letterboxd export of %(day)s", day=i18n.date(day, "long"))


def _date(day: date | None) -> list[int]:
    return [day.year, day.month, day.day] if day else []

"""The page of the collections of which somebody has seen two films or more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, Request, Response

from kinograph import i18n
from kinograph.i18n import gettext, ngettext
from kinograph.layout import preferences, templates
from kinograph.stats.address import films_href
from kinograph.stats.collections import (
    CollectionStanding,
    count_unchecked,
    find_collections,
    pick_collections,
)
from kinograph.stats.headline import Headline
from kinograph.stats.list_heads import split
from kinograph.stats.list_pages import SIZE, ListFilm, describe_left, read_films
from kinograph.stats.list_routes import find_page, share_values
from kinograph.stats.page_answers import Draw, answer_page
from kinograph.stats.page_context import PageContext
from kinograph.stats.page_preview import describe_page
from kinograph.stats.pages import COLLECTIONS
from kinograph.stats.session_page import SessionPage, SessionPageOf, make_view
from kinograph.stats.standings import sort_standings

router = APIRouter(include_in_schema=False)

NAMED = 3  # films left, by name
Nothing = Literal["hidden", "coming", "filtered", "failed", "none"]
"""Why no collection is shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """A collection on the page."""

    standing: CollectionStanding
    title: str
    about: str
    href: str  # to those of its films that are watched
    is_hidden: bool
    films: list[ListFilm]
    left: str


@router.get("/collections")
async def show_collections(request: Request, session: SessionPageOf) -> Response:
    async def prepare(view: PageContext) -> Draw:
        hidden = preferences.read_preferences(request).hidden
        return lambda: (_render(session, view, hidden, describe_page(request, session, view)), True)

    return await answer_page(request, session, lambda: make_view(request, session, COLLECTIONS[0]), prepare)


def describe_progress(standing: CollectionStanding) -> str:
    """In a word or two."""
    return {"complete": gettext("complete"), "almost": gettext("almost complete"), "begun": gettext("begun")}[
        standing.progress
    ]


def link_collection(standing: CollectionStanding, view: PageContext) -> str:
    """To those of its films that are watched, whatever else is picked."""
    others = view.filters.travelling()
    for name in {name for name, _ in others.picked} - {"count"}:
        others = others.without(name)
    return films_href(others.with_("collection", str(standing.id)), session=view.home)


def make_row(standing: CollectionStanding, view: PageContext, hidden: Sequence[str]) -> Row:
    films = read_films(standing.films, images=view.images)
    return Row(
        standing=standing,
        title=standing.about.title,
        about=describe_progress(standing),
        href=link_collection(standing, view),
        is_hidden=preferences.digest_list(standing.about.name) in hidden,
        films=films,
        left=_name_left([each for each in films if not each.is_seen], standing),
    )


def _name_left(films: Sequence[ListFilm], standing: CollectionStanding) -> str:
    """The films that are left by name, as far as there is room; the hours where they are known."""
    names = [each.poster.name for each in films[:NAMED]]
    if more := len(films) - len(names):
        names.append(ngettext("%(n)s more", "%(n)s more", more))
    return gettext("Left: %(films)s", films=i18n.listing(names)) if names else describe_left(standing)


def _render(session: SessionPage, view: PageContext, hidden: tuple[str, ...], visitor: dict[str, Any]) -> str:
    found = pick_collections(view)
    away = [each for each in found.standings if preferences.digest_list(each.about.name) in hidden]
    shown = [each for each in found.standings if each not in away]
    counts: Counter[str] = Counter(each.progress for each in shown)
    unchecked = count_unchecked(view)
    nothing = "hidden" if away else _find_reason(view, is_coming=bool(found.pending or unchecked))
    which = view.filters.get("show")
    listed = away if which == "hidden" else [each for each in shown if which in (None, each.progress)]
    page, pages = find_page(view, len(listed))
    on_page = sort_standings(listed, None)[(page - 1) * SIZE : page * SIZE]
    return templates.render(
        "stats/collections.html",
        headline=_headline(counts, nothing),
        figures=_figures(counts, sum(each.total - each.seen for each in shown)),
        rows=[make_row(each, view, hidden) for each in on_page],
        page=page,
        pages=pages,
        page_href=lambda number: view.filters.without("page").with_("page", str(number)).href(view.path),
        which=which,
        choices=_choices(view, counts, hidden=len(away)),
        nothing="" if shown else nothing,
        pending=len(found.pending),
        unchecked=unchecked,
        lookups=view.lookups,
        **share_values(session, view, visitor),
    )


def _choices(view: PageContext, counts: Counter[str], *, hidden: int) -> list[tuple[str, Any]]:
    said = {
        "": gettext("All"),
        "complete": gettext("Complete %(n)s", n=i18n.number(counts["complete"])),
        "almost": gettext("Almost %(n)s", n=i18n.number(counts["almost"])),
        "begun": gettext("Begun %(n)s", n=i18n.number(counts["begun"])),
        "hidden": gettext("Hidden %(n)s", n=i18n.number(hidden)),
    }
    there = {"", *counts, *(["hidden"] if hidden else [])}
    return [(title, view.choice("show", value, default="")) for value, title in said.items() if value in there]


def _find_reason(view: PageContext, *, is_coming: bool) -> Nothing:
    """For a page without a collection; `is_coming` is whether one of the picked films may bring one."""
    if is_coming:
        return "coming"
    if find_collections(view).standings:
        return "filtered"
    if view.lookups.pending:
        return "coming"
    return "failed" if view.lookups.failed else "none"


def _headline(counts: Counter[str], nothing: Nothing) -> Headline:
    if n := counts["almost"]:
        said = ngettext("%(n)s collection lacks one film.", "%(n)s collections lack one film.", n)
    elif n := counts["complete"]:
        said = ngettext("%(n)s collection is complete.", "%(n)s collections are complete.", n)
    elif n := counts["begun"]:
        said = ngettext("%(n)s collection begun.", "%(n)s collections begun.", n)
    else:
        said = {
            "hidden": gettext("Every collection is hidden."),
            "coming": gettext("Your collections are still being looked up."),
            "filtered": gettext("No collection has a film that fits the filters."),
            "failed": gettext("No collections found, because TMDB did not answer."),
            "none": gettext("You have not seen two films of any collection."),
        }[nothing]
    return split(said, i18n.number(n))


def _figures(counts: Counter[str], left: int) -> list[tuple[str, str]]:
    figures = [
        (counts["complete"], gettext("complete")),
        (counts["almost"], gettext("almost complete")),
        (counts["begun"], gettext("begun")),
        (left, ngettext("film left", "films left", left)),
    ]
    return [(i18n.number(number), said) for number, said in figures if number]

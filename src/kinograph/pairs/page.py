"""The page of a pair, put into words and drawn."""

from __future__ import annotations

from typing import Any

from kinograph import i18n
from kinograph.i18n import alternatives, gettext, ngettext, number
from kinograph.layout import templates
from kinograph.pairs.agreement import FARTHEST, FEWEST, WEIGHT
from kinograph.pairs.agreement_card import draw_agreement, say_agreement
from kinograph.pairs.groups import MANY, Group, make_groups
from kinograph.pairs.others import Other
from kinograph.pairs.pair import TOLD, Pair
from kinograph.shares.description import INLINE
from kinograph.stats.headline import Headline
from kinograph.stats.narrowing import drops_any, keep_of_films
from kinograph.stats.navigation import link_pages
from kinograph.stats.page_context import PageContext
from kinograph.stats.session_page import SessionPage


def say_common(pair: Pair) -> Headline:
    """What the page opens with."""
    n = len(pair.both)
    if not n:
        return Headline("", gettext("No film in common yet."), ())
    said = ngettext("%(n)s film you have both seen.", "%(n)s films you have both seen.", n)
    lead = number(n) if said.startswith(number(n)) else ""
    return Headline(lead, said[len(lead) :].strip(), ())


def list_shares(pair: Pair) -> list[tuple[str, str]]:
    """What both saw, of each one's films."""
    n = len(pair.both)
    mine, theirs = (i18n.percent(n / total) if total else "" for total in (pair.mine, pair.theirs))
    found = [
        (mine, ngettext("of your %(n)s film", "of your %(n)s films", pair.mine)),
        (theirs, ngettext("of their %(n)s film", "of their %(n)s films", pair.theirs)),
    ]
    return [(figure, what) for figure, what in found if figure]


def _list_figures(pair: Pair) -> list[tuple[str, str]]:
    """The same, and the agreement with what it is made of."""
    said, percent = say_agreement(pair.agreement), i18n.percent(pair.agreement.share or 0)
    if not said:
        return list_shares(pair)
    agreed = (percent, said.removeprefix(percent).strip()) if said.startswith(percent) else ("", said)
    return [*list_shares(pair), agreed]


def _explain_hidden(pair: Pair) -> str:
    hidden = [gettext(INLINE[name]) for name in INLINE if name in TOLD - pair.told]
    return gettext("This link does not show their %(hidden)s.", hidden=alternatives(hidden)) if hidden else ""


def _name_other(other: Other) -> str:
    if other.moment is None:
        return gettext("with the link you were given")
    if other.name:
        return gettext("with “%(name)s”", name=other.name)
    return gettext("with the export of %(day)s", day=i18n.moment(other.moment))


def render_pair(session: SessionPage, other: Other, pair: Pair, view: PageContext, visitor: dict[str, str]) -> str:
    groups = make_groups(pair)
    return templates.render(
        "pairs/pair.html",
        pair=pair,
        figures=_list_figures(pair),
        agreement=draw_agreement(pair),
        groups={name: (group, group.show(view)) for name, group in groups.items() if name != "both"},
        apart=_divide_apart(groups, view),
        is_beside="love" in groups and pair.agreement.share is not None,
        total=groups["both"].total if "both" in groups else 0,
        hidden=_explain_hidden(pair),
        formula={"fewest": FEWEST, "weight": WEIGHT, "farthest": i18n.decimal(FARTHEST, 0)},
        **_shared_values(session, other, pair, view),
        **visitor,
    )


def _divide_apart(groups: dict[str, Group], view: PageContext) -> list[Any]:
    """Where you give more, and where they do: the farthest of each."""
    if "apart" not in groups:
        return []
    films = groups["apart"].films
    kinder, harsher = (films.filter(sign * (films["my_rating"] - films["their_rating"]) > 0) for sign in (1, -1))
    return [
        (title, Group("apart", title, "", shown).show(view))
        for title, shown in ((gettext("You rate higher"), kinder), (gettext("They rate higher"), harsher))
        if len(shown)
    ]


def render_part(
    session: SessionPage, other: Other, pair: Pair, view: PageContext, part: str, page: int, visitor: dict[str, str]
) -> str:
    """One group whole, MANY films a page; the page of the pair where there is no such group."""
    group = make_groups(pair).get(part)
    if group is None:
        return render_pair(session, other, pair, view, visitor)
    pages = -(-group.total // MANY)
    page = min(page, pages)
    return templates.render(
        "pairs/part.html",
        group=group,
        films=group.show(view, (page - 1) * MANY, MANY),
        page=page,
        pages=pages,
        **_shared_values(session, other, pair, view),
        **visitor,
    )


def _shared_values(session: SessionPage, other: Other, pair: Pair, view: PageContext) -> dict[str, Any]:
    narrowed = keep_of_films(view.filters)
    return {
        "query": narrowed.to_query(),
        "chips": narrowed.chips(view.all, f"{session.home}/with/{other.key}"),
        "clear_href": f"{session.home}/with/{other.key}",
        "fitting": len(pair.films),
        "drops_any": drops_any(view),
        "session": session,
        "home": session.home,
        "address": f"{session.home}/with/{other.key}",
        "navigation": link_pages(view, session.pages),
        "headline": say_common(pair),
        "other": other,
        "other_name": _name_other(other),
    }

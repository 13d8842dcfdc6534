"""What the page of a person says of their films that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.reel import ReelFrame, draw_reel
from kinograph.films.filmographies import Listed
from kinograph.films.roles import CAST_BILLED, ROLES
from kinograph.i18n import gettext, ngettext
from kinograph.sessions.links import secure_link
from kinograph.stats.address import FilterLink
from kinograph.stats.list_pages import FEWEST, LETTERBOXD, ListFilm
from kinograph.stats.page_context import PageContext
from kinograph.stats.rest import FEWEST_VOTES, SHORTEST, Feature, InRole, Why, choose_role, count_in_roles
from kinograph.stats.session_page import SessionPage

ON_A_PAGE = 24
SEEN_SHOWN = 48

State = Literal["ask", "waiting", "away", "unavailable", "not_found", "no_key", "bad_key", "sample", "nothing", "known"]


@dataclass(frozen=True, slots=True)
class RestPage:
    """`state` says which of it there is: all but the first two only where it is known."""

    state: State
    href: str = ""  # of what asks
    example_href: str = ""
    as_of: date | None = None
    roles: Sequence[tuple[str, FilterLink]] = ()
    sentence: str = ""
    reel: Markup = Markup()  # noqa: RUF009 - it never changes
    films: Sequence[ListFilm] = ()  # left, of this page
    seen: Sequence[ListFilm] = ()
    seen_total: int = 0
    table: str = ""  # where all that are seen stand
    notes: Sequence[str] = ()
    page: int = 1
    pages: int = 1
    page_links: dict[str, str] = field(default_factory=dict)  # prev and next, as far as there are

    @property
    def is_coming(self) -> bool:
        """Whether the page is to look again by itself."""
        return self.state in ("waiting", "away")


def describe(session: SessionPage, view: PageContext, listed: Listed | None) -> RestPage | None:
    """None on all pages but a person's, and for whoever may not ask where nobody has asked."""
    if session.rest is None:
        return None
    status = session.rest.status
    if listed is not None and status.fetched_at is not None:
        return _describe_known(view, listed, status.fetched_at.date())
    if session.is_sample:
        return RestPage("sample", example_href=view.to_person()(status.example)) if status.example else None
    if not session.is_owner:
        return None
    query = view.filters.to_query()
    return RestPage(_find_state(session), href=f"{view.path}/left" + (f"?{query}" if query else ""))


def _find_state(session: SessionPage) -> State:
    assert session.rest
    status, key = session.rest.status, session.progress.key_state
    if key == "no_key":
        return "no_key"
    if key == "bad_key":
        return "bad_key"
    if status.is_waiting:
        return "away" if key == "away" else "waiting"
    if status.reason == "not_found":
        return "not_found"
    return "unavailable" if status.reason else "ask"


def _describe_known(view: PageContext, listed: Listed, as_of: date) -> RestPage:
    found = count_in_roles(view, listed, as_of)
    chosen = choose_role(found, view.filters.get("role"))
    if chosen is None:
        return RestPage("nothing", as_of=as_of)
    default = choose_role(found, None)
    left, seen = chosen.left, chosen.seen
    pages = max(1, -(-len(left) // ON_A_PAGE))
    page = min(int(view.filters.get("page") or 1), pages)
    shown = left[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return RestPage(
        "known",
        as_of=as_of,
        roles=[(_name_role(each), _link(view, each, default)) for each in found] if len(found) > 1 else (),
        sentence=_say(chosen),
        reel=_draw(chosen),
        films=[_read(each, images=view.images) for each in shown],
        seen=[_read(each, images=view.images) for each in seen[:SEEN_SHOWN]],
        seen_total=len(seen),
        table=f"{view.home}/films?{chosen.role}={view.person}",
        notes=_note(chosen, listed),
        page=page,
        pages=pages,
        page_links={
            rel: view.filters.without("page").with_("page", str(number)).href(view.path) + "#left"
            for rel, number in (("prev", page - 1), ("next", page + 1))
            if 1 <= number <= pages
        },
    )


def _name_role(each: InRole) -> str:
    return f"{gettext(ROLES[each.role].credit)} {i18n.number(len(each.features))}"


def _link(view: PageContext, each: InRole, default: InRole | None) -> FilterLink:
    link = view.choice("role", each.role, default=default.role if default else "")
    return FilterLink(f"{link.href}#left", link.picked, link.key)


def _say(chosen: InRole) -> str:
    n, seen = len(chosen.features), len(chosen.seen)
    if seen == n:
        return ngettext("You have seen the only one.", "You have seen all %(n)s.", n)
    return gettext(
        "%(progress)s, %(left)s.",
        progress=ngettext("%(seen)s of %(n)s film seen", "%(seen)s of %(n)s films seen", n, seen=i18n.number(seen)),
        left=ngettext("%(n)s left", "%(n)s left", n - seen),
    )


def _draw(chosen: InRole) -> Markup:
    frames = [
        ReelFrame(min(5, max(1, int((each.rating or 3) + 0.5))) if each.is_seen else 0, is_wanted=each.is_wanted)
        for each in chosen.features
    ]
    return draw_reel(frames, height=38, label=_say(chosen), width=max(len(frames), FEWEST))


def _read(each: Feature, *, images: bool) -> ListFilm:
    credit = each.credit
    href = secure_link(each.uri) or (f"{LETTERBOXD}{credit.tmdb_id}" if credit.tmdb_id > 0 else "")
    return ListFilm(
        title=credit.title,
        year=credit.released.year if credit.released else None,
        of=None,
        is_seen=each.is_seen,
        is_wanted=each.is_wanted and not each.is_seen,
        is_liked=each.is_liked,
        state="matched",
        rating=each.rating if each.is_seen else None,
        score=credit.score,
        runtime_minutes=each.runtime_minutes,
        href=href or "",
        site="Letterboxd",
        poster_path=credit.poster_path if images else None,
    )


def _note(chosen: InRole, listed: Listed) -> list[str]:
    """How it is ordered, what it leaves out, and what it cannot know."""
    notes = []
    if chosen.left:
        notes.append(gettext("Best rated at TMDB first; films with fewer than %(n)s votes come last.", n=FEWEST_VOTES))
    if chosen.left_out:
        named = [describe_left_out(why, n) for why, n in chosen.left_out.items()]
        notes.append(gettext("Left out: %(what)s.", what=i18n.listing(named)))
    if chosen.unmeasured:
        notes.append(
            ngettext(
                "TMDB lists films without their runtimes: the one whose runtime is unknown here may be a short.",
                "TMDB lists films without their runtimes: of %(n)s whose runtime is unknown here, some may be shorts.",
                chosen.unmeasured,
            )
        )
    if len(listed.credits) < listed.total:
        notes.append(
            gettext(
                "Only the best known %(n)s of %(total)s credits are looked at.",
                n=i18n.number(len(listed.credits)),
                total=i18n.number(listed.total),
            )
        )
    return notes


def describe_left_out(why: Why, n: int) -> str:
    """What kind of credit is no feature, and how many there are."""
    match why:
        case "short":
            return ngettext(
                "%(n)s short under %(minutes)s minutes", "%(n)s shorts under %(minutes)s minutes", n, minutes=SHORTEST
            )
        case "series":
            return ngettext("%(n)s television series", "%(n)s television series", n)
        case "unreleased":
            return ngettext("%(n)s unreleased film", "%(n)s unreleased films", n)
        case "video":
            return ngettext("%(n)s extra such as a making-of", "%(n)s extras such as making-ofs", n)
        case "self":
            return ngettext(
                "%(n)s appearance as themselves or in archive footage",
                "%(n)s appearances as themselves or in archive footage",
                n,
            )
        case "small":
            return ngettext(
                "%(n)s role billed below the first %(billed)s names",
                "%(n)s roles billed below the first %(billed)s names",
                n,
                billed=CAST_BILLED,
            )

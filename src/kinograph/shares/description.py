"""What a link shows and what it does not, in sentences, and how its ticket reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kinograph.i18n import alternatives, gettext, gettext_noop, listing, ngettext
from kinograph.i18n import date as write_date
from kinograph.shares.store import OwnShare
from kinograph.shares.wishes import Wishes, open_pages
from kinograph.stats.frames import Frame
from kinograph.stats.pages import FILMS, SHAREABLE
from kinograph.stats.scope import SHOWN

DRAWN_DAYS = 30
SEEN = tuple(name for name in SHOWN if name not in ("reviews", "compare"))
"""What a page shows. Of reviews there is none; comparing has a tile of its own."""
LABELS = {
    "stars": gettext_noop("Stars"),
    "likes": gettext_noop("Likes"),
    "watchlist": gettext_noop("Watchlist"),
    "tags": gettext_noop("Tags"),
    "lists": gettext_noop("Lists"),
}
INLINE = {
    "stars": gettext_noop("stars"),
    "likes": gettext_noop("likes"),
    "watchlist": gettext_noop("watchlist"),
    "tags": gettext_noop("tags"),
    "lists": gettext_noop("lists"),
}
"""The same within a sentence."""


def name_pages(pages: Iterable[str]) -> list[str]:
    return [gettext(SHAREABLE[page]) for page in pages if page in SHAREABLE]


def name_shown(shows: Iterable[str]) -> list[str]:
    return [gettext(INLINE[name]) for name in SEEN if name in shows]


def describe_link(wishes: Wishes, frame: Frame, *, has_password: bool, ends: date | None) -> list[str]:
    """Of a link yet to be made, or as it is: its pages and films, what it shows, what it does not, and its end.
    `frame` is the owner's own."""
    count = len(wishes.scope.mask(frame).watched)
    films = ngettext("%(n)s film", "%(n)s films", count)
    which = wishes.scope.filters.which(frame)
    if which:
        films = gettext("%(films)s %(which)s", films=films, which=which)
    opens = (
        gettext_noop("Whoever has this link and its password opens %(pages)s: %(films)s.")
        if has_password
        else gettext_noop("Whoever has this link opens %(pages)s: %(films)s.")
    )
    shown, hidden = name_shown(wishes.shows), name_shown(set(SEEN) - set(wishes.shows))
    said = [gettext(opens, pages=listing(name_pages(wishes.pages)), films=films)]
    if shown:
        said.append(gettext("It shows your %(shown)s.", shown=listing(shown)))
    if hidden:
        said.append(gettext("It does not show your %(hidden)s.", hidden=alternatives(hidden)))
    if "compare" in wishes.shows:
        said.append(_describe_comparing(wishes.pages, has_password=has_password))
    if wishes.follow:
        said.append(gettext("It follows your newest export."))
    said.append(gettext("It ends on %(day)s.", day=write_date(ends, "long")) if ends else gettext("It never ends."))
    return said


def _describe_comparing(pages: Iterable[str], *, has_password: bool) -> str:
    if has_password or FILMS[0] not in pages:
        return gettext("Nobody can compare with it: that needs the page Films and no password.")
    return gettext("Others can compare their films with yours.")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A link as the list has it. `bars` are the visits of the last DRAWN_DAYS days, the oldest first."""

    share: OwnShare
    admits: str
    summary: str
    until: str
    opened: str
    visits: int
    bars: tuple[int, ...]

    @property
    def most(self) -> int:
        """Of a day, and at least one."""
        return max(1, *self.bars)

    @property
    def short_token(self) -> str:
        """Cut in the middle, where nobody reads it."""
        return f"{self.share.token[:4]}…{self.share.token[-4:]}"


def print_ticket(share: OwnShare, today: date) -> Ticket:
    bars = tuple(share.visits.get(day, 0) for day in list_days(today))
    is_all = len(share.pages) == len(open_pages(SHAREABLE, share.shows))
    pages = gettext("All pages") if is_all else ", ".join(name_pages(share.pages))
    shown = ", ".join(name_shown(share.shows)) or gettext("nothing of you")
    compared = [gettext("others can compare")] if share.is_comparable else []
    kept = gettext("follows your newest export") if share.follow else gettext("stays with this export")
    return Ticket(
        share,
        admits=_admits(share),
        summary=" · ".join([pages, shown, *compared, kept]),
        until=_until(share, today),
        opened=_opened(share, today),
        visits=sum(bars),
        bars=bars,
    )


def list_days(today: date) -> list[date]:
    """The days that are drawn, today the last."""
    return [today - timedelta(days=ago) for ago in reversed(range(DRAWN_DAYS))]


def read_today() -> date:
    """In UTC, as visits are counted."""
    return datetime.now(UTC).date()


def _admits(share: OwnShare) -> str:
    if ended := share.ended_at:
        return gettext("Ended on %(day)s", day=write_date(ended.date(), "long"))
    return (
        gettext("For anyone with the link and its password")
        if share.has_password
        else gettext("For anyone with the link")
    )


def _until(share: OwnShare, today: date) -> str:
    if not share.is_open:
        return gettext("Closed at once everywhere. Kept here for a month.")
    if share.expires_at is None:
        return gettext("Never ends.")
    ends = share.expires_at.date()
    return ngettext(
        "Ends in %(n)s day, on %(day)s.",
        "Ends in %(n)s days, on %(day)s.",
        max(0, (ends - today).days),
        day=write_date(ends, "long"),
    )


def _opened(share: OwnShare, today: date) -> str:
    if not share.visits:
        return gettext("Not opened yet.")
    last = max(share.visits)
    return (
        gettext("Last opened today.")
        if last == today
        else gettext("Last opened on %(day)s.", day=write_date(last, "long"))
    )

"""How many films a week: one rule for every card that says it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinograph.stats.page_context import PageContext


def diary_ends(view: PageContext) -> tuple[date, date] | None:
    """The first and last day of the whole diary, without days filled in at one go; None without any."""
    return view.all.nights.ends


def running_until(view: PageContext) -> date | None:
    """The newest day of the diary, where the page is of a year that is not over: an export of June knows nothing of
    July, one of January knows all of the year before."""
    ends = diary_ends(view)
    if ends is None or view.year != ends[1].year or (view.made_on and view.made_on.year > view.year):
        return None
    return ends[1] if (ends[1].month, ends[1].day) < (12, 31) else None


def films_a_week(view: PageContext) -> float | None:
    """The viewings picked that have a day, by the weeks of the diary; of its part that is picked, where one is."""
    ends = diary_ends(view)
    if ends is None:
        return None
    first, last = view.days or ends
    return view.picked.nights.total / weeks_between(max(first, ends[0]), min(last, ends[1]))


def weeks_between(first: date, last: date) -> float:
    """Both days included; at least one."""
    return max(1.0, ((last - first).days + 1) / 7)

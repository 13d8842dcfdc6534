"""The totals of two exports with their differences, the sentence that a page of changes opens with, and what is
unknown."""

from __future__ import annotations

from dataclasses import dataclass

from kinograph import i18n
from kinograph.changes.compare import PARTS
from kinograph.changes.comparison import Comparison
from kinograph.changes.groups import name_parts
from kinograph.changes.milestones import Milestone
from kinograph.changes.parts import Reason
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.stats.since import part_number

TOTALS = ("films", "viewings", "hours", "ratings", "likes", "watchlist", "reviews", "lists")

UNKNOWN = {
    Reason.missing: gettext_noop("Not compared: %(parts)s. The export of %(day)s has no such file."),
    Reason.damaged: gettext_noop(
        "Not compared: %(parts)s. Rows of that file in the export of %(day)s could not be read."
    ),
    Reason.newer_diary: gettext_noop(
        "Not compared: %(parts)s. In the export of %(day)s the diary is newer than the watched films."
    ),
}
"""A sentence for each reason to leave a part alone."""

BRIEFLY = {
    Reason.missing: gettext_noop("not in both exports"),
    Reason.damaged: gettext_noop("partly unreadable"),
    Reason.newer_diary: gettext_noop("older than the diary"),
}


@dataclass(frozen=True, slots=True)
class Total:
    """`figure` is the difference with its sign, or a dash where it is unknown; `anchor` names the card that tells."""

    figure: str
    what: str
    note: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """The sentence of a page: `lead` is its number, "" where it has none. `credits` are numbers, what they count, and
    the card that tells of them."""

    lead: str
    rest: str
    credits: tuple[tuple[str, str, str], ...]


def list_totals(comparison: Comparison) -> list[Total]:
    """One for each of TOTALS."""
    return [_make_total(comparison, name) for name in TOTALS]


def _make_total(comparison: Comparison, name: str) -> Total:
    what = {
        "films": gettext("films"),
        "viewings": gettext("viewings"),
        "hours": gettext("hours"),
        "ratings": gettext("ratings"),
        "likes": gettext("likes"),
        "watchlist": gettext("on the watchlist"),
        "reviews": gettext("reviews"),
        "lists": gettext("lists"),
    }[name]
    was, now = (getattr(total, name) for total in comparison.totals)
    if name in comparison.changes.not_compared:
        return Total("–", what, gettext(BRIEFLY[Reason(comparison.changes.not_compared[name])]))
    if name == "hours" and (was is None or now is None or not comparison.is_looked_up):
        return Total("–", what, gettext("known once every film is looked up"))
    if name == "hours":
        was, now = round(was), round(now)
    note = f"{i18n.number(was)} → {i18n.number(now)}"
    part = getattr(comparison.changes, name, None)
    if name == "lists":
        changed = len(comparison.changes.list_edits)
    else:
        changed = len(part.changed) if part and name in ("ratings", "viewings", "reviews") else 0
    if changed:
        note += ", " + ngettext("%(n)s changed", "%(n)s changed", changed)
    anchor = f"#{name}" if part and (changed or not part.is_same) else ""
    return Total(i18n.signed(now - was), what, note, anchor)


def open_page(comparison: Comparison) -> Opening:
    """“14 films in 55 days.”, and what else changed most visibly."""
    changes = comparison.changes
    days = (comparison.export.day - comparison.since.day).days
    new = len(changes.films.added) if changes.films else len(changes.viewings.added) if changes.viewings else 0
    if not changes.is_same and new:
        number = i18n.number(new)
        what = (
            ngettext("%(n)s film", "%(n)s films", new)
            if changes.films
            else ngettext("%(n)s viewing", "%(n)s viewings", new)
        )
        sentence = (
            ngettext("%(films)s in %(n)s day.", "%(films)s in %(n)s days.", days, films=what)
            if days > 0
            else gettext("New: %(films)s.", films=what)
        )
        lead = number if sentence.startswith(number) else ""
        return Opening(lead, sentence[len(lead) :].strip(), _list_credits(comparison))
    films = comparison.totals[1].films
    if changes.is_same and not changes.not_compared:
        return Opening("", ngettext("The same %(n)s film.", "The same %(n)s films.", films), ())
    if changes.is_same:
        return Opening("", gettext("Nothing changed in what can be compared."), ())
    return Opening("", gettext("No new films, but other changes."), _list_credits(comparison))


def _list_credits(comparison: Comparison) -> tuple[tuple[str, str, str], ...]:
    changes = comparison.changes
    viewings = len(changes.viewings.added) if changes.viewings and changes.films else 0
    rated = len(changes.ratings.changed) if changes.ratings else 0
    wishes = len(changes.watched_wishes)
    told = (
        (viewings, ngettext("%(n)s viewing", "%(n)s viewings", viewings), "#viewings"),
        (rated, ngettext("%(n)s re-rated", "%(n)s re-rated", rated), "#ratings"),
        (wishes, ngettext("%(n)s from the watchlist", "%(n)s from the watchlist", wishes), "#watchlist"),
    )
    return tuple((*part_number(text, n), anchor) for n, text, anchor in told if n)


def explain_unknown(comparison: Comparison) -> list[str]:
    """A sentence for each reason and export that leaves parts unknown."""
    sentences = []
    for export, side in zip((comparison.since, comparison.export), comparison.sides, strict=True):
        day = i18n.date(export.day)
        for reason in Reason:
            parts = i18n.listing(name_parts([part for part in PARTS if side.unknown.get(part) == reason]))
            if not parts:
                continue
            sentences.append(gettext(UNKNOWN[reason], parts=parts, day=day))
    return sentences


def describe_milestone(milestone: Milestone) -> tuple[str, str, str]:
    """Its number, what that counts, and which film it was."""
    what = {
        "films": gettext("films"),
        "viewings": gettext("viewings"),
        "hours": gettext("hours"),
        "directors": gettext("directors"),
        "countries": gettext("countries"),
    }[milestone.of]
    which = ""
    if milestone.film and milestone.entry and milestone.entry.watched_on:
        which = f"{milestone.film.title}, {i18n.date(milestone.entry.watched_on)}"
    return i18n.number(milestone.number), what, which

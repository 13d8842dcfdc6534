"""The round numbers that the totals of an export have passed since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kinograph.changes.sides import Entry, Film, Side
from kinograph.sessions.summary import Summary

STEPS = {
    "films": (1000, 500, 100, 50),
    "viewings": (1000, 500, 100, 50),
    "hours": (1000, 500, 100),
    "directors": (500, 100, 50),
    "countries": (100, 50, 10),
}
"""The totals that have milestones, and what these are multiples of, the roundest first."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """The roundest number that a total has passed; of viewings with the film and the entry that it was."""

    of: str
    number: int
    film: Film | None = None
    entry: Entry | None = None


def find_milestones(before: Summary, after: Summary, side: Side, *, complete: bool = True) -> tuple[Milestone, ...]:
    """One for each total at most. What TMDB tells counts only where both exports are `complete`ly looked up."""
    found = []
    for of, steps in STEPS.items():
        was, now = getattr(before, of), getattr(after, of)
        if was is None or now is None or (of in ("hours", "directors", "countries") and not complete):
            continue
        number = _find_roundest(was, now, steps)
        if number and of == "viewings":
            entry = side.viewings[number - 1]
            found.append(Milestone(of, number, side.films[entry.film], entry))
        elif number:
            found.append(Milestone(of, number))
    return tuple(found)


def _find_roundest(was: float, now: float, steps: Sequence[int]) -> int | None:
    return next((int(now // step) * step for step in steps if now // step > was // step), None)

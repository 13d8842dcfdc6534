"""The first viewing of the diary, every fiftieth, hundredth or so, and the latest."""

from __future__ import annotations

from datetime import date

import numpy as np
from markupsafe import Markup

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.charts.records import record
from kinograph.i18n import gettext_noop
from kinograph.layout import templates
from kinograph.stats.address import FilterLink
from kinograph.stats.columns import Rows
from kinograph.stats.page_context import PageContext
from kinograph.stats.posters import COLUMNS, make_posters

TITLE = gettext_noop("Milestones")
DEFINITION = (
    gettext_noop("The first viewing of the diary, every 50th, 100th, 250th or so, and the latest."),
    "viewings number 1, step, 2 × step …, last; at most 10 steps",
)
STEPS = (50, 100, 250, 500, 1000, 2500)
MOST = 10
"""Milestones between the first viewing and the latest."""


@record
class Milestone:
    number: int  # of the viewing, counted from 1
    day: date
    poster: Poster
    link: FilterLink  # to the day


@record
class Milestones:
    milestones: tuple[Milestone, ...]  # oldest first
    step: int
    total: int


def compute(view: PageContext) -> Milestones | None:
    """By the order of the diary. None without one."""
    viewings = view.picked.of_dated
    total = len(viewings)
    if not total:
        return None
    step = next((step for step in STEPS if total / step <= MOST), STEPS[-1] * -(-total // (STEPS[-1] * MOST)))
    numbers = sorted({1, *range(step, total + 1, step), total})
    order = np.argsort(viewings["watched_on"], kind="stable")[np.array(numbers) - 1]
    films = view.picked.film_of_viewing[viewings.places[order]]
    posters = make_posters(Rows(view.picked.columns).table(*COLUMNS, at=films), view)
    days, link = viewings["watched_on"][order].tolist(), view.linker("viewed")
    return Milestones(
        tuple(
            Milestone(number, day, poster, link(day.isoformat()))
            for number, poster, day in zip(numbers, posters, days, strict=True)
        ),
        step,
        total,
    )


def render(card: Milestones, title: str) -> Markup:
    return templates.render(
        "stats/cards/milestones.html",
        card=card,
        title=title,
        rows=[(i18n.number(each.number), i18n.date(each.day), each.poster.name) for each in card.milestones],
    )

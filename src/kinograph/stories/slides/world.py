"""The countries the films come from, lit on the map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from kinograph import i18n
from kinograph.charts import world as chart
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures.canvas import Group, Path, Picture
from kinograph.stats import labels, ranking
from kinograph.stats.cards import countries
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("World")
FEWEST = 2


@dataclass(frozen=True, slots=True)
class World:
    stretch: Stretch
    countries: tuple[tuple[str, int], ...]  # codes and amounts in the unit, the largest first
    unit: str  # films, viewings or hours; amounts of hours are minutes
    new: tuple[str, ...]  # codes that no film had that was seen before the year, in the order of `countries`


def compute(view: PageContext) -> World | None:
    """None with fewer than two countries."""
    found = countries.compute(view)
    if found is None or len(found.all) < FEWEST:
        return None
    shown = tuple((country.code, country.amount) for country in found.all)
    known = _known_before(view, view.year) if view.year else set()
    new = tuple(code for code, _ in shown if code not in known) if known else ()
    return World(stretch_of(view), shown, found.unit, new)


def _known_before(view: PageContext, year: int) -> set[str]:
    """Of films seen before the year; a film without a day may have been."""
    days = view.all.viewings.group_by("n").agg(first=pl.col("watched_on").min())
    films = view.everything.join(days, on="n", how="left")
    before = films.filter(pl.col("first").is_null() | (pl.col("first").dt.year() < year))
    return set(before["countries"].explode().drop_nulls().to_list())


NAMED = 4
"""New countries that are named; of more, how many there are."""


def say(told: World) -> Said:
    heading = credit(
        told.stretch, gettext("Around the world in %(when)s", when=told.stretch.when), gettext("Around the world")
    )
    number = i18n.number(len(told.countries))
    countries = ngettext("%(n)s country", "%(n)s countries", len(told.countries)).replace(number, "", 1).strip()
    code, amount = told.countries[0]
    most = gettext(
        "Most %(where)s: %(amount)s.",
        where=labels.from_country(code),
        amount=" ".join(ranking.format_amount(amount, told.unit)),
    )
    sentences = [(most, True)]
    if 0 < len(told.new) <= NAMED:
        names = i18n.listing([labels.country(code) for code in told.new])
        sentences.append((gettext("New to you: %(names)s.", names=names), False))
    elif told.new:
        sentences.append((ngettext("%(n)s is new to you.", "%(n)s are new to you.", len(told.new)), False))
    return Said(told.stretch, heading, number, f"{countries}.", tuple(sentences))


LOOK = stage.Look(tall=460)


def draw(told: World, shape: str) -> Picture:
    return stage.compose(say(told), shape, partial(_art, told), LOOK)


def _art(told: World, width: float, height: float) -> Items:
    """One path for all land, and one for each step of the ramp."""
    drawn = chart.load_world()
    amounts = {code: amount for code, amount in told.countries if amount and code in drawn.paths}
    most = max(amounts.values(), default=1)
    steps: dict[str, str] = {}
    for code, amount in amounts.items():
        color = f"ramp-{chart.level(amount, most)}"
        steps[color] = steps.get(color, "") + drawn.paths[code]
    land = Path("".join(drawn.paths.values()), "ramp-0")
    items = (land, *(Path(d, color) for color, d in sorted(steps.items())))
    scale = min(width / drawn.width, height / drawn.height)
    return (Group(items, (width - scale * drawn.width) / 2, (height - scale * drawn.height) / 2, scale),)

"""Release years as a strip of film: perforations, one column a year, and the gate over the era that is picked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from markupsafe import Markup

from kinograph.charts.columns import Column, Tick, draw_columns, draw_swings, draw_ticks
from kinograph.charts.marks import Mark, escape, group_attributes, short

COMPRESSED_BEFORE = 1920
COMPRESSED = 0.3
"""How wide a year before 1920 is against one after: few films, many years."""

FEWEST_YEARS = 30
MARGIN = 0.8  # percent left free at either end
HEIGHT = 128
EDGE = 24  # pixels of film above and below the columns, where the perforations are
FOOT = 28  # pixels for the decades


class Years:
    """Where each year lies on the strip, in percent."""

    def __init__(self, first: int, last: int) -> None:
        first = min(first, last - FEWEST_YEARS + 1)
        self.first = first - first % 10
        while self._weight(last + 1) < FEWEST_YEARS:
            last += 1
        self.last = last
        self._unit = (100 - 2 * MARGIN) / self._weight(last + 1)
        self._edges = {year: self._find_edge(year) for year in range(self.first, last + 2)}

    def _weight(self, year: int) -> float:
        """Slots between the first year and the start of this one."""
        before = max(0, min(year, COMPRESSED_BEFORE) - self.first)
        return before * COMPRESSED + max(0, year - max(self.first, COMPRESSED_BEFORE))

    def edge(self, year: int) -> float:
        """The left edge of a year."""
        return self._edges[year] if year in self._edges else self._find_edge(year)

    def _find_edge(self, year: int) -> float:
        return MARGIN + self._weight(year) * self._unit

    def width(self, year: int) -> float:
        """Of a year's column, in percent."""
        return self.edge(year + 1) - self.edge(year)


_lay_out = lru_cache(64)(Years)
"""That of a session's films is the same under every filter."""


def draw_strip(
    values: Mapping[int, float],
    whole: Mapping[int, float],
    *,
    middle: float | None = None,
    gate: tuple[int, int] | None,
    year_mark: Callable[[int], Mark],
    decade_mark: Callable[[int], Mark | None],
    label: str,
    era_href: str,
    one_scale: bool = False,
) -> Markup:
    """Amounts by year, before the whole, as shares of both or on `one_scale`; `gate` is the first and last year picked.

    With a `middle` they are averages, drawn as far as they are above or below it; 0 is none.

    `era_href` is the address of a picked era with FROM and TO in the places of its years, for a script that lets people
    drag one.
    """
    years = _lay_out(min(whole), max(whole))
    shown = [_column(years, year, values.get(year, 0), whole[year], year_mark(year), gate) for year in sorted(whole)]
    if middle is None:
        drawn = draw_columns(shown, height=HEIGHT, top=EDGE, one_scale=one_scale)
    else:
        drawn = draw_swings(shown, middle=middle, height=HEIGHT, top=EDGE)
    tall = HEIGHT + 2 * EDGE
    body = "".join(
        (
            _film(years, tall),
            drawn,
            draw_ticks(_decades(years, decade_mark), y=tall + FOOT - 6),
            _gate(years, gate, tall) if gate else "",
        )
    )
    css = "columns strip gated" if gate else "columns strip"
    attributes = (
        f'class="{css}" width="100%" height="{tall + FOOT}" {group_attributes(label)} data-strip="{escape(era_href)}"'
    )
    return Markup(f"<svg {attributes}>{body}</svg>")  # noqa: S704 - every text was escaped where it was drawn


def _column(years: Years, year: int, value: float, whole: float, mark: Mark, gate: tuple[int, int] | None) -> Column:
    dim = gate is not None and not gate[0] <= year <= gate[1]
    return Column(x=years.edge(year), width=years.width(year), value=value, whole=whole, mark=mark, dim=dim)


def _film(years: Years, tall: int) -> str:
    """The strip itself, with a seam where the scale of the years changes."""
    film = (
        '<pattern id="perforation" width="18" height="8" patternUnits="userSpaceOnUse">'
        '<rect class="hole" x="5" width="9" height="6" rx="1.5"/></pattern>'
        f'<rect class="film" width="100%" height="{tall}"/>'
    )
    # The pattern starts at the drawing's origin, so its rows can only stand at multiples of its height.
    for y in (8, tall - 16):
        film += f'<rect y="{y}" width="100%" height="8" fill="url(#perforation)"/>'
    if years.first < COMPRESSED_BEFORE < years.last:
        x = short(years.edge(COMPRESSED_BEFORE))
        film += f'<line class="seam" x1="{x}%" x2="{x}%" y1="{EDGE}" y2="{tall - EDGE}"/>'
    return film


def _gate(years: Years, gate: tuple[int, int], tall: int) -> str:
    first, last = max(gate[0], years.first), min(gate[1], years.last)
    if first > last:
        return ""
    left, right = years.edge(first), years.edge(last + 1)
    return f'<rect class="gate" x="{short(left)}%" width="{short(right - left)}%" y="1" height="{tall - 2}" rx="4"/>'


def _decades(years: Years, mark: Callable[[int], Mark | None]) -> list[Tick]:
    """Every decade from 1920 on, of those before only 1900; every other one stays where the window is narrow."""
    shown = [decade for decade in range(years.first, years.last + 1, 10) if decade >= 1920 or decade == 1900]
    return [
        Tick(
            x=min(max(years.edge(decade) + years.width(decade) / 2, 1.8), 98),
            text=str(decade),
            mark=mark(decade),
            css="tick" if decade % 20 == 0 and decade >= 1920 else "tick wide",
            width=years.edge(min(decade + 10, years.last + 1)) - years.edge(decade),
        )
        for decade in shown
    ]

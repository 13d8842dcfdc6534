"""Drawn posters for films without one: an abstract picture chosen by the title, and the title set in type.

Colors are CSS classes: `tone-N` on the drawing names four inks, `p0` (paper) to `p3`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from random import Random
from zlib import crc32

from markupsafe import Markup

from kinograph.charts.marks import escape

TONES = 10
WIDTH, HEIGHT = 120, 180
UNDRAWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # which no SVG may hold, and some titles do
ART = 120  # the picture is a square of the full width, above or below the title
MARGIN = 9
KEPT = 4096
"""Of about a kilobyte each. The same films stand on most pages of a session, and a page has fifty of them."""


@dataclass(frozen=True)
class Poster:
    """A film as the pages show it: its poster at TMDB, or a drawn one."""

    title: str
    year: int | None
    path: str | None = None  # as TMDB gives it: "/abc.jpg"
    href: str | None = None

    @property
    def name(self) -> str:
        return f"{self.title} ({self.year})" if self.year else self.title

    @property
    def tone(self) -> int:
        return choose_tone(self.title, self.year)

    @property
    def drawing(self) -> Markup:
        return draw_poster(self.title, self.year, tone=self.tone)

    @property
    def thumb(self) -> Markup:
        return draw_poster(self.title, self.year, tone=self.tone, lettered=False)


def choose_tone(title: str, year: int | None) -> int:
    """The palette of a film, the same at every visit."""
    return _seed(title, year) % TONES


@lru_cache(maxsize=KEPT)
def draw_poster(title: str, year: int | None, *, tone: int, lettered: bool = True) -> Markup:
    """An <svg> of about a kilobyte, 120 by 180 units; not `lettered` where that is too small to be read."""
    seed = _seed(title, year)
    title = UNDRAWN.sub("", title)
    draw = PICTURES[seed // TONES % len(PICTURES)]
    picture = draw(Random(seed))  # noqa: S311 - drawn alike at every visit
    title_above = draw in RISING
    if title_above:
        picture = f'<g transform="translate(0 {HEIGHT - ART})">{picture}</g>'
    letters = _type(title, year, above=title_above) if lettered else ""
    name = escape(f"{title} ({year})" if year else title)
    return Markup(  # noqa: S704 - the name and the title are escaped, the rest are numbers
        f'<svg class="poster-art tone-{tone % TONES}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">'
        f'<path class="p0" d="M0 0h120v180H0z"/>{picture}{letters}</svg>'
    )


def _seed(title: str, year: int | None) -> int:
    return crc32(f"{title}\n{year}".encode())


def _type(title: str, year: int | None, *, above: bool) -> str:
    size, lines = _set(title)
    leading = size * 0.98
    if above:
        first = MARGIN + size * 0.82
        year_at = first + leading * (len(lines) - 1) + 10.5
    else:
        year_at = HEIGHT - MARGIN + 1
        first = year_at - (10.5 if year else 0) - leading * (len(lines) - 1)
    right_to_left = _is_right_to_left(title)
    x = WIDTH - MARGIN if right_to_left else MARGIN
    spans = "".join(
        f'<tspan x="{x}" y="{first + leading * i:.4g}">{escape(line)}</tspan>' for i, line in enumerate(lines)
    )
    direction = ' direction="rtl"' if right_to_left else ""
    small = f'<text class="poster-year" x="{x}" y="{year_at:.4g}">{year}</text>' if year else ""
    return f'<g class="pt" aria-hidden="true"{direction}><text font-size="{size:g}">{spans}</text>{small}</g>'


def _set(title: str) -> tuple[float, list[str]]:
    """The largest size, in units, at which the title fits its zone, and its lines there."""
    for size, most_lines in ((21, 1), (18, 2), (15, 3), (12, 3)):
        lines = _wrap(title, size)
        if len(lines) <= most_lines and all(_width(line, size) <= WIDTH - 2 * MARGIN for line in lines):
            return size, lines
    size, most_lines = 10, 4
    lines = [part for line in _wrap(title, size) for part in _cut(line, size)]
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], lines[most_lines - 1].rstrip()[:-1] + "…"]
    return size, lines


def _wrap(title: str, size: float) -> list[str]:
    lines: list[str] = []
    for piece in re.findall(
        r"\s*(?:[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]|[^\s\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]+)", title
    ):
        if lines and _width(lines[-1] + piece, size) <= WIDTH - 2 * MARGIN:
            lines[-1] += piece
        else:
            lines.append(piece.strip())
    return lines or [title]


def _cut(line: str, size: float) -> Iterator[str]:
    """A line too long for the poster, in pieces that fit."""
    piece = ""
    for character in line:
        if piece and _width(piece + character, size) > WIDTH - 2 * MARGIN:
            yield piece
            piece = ""
        piece += character
    yield piece


def _width(text: str, size: float) -> float:
    """About as wide as condensed capitals are, or as ideographs."""
    return size * sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in text)


def _is_right_to_left(text: str) -> bool:
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def _rays(random: Random) -> str:
    center = random.choice((30, 60, 90))
    rays = "".join(f"M{center} 120L{x} 0h{8 + i % 3 * 3}z" for i, x in enumerate(range(-70, 190, 26)))
    return f'<path class="p2" d="{rays}"/><path class="p3" d="M{center - 22} 120a22 22 0 0 1 44 0z"/>'


def _sunset(random: Random) -> str:
    bars = "".join(f"M0 {64 + 11 * i}h120v{2 + 1.5 * i:g}H0z" for i in range(5))
    x = random.randrange(40, 81)
    return (
        f'<circle class="p2" cx="{x}" cy="58" r="{random.randrange(26, 37)}"/>'
        f'<path class="p0" d="M0 64h120v56H0z"/><path class="p3" d="{bars}"/>'
    )


def _gate(random: Random) -> str:
    arches = "".join(
        f'<path class="p{ink}" d="M{60 - w} 120V{60 - w // 2}a{w} {w} 0 0 1 {2 * w} 0V120z"/>'
        for ink, w in ((2, 44), (0, 33), (3, 23), (0, 12))
    )
    return arches + f'<circle class="p1" cx="60" cy="{random.randrange(98, 106)}" r="5"/>'


def _peaks(random: Random) -> str:
    far, near = random.randrange(62, 96), random.randrange(26, 52)
    return (
        f'<circle class="p1" cx="{random.randrange(22, 52)}" cy="26" r="{random.randrange(9, 15)}"/>'
        f'<path class="p3" d="M{far - 64} 120L{far} {random.randrange(20, 42)}l64 100z"/>'
        f'<path class="p2" d="M{near - 46} 120L{near} {random.randrange(56, 74)}l46 64z"/>'
    )


def _confetti(random: Random) -> str:
    def dots(n: int) -> str:
        places = (
            (random.randrange(4, 117), random.randrange(8, 104), random.choice((2, 4, 6, 9, 13))) for _ in range(n)
        )
        return "".join(f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0" for x, y, r in places)

    return f'<path class="p3" d="{dots(7)}"/><path class="p2" d="{dots(6)}"/><path class="p1" d="{dots(4)}"/>'


def _rings(random: Random) -> str:
    x, y = random.randrange(30, 91), random.randrange(40, 53)
    rings = "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for r in range(22, 72, 12))
    return f'<g class="l2">{rings}</g><circle class="p3" cx="{x}" cy="{y}" r="13"/>'


def _slant(random: Random) -> str:
    down = random.random() < 0.5
    bands = "".join(
        f"M{x} {0 if down else 120}h{12 + i % 2 * 5}l-60 {120 if down else -120}h-{12 + i % 2 * 5}z"
        for i, x in enumerate(range(10, 190, 30))
    )
    return f'<path class="p2" d="{bands}"/><circle class="p3" cx="{random.randrange(36, 85)}" cy="60" r="25"/>'


def _stairs(random: Random) -> str:
    steps = "".join(f"V{104 - 14 * i}h17" for i in range(7))
    return (
        f'<circle class="p3" cx="{random.randrange(24, 44)}" cy="34" r="{random.randrange(12, 21)}"/>'
        f'<path class="p2" d="M0 120{steps}V120z"/><path class="p1" d="M92 18h4v16h-4z"/>'
    )


def _skyline(random: Random) -> str:
    towers = [(14 * i, random.randrange(24, 88)) for i in range(9)]
    back = "".join(f"M{x} 120V{y}h13V120z" for x, y in towers)
    windows = "".join(f"M{x + 4} {y + 7 + random.randrange(3) * 9}h4v5h-4z" for x, y in towers)
    return (
        f'<circle class="p3" cx="{random.randrange(20, 101)}" cy="30" r="17"/>'
        f'<path class="p2" d="{back}"/><path class="p1" d="{windows}"/>'
    )


def _waves(random: Random) -> str:
    y = random.randrange(44, 56)
    waves = "".join(
        f'<path class="p{ink}" d="M{shift} {y + 19 * i}q15-17 30 0t30 0 30 0 30 0 30 0V120H{shift}z"/>'
        for i, (ink, shift) in enumerate(((2, -20), (3, -6), (1, -26), (0, -12)))
    )
    return f'<circle class="p1" cx="{random.randrange(30, 91)}" cy="28" r="13"/>{waves}'


def _eye(random: Random) -> str:
    look = random.randrange(-14, 15)
    lashes = "".join(
        f"M{60 + 34 * cos(a):.0f} {58 - 40 * sin(a):.0f}L{60 + 46 * cos(a):.0f} {58 - 54 * sin(a):.0f}"
        for a in (pi * k / 8 for k in range(1, 8))
    )
    return (
        f'<path class="l3" d="{lashes}"/><path class="p1" d="M4 62q56-62 112 0q-56 58-112 0z"/>'
        f'<circle class="p2" cx="{60 + look}" cy="61" r="22"/><circle class="p0" cx="{60 + look}" cy="61" r="10"/>'
    )


def _tiles(random: Random) -> str:
    quarters = (
        "v30a30 30 0 0 0 30-30z",
        "h30v30a30 30 0 0 1-30-30z",
        "v30h30a30 30 0 0 0-30-30z",
        "m30 0v30h-30a30 30 0 0 1 30-30z",
    )
    inks: dict[int, str] = {1: "", 2: "", 3: ""}
    for cell in range(12):
        inks[random.choice((1, 2, 2, 3))] += f"M{cell % 4 * 30} {cell // 4 * 30 + 15}{random.choice(quarters)}"
    return "".join(f'<path class="p{ink}" d="{path}"/>' for ink, path in inks.items() if path)


def _road(random: Random) -> str:
    x, y = random.randrange(42, 79), 52
    dashes = "".join(
        f"M{x + (60 - x) * t:.0f} {y + 68 * t:.0f}h{1 + 5 * t:.0f}l1 {9 * t + 2:.0f}h-{2 + 5 * t:.0f}z"
        for t in (0.12, 0.3, 0.52, 0.8)
    )
    return (
        f'<path class="p3" d="M0 0h120v{y}H0z"/><circle class="p1" cx="{x}" cy="{y}" r="24"/>'
        f'<path class="p0" d="M0 {y}h120v68H0z"/>'
        f'<path class="p2" d="M{x - 2} {y}h4L112 120H8z"/><path class="p0" d="{dashes}"/>'
    )


def _moons(random: Random) -> str:
    full = random.randrange(4)
    moons = ""
    for i in range(4):
        y = 15 + 29 * i
        moons += f'<circle class="p{1 if i == full else 2}" cx="60" cy="{y}" r="13"/>'
        if i != full:
            moons += f'<circle class="p0" cx="{60 + (i - full) * 7}" cy="{y}" r="13"/>'
    return f'<path class="l3" d="M60 0v120"/>{moons}'


PICTURES: tuple[Callable[[Random], str], ...] = (
    _rays, _sunset, _gate, _peaks, _confetti, _rings, _slant, _stairs, _skyline, _waves, _eye, _tiles, _road, _moons
)  # fmt: skip

# These stand on the lower edge, so that the title goes above them.
RISING = frozenset({_rays, _gate, _peaks, _stairs, _skyline, _waves})

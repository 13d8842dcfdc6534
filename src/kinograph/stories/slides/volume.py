"""How long the films took, laid end to end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from kinograph import i18n
from kinograph.i18n import gettext, gettext_noop, ngettext
from kinograph.pictures.canvas import Item, Path, Picture, Rect, line
from kinograph.stats import amounts
from kinograph.stats.headline import in_the_dark
from kinograph.stats.page_context import PageContext
from kinograph.stories import stage
from kinograph.stories.said import Said, credit
from kinograph.stories.stage import Items
from kinograph.stories.stretch import Stretch, stretch_of

TITLE = gettext_noop("How much")


@dataclass(frozen=True, slots=True)
class Volume:
    """`lengths` are minutes and stars of every viewing in the order of the diary, then of films without one; an
    unknown runtime is left out of them."""

    stretch: Stretch
    films: int
    minutes: int  # 0 where no runtime is known: films are counted instead
    untimed: int  # films of unknown runtime
    lengths: tuple[tuple[int, float | None], ...]


def compute(view: PageContext) -> Volume | None:
    """None when nothing was watched."""
    if not len(view.picked.of_watched):
        return None
    return Volume(
        stretch_of(view),
        len(view.picked.of_watched),
        amounts.sum_minutes(view.picked),
        amounts.count_untimed(view.picked),
        tuple(_lengths(view).iter_rows()),
    )


def _lengths(view: PageContext) -> pl.DataFrame:
    columns = ("runtime_minutes", "rating")
    films = view.picked.films
    logged = view.picked.viewings.sort("watched_on", maintain_order=True).select("n")
    seen = logged.join(films.select("n", *columns), on="n", how="left", maintain_order="left")
    others = view.watched.join(logged, on="n", how="anti", maintain_order="left")
    return pl.concat([seen.select(columns), others.select(columns)]).filter(pl.col("runtime_minutes").is_not_null())


DAY = 24 * 60
MOST = 4000  # pieces of the film
ROWS: tuple[tuple[int, int, str, str], ...] = (
    (DAY, 14, gettext_noop("A row is a day."), gettext_noop("A row is a day; the stronger its color, the more stars.")),
    (
        7 * DAY,
        20,
        gettext_noop("A row is a week."),
        gettext_noop("A row is a week; the stronger its color, the more stars."),
    ),
    (
        30 * DAY,
        20,
        gettext_noop("A row is 30 days."),
        gettext_noop("A row is 30 days; the stronger its color, the more stars."),
    ),
    (
        365 * DAY,
        20,
        gettext_noop("A row is a year."),
        gettext_noop("A row is a year; the stronger its color, the more stars."),
    ),
)
"""Minutes of a row, how many rows there may be, and what one is without stars and with them."""


def _row(minutes: int) -> tuple[int, str, str]:
    """The shortest row that is not too many: its length, and what is said of it without stars and with them."""
    length, _, plain, starred = next((row for row in ROWS if minutes <= row[0] * row[1]), ROWS[-1])
    return length, plain, starred


def say(told: Volume) -> Said:
    """Hours, or films where no runtime is known."""
    films = ngettext("%(n)s film", "%(n)s films", told.films)
    if told.minutes:
        sentence, number = in_the_dark(told.minutes)
        days = told.minutes // DAY
        length = ngettext("%(n)s day and night", "%(n)s days and nights", days)
        end_to_end = gettext("%(films)s, end to end: %(days)s.", films=films, days=length)
        if days < 2:
            end_to_end = gettext("%(films)s, end to end.", films=films)
        _, plain, starred = _row(told.minutes)
        has_stars = any(stars is not None for _, stars in told.lengths)
        sentences = [(end_to_end, True), (gettext(starred if has_stars else plain), False)]
        if told.untimed:
            lacking = ngettext(
                "The runtime of %(n)s film is unknown: it adds no hours.",
                "The runtimes of %(n)s films are unknown: they add no hours.",
                told.untimed,
            )
            sentences.append((lacking, False))
    else:
        number, sentence = i18n.number(told.films), ngettext("%(n)s film.", "%(n)s films.", told.films)
        sentences = [(gettext("Their runtimes are unknown, so this counts films."), False)]
        if (each := _films_of_frame(told.films)) > 1:
            frame = ngettext("A frame is %(n)s film.", "A frame is %(n)s films.", each)
            sentences.append((frame, False))
    lead = number if sentence.startswith(number) else ""
    heading = credit(told.stretch, gettext("Your %(when)s", when=told.stretch.when), gettext("All your films"))
    return Said(told.stretch, heading, lead, sentence[len(lead) :].strip(), tuple(sentences))


def draw(told: Volume, shape: str) -> Picture:
    return stage.compose(say(told), shape, lambda width, height: _art(told, width, height))


def _art(told: Volume, width: float, height: float) -> Items:
    if not told.minutes:
        return _frames(told.films, width, height)
    length = _row(told.minutes)[0]
    rows = -(-sum(minutes for minutes, _ in told.lengths) // length)
    pitch = min(44.0, (height - 44) / rows)
    ticks = _ticks(length, width, rows * pitch + 34) if length <= 7 * DAY else ()
    return (*_rows(told.lengths, length, width, pitch), *ticks)


def _rows(lengths: Sequence[tuple[int, float | None]], length: int, width: float, pitch: float) -> list[Item]:
    """Films end to end, broken where a row ends; one path for each step of the ramp, for there may be thousands."""
    thick = pitch * (0.86 if pitch > 12 else 0.8)
    paths: dict[str, list[str]] = {}
    at = 0
    for minutes, stars in _joined(lengths):
        left = minutes
        while left > 0:
            row, start = divmod(at, length)
            part = min(left, length - start)
            x, wide = start / length * width, part / length * width
            gap = min(2.0, wide * 0.25)
            paths.setdefault(_ramp(stars), []).append(
                f"M{x:.1f} {row * pitch:.1f}h{wide - gap:.2f}v{thick:.1f}h{gap - wide:.2f}z"
            )
            at, left = at + part, left - part
    return [Path("".join(parts), color) for color, parts in sorted(paths.items())]


def _joined(lengths: Sequence[tuple[int, float | None]]) -> list[tuple[int, float | None]]:
    """Neighbors as one, with the mean of their stars, where there are more than anybody could tell apart."""
    each = -(-len(lengths) // MOST)
    joined = []
    for start in range(0, len(lengths), each or 1):
        part = lengths[start : start + each]
        rated = [stars for _, stars in part if stars]
        joined.append((sum(minutes for minutes, _ in part), sum(rated) / len(rated) if rated else None))
    return joined


def _ramp(stars: float | None) -> str:
    """The step for so many stars; unrated is the palest."""
    return f"ramp-{max(1, min(5, round(stars)))}" if stars else "ramp-1"


def _ticks(length: int, width: float, y: float) -> Items:
    if length == DAY:
        marks = [(hours / 24, gettext("%(hours)s h", hours=hours)) for hours in (0, 6, 12, 18, 24)]
    else:
        marks = [(day / 7, i18n.number(day)) for day in range(8)]
    return tuple(
        line(
            share * width,
            y,
            text,
            26,
            anchor="start" if share == 0 else "end" if share == 1 else "middle",
            color="ink-3",
        )
        for share, text in marks
    )


def _films_of_frame(films: int) -> int:
    """So many that a thousand frames are enough."""
    return next((each for each in (1, 5, 10, 50) if films <= 1000 * each), 100)


def _frames(films: int, width: float, height: float) -> Items:
    """As large as they fit."""
    count = -(-films // _films_of_frame(films))
    columns = next(n for n in range(12, 1001) if width / n * 1.1 * -(-count // n) <= height or n == 1000)
    pitch = width / columns
    gap = 2 if pitch >= 6 else 0
    return tuple(
        Rect(n % columns * pitch, n // columns * pitch * 1.1, pitch - gap, pitch * 1.1 - gap, "you", 2 if gap else 0)
        for n in range(count)
    )

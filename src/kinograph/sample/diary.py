"""Five invented years of going to the cinema and of evenings at home: which film on which day, and how it was liked.

Everything follows from one seed, so that the sample is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Date
from datetime import timedelta
from functools import cache
from random import Random

from kinograph.sample import taste
from kinograph.sample.library import SampleFilm, films, wishes
from kinograph.sample.words import UNDATED, WATCHLIST

SEED = "8½"
FIRST_DAY, LAST_DAY = Date(2020, 1, 1), Date(2024, 12, 31)
DAY = timedelta(days=1)

FILMS_A_DAY = 0.155  # of an ordinary day, before the factors below
BY_WEEKDAY = (0.6, 0.55, 0.65, 0.65, 1.1, 1.8, 1.75)
BY_MONTH = (1.5, 1.35, 1.1, 0.95, 0.8, 0.65, 0.35, 0.6, 0.9, 1.15, 1.35, 1.5)
BY_YEAR = {2020: 1.2, 2021: 1.15, 2022: 0.8, 2023: 0.9, 2024: 1.0}
DOUBLE_FEATURE = 0.13  # how often a second film follows

STREAK = (Date(2021, 1, 8), Date(2021, 1, 31))  # at least a film a day
GAPS = (
    (Date(2020, 8, 17), Date(2020, 9, 6)),
    (Date(2022, 7, 1), Date(2022, 7, 31)),
    (Date(2023, 4, 10), Date(2023, 5, 2)),
    (Date(2024, 6, 3), Date(2024, 6, 20)),
)
FESTIVALS = (  # three or four films a day
    (Date(2022, 10, 6), Date(2022, 10, 12)),
    (Date(2023, 10, 5), Date(2023, 10, 11)),
    (Date(2024, 10, 3), Date(2024, 10, 9)),
)
CLOSED = (Date(2020, 3, 14), Date(2021, 5, 20))  # no cinema was open
REST_BEFORE_REWATCH = timedelta(days=200)
NEW_FOR = timedelta(days=150)  # how long a film is in the cinemas


@dataclass(frozen=True, slots=True)
class SampleViewing:
    film: SampleFilm
    watched_on: Date
    rating: float | None
    rewatch: bool
    tags: tuple[str, ...]


@cache
def viewings() -> tuple[SampleViewing, ...]:
    """Oldest first."""
    return tuple(_Life(Random(SEED)).viewings())  # noqa: S311 - no secret depends on it


def during(day: Date, *spans: tuple[Date, Date]) -> bool:
    return any(first <= day <= last for first, last in spans)


class _Life:
    """Everything chosen so far, as each choice depends on those before it."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._unseen = self._in_moods()
        self._last_seen: dict[SampleFilm, Date] = {}
        self._ratings: dict[SampleFilm, float | None] = {}

    def viewings(self) -> Iterator[SampleViewing]:
        days = list(self._days())
        for n, day in enumerate(days):
            film = self._film_for(day, viewings_left=len(days) - n)
            seen_before = film in self._last_seen or (film.year < 2010 and self._random.random() < 0.04)
            self._ratings[film] = self._rate(film)
            self._last_seen[film] = day
            yield SampleViewing(film, day, self._ratings[film], seen_before, self._tags(film, day))

    def _in_moods(self) -> list[SampleFilm]:
        """The films to be seen, those of a director mostly together: who likes one looks for the others."""
        known = [film for film in films() if film not in wishes()]
        moods = {film.directors: self._random.random() for film in known}
        skipped = {*UNDATED, *WATCHLIST}
        keys = {film: moods[film.directors] + self._random.gauss(0, 0.12) for film in known}
        return sorted((film for film in known if film.title not in skipped), key=keys.__getitem__)

    def _days(self) -> Iterator[Date]:
        """A day for each viewing, in order."""
        day = FIRST_DAY
        while day <= LAST_DAY:
            yield from [day] * self._films_on(day)
            day += DAY

    def _films_on(self, day: Date) -> int:
        if during(day, *GAPS):
            return 0
        if during(day, *FESTIVALS):
            return 3 + (self._random.random() < 0.5)
        rate = FILMS_A_DAY * BY_WEEKDAY[day.weekday()] * BY_MONTH[day.month - 1] * BY_YEAR[day.year]
        first = self._random.random() < rate or during(day, STREAK)
        return first + (first and self._random.random() < DOUBLE_FEATURE)

    def _film_for(self, day: Date, *, viewings_left: int) -> SampleFilm:
        to_see = [film for film in self._unseen if _release(film) <= day]
        new = [film for film in to_see if day - _release(film) < NEW_FOR]
        again = self._favorites(day)
        wants_first = self._random.random() < len(self._unseen) / viewings_left or during(day, *FESTIVALS)
        if again and not (to_see and wants_first):
            return self._pick(again)
        film = new[0] if new and self._random.random() < 0.6 else to_see[0]
        self._unseen.remove(film)
        return film

    def _favorites(self, day: Date) -> list[SampleFilm]:
        """Those to be seen again, the dearest first."""
        rested = [film for film, seen in self._last_seen.items() if day - seen > REST_BEFORE_REWATCH]
        return sorted(
            (film for film in rested if (self._ratings[film] or 0) >= 4),
            key=lambda film: (-(self._ratings[film] or 0), self._last_seen[film]),
        )

    def _pick(self, ranked: list[SampleFilm]) -> SampleFilm:
        """One of them, the first ones more often."""
        return ranked[int(len(ranked) * self._random.random() ** 1.4)]

    def _rate(self, film: SampleFilm) -> float | None:
        if film not in self._ratings:
            return taste.rate(film, self._random) if taste.is_rated(film, self._random) else None
        before = self._ratings[film]
        if before is None or self._random.random() < 0.7:
            return before
        return min(max(before + self._random.choice((-0.5, 0.5)), 0.5), 5.0)

    def _tags(self, film: SampleFilm, day: Date) -> tuple[str, ...]:
        if during(day, *FESTIVALS):
            return ("cinema", "festival", *self._sometimes(0.25, "35mm", film.year < 1995))
        is_new = day - _release(film) < NEW_FOR
        if film.kind == "movie" and not during(day, CLOSED) and self._random.random() < (0.8 if is_new else 0.22):
            return ("cinema", *self._sometimes(0.35, "35mm", film.year < 1995), *self._sometimes(0.3, "with-friends"))
        return (*self._sometimes(0.7, "home"), *self._sometimes(0.1, "with-friends"))

    def _sometimes(self, chance: float, tag: str, possible: bool = True) -> tuple[str, ...]:
        return (tag,) if possible and self._random.random() < chance else ()


def _release(film: SampleFilm) -> Date:
    """For a film of which only the year is known, the middle of it."""
    return film.released or Date(film.year, 7, 1)

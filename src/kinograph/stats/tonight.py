"""Three films of a watchlist for tonight, each with its reason, and the next three until all were offered.

Every film that fits is given points for each reason that holds, all of them counts and means of the session:

- **director**: two films of theirs or more are rated: twice as many points as their average lies above that of all
  films, in stars, at most one; averages as rankings order them, see groups.
- **list**: a list that is seen to three quarters or more still lacks it: half the share that is seen.
- **genre**: five films of it or more are rated: as many points as its average lies above that of all films.
- **wait**: a twentieth of a point for each year on the watchlist, at most a half.

The reason with the most points is the one that is said; it ranks the films that have the same, by all their points.
A trio takes the best film of each reason, then the second of each, and so on: the first three of that order, the
next three with the next seed, and so to the end, where the first fill up what is missing of three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from kinograph.stats import groups
from kinograph.stats.frames import Frame
from kinograph.stats.standings import Standing
from kinograph.stats.wishes import WishContext

AT_ONCE = 3
NEARLY = 0.75
"""The share of a list that is seen where it is nearly done."""

FEWEST_OF_DIRECTOR, FEWEST_OF_GENRE = 2, 5
"""Ratings without which an average is no reason."""

REASONS = ("director", "list", "genre", "wait")

SCORED = pl.Schema(
    {
        "n": pl.Int32(),
        "by": pl.Int64(),  # the director of the reason
        "director": pl.Float64(),  # points, 0 where the reason does not hold
        "on": pl.String(),  # the name of the list
        "list": pl.Float64(),
        "of": pl.String(),  # the genre
        "genre": pl.Float64(),
        "wait": pl.Float64(),
    }
)


@dataclass(frozen=True, slots=True)
class Pick:
    """A film by its number; `reason` is of REASONS, None where nothing is known that speaks for it. `why` names the
    director, the list, the genre or the day."""

    n: int
    points: float
    reason: str | None
    why: int | str | date | None


@dataclass(frozen=True, slots=True)
class Trio:
    """`fitting` films fit; there are `trios` of three before the first comes again."""

    picks: tuple[Pick, ...]
    fitting: int
    seed: int

    @property
    def trios(self) -> int:
        return count_trios(self.fitting)

    @property
    def next_seed(self) -> int:
        return self.seed % self.trios + 1


def choose(view: WishContext, standings: Sequence[Standing], films: pl.DataFrame, seed: int) -> Trio:
    """Of the films that fit, which are some of the view's."""
    if not len(films):
        return Trio((), 0, 1)
    seed = (seed - 1) % count_trios(len(films)) + 1
    ordered = order_films(score(view, standings, films))
    shown = ordered[deal(len(ordered), seed)]
    since = dict(films.select("n", "wanted_on").iter_rows())
    picks = tuple(
        Pick(row["n"], row["points"], row["reason"], _why(row, since[row["n"]])) for row in shown.iter_rows(named=True)
    )
    return Trio(picks, len(films), seed)


def _why(row: dict[str, object], since: date | None) -> int | str | date | None:
    named = {"director": row["by"], "list": row["on"], "genre": row["of"], "wait": since}
    return named.get(str(row["reason"]))  # type: ignore[return-value]


def count_trios(fitting: int) -> int:
    return max(1, -(-fitting // AT_ONCE))


def deal(count: int, seed: int) -> list[int]:
    """The places of three among so many in order, or of all where there are no more; those of one seed are none of the
    seed before until all were dealt."""
    start = (seed - 1) % count_trios(count) * AT_ONCE
    return [place % count for place in range(start, start + min(AT_ONCE, count))]


def score(view: WishContext, standings: Sequence[Standing], films: pl.DataFrame) -> pl.DataFrame:
    """SCORED, a row for each of the films, in their order."""
    own = view.whole.own_mean
    scored = films.select("n", wait=_waits(view.today))
    for found in (
        _by_mean(films, view.whole, "directors", own, FEWEST_OF_DIRECTOR, 2, ("by", "director")),
        _by_list(standings),
        _by_mean(films, view.whole, "genres", own, FEWEST_OF_GENRE, 1, ("of", "genre")),
    ):
        scored = scored.join(found, on="n", how="left", maintain_order="left")
    return scored.with_columns(pl.col(REASONS).fill_null(0)).select(SCORED.names()).cast(SCORED)


def _waits(today: date | None) -> pl.Expr:
    years = (pl.lit(today, pl.Date()) - pl.col("wanted_on")).dt.total_days() / 365.25
    return (years / 20).clip(0, 0.5)


def _by_mean(
    films: pl.DataFrame,
    whole: Frame,
    column: str,
    own: float | None,
    fewest: int,
    times: float,
    names: tuple[str, str],
) -> pl.DataFrame:
    """n, who or what, and points: the best of a film's directors or genres, where one is better than the average."""
    key, points = names
    if own is None:
        return pl.DataFrame(schema={"n": pl.Int32(), key: SCORED[key], points: pl.Float64()})
    rated = whole.watched.select(column, "rating").drop_nulls("rating").explode(column).drop_nulls(column)
    means = rated.group_by(column).agg(n_rated=pl.len(), total=pl.col("rating").sum())
    weighted = (pl.col("total") + groups.PRIOR * own) / (pl.col("n_rated") + groups.PRIOR)
    above = ((weighted - own) * times).clip(0, 1)
    means = means.filter(pl.col("n_rated") >= fewest).select(pl.col(column).alias(key), above.alias(points))
    each = films.select("n", pl.col(column).alias(key)).explode(key).join(means.filter(pl.col(points) > 0), on=key)
    return each.sort(points, key, descending=[True, False]).unique("n", keep="first", maintain_order=True)


def _by_list(standings: Sequence[Standing]) -> pl.DataFrame:
    """n, on, list: of the lists that are nearly done and lack a film the one that is nearest to it."""
    parts = [
        each.left.select("n", on=pl.lit(each.about.name), list=pl.lit(each.share / 2), left=pl.lit(len(each.left)))
        for each in standings
        if is_nearly_done(each)
    ]
    if not parts:
        return pl.DataFrame(schema={"n": pl.Int32(), "on": pl.String(), "list": pl.Float64()})
    found = pl.concat(parts).drop_nulls("n").sort("left", "on").unique("n", keep="first", maintain_order=True)
    return found.select("n", "on", "list")


def is_nearly_done(standing: Standing) -> bool:
    return NEARLY <= standing.share < 1


def order_films(scored: pl.DataFrame) -> pl.DataFrame:
    """SCORED with `points` and `reason`, as trios take them: the best of each reason, the second of each, ..."""
    most = pl.max_horizontal(REASONS)
    reason = pl.when(most > 0).then(
        pl.coalesce(*(pl.when(pl.col(name) == most).then(pl.lit(name)) for name in REASONS))
    )
    ranked = scored.with_columns(points=pl.sum_horizontal(REASONS), reason=reason)
    ranked = ranked.sort("points", "n", descending=[True, False])
    place = pl.int_range(pl.len()).over("reason")
    return ranked.with_columns(place=place).sort("place", "points", "n", descending=[False, True, False]).drop("place")


def find_unmet(view: WishContext, films: pl.DataFrame) -> pl.DataFrame:
    """Those of the films by nobody who directed a watched one; their directors have to be known."""
    seen = view.whole.watched["directors"].explode().drop_nulls().unique()
    met = films.select("n", "directors").explode("directors").filter(pl.col("directors").is_in(seen.implode()))["n"]
    return films.filter(pl.col("directors").list.len() > 0, ~pl.col("n").is_in(met.implode()))


def find_near(standings: Sequence[Standing], films: pl.DataFrame) -> pl.DataFrame:
    """Those of the films that a list lacks which is nearly done."""
    return films.join(_by_list(standings).select("n"), on="n", how="semi", maintain_order="left")

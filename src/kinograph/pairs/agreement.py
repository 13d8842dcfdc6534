"""How far two people's stars agree, as one number."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

FEWEST = 10
"""Films rated by both, below which there is no agreement: a number of a handful of films says nothing."""

WEIGHT = 10
"""Films whose weight draws the distance toward one star."""

FARTHEST = 2.0
"""Stars apart on average, from which on two people agree on nothing."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over `films` that both rated. `distance` is in stars, `share` 0 to 1; neither is known of too few films."""

    films: int
    distance: float | None = None
    share: float | None = None


def agree(mine: pl.Series, theirs: pl.Series) -> Agreement:
    """Of two columns of stars, a row for each film that both rated; the same whoever comes first.

    Stars are centered: of each the mean of these films is taken away, so that somebody kinder is not somebody else.
    `distance` d = mean |(xᵢ − mean x) − (yᵢ − mean y)|. For few films d is drawn toward one star, which is about as far
    as two strangers are apart: d′ = d^(n / (n + WEIGHT)). Then `share` = 1 − d′ / FARTHEST, at least 0. Two who give
    the same stars have exactly 1, and two who give opposite ones the least that these stars can have.
    """
    n = len(mine)
    if n < FEWEST:
        return Agreement(n)
    # In whole numbers, so that both orders add up to the very same: a half star is one, and n times the mean the sum.
    halves, others = ((2 * stars).cast(pl.Int64) for stars in (mine, theirs))
    apart = (n * (halves - others) - int((halves - others).sum())).abs().sum()
    distance = int(apart) / (2 * n * n)
    drawn = distance ** (n / (n + WEIGHT))
    return Agreement(n, distance, max(0.0, 1 - drawn / FARTHEST))

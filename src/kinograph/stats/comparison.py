"""A person's stars beside everyone else's: means over the same films, and the difference a reader would work out."""

from __future__ import annotations

from dataclasses import dataclass

from kinograph.i18n import rounded
from kinograph.stats.arrays import is_known
from kinograph.stats.columns import Rows

FEWEST_VOTES = 20
"""A score at TMDB of fewer votes is nobody's opinion yet, and ranks nothing."""

FEWEST_KNOWING = 5
"""A film with fewer votes at TMDB ranks nowhere by them: all of these are known alike, which is not at all."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Means over the films that both rated, in stars; everyone else's is TMDB's score halved."""

    films: int
    yours: float
    theirs: float

    @property
    def kinder(self) -> float:
        return difference(self.yours, self.theirs)


def compare(films: Rows) -> Comparison | None:
    """None where no film has both."""
    yours, theirs = films["rating"], films["vote_average"]
    both = is_known(yours) & is_known(theirs)
    count = int(both.sum())
    return Comparison(count, float(yours[both].mean()), float((theirs[both] / 2).mean())) if count else None


def difference(yours: float, theirs: float) -> float:
    """Of the two as they are printed, to two decimals: 3.36 and 3.29 are 0.07 apart, whatever they were before."""
    return float(rounded(yours, 2) - rounded(theirs, 2))

"""Which of TMDB's entries a film of an export is. A reference and candidates in, a choice out: no network, no database.

The right entry is found as Bayes would: how often an export has that title and year when it means this candidate, times
how many people have seen it at all. Its share of all candidates' weight, lowered for a title or a year that fits less
than fully, is the confidence. In doubt none is chosen, since a gap is seen and corrected, and a wrong film is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kinograph.films.candidates import Candidate, FilmRef, merge
from kinograph.films.titles import FIRST_PART, folded, is_distinctive, plain, reworded, without_subtitle

ACCEPTABLE = 0.6
SURE = 0.9
LEAST_SHARE = 0.8
CONTESTED_SHARE = 0.95  # where another fits title and year better, but fewer have seen it
RUNNERS_UP = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """Confidence is 0 to 1; without a candidate it is that of the likeliest. Runners-up are likeliest first."""

    candidate: Candidate | None
    confidence: float
    runners_up: tuple[Candidate, ...]


class Fit(NamedTuple):
    """How often the right entry fits no better than this, and how far such a fit alone is to be trusted."""

    likelihood: float
    trust: float


class Score(NamedTuple):
    candidate: Candidate
    weight: float
    trust: float
    rank: int
    """2: a film of that title that came out in that year, 1: such a series, 0: the rest."""


EXACT = Fit(1.0, 1.0)
FOLDED = Fit(0.1, 0.98)
JOINED = Fit(0.05, 0.96)
ORIGINAL = Fit(0.05, 0.95)
REWORDED = Fit(0.03, 0.85)
ALTERNATIVE = Fit(0.02, 0.85)
SHORTENED = Fit(0.005, 0.65)

# One film in thirty on Letterboxd is a series at TMDB.
PRIOR = {"movie": 1.0, "tv": 0.035}
FEATURE_MINUTES = 40
SHORT = 0.2  # of two of one title and year, the feature is the likelier to be meant
# TMDB's year minus Letterboxd's, of 18,994 films: Letterboxd counts the first festival, TMDB the first cinemas.
YEAR_LIKELIHOOD = {0: 0.945, 1: 0.0455, 2: 0.0023, -1: 0.0013, -2: 0.0003}
FAR_OFF = 0.00002
LISTED_LATER = 0.5


def choose(ref: FilmRef, candidates: Iterable[Candidate]) -> Choice:
    """The candidate that the export means, if it is safe to say, and the others, likeliest first."""
    scored = [_score(ref, candidate) for candidate in merge(candidates)]
    scored.sort(key=lambda score: (-score.weight, -_closeness(ref, score.candidate)))
    in_order = tuple(score.candidate for score in scored)
    total = sum(score.weight for score in scored)
    if not total:
        return Choice(None, 0.0, in_order[:RUNNERS_UP])
    best, *others = scored
    share = best.weight / total
    contested = any(other.rank > best.rank for other in others)
    confidence = share * best.trust
    if confidence < ACCEPTABLE or share < (CONTESTED_SHARE if contested else LEAST_SHARE):
        return Choice(None, confidence, in_order[:RUNNERS_UP])
    return Choice(best.candidate, confidence, in_order[1 : RUNNERS_UP + 1])


def namesakes(ref: FilmRef, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The films that bear the claimed title and came out in the claimed year."""
    return [score.candidate for other in merge(candidates) if (score := _score(ref, other)).rank == 2]


def fit_of_title(ref: FilmRef, candidate: Candidate) -> Fit | None:
    """None when no known title of the candidate is the claimed one."""
    fits = [_fit(ref.title, candidate.title)]
    if candidate.original_title != candidate.title:
        fits.append(_no_better(ORIGINAL, _fit(ref.title, candidate.original_title)))
    fits += [_no_better(ALTERNATIVE, _fit(ref.title, title)) for title in candidate.alternative_titles]
    return max((fit for fit in fits if fit), default=None)


def strength(ref: FilmRef, candidate: Candidate) -> float:
    """How well title and year fit, 0 to 1, however many have seen it: what tells two claims to one entry apart."""
    fit = fit_of_title(ref, candidate)
    return fit.likelihood * _fit_of_year(ref, candidate)[0] if fit else 0.0


def _no_better(limit: Fit, fit: Fit | None) -> Fit | None:
    return min(limit, fit) if fit else None


def _fit(claimed: str, title: str) -> Fit | None:
    if plain(claimed) == plain(title):
        return EXACT
    if folded(claimed) == folded(title):
        return FOLDED
    if folded(claimed).replace(" ", "") == folded(title).replace(" ", ""):
        return JOINED
    if reworded(claimed) == reworded(title):
        return REWORDED
    if without_subtitle(claimed) == folded(title) or without_subtitle(title) == folded(claimed):
        return SHORTENED
    if FIRST_PART.sub("", reworded(claimed)) == FIRST_PART.sub("", reworded(title)):
        return SHORTENED
    return None


def _fit_of_year(ref: FilmRef, candidate: Candidate) -> tuple[float, float]:
    """Likelihood and trust of the candidate's year."""
    if ref.year is None:
        return (1.0, 0.9) if candidate.year is None else (0.3, 0.75)
    if candidate.year is None:
        return FAR_OFF, 0.65 if candidate.vote_count and is_distinctive(ref.title) else 0.3
    later = candidate.year - ref.year
    likelihood = YEAR_LIKELIHOOD.get(later, FAR_OFF)
    if later and _is_first_out(ref, candidate):
        return max(likelihood, LISTED_LATER), 0.97
    if candidate.kind == "tv":
        return likelihood, {0: 1.0, 1: 0.85, -1: 0.85}.get(later, 0.3)
    match later:
        case 0:
            return likelihood, 1.0
        case 1:
            return likelihood, 0.95
        case -1:
            return likelihood, 0.85
        case 2 | -2 if candidate.is_known and (later > 0 or is_distinctive(ref.title)):
            return likelihood, 0.72
        case _ if 2 < later <= 6 and candidate.vote_count >= 200 and is_distinctive(ref.title):
            return likelihood, 0.65
    return likelihood, 0.3


def _score(ref: FilmRef, candidate: Candidate) -> Score:
    fit = fit_of_title(ref, candidate)
    if fit is None or (fit == SHORTENED and not _may_be_shortened(ref, candidate)):
        return Score(candidate, 0.0, 0.0, 0)
    likelihood, trust = _fit_of_year(ref, candidate)
    weight = fit.likelihood * likelihood * PRIOR[candidate.kind] * candidate.audience
    if candidate.runtime_minutes is not None and candidate.runtime_minutes < FEATURE_MINUTES:
        weight *= SHORT
    fits_fully = fit >= FOLDED and _is_first_out(ref, candidate)
    rank = 0 if not fits_fully else 2 if candidate.kind == "movie" else 1
    return Score(candidate, weight, fit.trust * trust, rank)


def _is_first_out(ref: FilmRef, candidate: Candidate) -> bool:
    """Whether the claimed year is that of the release, or of an earlier one; later ones are old films shown again."""
    if ref.year is None or candidate.year is None:
        return False
    return candidate.year == ref.year or (candidate.year > ref.year and candidate.listed_year == ref.year)


def _may_be_shortened(ref: FilmRef, candidate: Candidate) -> bool:
    """A title known only by its first part is believed of a well-known film of the very year, and of no series.

    "Black Mirror: San Junipero" is not "Black Mirror", nor is every "Monster: ..." the film of that name.
    """
    return candidate.kind == "movie" and candidate.vote_count >= 200 and candidate.year == ref.year


def _closeness(ref: FilmRef, candidate: Candidate) -> float:
    """Orders those whose title does not fit, for a person to choose from: near years, then the well known."""
    apart = abs(candidate.year - ref.year) if candidate.year and ref.year else 5
    return candidate.audience / (1 + apart) ** 2

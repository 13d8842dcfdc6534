"""Which of TMDB's entries a film of an export is. A reference and candidates in, a choice out: no network, no database.

The right entry is found as Bayes would: how often an export has that title and year when it means this candidate, times
how many people have seen it at all. Its share of all candidates' weight, lowered for a title or a year that fits less
than fully, is the confidence. In doubt none is chosen, since a gap is seen and mended, and a wrong film is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, NamedTuple

MediaType = Literal["movie", "tv"]

ACCEPTABLE = 0.6
SURE = 0.9
LEAST_SHARE = 0.8
CONTESTED_SHARE = 0.95  # where another fits title and year better, but fewer have seen it
RUNNERS_UP = 6


@dataclass(frozen=True, slots=True)
class FilmRef:
    """A film as an export names it."""

    title: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a search found. `listed_year` is a year known to hold one of its releases, primary or not.

    Searches tell neither runtime nor alternative titles; who asked for the details can add them.
    """

    kind: MediaType
    tmdb_id: int
    title: str
    original_title: str
    year: int | None
    vote_count: int = 0
    popularity: float = 0.0
    poster_path: str | None = None
    runtime_minutes: int | None = None
    listed_year: int | None = None
    alternative_titles: tuple[str, ...] = ()

    @property
    def audience(self) -> float:
        """About proportional to how many people have seen it. Popularity speaks for entries too young to have votes."""
        return self.vote_count + 10 * self.popularity + 0.5

    @property
    def is_known(self) -> bool:
        """False for the hundreds of thousands of entries that next to nobody has looked at."""
        return self.vote_count >= 5 or self.popularity >= 0.6


@dataclass(frozen=True, slots=True)
class Choice:
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


def merge(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One of each entry, with what every search learnt of it."""
    known: dict[tuple[MediaType, int], Candidate] = {}
    for candidate in candidates:
        key = (candidate.kind, candidate.tmdb_id)
        if earlier := known.get(key):
            candidate = replace(
                candidate,
                listed_year=candidate.listed_year or earlier.listed_year,
                runtime_minutes=candidate.runtime_minutes or earlier.runtime_minutes,
                alternative_titles=candidate.alternative_titles or earlier.alternative_titles,
            )
        known[key] = candidate
    return list(known.values())


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


def is_distinctive(title: str) -> bool:
    """Whether two films would hardly bear this title by chance."""
    words = reworded(title).split()
    letters = len("".join(words))
    return letters >= 14 or (letters >= 11 and len(words) >= 3)


def searchable(title: str) -> str | None:
    """The title without what TMDB may write otherwise ("&" or "and", numbers, the subtitle), if anything of it can be
    left out.

    TMDB finds only titles that hold every word of a query.
    """
    head = SUBTITLE.split(plain(title), maxsplit=1)[0].strip()
    words = [word for word in head.split() if folded(word) not in JOINING]
    while len(words) > 1 and _is_number(folded(words[-1])):
        words.pop()
    if len(words) > 1 and folded(words[-1]) in COUNTED | ABBREVIATIONS.keys():
        words.pop()
    shorter = " ".join(words)
    return shorter if shorter and folded(shorter) != folded(title) else None


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
    if _without_subtitle(claimed) == folded(title) or _without_subtitle(title) == folded(claimed):
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


QUOTES_AND_SPACES = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
)
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# fmt: off
ARTICLES = frozenset({
    "the", "a", "an", "le", "la", "les", "l", "el", "los", "las", "il", "lo", "gli", "i", "der", "die", "das", "ein",
    "eine", "un", "une", "una", "os", "as", "o",
})
JOINING = frozenset({"and", "vs", "versus"})
COUNTED = frozenset({"part", "chapter", "volume", "episode", "book", "act"})
ABBREVIATIONS = {"pt": "part", "vol": "volume", "ch": "chapter", "ep": "episode", "vs": "versus", "dr": "doctor"}
NUMBERS = {word: str(n) for n, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)}
ROMAN = {word: str(n) for n, word in enumerate(
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii"), 1)}
# fmt: on
FIRST_PART = re.compile(r" (part|chapter|volume) 1$")  # often added or dropped when the second is announced
SUBTITLE = re.compile(r":\s|\s[-–—]\s|\s\(")


@lru_cache(4096)
def plain(title: str) -> str:
    """As written, but for the kinds of spaces, quotation marks and dashes."""
    return " ".join(unicodedata.normalize("NFKC", title).translate(QUOTES_AND_SPACES).split())


@lru_cache(4096)
def folded(title: str) -> str:
    """Without case, accents and punctuation: "WALL·E" and "Wall-E" are both "wall e", "Tom & Jo" is "tom and jo"."""
    text = unicodedata.normalize("NFKD", plain(title)).casefold().translate(LETTERS)
    # Marks of class 200 and up are accents; those of the Japanese and Indic scripts make another letter.
    text = "".join(sign for sign in text if unicodedata.combining(sign) < 200)
    text = re.sub(r"[&+]", " and ", text).replace("'", "")
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text))
    return " ".join(words) or plain(title)


@lru_cache(4096)
def reworded(title: str) -> str:
    """Folded, with digits and no article: "The Dark, Part II" and "Dark: Part Two" are both "dark part 2"."""
    words = [ABBREVIATIONS.get(word, word) for word in folded(title).split()]
    if len(words) > 1 and words[0] in ARTICLES:
        words = words[1:]
    elif len(words) > 1 and words[-1] in {"the", "a", "an"} and "," in title:
        words = words[:-1]
    return " ".join(_as_digits(word, words[:n]) for n, word in enumerate(words))


def _as_digits(word: str, before: Sequence[str]) -> str:
    """I, V and X are letters as well, and "one" a word: they count where something is numbered."""
    numbered = bool(before) and before[-1] in COUNTED
    if numbered:
        return ROMAN.get(word) or NUMBERS.get(word, word)
    return ROMAN.get(word, word) if before and len(word) > 1 else word


def _is_number(word: str) -> bool:
    return word.isdecimal() or word in ROMAN or word in NUMBERS


def _without_subtitle(title: str) -> str | None:
    head, *rest = SUBTITLE.split(plain(title), maxsplit=1)
    return folded(head) if rest and head.strip() else None

"""All that one person of the sample has made, whether the sample has it or not, from agnes_varda.txt.

A line is a film or series: year, minutes or "series", what she did ("self" where she appears as herself) | title
"""

from __future__ import annotations

from datetime import date as Date
from functools import cache

from kinograph.films.filmographies import Credit, Listed
from kinograph.films.roles import ROLES
from kinograph.sample import everyone, library

NAME = "Agnès Varda"
FIRST_UNKNOWN = -1_000_001
"""The number of the first film that the sample does not have: far below those it has."""


@cache
def listed() -> Listed:
    """As TMDB would tell it; the scores are invented, as all of the sample."""
    lines = (library.FOLDER / "agnes_varda.txt").read_text("utf-8").splitlines()
    return Listed.of([_read(line, FIRST_UNKNOWN - n) for n, line in enumerate(lines)])


def person_id() -> int:
    return library.people()[NAME].id


def _read(line: str, number: int) -> Credit:
    facts, title = line.split(" | ")
    year, minutes, *work = facts.split(" ")
    known = {(film.title, film.year): -film.number for film in library.films()}
    opinion = everyone.opinion(title, int(year), genres=(), language="fr")
    return Credit(
        kind="tv" if minutes == "series" else "movie",
        tmdb_id=known.get((title, int(year)), number),
        title=title,
        released=Date(int(year), 1, 1),
        score=opinion.vote_average,
        votes=opinion.vote_count,
        roles=tuple(role for role in ROLES if role in work or (role == "cast" and "self" in work)),
        part="self" if "self" in work else "",
        runtime_minutes=None if minutes == "series" else int(minutes),
    )

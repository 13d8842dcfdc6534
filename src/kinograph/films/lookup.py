"""Finds a film of an export at TMDB: two requests where all is plain, more only while the answer is in doubt."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from kinograph.films import candidates, matching, titles
from kinograph.films.candidates import Candidate, FilmRef, Subject
from kinograph.films.facts import Facts
from kinograph.films.matching import Choice
from kinograph.films.tmdb import Client, NotFoundAtSource
from kinograph.films.tmdb_answers import Details, SearchPage

Reason = Literal["nothing_found", "ambiguous", "deleted"]

WELL_KNOWN = 20  # audience
NAMESAKES = 3  # films of the same title and year that are worth asking for their runtimes
SUSPECTS = 2  # how many well-known candidates with another title are asked for their alternative ones


@dataclass(frozen=True, slots=True)
class Found:
    """The match, and other candidates, likeliest first."""

    facts: Facts
    confidence: float
    """0 to 1; below matching.SURE a person may want to look at it."""
    runners_up: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """`nothing_found`: no title fits; `ambiguous`: some do, none safely; `deleted`: TMDB dropped the one that did."""

    runners_up: tuple[Candidate, ...]
    reason: Reason


async def look_up(client: Client, ref: FilmRef, *, taken: Collection[Subject] = ()) -> Found | Unmatched:
    """Raises SourceError when TMDB does not answer; a film that TMDB does not have is no error. What is `taken` by
    other films is passed over."""
    seen: list[Candidate] = []
    gone: set[Subject] = set()
    async with aclosing(_searches(client, ref, seen)) as pages:
        async for page in pages:
            seen += (
                candidate
                for candidate in page.candidates
                if candidate.subject not in gone and candidate.subject not in taken
            )
            choice = matching.choose(ref, seen)
            if is_settled(ref, choice) and (found := await _confirm(client, ref, seen, choice, gone)):
                return found
    choice = matching.choose(ref, seen)
    while choice.candidate:
        if found := await _confirm(client, ref, seen, choice, gone):
            return found
        choice = matching.choose(ref, seen)
    if not gone and (found := await _by_runtime(client, ref, seen) or await _by_another_name(client, ref, seen)):
        return found
    return Unmatched(choice.runners_up, _reason(ref, choice, gone))


def is_settled(ref: FilmRef, choice: Choice) -> bool:
    """Whether further searches could hardly bring a likelier candidate.

    For a title that many films bear, an entry that next to nobody has seen may hide the famous one of the year after,
    or the series: short films often have a feature's title.
    """
    candidate = choice.candidate
    if candidate is None or choice.confidence < matching.SURE:
        return False
    return candidate.audience >= WELL_KNOWN or titles.is_distinctive(ref.title)


async def _searches(client: Client, ref: FilmRef, seen: list[Candidate]) -> AsyncGenerator[SearchPage]:
    """Search after search, each for what the ones before cannot have found; the likeliest to succeed come first."""
    query, year = " ".join(ref.title.split()), ref.year
    if year is None:
        yield await client.search_movies(query)
        yield await client.search_tv(query)
        return
    page = await client.search_movies(query, year=year)
    yield page
    if page.more:
        yield await client.search_movies(query, year=year, page=2)
    yield await client.search_tv(query, first_air_date_year=year)
    if matching.choose(ref, seen).candidate:
        yield await client.search_movies(query, primary_release_year=year + 1)
        return
    anywhere = await client.search_movies(query)
    yield anywhere
    if anywhere.more:
        yield await client.search_movies(query, primary_release_year=year + 1)
        yield await client.search_movies(query, primary_release_year=year - 1)
    if matching.choose(ref, seen).candidate:
        return
    yield await client.search_tv(query)
    if shorter := titles.searchable(ref.title):
        yield await client.search_movies(shorter, year=year)


async def _confirm(
    client: Client, ref: FilmRef, seen: list[Candidate], choice: Choice, gone: set[Subject]
) -> Found | None:
    """The chosen candidate's facts; None, with the candidate struck from `seen`, when TMDB has deleted it."""
    candidate = choice.candidate
    assert candidate is not None
    details = await _details(client, candidate)
    if details is None:
        gone.add(candidate.subject)
        seen[:] = [other for other in seen if other.subject != candidate.subject]
        return None
    if ref.year in details.release_years:
        choice = _rechosen(ref, seen, replace(candidate, listed_year=ref.year)) or choice
    return Found(details.facts, choice.confidence, choice.runners_up)


async def _by_runtime(client: Client, ref: FilmRef, seen: list[Candidate]) -> Found | None:
    """Of a few films of one title and year, the feature, if the others are shorts."""
    namesakes = matching.namesakes(ref, seen)
    if not 2 <= len(namesakes) <= NAMESAKES:
        return None
    known = {namesake.tmdb_id: await _details(client, namesake) for namesake in namesakes}
    timed = [
        replace(namesake, runtime_minutes=details.facts.runtime_minutes)
        for namesake in namesakes
        if (details := known[namesake.tmdb_id])
    ]
    choice = matching.choose(ref, [*seen, *timed])
    chosen = known.get(choice.candidate.tmdb_id) if choice.candidate and choice.candidate.kind == "movie" else None
    return Found(chosen.facts, choice.confidence, choice.runners_up) if chosen else None


async def _by_another_name(client: Client, ref: FilmRef, seen: list[Candidate]) -> Found | None:
    """TMDB searches alternative titles too, but does not say that one of them fitted."""
    suspects = [
        candidate
        for candidate in candidates.merge(seen)
        if candidate.is_known
        and ref.year is not None
        and ref.year in (candidate.year, candidate.listed_year)
        and not matching.fit_of_title(ref, candidate)
    ]
    suspects.sort(key=lambda candidate: -candidate.audience)
    for suspect in suspects[:SUSPECTS]:
        details = await _details(client, suspect, extra=("alternative_titles",))
        if details is None:
            continue
        known_as = replace(suspect, alternative_titles=details.alternative_titles)
        if choice := _rechosen(ref, seen, known_as):
            return Found(details.facts, choice.confidence, choice.runners_up)
    return None


def _rechosen(ref: FilmRef, seen: Iterable[Candidate], better_known: Candidate) -> Choice | None:
    """The choice with what the details told of one candidate, if it is still that one."""
    choice = matching.choose(ref, [*seen, better_known])
    chosen = choice.candidate
    return choice if chosen and chosen.subject == better_known.subject else None


async def _details(client: Client, candidate: Candidate, *, extra: tuple[str, ...] = ()) -> Details | None:
    ask = client.movie if candidate.kind == "movie" else client.tv
    try:
        return await ask(candidate.tmdb_id, extra=extra)
    except NotFoundAtSource:
        return None


def _reason(ref: FilmRef, choice: Choice, gone: set[Subject]) -> Reason:
    if gone:
        return "deleted"
    return "ambiguous" if any(matching.fit_of_title(ref, other) for other in choice.runners_up) else "nothing_found"

"""TMDB's answers as facts and candidates. TMDB's JSON keys are known here and in collection_answers.

TMDB is edited by thousands of people: a missing key, a null or a wrong type in a detail counts as unknown. An answer
that does not even name its subject is a SourceError.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from kinograph.errors import SourceError
from kinograph.films.candidates import Candidate, MediaType
from kinograph.films.facts import CastMember, CollectionFacts, CompanyFacts, Facts, PersonFacts
from kinograph.films.json_values import (
    Json,
    read_codes,
    read_date,
    read_names,
    read_number,
    read_object,
    read_objects,
    read_positive,
    read_text,
    read_texts,
    read_whole,
)
from kinograph.films.roles import CREW
from kinograph.i18n import rounded

BILLED = 50  # credits beyond are extras, and some films name hundreds
PAGE = 20  # results on a page of a search
LANGUAGES = {"xx": None, "cn": "yue", "mo": "ro"}  # TMDB's own codes: no language, Cantonese, Moldavian


@dataclass(frozen=True, slots=True)
class Details:
    """One subject's facts, and what only the matching asks for: the years it came out in anywhere, its other names."""

    facts: Facts
    release_years: frozenset[int] = frozenset()
    alternative_titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    candidates: tuple[Candidate, ...]
    more: bool
    """Whether there are further pages."""


def read_search(answer: Json, kind: MediaType, *, listed_year: int | None = None) -> SearchPage:
    """`listed_year`: the year that the search asked one of the release dates to be in."""
    results = answer.get("results")
    if not isinstance(results, list):
        raise SourceError(f"search/{kind}: an answer without results")
    found = [candidate for item in read_objects(results) if (candidate := _candidate(item, kind, listed_year))]
    return SearchPage(
        tuple(found), more=(read_whole(answer.get("total_results")) or 0) > PAGE * (read_whole(answer.get("page")) or 1)
    )


def read_find(answer: Json) -> Candidate | None:
    """The answer to /find/{imdb_id}, which lists films, series, episodes and people apart."""
    kinds: tuple[MediaType, ...] = ("movie", "tv")
    for kind in kinds:
        for item in read_objects(answer.get(f"{kind}_results")):
            if candidate := _candidate(item, kind, None):
                return candidate
    return None


def read_movie(answer: Json) -> Details:
    """The answer to /movie/{id} with credits, keywords, release_dates and, where asked for, alternative_titles."""
    title, tmdb_id = _subject(answer, "movie", "title")
    credits = read_object(answer.get("credits"))
    crew = [(person, read_text(item.get("job"))) for item, person in _people(credits.get("crew"))]
    facts = Facts(
        kind="movie",
        tmdb_id=tmdb_id,
        original_title=read_text(answer.get("original_title")) or title,
        title=title,
        release_date=read_date(answer.get("release_date")),
        runtime_minutes=read_positive(answer.get("runtime")),
        keywords=read_names(read_object(answer.get("keywords")).get("keywords")),
        budget=read_positive(answer.get("budget")),
        revenue=read_positive(answer.get("revenue")),
        crew=_by_role(crew),
        cast=_cast(credits.get("cast"), lambda item: read_text(item.get("character")) or ""),
        collection=_collection(answer.get("belongs_to_collection")),
        **_shared(answer),
    )
    return Details(facts, frozenset(_release_years(answer)), _alternative_titles(answer, "titles"))


def read_series(answer: Json) -> Details:
    """The answer to /tv/{id} with aggregate_credits (or credits), keywords and external_ids."""
    title, tmdb_id = _subject(answer, "tv", "name")
    first_aired = read_date(answer.get("first_air_date"))
    credits = read_object(answer.get("aggregate_credits")) or read_object(answer.get("credits"))
    crew = _series_crew(credits.get("crew"))
    creators = [person for _, person in _people(answer.get("created_by"))]
    by_role = _by_role(crew)
    by_role["directors"] = by_role["directors"] or _distinct(creators)
    by_role["writers"] = _distinct([*creators, *by_role["writers"]])
    facts = Facts(
        kind="tv",
        tmdb_id=tmdb_id,
        original_title=read_text(answer.get("original_name")) or title,
        title=title,
        release_date=first_aired,
        runtime_minutes=_series_minutes(answer),
        keywords=read_names(read_object(answer.get("keywords")).get("results")),
        crew=by_role,
        cast=_cast(credits.get("cast"), _series_characters),
        **_shared(answer),
    )
    years = frozenset({first_aired.year} if first_aired else ())
    return Details(facts, years, _alternative_titles(answer, "results"))


def _subject(answer: Json, kind: MediaType, title_key: str) -> tuple[str, int]:
    title, tmdb_id = read_text(answer.get(title_key)), read_positive(answer.get("id"))
    if title is None or tmdb_id is None:
        raise SourceError(f"{kind}: an answer without id or title")
    return title, tmdb_id


def _shared(answer: Json) -> dict[str, Any]:
    """What films and series are told of with the same keys."""
    votes = read_whole(answer.get("vote_count")) or 0
    return {
        "imdb_id": read_text(answer.get("imdb_id"))
        or read_text(read_object(answer.get("external_ids")).get("imdb_id")),
        "original_language": _language(answer.get("original_language")),
        "genres": read_names(answer.get("genres")),
        "countries": read_codes(answer.get("production_countries"), "iso_3166_1")
        or read_texts(answer.get("origin_country")),
        "languages": _spoken(answer),
        "vote_average": read_number(answer.get("vote_average")) if votes else None,
        "vote_count": votes,
        "popularity": read_number(answer.get("popularity")) or 0.0,
        "poster_path": read_text(answer.get("poster_path")),
        "companies": _companies(answer.get("production_companies")),
    }


def _by_role(crew: Collection[tuple[PersonFacts, str | None]]) -> dict[str, tuple[PersonFacts, ...]]:
    return {column: _distinct(person for person, job in crew if job in jobs) for column, jobs in CREW.items()}


def _candidate(item: Json, kind: MediaType, listed_year: int | None) -> Candidate | None:
    names: tuple[str, str, str]
    names = (
        ("title", "original_title", "release_date") if kind == "movie" else ("name", "original_name", "first_air_date")
    )
    title, original, released = (
        read_text(item.get(names[0])),
        read_text(item.get(names[1])),
        read_date(item.get(names[2])),
    )
    tmdb_id = read_positive(item.get("id"))
    if title is None or tmdb_id is None:
        return None
    return Candidate(
        kind=kind,
        tmdb_id=tmdb_id,
        title=title,
        original_title=original or title,
        year=released.year if released else None,
        vote_count=read_whole(item.get("vote_count")) or 0,
        popularity=read_number(item.get("popularity")) or 0.0,
        poster_path=read_text(item.get("poster_path")),
        listed_year=listed_year,
    )


def _people(items: object) -> Iterator[tuple[Json, PersonFacts]]:
    for item in read_objects(items):
        person_id, name, gender = (
            read_positive(item.get("id")),
            read_text(item.get("name")),
            read_whole(item.get("gender")),
        )
        if person_id and name:
            yield (
                item,
                PersonFacts(person_id, name, gender if gender in (1, 2, 3) else 0, read_text(item.get("profile_path"))),
            )


def _distinct(people: Iterable[PersonFacts]) -> tuple[PersonFacts, ...]:
    return tuple({person.id: person for person in reversed(list(people))}.values())[::-1]


def _cast(items: object, character: Callable[[Json], str]) -> tuple[CastMember, ...]:
    """In billing order. Someone with several parts is billed once, with all of them."""
    billed = sorted(
        _people(items), key=lambda credit: order if (order := read_whole(credit[0].get("order"))) is not None else 10**6
    )
    parts: dict[PersonFacts, list[str]] = {}
    people: dict[int, PersonFacts] = {}
    for item, person in billed:
        known = people.setdefault(person.id, person)
        parts.setdefault(known, []).append(character(item))
    members = (CastMember(person, " / ".join(filter(None, played))) for person, played in parts.items())
    return tuple(member for member, _ in zip(members, range(BILLED), strict=False))


def _series_crew(items: object) -> list[tuple[PersonFacts, str | None]]:
    """Aggregate credits hold a person's jobs with the number of episodes; those who made the most come first."""
    credited: list[tuple[int, PersonFacts, str | None]] = []
    for item, person in _people(items):
        jobs = list(read_objects(item.get("jobs"))) or [item]
        credited += [(read_whole(job.get("episode_count")) or 0, person, read_text(job.get("job"))) for job in jobs]
    credited.sort(key=lambda credit: -credit[0])
    return [(person, job) for _, person, job in credited]


def _series_characters(item: Json) -> str:
    roles = list(read_objects(item.get("roles"))) or [item]
    return " / ".join(filter(None, (read_text(role.get("character")) for role in roles)))


def _series_minutes(answer: Json) -> int | None:
    """An estimate: the average length of an episode times their number.

    `episode_run_time` holds the usual lengths, several where episodes differ. It is empty for most series of recent
    years; their last episode then has to stand for all. A series whose episodes nobody has counted has no runtime.
    """
    listed = answer.get("episode_run_time")
    lengths = [n for n in map(read_positive, listed) if n] if isinstance(listed, list) else []
    minutes = sum(lengths) / len(lengths) if lengths else read_positive(_last_episode(answer).get("runtime"))
    episodes = read_positive(answer.get("number_of_episodes")) or _counted_episodes(answer)
    return int(rounded(minutes * episodes)) if minutes and episodes else None


def _last_episode(answer: Json) -> Json:
    return read_object(answer.get("last_episode_to_air"))


def _counted_episodes(answer: Json) -> int:
    """Of all seasons but the specials, which TMDB numbers 0."""
    seasons = [each for each in read_objects(answer.get("seasons")) if read_whole(each.get("season_number"))]
    return sum(read_positive(season.get("episode_count")) or 0 for season in seasons)


def _release_years(answer: Json) -> Iterator[int]:
    for country in read_objects(read_object(answer.get("release_dates")).get("results")):
        for release in read_objects(country.get("release_dates")):
            if day := read_date(release.get("release_date")):
                yield day.year


def _alternative_titles(answer: Json, key: Literal["titles", "results"]) -> tuple[str, ...]:
    listed = read_objects(read_object(answer.get("alternative_titles")).get(key))
    return tuple(title for item in listed if (title := read_text(item.get("title"))))


def _companies(items: object) -> tuple[CompanyFacts, ...]:
    found: dict[int, CompanyFacts] = {}
    for item in read_objects(items):
        company_id, name = read_positive(item.get("id")), read_text(item.get("name"))
        if company_id and name:
            found.setdefault(company_id, CompanyFacts(company_id, name, read_text(item.get("origin_country"))))
    return tuple(found.values())


def _collection(value: object) -> CollectionFacts | None:
    item = read_object(value)
    collection_id, name = read_positive(item.get("id")), read_text(item.get("name"))
    return CollectionFacts(collection_id, name) if collection_id and name else None


def _spoken(answer: Json) -> tuple[str, ...]:
    codes = read_codes(answer.get("spoken_languages"), "iso_639_1") or read_texts(answer.get("languages"))
    return tuple(dict.fromkeys(language for code in codes if (language := _language(code))))


def _language(value: object) -> str | None:
    code = read_text(value)
    return LANGUAGES.get(code, code) if code else None

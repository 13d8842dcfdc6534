"""What TMDB says of a film or series, in our words. TMDB's JSON keys are known here and nowhere else.

TMDB is edited by thousands of people: a missing key, a null or a wrong type in a detail counts as unknown. An answer
that does not even name its subject is a SourceError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date as Date
from typing import Any, Literal

from kinograph.errors import SourceError
from kinograph.films.candidates import Candidate, MediaType
from kinograph.i18n import rounded

BILLED = 50  # credits beyond are extras, and some films name hundreds
PAGE = 20  # results on a page of a search

WRITING = frozenset(
    {"Writer", "Screenplay", "Story", "Novel", "Book", "Author", "Teleplay", "Adaptation", "Original Story"}
)
LANGUAGES = {"xx": None, "cn": "yue", "mo": "ro"}  # TMDB's own codes: no language, Cantonese, Moldavian

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """`gender` as TMDB counts: 0 unknown, 1 woman, 2 man, 3 non-binary. `portrait` is an image path."""

    id: int
    name: str
    gender: int = 0
    portrait: str | None = None


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    id: int
    name: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class CastMember:
    person: PersonFacts
    character: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Countries are ISO 3166-1 alpha-2 with TMDB's additions for former states (SU, XC, XG, YU), languages ISO 639.

    For a series, `runtime_minutes` is an estimate of what someone who saw it whole has watched, see _series_minutes.
    Its directors are those of its episodes, most episodes first, or its creators where none is known; its writers begin
    with the creators. Producers are those credited as just that, as the executive ones seldom made the film.
    """

    kind: MediaType
    tmdb_id: int
    imdb_id: str | None
    title: str
    original_title: str
    original_language: str | None
    release_date: Date | None
    runtime_minutes: int | None
    genres: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    vote_average: float | None = None
    vote_count: int = 0
    popularity: float = 0.0
    budget: int | None = None
    revenue: int | None = None
    poster_path: str | None = None
    directors: tuple[PersonFacts, ...] = ()
    writers: tuple[PersonFacts, ...] = ()
    composers: tuple[PersonFacts, ...] = ()
    photography: tuple[PersonFacts, ...] = ()
    editors: tuple[PersonFacts, ...] = ()
    producers: tuple[PersonFacts, ...] = ()
    cast: tuple[CastMember, ...] = ()
    companies: tuple[CompanyFacts, ...] = ()


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
    found = [candidate for item in _objects(results) if (candidate := _candidate(item, kind, listed_year))]
    return SearchPage(
        tuple(found), more=(_whole(answer.get("total_results")) or 0) > PAGE * (_whole(answer.get("page")) or 1)
    )


def read_find(answer: Json) -> Candidate | None:
    """The answer to /find/{imdb_id}, which lists films, series, episodes and people apart."""
    kinds: tuple[MediaType, ...] = ("movie", "tv")
    for kind in kinds:
        for item in _objects(answer.get(f"{kind}_results")):
            if candidate := _candidate(item, kind, None):
                return candidate
    return None


def read_movie(answer: Json) -> Details:
    """The answer to /movie/{id} with credits, keywords, release_dates and, where asked for, alternative_titles."""
    title, tmdb_id = _subject(answer, "movie", "title")
    credits = _object(answer.get("credits"))
    crew = [(person, _text(item.get("job"))) for item, person in _people(credits.get("crew"))]
    facts = Facts(
        kind="movie",
        tmdb_id=tmdb_id,
        original_title=_text(answer.get("original_title")) or title,
        title=title,
        release_date=_date(answer.get("release_date")),
        runtime_minutes=_positive(answer.get("runtime")),
        keywords=_names(_object(answer.get("keywords")).get("keywords")),
        budget=_positive(answer.get("budget")),
        revenue=_positive(answer.get("revenue")),
        directors=_in_role(crew, {"Director"}),
        writers=_in_role(crew, WRITING),
        cast=_cast(credits.get("cast"), lambda item: _text(item.get("character")) or ""),
        **_crafts(crew),
        **_shared(answer),
    )
    return Details(facts, frozenset(_release_years(answer)), _alternative_titles(answer, "titles"))


def read_series(answer: Json) -> Details:
    """The answer to /tv/{id} with aggregate_credits (or credits), keywords and external_ids."""
    title, tmdb_id = _subject(answer, "tv", "name")
    first_aired = _date(answer.get("first_air_date"))
    credits = _object(answer.get("aggregate_credits")) or _object(answer.get("credits"))
    crew = _series_crew(credits.get("crew"))
    creators = [person for _, person in _people(answer.get("created_by"))]
    facts = Facts(
        kind="tv",
        tmdb_id=tmdb_id,
        original_title=_text(answer.get("original_name")) or title,
        title=title,
        release_date=first_aired,
        runtime_minutes=_series_minutes(answer),
        keywords=_names(_object(answer.get("keywords")).get("results")),
        directors=_in_role(crew, {"Director"}) or _distinct(creators),
        writers=_distinct([*creators, *_in_role(crew, WRITING)]),
        cast=_cast(credits.get("cast"), _series_characters),
        **_crafts(crew),
        **_shared(answer),
    )
    years = frozenset({first_aired.year} if first_aired else ())
    return Details(facts, years, _alternative_titles(answer, "results"))


def _subject(answer: Json, kind: MediaType, title_key: str) -> tuple[str, int]:
    title, tmdb_id = _text(answer.get(title_key)), _positive(answer.get("id"))
    if title is None or tmdb_id is None:
        raise SourceError(f"{kind}: an answer without id or title")
    return title, tmdb_id


def _shared(answer: Json) -> dict[str, Any]:
    """What films and series are told of with the same keys."""
    votes = _whole(answer.get("vote_count")) or 0
    return {
        "imdb_id": _text(answer.get("imdb_id")) or _text(_object(answer.get("external_ids")).get("imdb_id")),
        "original_language": _language(answer.get("original_language")),
        "genres": _names(answer.get("genres")),
        "countries": _codes(answer.get("production_countries"), "iso_3166_1") or _texts(answer.get("origin_country")),
        "languages": _spoken(answer),
        "vote_average": _number(answer.get("vote_average")) if votes else None,
        "vote_count": votes,
        "popularity": _number(answer.get("popularity")) or 0.0,
        "poster_path": _text(answer.get("poster_path")),
        "companies": _companies(answer.get("production_companies")),
    }


def _crafts(crew: list[tuple[PersonFacts, str | None]]) -> dict[str, Any]:
    return {
        "composers": _in_role(crew, {"Original Music Composer"}),
        "photography": _in_role(crew, {"Director of Photography"}),
        "editors": _in_role(crew, {"Editor"}),
        "producers": _in_role(crew, {"Producer"}),
    }


def _candidate(item: Json, kind: MediaType, listed_year: int | None) -> Candidate | None:
    names: tuple[str, str, str]
    names = (
        ("title", "original_title", "release_date") if kind == "movie" else ("name", "original_name", "first_air_date")
    )
    title, original, released = _text(item.get(names[0])), _text(item.get(names[1])), _date(item.get(names[2]))
    tmdb_id = _positive(item.get("id"))
    if title is None or tmdb_id is None:
        return None
    return Candidate(
        kind=kind,
        tmdb_id=tmdb_id,
        title=title,
        original_title=original or title,
        year=released.year if released else None,
        vote_count=_whole(item.get("vote_count")) or 0,
        popularity=_number(item.get("popularity")) or 0.0,
        poster_path=_text(item.get("poster_path")),
        listed_year=listed_year,
    )


def _people(items: object) -> Iterator[tuple[Json, PersonFacts]]:
    for item in _objects(items):
        person_id, name, gender = _positive(item.get("id")), _text(item.get("name")), _whole(item.get("gender"))
        if person_id and name:
            yield (
                item,
                PersonFacts(person_id, name, gender if gender in (1, 2, 3) else 0, _text(item.get("profile_path"))),
            )


def _in_role(
    crew: Iterable[tuple[PersonFacts, str | None]], jobs: frozenset[str] | set[str]
) -> tuple[PersonFacts, ...]:
    return _distinct(person for person, job in crew if job in jobs)


def _distinct(people: Iterable[PersonFacts]) -> tuple[PersonFacts, ...]:
    return tuple({person.id: person for person in reversed(list(people))}.values())[::-1]


def _cast(items: object, character: Callable[[Json], str]) -> tuple[CastMember, ...]:
    """In billing order. Someone with several parts is billed once, with all of them."""
    billed = sorted(
        _people(items), key=lambda credit: order if (order := _whole(credit[0].get("order"))) is not None else 10**6
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
        jobs = list(_objects(item.get("jobs"))) or [item]
        credited += [(_whole(job.get("episode_count")) or 0, person, _text(job.get("job"))) for job in jobs]
    credited.sort(key=lambda credit: -credit[0])
    return [(person, job) for _, person, job in credited]


def _series_characters(item: Json) -> str:
    roles = list(_objects(item.get("roles"))) or [item]
    return " / ".join(filter(None, (_text(role.get("character")) for role in roles)))


def _series_minutes(answer: Json) -> int | None:
    """An estimate: the average length of an episode times their number.

    `episode_run_time` holds the usual lengths, several where episodes differ. It is empty for most series of recent
    years; their last episode then has to stand for all. A series whose episodes nobody has counted has no runtime.
    """
    listed = answer.get("episode_run_time")
    lengths = [n for n in map(_positive, listed) if n] if isinstance(listed, list) else []
    minutes = sum(lengths) / len(lengths) if lengths else _positive(_last_episode(answer).get("runtime"))
    episodes = _positive(answer.get("number_of_episodes")) or _counted_episodes(answer)
    return int(rounded(minutes * episodes)) if minutes and episodes else None


def _last_episode(answer: Json) -> Json:
    return _object(answer.get("last_episode_to_air"))


def _counted_episodes(answer: Json) -> int:
    """Of all seasons but the specials, which TMDB numbers 0."""
    seasons = [each for each in _objects(answer.get("seasons")) if _whole(each.get("season_number"))]
    return sum(_positive(season.get("episode_count")) or 0 for season in seasons)


def _release_years(answer: Json) -> Iterator[int]:
    for country in _objects(_object(answer.get("release_dates")).get("results")):
        for release in _objects(country.get("release_dates")):
            if day := _date(release.get("release_date")):
                yield day.year


def _alternative_titles(answer: Json, key: Literal["titles", "results"]) -> tuple[str, ...]:
    listed = _objects(_object(answer.get("alternative_titles")).get(key))
    return tuple(title for item in listed if (title := _text(item.get("title"))))


def _companies(items: object) -> tuple[CompanyFacts, ...]:
    found: dict[int, CompanyFacts] = {}
    for item in _objects(items):
        company_id, name = _positive(item.get("id")), _text(item.get("name"))
        if company_id and name:
            found.setdefault(company_id, CompanyFacts(company_id, name, _text(item.get("origin_country"))))
    return tuple(found.values())


def _spoken(answer: Json) -> tuple[str, ...]:
    codes = _codes(answer.get("spoken_languages"), "iso_639_1") or _texts(answer.get("languages"))
    return tuple(dict.fromkeys(language for code in codes if (language := _language(code))))


def _language(value: object) -> str | None:
    code = _text(value)
    return LANGUAGES.get(code, code) if code else None


def _names(items: object) -> tuple[str, ...]:
    return _codes(items, "name")


def _codes(items: object, key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for item in _objects(items) if (text := _text(item.get(key)))))


def _texts(items: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for item in items if (text := _text(item)))) if isinstance(items, list) else ()


def _objects(items: object) -> Iterator[Json]:
    return (item for item in items if isinstance(item, dict)) if isinstance(items, list) else iter(())


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return (value.replace("\0", "").strip() or None) if isinstance(value, str) else None  # PostgreSQL refuses NUL


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 2**63 else None


def _positive(value: object) -> int | None:
    """TMDB writes 0 for an unknown runtime, budget or revenue."""
    number = _whole(value)
    return number if number and number > 0 else None


def _date(value: object) -> Date | None:
    """A day, or the day of a time stamp; TMDB writes "" for an unknown one."""
    try:
        return Date.fromisoformat(value[:10]) if isinstance(value, str) and value else None
    except ValueError:
        return None

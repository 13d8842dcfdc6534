"""Invented films and series, in the shape in which TMDB would tell of them, with every field that we keep."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]

DEPARTMENTS = {
    "Director": "Directing",
    "Writer": "Writing",
    "Screenplay": "Writing",
    "Producer": "Production",
    "Original Music Composer": "Sound",
    "Director of Photography": "Camera",
    "Editor": "Editing",
}


JOBS = {
    "directors": "Director",
    "writers": "Screenplay",
    "composers": "Original Music Composer",
    "photography": "Director of Photography",
    "editors": "Editor",
    "producers": "Producer",
}
"""What TMDB calls the trades that `film` takes names for."""


@dataclass
class InventedFilm:
    """A film or series as the fake holds it. `seen_in`: further years in which it came out somewhere."""

    kind: Literal["movie", "tv"]
    id: int
    title: str
    original_title: str
    released: str
    seen_in: Sequence[int]
    alternative_titles: Sequence[str]
    details: Json
    credits: Json
    keywords: Sequence[str]

    def item(self) -> Json:
        """As it stands in the results of a search."""
        shared = ("id", "popularity", "vote_average", "vote_count", "poster_path", "original_language", "adult")
        names = {
            "movie": ("title", "original_title", "release_date"),
            "tv": ("name", "original_name", "first_air_date"),
        }
        return {name: self.details[name] for name in (*shared, *names[self.kind])} | {"overview": "", "genre_ids": []}

    def years(self) -> set[int]:
        return {*self.seen_in, *([int(self.released[:4])] if self.released else [])}

    def titles(self) -> Iterable[str]:
        return self.title, self.original_title, *self.alternative_titles

    def answer(self, parts: Iterable[str]) -> Json:
        """The details with these parts appended."""
        releases = [{"release_date": f"{year}-09-01T00:00:00.000Z", "type": 1} for year in self.seen_in]
        releases += [{"release_date": f"{self.released}T00:00:00.000Z", "type": 3}] if self.released else []
        keywords = [{"id": number(word), "name": word} for word in self.keywords]
        others = [{"iso_3166_1": "US", "title": title, "type": ""} for title in self.alternative_titles]
        is_movie = self.kind == "movie"
        known = {
            "credits": self.credits,
            "aggregate_credits": self.credits,
            "keywords": {"keywords": keywords} if is_movie else {"results": keywords},
            "alternative_titles": {"titles": others} if is_movie else {"results": others},
            "external_ids": {"imdb_id": f"tt{self.id:08}"},
            "release_dates": {"results": [{"iso_3166_1": "US", "release_dates": releases}]},
        }
        served = set(known) - ({"aggregate_credits"} if is_movie else {"release_dates"})
        return self.details | {part: known[part] for part in parts if part in served}


def film(
    title: str,
    year: int | None,
    *,
    cast: Sequence[tuple[str, str]] = (),
    genres: Sequence[str] = ("Drama",),
    countries: Sequence[str] = ("FR",),
    language: str = "fr",
    keywords: Sequence[str] = (),
    companies: Sequence[tuple[str, str]] = (),
    minutes: int = 100,
    votes: int = 200,
    score: float = 7.0,
    popularity: float = 4.0,
    budget: int = 0,
    revenue: int = 0,
    original_title: str | None = None,
    alternative_titles: Sequence[str] = (),
    seen_in: Sequence[int] = (),
    id: int | None = None,
    **crew: Sequence[str],
) -> InventedFilm:
    """`crew`: names by one of JOBS."""
    released = f"{year}-05-04" if year else ""
    tmdb_id = id or number(f"movie {title} {year} {minutes}")
    original = original_title or title
    details = _shared(title, tmdb_id, genres, countries, language, companies, votes, score, popularity) | {
        "title": title,
        "original_title": original,
        "release_date": released,
        "imdb_id": f"tt{tmdb_id:08}",
        "runtime": minutes,
        "budget": budget,
        "revenue": revenue,
        "video": False,
        "belongs_to_collection": None,
    }
    billed = [person(name) | {"character": part, "order": n, "cast_id": n} for n, (name, part) in enumerate(cast)]
    credits = {"cast": billed, "crew": _crew(tmdb_id, crew)}
    return InventedFilm(
        "movie", tmdb_id, title, original, released, seen_in, alternative_titles, details, credits, keywords
    )


def _crew(tmdb_id: int, crew: Mapping[str, Sequence[str]]) -> list[Json]:
    assert crew.keys() <= JOBS.keys(), crew
    return [
        person(name) | {"job": job, "department": DEPARTMENTS[job], "credit_id": f"{tmdb_id}-{job}-{name}"}
        for trade, job in JOBS.items()
        for name in crew.get(trade, ())
    ]


def series(
    title: str,
    year: int,
    *,
    created_by: Sequence[str] = (),
    crew: Sequence[tuple[str, str, int]] = (),
    cast: Sequence[tuple[str, str]] = (),
    genres: Sequence[str] = ("Drama",),
    countries: Sequence[str] = ("GB",),
    language: str = "en",
    keywords: Sequence[str] = (),
    episodes: int = 6,
    episode_minutes: int | None = 50,
    votes: int = 300,
    popularity: float = 6.0,
) -> InventedFilm:
    """`crew`: name, job and number of episodes. Without `episode_minutes` only the last episode has a length: 45."""
    tmdb_id = number(f"tv {title} {year}")
    details = _shared(
        title, tmdb_id, genres, countries, language, (("Ninepin Television", "GB"),), votes, 8.1, popularity
    )
    details |= {
        "name": title,
        "original_name": title,
        "first_air_date": f"{year}-03-02",
        "created_by": [person(name) for name in created_by],
        "episode_run_time": [episode_minutes] if episode_minutes else [],
        "last_episode_to_air": {"id": 1, "name": "The End", "runtime": 45},
        "number_of_episodes": episodes,
        "number_of_seasons": 1,
        "languages": [language],
        "type": "Miniseries",
    }
    made = [
        person(name)
        | {"jobs": [{"job": job, "episode_count": n}], "department": DEPARTMENTS[job], "total_episode_count": n}
        for name, job, n in crew
    ]
    billed = [
        person(name) | {"roles": [{"character": part, "episode_count": episodes}], "order": n}
        for n, (name, part) in enumerate(cast)
    ]
    return InventedFilm(
        "tv", tmdb_id, title, title, f"{year}-03-02", (), (), details, {"cast": billed, "crew": made}, keywords
    )


def _shared(
    title: str,
    tmdb_id: int,
    genres: Sequence[str],
    countries: Sequence[str],
    language: str,
    companies: Sequence[tuple[str, str]],
    votes: int,
    score: float,
    popularity: float,
) -> Json:
    return {
        "adult": False,
        "softcore": False,
        "id": tmdb_id,
        "backdrop_path": None,
        "genres": [{"id": number(genre) % 1000, "name": genre} for genre in genres],
        "homepage": "",
        "origin_country": list(countries[:1]),
        "original_language": language,
        "overview": f"An invented story called {title}.",
        "popularity": popularity,
        "poster_path": f"/poster-{tmdb_id}.jpg",
        "production_companies": [
            {"id": number(name), "logo_path": None, "name": name, "origin_country": country}
            for name, country in companies
        ],
        "production_countries": [{"iso_3166_1": country, "name": country} for country in countries],
        "spoken_languages": [{"english_name": language, "iso_639_1": language, "name": language}],
        "status": "Released",
        "tagline": "",
        "vote_average": score,
        "vote_count": votes,
    }


def person(name: str) -> Json:
    """The same id, gender and portrait for the same name."""
    n = number(name)
    return {
        "adult": False,
        "id": n,
        "name": name,
        "original_name": name,
        "gender": n % 4,
        "known_for_department": "Acting",
        "popularity": 1.0,
        "profile_path": f"/portrait-{n}.jpg" if n % 5 else None,
    }


def number(text: str) -> int:
    return zlib.crc32(text.encode()) % 9_000_000 + 1

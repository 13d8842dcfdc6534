"""Invented films and series, in the shape in which TMDB would tell of them, with every field that we keep."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]

GENRES = ("Drama", "Comedy", "Thriller", "Documentary", "Animation", "Horror", "Romance", "Science Fiction", "Western")
COUNTRIES = {"FR": "fr", "JP": "ja", "BR": "pt", "SE": "sv", "US": "en", "GB": "en", "IN": "hi", "SN": "fr"}
KEYWORDS = ("harbour", "winter", "sisters", "train", "memory", "village", "night shift", "letters")
SURNAMES = ("Aldane", "Brisk", "Corvane", "Dunmere", "Esker", "Fallow", "Grebe", "Hollin", "Ives", "Jarrow")
FIRST_NAMES = ("Ada", "Bento", "Clio", "Dario", "Edda", "Femi", "Greta", "Hugo", "Ines", "Jun")
DEPARTMENTS = {
    "Director": "Directing",
    "Writer": "Writing",
    "Screenplay": "Writing",
    "Producer": "Production",
    "Original Music Composer": "Sound",
    "Director of Photography": "Camera",
    "Editor": "Editing",
}


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
    directors: Sequence[str] = (),
    writers: Sequence[str] = (),
    composers: Sequence[str] = (),
    photography: Sequence[str] = (),
    editors: Sequence[str] = (),
    producers: Sequence[str] = (),
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
) -> InventedFilm:
    released = f"{year}-05-04" if year else ""
    tmdb_id = id or number(f"movie {title} {year} {minutes}")
    jobs = {
        "Director": directors,
        "Screenplay": writers,
        "Original Music Composer": composers,
        "Director of Photography": photography,
        "Editor": editors,
        "Producer": producers,
    }
    crew = [
        person(name) | {"job": job, "department": DEPARTMENTS[job], "credit_id": f"{tmdb_id}-{job}-{name}"}
        for job, names in jobs.items()
        for name in names
    ]
    details = _shared(title, tmdb_id, genres, countries, language, companies, votes, score, popularity) | {
        "title": title,
        "original_title": original_title or title,
        "release_date": released,
        "imdb_id": f"tt{tmdb_id:08}",
        "runtime": minutes,
        "budget": budget,
        "revenue": revenue,
        "video": False,
        "belongs_to_collection": None,
    }
    billed = [person(name) | {"character": part, "order": n, "cast_id": n} for n, (name, part) in enumerate(cast)]
    return InventedFilm(
        "movie",
        tmdb_id,
        title,
        original_title or title,
        released,
        seen_in,
        alternative_titles,
        details,
        {"cast": billed, "crew": crew},
        keywords,
    )


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


def invented(title: str, year: int | None) -> InventedFilm:
    """A film of any title, drawn from small pools by title and year alone."""
    dice = random.Random(f"{title} {year}")
    country = dice.choice(list(COUNTRIES))

    def names(n: int) -> list[str]:
        return [f"{dice.choice(FIRST_NAMES)} {dice.choice(SURNAMES)}" for _ in range(n)]

    return film(
        title,
        year,
        id=10_000_000 + number(f"{title} {year}"),
        directors=names(1),
        writers=names(2),
        composers=names(1),
        photography=names(1),
        editors=names(1),
        producers=names(2),
        cast=[(name, f"Part {n}") for n, name in enumerate(names(6), 1)],
        genres=dice.sample(GENRES, 2),
        countries=[country],
        language=COUNTRIES[country],
        keywords=dice.sample(KEYWORDS, 3),
        companies=[("Ninepin Pictures", country)],
        minutes=dice.randint(70, 170),
        votes=dice.randint(20, 20_000),
        score=round(dice.uniform(4.5, 8.7), 1),
        popularity=round(dice.uniform(1, 30), 3),
        budget=dice.randint(1, 90) * 1_000_000,
        revenue=dice.randint(1, 300) * 1_000_000,
    )


NOBODY_HAS = "The Unfilmed Lighthouse"  # no title, and never invented

CATALOGUE = (
    film(
        "The Long Quay",
        1994,
        directors=["Maren Oskarsdal"],
        writers=["Maren Oskarsdal", "Teo Brandl"],
        composers=["Ilka Strom"],
        photography=["Paavo Linne"],
        editors=["Rosa Quint"],
        producers=["Hal Everdene"],
        cast=[("Nadia Ferrow", "Elsa"), ("Tom Alderley", "The Pilot"), ("Ines Okoro", "Harbour Master")],
        genres=["Drama", "Romance"],
        countries=["SE", "FR"],
        language="sv",
        keywords=["harbour", "winter"],
        companies=[("Saltholm Film", "SE"), ("Atelier du Port", "FR")],
        minutes=118,
        votes=1840,
        score=7.6,
        popularity=9.5,
        budget=3_200_000,
        revenue=11_500_000,
        original_title="Den långa kajen",
    ),
    film("The Long Quay", 1994, directors=["Pip Larch"], minutes=9, votes=2, popularity=0.1),
    film("Salt and Ember", 2017, directors=["Yuki Tamaoka"], countries=["JP"], language="ja", votes=900),
    film("Paper Lanterns", 2021, seen_in=[2020], directors=["Ama Boateng"], countries=["GB"], language="en", votes=640),
    film("Low Country", 2009, directors=["Jori Veen"], countries=["NL"], language="nl", votes=410),
    film("Café Lumen", 2003, directors=["Chloé Vautrin"], votes=320),
    film("Nachtzug & Nebel", 1972, directors=["Gerd Altmark"], countries=["DE"], language="de", votes=150),
    film("Tide – Part Two", 2015, directors=["Ama Boateng"], countries=["GB"], language="en", votes=700),
    film("Kestrel", 2012, directors=["Ruth Adeyemi"], votes=5200, popularity=14.0),
    film("Kestrel", 1969, directors=["Piers Nolan"], countries=["GB"], language="en", votes=60),
    film("Hollow Year", 2018, directors=["Nobody Much"], minutes=12, votes=0, popularity=0.05),
    film("Hollow Year", 2019, directors=["Sena Akoto"], votes=2600, popularity=11.0),
    film("Untitled Kestrel Project", None, votes=0, popularity=2.0, minutes=0),
    film("The Glass Orchard", 1988, directors=["Livia Sant"], alternative_titles=["Orchard of Glass"], votes=480),
    film("Marching Ants", 2001, directors=["Olu Brandt"], genres=["Comedy"], countries=["NG"], language="en"),
    film("A Silent Reel", 1921, directors=["Otto Finke"], countries=["DE"], language="xx", minutes=62, votes=33),
    film("Thirteen Doors", 2016, directors=["Cal Wexler"], genres=["Horror"], countries=["US"], language="en"),
    film(
        "雪の窓", 1999, directors=["Yuki Tamaoka"], countries=["JP"], language="ja", alternative_titles=["Snow Window"]
    ),
    series(
        "Dead Reckoners",
        2019,
        created_by=["Femi Arkwright"],
        crew=[("Greta Moll", "Director", 2), ("Sol Ibarra", "Director", 4), ("Jun Calder", "Writer", 6)],
        cast=[("Nadia Ferrow", "Captain Voss"), ("Bela Horn", "Ash")],
        genres=["Drama", "Mystery"],
        keywords=["lighthouse"],
        episodes=5,
        episode_minutes=66,
    ),
    series("Glasshouse", 2022, created_by=["Ida Penn"], episodes=8, episode_minutes=None, votes=140),
)

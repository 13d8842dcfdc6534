"""The sample's films, from the text files of films/, the people's genders of people.csv, and collections.txt, where the
day of release stands behind films that do not tell it.

A film is a paragraph:

    # Title as Letterboxd shows it (year) title in its own tongue, where that differs
    137 min | countries | languages, the original one first | genres | "series", and the day of release, where known
    director: ...            or "film by:" for those who both wrote and directed
    writer: ... cast: ... music: ... camera: ... editor: ...      each on its own line, where known for sure
    keywords: ...
    studio: Toho (JP)        a studio's country stands where its name first appears
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date as Date
from functools import cache
from itertools import count
from pathlib import Path

from kinograph.films.candidates import MediaType
from kinograph.films.facts import CastMember, CollectionFacts, CompanyFacts, Facts, PartFacts, PersonFacts
from kinograph.sample import everyone

FOLDER = Path(__file__).parent
FIRST_UNSEEN_ID = -1_000_001  # of films of collections that are not among the sample's
FIRST_LETTERBOXD_ID = 9_000_001  # far beyond the ids Letterboxd has given so far

_HEADING = re.compile(r"# (?P<title>.+?) \((?P<year>\d{4})\)(?: (?P<original>.+))?")
_PART = re.compile(r"(?P<title>.+) \((?P<year>\d{4})\)(?: (?P<released>[\d-]+))?")
_CREDITS = {"director", "writer", "cast", "music", "camera", "editor", "keywords", "studio"}
_STUDIO = re.compile(r"(?P<name>.+?)(?: \((?P<country>[A-Z]{2})\))?")
_GENDERS = {"": 0, "woman": 1, "man": 2, "non-binary": 3}


@dataclass(frozen=True, slots=True)
class SampleFilm:
    """`number` counts from 1 in the order of the files; `released` is None where only the year is known for sure."""

    number: int
    title: str
    original_title: str
    year: int
    kind: MediaType
    released: Date | None
    runtime_minutes: int
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    genres: tuple[str, ...]
    directors: tuple[str, ...]
    writers: tuple[str, ...]
    cast: tuple[str, ...]
    composers: tuple[str, ...]
    photography: tuple[str, ...]
    editors: tuple[str, ...]
    keywords: tuple[str, ...]
    studios: tuple[str, ...]

    @property
    def letterboxd_id(self) -> int:
        """Invented, as the sample's links lead nowhere."""
        return FIRST_LETTERBOXD_ID + self.number - 1


@cache
def films() -> tuple[SampleFilm, ...]:
    paragraphs = (text for path in sorted(FOLDER.glob("films/*.txt")) for text in _paragraphs(path))
    return tuple(_film(number, paragraph) for number, paragraph in enumerate(paragraphs, start=1))


@cache
def wishes() -> tuple[SampleFilm, ...]:
    """Those that only the watchlist names: of wishes.txt, the last of the files."""
    return films()[-sum(1 for _ in _paragraphs(FOLDER / "films" / "wishes.txt")) :]


@cache
def facts() -> tuple[Facts, ...]:
    """In the order of `films`. Ids are negative, so that they never meet one of TMDB's; so are people's and companies'.

    The scores of everyone else are invented (see `everyone`); budgets, revenues and pictures are left out.
    """
    companies = _companies()
    collected = {part.tmdb_id: collection for collection, parts in collections() for part in parts}
    return tuple(replace(_facts(film, companies), collection=collected.get(-film.number)) for film in films())


@cache
def collections() -> tuple[tuple[CollectionFacts, tuple[PartFacts, ...]], ...]:
    """Each with its films in order of release. Ids are negative, too."""
    known = {(film.title, film.year): film for film in films()}
    unseen = count(FIRST_UNSEEN_ID, -1)

    def part(line: str) -> PartFacts:
        read = _PART.fullmatch(line)
        if read is None:
            raise ValueError(f"{line!r}: expected “Title (year)”, and the day of release where no film tells it")
        film = known.get((read["title"], int(read["year"])))
        released = _released(film) if film and not read["released"] else Date.fromisoformat(read["released"])
        return PartFacts(-film.number if film else next(unseen), read["title"], released)

    paragraphs = (text.strip().split("\n") for text in _paragraphs(FOLDER / "collections.txt"))
    return tuple(
        (CollectionFacts(-n, heading.removeprefix("# ")), tuple(map(part, lines)))
        for n, (heading, *lines) in enumerate(paragraphs, start=1)
    )


def year_of(fact: Facts) -> int:
    """The year that the export gives the film of these facts."""
    return films()[-fact.tmdb_id - 1].year


def _facts(film: SampleFilm, companies: dict[str, CompanyFacts]) -> Facts:
    def named(names: tuple[str, ...]) -> tuple[PersonFacts, ...]:
        return tuple(people()[name] for name in names)

    opinion = everyone.opinion(film.title, film.year, genres=film.genres, language=film.languages[0])
    return Facts(
        kind=film.kind,
        tmdb_id=-film.number,
        imdb_id=None,
        title=film.title,
        original_title=film.original_title,
        original_language=film.languages[0],
        release_date=_released(film),
        runtime_minutes=film.runtime_minutes,
        genres=film.genres,
        countries=film.countries,
        languages=film.languages,
        keywords=film.keywords,
        vote_average=opinion.vote_average,
        vote_count=opinion.vote_count,
        popularity=opinion.popularity,
        crew={
            "directors": named(film.directors),
            "writers": named(film.writers),
            "composers": named(film.composers),
            "photography": named(film.photography),
            "editors": named(film.editors),
        },
        cast=tuple(CastMember(person, "") for person in named(film.cast)),
        companies=tuple(companies[_studio(studio).name] for studio in film.studios),
    )


def _released(film: SampleFilm) -> Date:
    return film.released or Date(film.year, 1, 1)


@cache
def people() -> dict[str, PersonFacts]:
    """By name, numbered in the order of people.csv, which is that of their first film here."""
    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["name"]: PersonFacts(-n, row["name"], _GENDERS[row["gender"]]) for n, row in enumerate(rows, start=1)}


def _companies() -> dict[str, CompanyFacts]:
    """By name, numbered in the order of the films."""
    found: dict[str, CompanyFacts] = {}
    for film in films():
        for written in film.studios:
            studio = _studio(written)
            found.setdefault(studio.name, CompanyFacts(-len(found) - 1, studio.name, studio.country))
    return found


@dataclass(frozen=True, slots=True)
class _Studio:
    name: str
    country: str | None


def _studio(written: str) -> _Studio:
    read = _STUDIO.fullmatch(written)
    assert read is not None  # whatever the text, the name may hold it all
    return _Studio(read["name"], read["country"])


def _paragraphs(path: Path) -> Iterator[str]:
    return (text for text in path.read_text("utf-8").split("\n\n") if text.strip())


def _film(number: int, paragraph: str) -> SampleFilm:
    """Raises ValueError naming the film when its paragraph has another form than the one above."""
    heading, line, *rest = paragraph.strip().split("\n")
    read = _HEADING.fullmatch(heading)
    if read is None:
        raise ValueError(f"{heading!r}: expected “# Title (year)”")
    runtime, countries, languages, genres, *more = line.split(" | ")
    released = [Date.fromisoformat(word) for word in more if word != "series"]
    credits = _credits(heading, rest)
    return SampleFilm(
        number=number,
        title=read["title"],
        original_title=read["original"] or read["title"],
        year=int(read["year"]),
        kind="tv" if "series" in more else "movie",
        released=released[0] if released else None,
        runtime_minutes=int(runtime.removesuffix(" min")),
        countries=tuple(countries.split(" ")),
        languages=tuple(languages.split(" ")),
        genres=tuple(genres.split(", ")),
        directors=credits.get("director", ()),
        writers=credits.get("writer", ()),
        cast=credits.get("cast", ()),
        composers=credits.get("music", ()),
        photography=credits.get("camera", ()),
        editors=credits.get("editor", ()),
        keywords=credits.get("keywords", ()),
        studios=credits.get("studio", ()),
    )


def _credits(heading: str, lines: list[str]) -> dict[str, tuple[str, ...]]:
    credits: dict[str, tuple[str, ...]] = {}
    for line in lines:
        key, _, value = line.partition(": ")
        names = tuple(value.split(", "))
        if key == "film by":
            credits["director"] = credits["writer"] = names
        elif key in _CREDITS:
            credits[key] = names
        else:
            raise ValueError(f"{heading!r}: nothing is known as {key!r}")
    return credits

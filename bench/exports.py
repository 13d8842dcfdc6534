"""Makes an export as Letterboxd would write it, and beside it what a program must find in it.

    python bench/exports.py --films 1500 --catalogue ../shared/tmdb-sim/matching-dev.tsv --seed 1 out.zip

writes out.zip and out.json. Titles and years come from the catalogue's columns name and year; when it has too few, from
catalogue.parquet in the same folder. The totals are counted from the model, before anything is written as CSV.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from export_model import FIRST_DAY, LAST_DAY, Entry, Film, Library, code
from export_writing import write

# Each has misled a program: two of one name and year, titles like numbers, quotes, commas, no year, an early year,
# a no-break space, a sign that spreadsheets take for a formula.
TRICKY: tuple[tuple[str, int | None], ...] = (
    ("The Haunted Castle", 1897),
    ("The Haunted Castle", 1897),
    ("13 Assassins", 2010),
    ("xXx: Return of Xander Cage", 2017),
    ("1917", 2019),
    ("300", 2006),
    ("9", 2009),
    ("True", 2004),
    ("8½", 1963),
    ('Maggie Simpson in "The Longest Daycare"', 2012),
    ("Red, White & Royal Blue", 2023),
    ("Jar City", None),
    ("Sallie Gardner at a Gallop", 1878),
    ("Star Wars: Episode III –\u00a0Revenge of the Sith", 2005),
    ("@ in the mood for love", 2001),
)
# Links that differ by case alone, for the third and fourth of the tricky films.
TWIN_LINKS = {2: "https://boxd.it/jqc", 3: "https://boxd.it/JqC"}
TAGS = ("theater", "90s", "with M.", "home", "???", "+", "-->", "r-letterboxd", "映画", "Rewatch 2020", "plane")
WORDS = ("slow", "rain", "quiet", "the", "and", "a", "love", "camera", "face", "nothing", "again", "city", "long", "of")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=1500)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    library = make(titles(arguments.catalogue, seed=arguments.seed), n_films=arguments.films, seed=arguments.seed)
    arguments.out.write_bytes(write(library, seed=arguments.seed))
    arguments.out.with_suffix(".json").write_text(json.dumps(library.totals(), indent=2) + "\n")
    print(json.dumps(library.totals(), indent=2))


def titles(catalogue: Path, *, seed: int) -> Iterator[tuple[str, int | None]]:
    """Each title and year once: the table's in an order of the seed's, then the rest of the catalogue's."""
    seen: set[tuple[str, int | None]] = set(TRICKY)
    with catalogue.open(newline="") as lines:
        rows = [
            (row["name"], int(row["year"]) if row["year"] else None)
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    random.Random(seed).shuffle(rows)
    rest = catalogue.with_name("catalogue.parquet")
    more: Iterable[tuple[str, int | None]] = (
        ((title, int(released[:4]) if released else None) for title, released in _released(rest))
        if rest.exists()
        else ()
    )
    for source in (rows, more):
        for row in source:
            if row not in seen and row[0].strip():
                seen.add(row)
                yield row


def _released(catalogue: Path) -> Iterator[tuple[str, str | None]]:
    yield from pl.read_parquet(catalogue, columns=["title", "release_date"]).iter_rows()


def make(source: Iterator[tuple[str, int | None]], *, n_films: int, seed: int) -> Library:
    chance = random.Random(seed)
    film_ids = iter(chance.sample(range(20_000, 1_600_000), 3 * n_films + 1000))

    def film(title: str, year: int | None, uri: str | None = None) -> Film:
        return Film(title, year, uri or f"https://boxd.it/{code(10 * next(film_ids))}")

    library = Library()
    n_tricky = min(len(TRICKY), n_films)
    watched = [film(*TRICKY[n], uri=TWIN_LINKS.get(n)) for n in range(n_tricky)]
    watched += [film(*next(source)) for _ in range(n_films - n_tricky)]
    others = [film("Heat 2", None), film("Avatar 5", 2031)] + [film(*next(source)) for _ in range(n_films // 2)]
    for seen in watched:
        library.diary += _viewings(seen, chance, second_of_name=seen is watched[min(1, n_tricky - 1)])
    _trap_entries(library, watched, chance)
    _number(library.diary + library.undated_reviews, chance)
    first_logged = {
        entry.film: entry.logged_on for entry in sorted(library.diary, key=lambda e: e.logged_on, reverse=True)
    }
    ticked_at_once = FIRST_DAY + timedelta(days=3)
    library.watched = {seen: first_logged.get(seen, ticked_at_once) for seen in watched}
    library.ratings = {seen: _stars(chance) for seen in watched if chance.random() < 0.65} or {watched[0]: 4.0}
    for entry in library.diary:
        if entry.rating and chance.random() < 0.97:
            entry.rating = library.ratings.get(entry.film, entry.rating)
    library.likes = chance.sample(watched, n_films // 7) + others[2:5]
    library.watchlist = others + chance.sample(watched, min(9, n_films))
    pool = watched + others
    library.lists = {
        f"list-{n}": chance.sample(pool, min(len(pool), chance.randint(1, 100))) for n in range(max(3, n_films // 60))
    } | {"null-35233908": []}
    library.gone = [
        entry for seen in watched[: n_films // 5] for entry in _viewings(seen, chance, second_of_name=False)
    ]
    _number(library.gone, chance)
    return library


def _viewings(film: Film, chance: random.Random, *, second_of_name: bool) -> Iterator[Entry]:
    """None for a quarter of the films, and for the second film of one name and year, which no entry could mean."""
    if second_of_name or chance.random() < 0.25:
        return
    span = (LAST_DAY - FIRST_DAY).days
    days = sorted(
        FIRST_DAY + timedelta(days=chance.randrange(span)) for _ in range(chance.choice((1,) * 12 + (2, 2, 3)))
    )
    for n, day in enumerate(days):
        yield Entry(
            film=film,
            logged_on=day + timedelta(days=chance.choice((0, 0, 1, 1, 1, -1, 400))),
            watched_on=day,
            rating=_stars(chance) if chance.random() < 0.63 else None,
            rewatch=chance.random() < (0.95 if n else 0.08),
            tags=tuple(chance.sample(TAGS, chance.choice((0, 0, 0, 1, 2)))),
            text=_text(chance) if chance.random() < 0.15 else "",
        )


def _trap_entries(library: Library, watched: Sequence[Film], chance: random.Random) -> None:
    """Two viewings of one day, a viewing long before it was logged, one of a removed film, reviews of no day."""
    film, day = watched[-1], date(2025, 11, 15)
    removed = Film("Prada: Candy", 2013, "")
    library.diary += [
        Entry(film, day, day, 5.0, False, ()),
        Entry(film, day, day, None, True, ("theater", "90s")),
        Entry(film, date(2018, 3, 23), date(2015, 12, 29), None, False, ()),
        Entry(removed, date(2020, 6, 4), date(2020, 6, 3), None, False, ("youtube", "short")),
    ]
    library.undated_reviews = [
        Entry(seen, FIRST_DAY, None, 4.0, False, ("david lynch",), _text(chance))
        for seen in watched[:: len(watched) // 6 + 1]
    ]


def _number(entries: Sequence[Entry], chance: random.Random) -> None:
    """Entry links, whose numbers grow with the time of logging; a removed film's entry has none."""
    number = chance.randint(10_000_000, 20_000_000)
    for entry in sorted(entries, key=lambda entry: entry.logged_on):
        number += chance.randint(1, 60_000)
        entry.uri = f"https://boxd.it/{code(10 * number + 1)}" if entry.film.uri else ""


def _stars(chance: random.Random) -> float:
    return min(10, max(1, round(chance.gauss(7, 2)))) / 2


def _text(chance: random.Random) -> str:
    words = [" ".join(chance.choices(WORDS, k=chance.randint(4, 60))) for _ in range(chance.randint(1, 4))]
    words[0] = f'<i>{words[0]}</i>, "{chance.choice(WORDS)}" & <a href="https://example.org">more</a>'
    return "\r\n\r\n".join(words)


if __name__ == "__main__":
    main()

"""How the built-in lists hold against a table of winners.

    python bench/lists.py [--winners ../shared/awards/winners.tsv] [--stand-in ../shared/tmdb-sim] [--only NAME]

Looks every film of the lists up at a stand-in for TMDB, as the worker would. The table has the columns award, year,
imdb_id, and tmdb_id, title, release_year where the stand-in knows the film. Right: the list has that winner, found as
that very entry; missing: it has not, and the list's films of that year are named; not in the file: films of the list
that are no winner of the table, among them those whose winner the stand-in does not know. Lists without winners in the
table show how many of their films are found.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path

import enrichment
from enrichment import ROOT, stand_in

from kinograph.films.candidates import FilmRef
from kinograph.films.lookup import Found, look_up
from kinograph.films.tmdb import Client
from kinograph.lists.built_in import BuiltIn, ListedFilm, built_in

AT_ONCE = 12
Row = dict[str, str]
Entries = dict[ListedFilm, int | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winners", type=Path, default=ROOT.parent / "shared" / "awards" / "winners.tsv")
    parser.add_argument("--stand-in", type=Path, default=ROOT.parent / "shared" / "tmdb-sim")
    parser.add_argument("--stand-in-python", default=sys.executable)
    parser.add_argument("--base", help="the address of a stand-in that runs already")
    parser.add_argument("--token", default="sim-token")
    parser.add_argument("--rate", type=float, default=5000, help="requests a second")
    parser.add_argument("--only", help="the name of one list")
    options = parser.parse_args()
    with nullcontext() if options.base else stand_in(options, 0, "--latency-ms", "0", "--jitter-ms", "0"):
        options.base = options.base or f"http://127.0.0.1:{enrichment.PORT}/3"
        asyncio.run(measure(options))


async def measure(options: argparse.Namespace) -> None:
    with options.winners.open(encoding="utf-8", newline="") as lines:
        winners = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = right = 0
    async with Client(options.base, token=options.token, per_second=options.rate) as client:
        for name, each in built_in().items():
            if options.only in (None, name):
                entries = await _look_up_all(client, each)
                found = _compare(each, entries, [row for row in winners if row["award"] == name])
                known, right = known + found[0], right + found[1]
    if known:
        print(f"\nwinners that the stand-in knows: {known}, right {right} ({right / known:.2%})")


async def _look_up_all(client: Client, each: BuiltIn) -> Entries:
    entries: Entries = dict.fromkeys(each.films)
    queue = iter(each.films)

    async def work() -> None:
        for film in queue:
            found = await look_up(client, FilmRef(film.title, film.year))
            entries[film] = found.facts.tmdb_id if isinstance(found, Found) and found.facts.kind == "movie" else None

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return entries


def _compare(each: BuiltIn, entries: Entries, rows: list[Row]) -> tuple[int, int]:
    """Prints how a list holds. Returns how many of its winners the stand-in knows, and how many of these are right."""
    ids = {entry for entry in entries.values() if entry}
    known = {int(row["tmdb_id"]): row for row in rows if row["tmdb_id"]}
    missing = [row for entry, row in known.items() if entry not in ids]
    others = [film for film, entry in entries.items() if entry not in known]
    print(
        f"\n{each.name}: {len(entries)} films, {len(ids)} found; winners in the file {len(rows)}, known {len(known)},"
        f" right {len(known) - len(missing)}, missing {len(missing)}, not in the file {len(others) if rows else '-'}"
    )
    of_year: defaultdict[int, list[str]] = defaultdict(list)
    for film, entry in entries.items():
        of_year[film.of].append(f"{film.title} ({film.year}) -> {entry}")
    for row in missing:
        listed = "; ".join(of_year[int(row["year"])])
        print(f"  missing {row['year']}: {row['tmdb_id']} {row['title']} ({row['release_year']}); listed: {listed}")
    for film in others if rows else [film for film, entry in entries.items() if entry is None]:
        print(
            f"  {'not in the file' if rows else 'not found'}: {film.of} {film.title} ({film.year}) -> {entries[film]}"
        )
    return len(known), len(known) - len(missing)


if __name__ == "__main__":
    main()

"""How long reading an export takes, and whether the totals are the ones it was made with.

python bench/reader.py --catalogue ../shared/tmdb-sim/matching-dev.tsv --films 1500 5000 20000
"""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from pathlib import Path

import exports
from export_writing import write

from kinograph.sessions.export import Export, Upload, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--films", type=int, nargs="+", default=[1500, 5000, 20_000])
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    for n_films in arguments.films:
        library = exports.make(exports.titles(arguments.catalogue, seed=1), n_films=n_films, seed=1)
        upload = Upload("letterboxd-someone-2026-05-03-18-29-utc.zip", write(library, seed=1))
        seconds = [_seconds(upload) for _ in range(arguments.repeat)]
        found = read([upload])
        assert _totals(found) == library.totals(), (_totals(found), library.totals())
        assert not found.problems, found.problems[:3]
        n_rows = sum(file.rows for file in found.files)
        print(
            f"{n_films:,} films, {n_rows:,} rows, {len(upload.content):,} bytes:"
            f" median {statistics.median(seconds):.3f} s, worst {max(seconds):.3f} s,"
            f" peak {_peak(upload) / 2**20:.0f} MB above the upload; totals exact"
        )


def _seconds(upload: Upload) -> float:
    """Of the processor, which other programs on the machine do not lengthen as they do the clock's."""
    start = time.process_time()
    read([upload])
    return time.process_time() - start


def _peak(upload: Upload) -> int:
    tracemalloc.start()
    read([upload])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _totals(found: Export) -> dict[str, object]:
    return {
        "films": len(found.watched),
        "viewings": len(found.viewings),
        "rewatches": sum(viewing.rewatch for viewing in found.viewings),
        "ratings": len(found.ratings),
        "rating_mean": sum(found.ratings.values()) / len(found.ratings),
        "reviews": len(found.reviews),
        "likes": len(found.likes),
        "watchlist": len(found.watchlist),
        "lists": len(found.lists),
        "first_viewing": str(found.viewings[0].watched_on),
        "last_viewing": str(found.viewings[-1].watched_on),
        "undated_films": len(found.watched.keys() - {viewing.film for viewing in found.viewings}),
    }


if __name__ == "__main__":
    main()

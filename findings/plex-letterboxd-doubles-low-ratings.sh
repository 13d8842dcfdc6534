#!/usr/bin/env bash
# Date: 2026-11-27. plex-letterboxd 0.8, PlexAPI 4.18.3.
# Expected: Plex's own ratings run from 0 to 10 (PlexAPI refuses others), so each is halved to Letterboxd's 0.5 to 5 stars.
# What happens: each rating is taken by itself: up to 5 it counts as stars already, above it is halved. A film rated 4 of
# 10 becomes 4 stars, one rated 7 becomes 3.5, and 5 of 10 equals 10 of 10.
# Why it matters: a file made with rating: true turns a person's worst films into favorites. Such a file is well formed;
# nothing in it shows the mistake.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check plex-letterboxd==0.8 PlexAPI==4.18.3
timeout 150 "$work/env/bin/python" - <<'PY'
import sys
from plex_letterboxd.config import CsvConfig
from plex_letterboxd.csv import transform_history
from plexapi.exceptions import BadRequest
from plexapi.mixins import RatingMixin

try:
    RatingMixin().rate(11)
    scale = ""
except BadRequest as error:
    scale = str(error)
print("PlexAPI:", scale)
history = [{"tmdbID": "", "Title": f"Film {n}", "Year": "2020", "Directors": "", "WatchedDate": f"2024-01-{n:02}",
            "Rating": f"{n}.0", "Tags": "", "Rewatch": "No"} for n in range(1, 11)]
stars = [row["Rating"] for row in transform_history(history, CsvConfig(rating=True))]
print("of 10: ", list(range(1, 11)))
print("stars: ", stars)
sys.exit(0 if "0 to 10" in scale and stars == ["1", "2", "3", "4", "5", "3", "3.5", "4", "4.5", "5"] else 1)
PY

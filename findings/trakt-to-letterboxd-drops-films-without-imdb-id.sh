#!/usr/bin/env bash
# Date: 2026-11-27. trakt-to-letterboxd 0.1.0, pandas 3.1.1.
# Expected: a watch of a film that Trakt knows without an IMDb id ("imdb": null, usual for shorts and new or local films)
# is exported with title and year, which is all that Letterboxd's import needs.
# What happens: it is left out of the merged export, with its rating, silently: the rows are grouped by imdbID, and
# pandas' groupby drops a missing key by default.
# Why it matters: a diary that came by way of this tool lacks films, and its owner looks for the fault in whatever shows it.
# Compare its count with Trakt's before one trusts it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check --no-deps trakt-to-letterboxd==0.1.0
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check pandas==3.1.1 pytrakt==4.4.6 rich==15.0.0
timeout 150 "$work/env/bin/python" - <<'PY'
import datetime
import sys
import pandas as pd
from trakt_to_letterboxd.export import merge_ratings_and_watched

day = datetime.date(2024, 2, 3)
films = [("A Quiet Pier", 2019, "tt9000001", 8), ("Salt Lanterns", 2021, None, 9), ("Ferry, Unlit", 2022, "tt9000003", 6)]
ratings = pd.DataFrame([{"Title": t, "Year": y, "imdbID": i, "Rating10": r, "RatingDate": day} for t, y, i, r in films])
watches = pd.DataFrame([{"Title": t, "Year": y, "imdbID": i, "WatchedDate": day} for t, y, i, _ in films])
merged = merge_ratings_and_watched(ratings, watches)
print("watched: ", watches["Title"].to_list())
print("exported:", sorted(merged["Title"]))
sys.exit(0 if sorted(merged["Title"]) == ["A Quiet Pier", "Ferry, Unlit"] else 1)
PY

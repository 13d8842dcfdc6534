#!/usr/bin/env bash
# Date: 2026-11-28. Babel 2.18.0; Intl of the Node.js on PATH beside it.
# Expected: format_interval(start, end, "MMMd") of two days in different years names the years, or at least both days:
# CLDR says that what differs above the fields of the skeleton is added, and Intl's formatRange writes "Mar 1, 2024 –
# Mar 1, 2025".
# What happens: fields that the skeleton lacks are not compared. From March 1 to March 1 of the next year is "Mar 1",
# eight in the evening to eight the next evening "20:00" (skeleton Hm), and December 1 to January 31 stands without years.
# Why it matters: a range picked by a reader ("the last twelve months") turns into a single day, silently and only for
# ranges that begin and end alike. Compare years (or days) yourself and choose the skeleton by that.
set -euo pipefail
command -v node >/dev/null || { echo "SKIPPED: no node on PATH"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check babel==2.18.0
timeout 150 "$work/env/bin/python" - <<'PY'
import json
import subprocess
import sys
from datetime import datetime
from babel.dates import format_interval

DAY = {"month": "short", "day": "numeric"}
CASES = [
    ("en", "MMMd", DAY, "2024-03-01T00:00", "2025-03-01T00:00"),
    ("de", "MMMd", DAY, "2024-03-01T00:00", "2025-03-01T00:00"),
    ("en", "MMMd", DAY, "2024-12-01T00:00", "2025-01-31T00:00"),
    ("en", "Hm", {"hour": "2-digit", "minute": "2-digit", "hourCycle": "h23"}, "2024-03-01T20:00", "2024-03-02T20:00"),
]
babel = [format_interval(datetime.fromisoformat(a), datetime.fromisoformat(b), s, locale=l) for l, s, _, a, b in CASES]
script = ("console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([l, s, o, a, b]) => new Intl.DateTimeFormat(l,"
          "{...o, timeZone: 'UTC'}).formatRange(new Date(a + 'Z'), new Date(b + 'Z')))))")
run = subprocess.run(["node", "-e", script, json.dumps(CASES)], capture_output=True, text=True, check=True, timeout=60)
plain = [[" ".join(text.split()) for text in texts] for texts in (babel, json.loads(run.stdout))]
for case, b, i in zip(CASES, *plain):
    print(case[0], case[1], case[3], case[4], "| Babel:", b, "| Intl:", i)
names_both = all(i.count("2024") >= 1 and ("2025" in i or "3/2" in i) for i in plain[1])
sys.exit(0 if plain[0] == ["Mar 1", "1. März", "Dec 1 – Jan 31", "20:00"] and names_both else 1)
PY

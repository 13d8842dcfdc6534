#!/usr/bin/env bash
# Date: 2026-11-27. Babel 2.18.0; Intl of the Node.js on PATH beside it.
# Expected: compact numbers are rounded first and then named: 999,999 is "1M", as Intl.NumberFormat in any browser
# writes it; Polish 12,345 without decimals is "12 tysięcy", the plural that goes with 12.
# What happens: Babel picks magnitude and plural from the number before it rounds: "1000K", and "12 tysiąca", the
# form for a fraction (12.345), which nobody says after 12.
# Why it matters: the server's text and a script's text for one number differ, and the Polish one is a mistake of
# grammar. Round to the digits that will be shown, then format.
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
from babel.numbers import format_compact_decimal

CASES = [("en", 999_999, "short"), ("es", 999_999, "short"), ("pl", 12_345, "long")]
babel = [format_compact_decimal(n, locale=l, format_type=f) for l, n, f in CASES]
script = ("console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([l, n, f]) => new Intl.NumberFormat(l,"
          "{notation: 'compact', compactDisplay: f, maximumFractionDigits: 0}).format(n))))")
run = subprocess.run(["node", "-e", script, json.dumps(CASES)], capture_output=True, text=True, check=True, timeout=60)
intl = json.loads(run.stdout)
plain = [[" ".join(text.split()) for text in texts] for texts in (babel, intl)]
for case, b, i in zip(CASES, *plain):
    print(case, "Babel:", b, "| Intl:", i)
sys.exit(0 if plain == [["1000K", "1000 mil", "12 tysiąca"], ["1M", "1 M", "12 tysięcy"]] else 1)
PY

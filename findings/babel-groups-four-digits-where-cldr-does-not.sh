#!/usr/bin/env bash
# Date: 2026-11-28. Babel 2.18.0; Intl of the Node.js on PATH beside it.
# Expected: format_decimal(1234, locale="es") follows CLDR, which Babel is made from: with minimumGroupingDigits 2 a number
# of four digits stands without a separator (1234) and one of five with it (12 345), as Intl writes them.
# What happens: Babel groups four digits as well: "1.234" in Spanish, "1 234" in Polish, European Portuguese, Hungarian,
# Bulgarian and Latvian. Years and small counts look foreign there, and the server's text differs from the script's.
# Why it matters: 1,000 to 9,999 is where counts of films, kilometers and prices live. Format below 10,000 with
# group_separator=False in those languages.
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
from babel.numbers import format_decimal

LANGUAGES = ["es", "pl", "pt-PT", "hu", "bg", "lv"]
script = ("console.log(JSON.stringify(JSON.parse(process.argv[1]).map(l => [1234, 12345].map(n =>"
          " new Intl.NumberFormat(l).format(n)))))")
run = subprocess.run(["node", "-e", script, json.dumps(LANGUAGES)], capture_output=True, text=True, check=True, timeout=60)
intl = json.loads(run.stdout)
babel = [[format_decimal(n, locale=l.replace("-", "_")) for n in (1234, 12345)] for l in LANGUAGES]
for language, b, i in zip(LANGUAGES, babel, intl):
    print(f"{language:5} Babel: {b} Intl: {i}")
ungrouped = all(i[0] == "1234" and len(i[1]) == 6 for i in intl)
sys.exit(0 if ungrouped and all(len(b[0]) == 5 and len(b[1]) == 6 for b in babel) else 1)
PY

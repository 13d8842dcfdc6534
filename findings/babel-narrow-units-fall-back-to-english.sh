#!/usr/bin/env bash
# Date: 2026-11-27. Babel 2.18.0; Intl of the Node.js on PATH beside it.
# Expected: format_unit(90, "minute", "narrow", locale="de") writes the German narrow form, which CLDR inherits from the
# short one: "90 Min.", as Intl.NumberFormat does. "short" and "long" do come out in German.
# What happens: where CLDR has a locale's narrow unit only by inheritance, Babel writes the unit's English identifier,
# without a plural: "90 minute" in German, Polish and Portuguese. English, French and Swedish are right.
# Why it matters: no error and no warning, and it looks right in the languages a developer tries first.
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
from babel.units import format_unit

LOCALES = ["en", "fr", "sv", "de", "pl", "pt"]
narrow = {l: " ".join(format_unit(90, "minute", "narrow", locale=l).split()) for l in LOCALES}
short = {l: " ".join(format_unit(90, "minute", "short", locale=l).split()) for l in LOCALES}
script = ("console.log(JSON.stringify(JSON.parse(process.argv[1]).map(l => new Intl.NumberFormat(l,"
          "{style: 'unit', unit: 'minute', unitDisplay: 'narrow'}).format(90))))")
run = subprocess.run(["node", "-e", script, json.dumps(LOCALES)], capture_output=True, text=True, check=True, timeout=60)
intl = {l: " ".join(text.split()) for l, text in zip(LOCALES, json.loads(run.stdout))}
for l in LOCALES:
    print(f"{l}: Babel narrow {narrow[l]!r}, short {short[l]!r} | Intl narrow {intl[l]!r}")
english = [l for l in LOCALES if narrow[l] == "90 minute"]
sys.exit(0 if english == ["de", "pl", "pt"] and "90 minute" not in [*short.values(), *intl.values()] else 1)
PY

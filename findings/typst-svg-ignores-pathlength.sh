#!/usr/bin/env bash
# Date: 2026-11-27. typst 0.15.2 (PyPI), Debian's Chromium 156 by Playwright 1.65.2 beside it, Pillow 13.0.0.
# Expected: pathLength="100" with stroke-dasharray="25 75" draws a quarter of a ring, the usual way to make a donut or a
# progress ring; the attribute is of SVG 1.1 (2003), and typst draws dashes.
# What happens: typst's image() of an SVG ignores pathLength, without a warning, and reads the dashes in user units:
# three dashes around the ring, where one quarter was meant.
# Why it matters: the chart is right in browsers and says something else in the PDF or the picture. Write dash lengths in
# user units (share times 2 pi r), or draw arcs.
set -euo pipefail
command -v chromium >/dev/null || { echo "SKIPPED: no chromium on PATH"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check typst==0.15.2 playwright==1.65.2 pillow==13.0.0
timeout 150 "$work/env/bin/python" - "$work" <<'PY'
import io
import math
import pathlib
import shutil
import sys
import typst
from PIL import Image
from playwright.sync_api import sync_playwright

work = pathlib.Path(sys.argv[1])
(work / "page.typ").write_text('#set page(width: 100pt, height: 100pt, margin: 0pt)\n#image("a.svg", width: 100pt)')
r, around = 40, 2 * math.pi * 40
RINGS = {"pathLength": 'pathLength="100" stroke-dasharray="25 75"',
         "user units": f'stroke-dasharray="{around / 4} {around * 3 / 4}"'}


def quadrants(png):
    image = Image.open(io.BytesIO(png)).convert("RGB")
    at = lambda a: image.getpixel((round(50 + r * math.cos(a)), round(50 + r * math.sin(a))))
    return [any(at(math.radians(q * 90 + d))[1] < 128 for d in range(5, 86)) for q in range(4)]


seen = {}
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 100, "height": 100})
    for name, dashes in RINGS.items():
        svg = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
               f'<circle cx="50" cy="50" r="{r}" fill="none" stroke="#f00" stroke-width="10" {dashes}/></svg>')
        (work / "a.svg").write_text(svg)
        png, warnings = typst.compile_with_warnings(work / "page.typ", format="png", ppi=72, ignore_system_fonts=True)
        page.set_content(f"<!doctype html><style>body{{margin:0}}svg{{display:block}}</style>{svg}")
        seen[name] = quadrants(png), quadrants(page.screenshot()), len(warnings)
        print(f"{name}: quarters with ink: typst {seen[name][0]}, Chromium {seen[name][1]}, warnings {len(warnings)}")
    browser.close()
quarter = [True, False, False, False]
sys.exit(0 if seen == {"pathLength": ([True, True, False, True], quarter, 0), "user units": (quarter, quarter, 0)} else 1)
PY

#!/usr/bin/env bash
# Date: 2026-11-27. typst 0.15.2 (PyPI), Debian's Chromium 156 by Playwright 1.65.2 beside it, Pillow 13.0.0.
# Expected: a renderer that does not know a color function drops that declaration, as CSS says, and the one before it, the
# attribute, or the inherited paint holds. So fill:#f00;fill:oklch(...) is the safe way to write new colors.
# What happens: typst's image() of an SVG paints opaque black for fill:#f00;fill:oklch(...), for rgb(255 0 0 / 50%) and for
# var(--x, #f00), whatever stands before. There is no warning. rgb(255 0 0), rgba(255,0,0,.5) and #ff000080 are right.
# Why it matters: a chart that is right in every browser becomes a black block in the PDF or the picture, and its CSS
# fallbacks do not save it. Resolve colors to hex before the SVG goes to typst.
set -euo pipefail
command -v chromium >/dev/null || { echo "SKIPPED: no chromium on PATH"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check typst==0.15.2 playwright==1.65.2 pillow==13.0.0
timeout 150 "$work/env/bin/python" - "$work" <<'PY'
import io
import pathlib
import shutil
import sys
import typst
from PIL import Image
from playwright.sync_api import sync_playwright

work = pathlib.Path(sys.argv[1])
BLACK = (0, 0, 0)
FILLS = {"fill:#f00;fill:oklch(0.63 0.26 29)": BLACK, "fill:rgb(255 0 0 / 50%)": BLACK, "fill:var(--x, #f00)": BLACK,
         "fill:rgb(255 0 0)": (255, 0, 0), "fill:rgba(255,0,0,.5)": None, "fill:#ff000080": None}
(work / "page.typ").write_text('#set page(width: 100pt, height: 100pt, margin: 0pt)\n#image("a.svg", width: 100pt)')
right = True
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 100, "height": 100})
    for style, expected in FILLS.items():
        svg = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
               f'<rect style="{style}" width="100" height="100"/></svg>')
        (work / "a.svg").write_text(svg)
        png, warnings = typst.compile_with_warnings(work / "page.typ", format="png", ppi=72, ignore_system_fonts=True)
        page.set_content(f"<!doctype html><style>body{{margin:0}}svg{{display:block}}</style>{svg}")
        seen = [Image.open(io.BytesIO(image)).convert("RGB").getpixel((50, 50)) for image in (png, page.screenshot())]
        print(f"{style}: typst {seen[0]}, Chromium {seen[1]}, warnings {len(warnings)}")
        red = seen[1][0] > 240
        same = max(abs(a - b) for a, b in zip(*seen)) < 4
        right = right and red and not warnings and (seen[0] == BLACK if expected == BLACK else same)
    browser.close()
sys.exit(0 if right else 1)
PY

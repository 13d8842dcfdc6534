#!/usr/bin/env bash
# Date: 2026-11-27. Debian's Chromium 156, driven by Playwright 1.65.2; Pillow 13.0.0.
# Expected: <img alt=""> that fails to load is decoration and draws nothing, as the HTML standard suggests ("the image
# is treated as an empty inline element"); its CSS size changes only the room it takes.
# What happens: with width and height set in CSS (or as attributes), or width and aspect-ratio, Chromium draws a frame
# and the broken-image mark. With width and height auto and the same box from min-/max-width and min-/max-height, it
# draws nothing.
# Why it matters: every poster wall gives its images a fixed size and an empty alt beside a printed title. One missing
# poster shows a grey broken mark over the designed background, in Chromium alone.
set -euo pipefail
command -v chromium >/dev/null || { echo "SKIPPED: no chromium on PATH"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
timeout 600 "$work/env/bin/pip" install -q -q --no-compile --disable-pip-version-check playwright==1.65.2 pillow==13.0.0
timeout 150 "$work/env/bin/python" - <<'PY'
import io
import shutil
import sys
from PIL import Image
from playwright.sync_api import sync_playwright

SIZES = {
    "no size": ("", False),
    "width and height": ("width:120px;height:180px", True),
    "width and aspect-ratio": ("width:120px;aspect-ratio:2/3", True),
    "auto with min and max": ("width:auto;height:auto;min-width:120px;max-width:120px;"
                              "min-height:180px;max-height:180px", False),
}
right = True
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    print("Chromium", browser.version)
    page = browser.new_page(viewport={"width": 300, "height": 300})
    page.route("**/*.jpg", lambda route: route.abort())
    for name, (css, expected) in SIZES.items():
        page.set_content(f'<!doctype html><style>body{{margin:0;background:#fff}}img{{display:block;{css}}}</style>'
                         '<img alt="" src="http://poster.test/a.jpg">')
        page.wait_for_function("document.images[0].complete")
        box = page.evaluate("(r => [r.width, r.height])(document.images[0].getBoundingClientRect())")
        image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        drawn = sum(n for n, color in image.getcolors(100_000) if color != (255, 255, 255))
        print(f"{name}: box {box}, {drawn} pixels drawn")
        right = right and (drawn > 0) == expected and (name in ("no size",) or box == [120, 180])
    browser.close()
sys.exit(0 if right else 1)
PY

"""The icons that a phone or a desk shows of Kinograph, drawn from frontend/img/favicon.svg and checked in beside it.

python bench/icons.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests import browser as browsers  # noqa: E402

PICTURES = ROOT / "frontend" / "img"
# Name: pixels, and how much of the width the drawing takes. None keeps the favicon's own round corners; the others
# reach the edges, for whoever shows them cuts them: a maskable one down to the circle of four fifths.
ICONS = {
    "icon-192.png": (192, None),
    "icon-512.png": (512, None),
    "icon-maskable-512.png": (512, 0.76),
    "apple-touch-icon.png": (180, 0.88),
}


def main() -> None:
    drawing = (PICTURES / "favicon.svg").read_text()
    with browsers.chromium() as chromium:
        for name, (pixels, share) in ICONS.items():
            with browsers.page(chromium, width=pixels, height=pixels) as page:
                page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{_icon(drawing, share)}")
                page.screenshot(path=PICTURES / name, omit_background=True)


def _icon(drawing: str, share: float | None) -> str:
    if share is None:
        return drawing
    inside = re.sub(r"<rect[^>]*/>", "", drawing)
    edge, width = 16 - 16 * share, 32 * share
    inside = inside.replace("<svg", f'<svg x="{edge}" y="{edge}" width="{width}" height="{width}"', 1)
    return f'<svg viewBox="0 0 32 32"><rect width="32" height="32" fill="#120f14"/>{inside}</svg>'


if __name__ == "__main__":
    main()

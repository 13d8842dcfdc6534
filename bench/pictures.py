"""Screenshots of the pages, made from the sample, in both widths and both lights.

    python bench/pictures.py [--readme]

writes pictures/PAGE-WIDTH-LIGHT.png; with --readme also docs/overview.png, the picture the README shows.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph.stats import pages  # noqa: E402
from tests import browser as browsers  # noqa: E402

PAGES = {"landing": "/", "filtered": "/sample?country=JP", "missing": "/nowhere"}
PAGES |= {page.name or "sample": f"/sample{page.path}" for page in pages.PAGES}
PAGES |= {"films": "/sample/films", "posters": "/sample/films?look=posters", "settings": "/sample/settings"}
PAGES |= {"year-2024": "/sample/year/2024", "person": "/sample/person/-1"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readme", action="store_true")
    readme = parser.parse_args().readme
    folder = ROOT / "pictures"
    folder.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as place,
        browsers.kinograph(Path(place)) as running,
        browsers.chromium() as chromium,
    ):
        for name, path in PAGES.items():
            for width in (1440, 390):
                for light in ("dark", "light"):
                    with browsers.page(chromium, width=width, color_scheme=light, refusals=1) as page:
                        page.goto(running.url + path)
                        page.locator("html.shows-offscreen").wait_for(state="attached")
                        page.screenshot(path=folder / f"{name}-{width}-{light}.png", full_page=True)
        if readme:
            with browsers.page(chromium, height=1350, color_scheme="dark") as page:
                page.goto(f"{running.url}/sample")
                page.screenshot(path=ROOT / "docs" / "overview.png")


if __name__ == "__main__":
    main()

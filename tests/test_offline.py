"""What can be read without a network: the pages seen last, each said to be old, and never anything else."""

from __future__ import annotations

import re
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from kinograph.sample.session import sample_id
from tests import browser as browsers
from tests.browser import Running
from tests.service_worker import await_worker, expect_kept, kept, open_
from tests.test_journey import archive

OLD = re.compile(r"^You are offline, or Kinograph is\. This is how the page looked on \w+day, .*\d:\d\d.[AP]M\.$")


def upload(page: Page, running: Running, folder: Path, *, last: int) -> str:
    """The address of a new session of this browser."""
    export = folder / "export.zip"
    export.write_bytes(archive(0, last))
    page.goto(running.url)
    page.set_input_files("input[type=file]", export)
    page.get_by_role("button", name="Show me my films").click()
    page.wait_for_url(re.compile(r"/session/[0-9a-f-]{36}$"))
    return page.url


def test_pages_seen_can_be_read_offline_and_are_said_to_be_old(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True) as page:
        open_(page, f"{running.url}/sample")  # there before the worker was
        open_(page, f"{running.url}/sample/patterns")
        expect(page.locator("#stale-page")).to_have_count(0)
        page.context.set_offline(True)
        for path, card in (("/sample/patterns", "#card-weekday_month"), ("/sample", "#card-ratings")):
            page.goto(running.url + path)
            expect(page.locator("#stale-page")).to_have_text(OLD)
            expect(page.locator(card)).to_be_visible()
            assert page.evaluate("document.fonts.check('800 40px \"Big Shoulders\"')")


def test_a_page_on_its_way_while_the_worker_begins_is_kept(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True) as page:
        beside = page.context.new_page()
        beside.goto(f"{running.url}/robots.txt")  # which has no script

        def begin(route: Route) -> None:
            beside.evaluate("navigator.serviceWorker.register('/sw.js')")
            await_worker(beside)
            route.continue_()

        page.route("**/sample", begin)
        page.goto(f"{running.url}/sample")
        expect_kept(page, f"{running.url}/sample")
        assert page.evaluate("!!navigator.serviceWorker.controller")


def test_a_page_that_cannot_be_marked_as_old_is_not_shown(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True, refusals=1) as page:
        open_(page, f"{running.url}/sample")
        page.evaluate(
            """async () => {
                const headers = { "Content-Type": "text/html", "Kinograph-Seen": new Date().toISOString() };
                await (await caches.open("pages")).put("/sample", new Response("<main>a lie</main>", { headers }));
            }"""
        )
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("main")).to_contain_text("this page is not saved on this device")


def test_a_page_of_long_ago_is_not_shown(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True, refusals=1) as page:
        open_(page, f"{running.url}/sample")
        page.evaluate(
            """async (seen) => {
                const cache = await caches.open("pages");
                const page = await cache.match("/sample");
                const headers = new Headers(page.headers);
                headers.set("Kinograph-Seen", seen);
                await cache.put("/sample", new Response(await page.text(), { headers }));
            }""",
            (datetime.now(UTC) - timedelta(days=31)).isoformat(),
        )
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("main")).to_contain_text("this page is not saved on this device")


def test_an_old_page_becomes_new_once_there_is_a_network(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True) as page:
        open_(page, f"{running.url}/sample")
        page.context.set_offline(True)
        page.reload()
        expect(page.locator("#stale-page")).to_be_visible()
        page.evaluate("window.untouched = true")

        page.context.set_offline(False)
        expect(page.locator("#stale-page")).to_have_count(0)
        assert page.evaluate("window.untouched")
        page.reload()
        expect(page.locator("#headline")).to_be_visible()
        expect(page.locator("#stale-page")).to_have_count(0)


def test_what_is_kept_is_never_shown_while_the_server_answers(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True) as page:
        open_(page, f"{running.url}/sample")
        page.evaluate(
            """async () => {
                const headers = { "Content-Type": "text/html", "Kinograph-Seen": new Date().toISOString() };
                const page = new Response('<main id="main" data-say-stale="{when}">a lie</main>', { headers });
                await (await caches.open("pages")).put("/sample", page);
            }"""
        )
        page.reload()
        expect(page.locator("h1")).to_contain_text("hours")
        assert "a lie" not in page.content()


def test_a_page_never_seen_is_said_to_be_missing_beside_those_that_are_kept(
    running: Running, chromium: Browser
) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True, refusals=1) as page:
        open_(page, f"{running.url}/sample/patterns")
        page.context.set_offline(True)
        page.goto(f"{running.url}/sample/world")
        expect(page.locator("main")).to_contain_text("this page is not saved on this device")
        page.locator("#cached-pages").get_by_role("link", name="Patterns").click()
        expect(page.locator("#stale-page")).to_have_text(OLD)


def test_the_page_for_what_is_missing_leaves_by_itself(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True, refusals=1) as page:
        open_(page, f"{running.url}/sample")
        page.context.set_offline(True)
        page.goto(f"{running.url}/sample/world")
        expect(page.get_by_role("link", name="Try again")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator("#card-world_map")).to_be_visible()


def test_a_filter_never_picked_before_leaves_the_page_as_it_is(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True) as page:
        open_(page, f"{running.url}/sample")
        before = page.locator("h1").inner_text()
        page.locator("#card-directors a[data-filter]").first.click()
        page.wait_for_url(re.compile("director="))
        expect_kept(page, page.url)
        page.go_back()
        expect(page.locator("h1")).to_have_text(before)

        page.context.set_offline(True)
        page.locator("#card-ratings a[data-filter]").last.click()
        expect(page.locator("#announcer")).to_contain_text("this selection is not saved")
        assert page.locator("#announcer").evaluate("(said) => said.offsetWidth") > 200
        assert page.url == f"{running.url}/sample"
        expect(page.locator("h1")).to_have_text(before)

        page.locator("#card-directors a[data-filter]").first.click()
        page.wait_for_url(re.compile("director="))
        expect(page.locator("#chips .chip")).to_have_count(1)
        expect(page.locator("#stale-page")).to_have_text(OLD)
        assert page.locator("#announcer").evaluate("(said) => said.offsetWidth") < 200


def test_a_search_offline_is_said_to_be_missing(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, goes_offline=True) as page:
        open_(page, f"{running.url}/sample/films")
        page.context.set_offline(True)
        page.get_by_role("searchbox").fill("vertigo")
        expect(page.locator("#announcer")).to_contain_text("this selection is not saved")


def test_the_api_is_never_kept(running: Running, chromium: Browser) -> None:
    address = f"/api/session/{sample_id()}/status"
    ask = (
        "(address) => fetch(address, { headers: { Accept: 'text/html' } }).then(({ status }) => status, () => 'nobody')"
    )
    with browsers.page(chromium, service_worker=True, goes_offline=True) as page:
        open_(page, f"{running.url}/sample")
        assert page.evaluate(ask, address) == 200
        page.context.set_offline(True)
        assert page.evaluate(ask, address) == "nobody"
        assert [one for one in kept(page) if "/api/" in one] == []


def test_the_pages_of_a_deleted_session_go_with_it(running: Running, chromium: Browser, tmp_path: Path) -> None:
    with browsers.page(chromium, service_worker=True) as page:
        session = upload(page, running, tmp_path, last=9)
        other = upload(page, running, tmp_path, last=11)
        open_(page, other)
        for path in ("/patterns", "/films", "?rated=yes", ""):
            open_(page, session + path)
        page.goto(f"{page.url}/settings")
        page.get_by_label("Yes, all of it").check()
        page.get_by_role("button", name="Delete for good").click()
        page.wait_for_url(f"{running.url}/")
        for path in ("/patterns", "/films", "?rated=yes", ""):
            expect_kept(page, session + path, is_kept=False)
        expect_kept(page, other, is_kept=False)  # the browser is asked to forget all; it comes back with the next visit
        open_(page, other)


def test_the_pages_of_a_session_deleted_elsewhere_go_when_that_is_seen(
    running: Running, chromium: Browser, tmp_path: Path
) -> None:
    with browsers.page(chromium, service_worker=True, refusals=1) as page:
        session = upload(page, running, tmp_path, last=7)
        for path in ("/patterns", ""):
            open_(page, session + path)
        page.goto(running.url)  # where nothing asks for it meanwhile
        owner = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "owner")
        address = session.replace("/session/", "/api/session/")
        headers = {"Authorization": f"Bearer {owner}"}
        urllib.request.urlopen(urllib.request.Request(address, headers=headers, method="DELETE"), timeout=60).close()

        page.goto(f"{session}/patterns")
        expect(page.locator("main")).to_contain_text("no such session")
        for path in ("/patterns", ""):
            expect_kept(page, session + path, is_kept=False)


def test_filters_are_kept_in_bounds_and_push_no_page_out(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True) as page:
        open_(page, f"{running.url}/sample")
        for year in range(1960, 1980):
            address = f"{running.url}/sample/world?year={year}"
            page.evaluate("(address) => fetch(address, { headers: { Accept: 'text/html' } })", address)
            expect_kept(page, address)
        expect_kept(page, f"{running.url}/sample/world?year=1963", is_kept=False)
        assert len([one for one in kept(page) if "?year=" in one]) == 16
        expect_kept(page, f"{running.url}/sample")


def test_files_of_an_earlier_build_go_unless_a_kept_page_needs_them(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True) as page:
        open_(page, f"{running.url}/sample")
        page.evaluate(
            """async () => {
                const files = await caches.open("files");
                await files.put("/static/main.AAAAAAAA.css", new Response(""));
                await files.put("/static/main.BBBBBBBB.css", new Response(""));
                const headers = { "Kinograph-Seen": new Date().toISOString() };
                const page = new Response("/static/main.BBBBBBBB.css", { headers });
                await (await caches.open("pages")).put("/sample/ratings", page);
            }"""
        )
        page.get_by_role("button", name=re.compile("Lights")).click()  # as a new build, a new light makes a new worker
        page.evaluate("async () => void (await (await navigator.serviceWorker.ready).update())")
        expect_kept(page, f"{running.url}/static/main.AAAAAAAA.css", is_kept=False)
        names = [one.rpartition("/")[2] for one in kept(page) if "/static/main." in one]
        assert "main.BBBBBBBB.css" in names
        assert len(names) == 3  # with the script and the style of this build


def test_a_browser_without_workers_is_left_in_peace(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True) as page:
        page.add_init_script("delete Navigator.prototype.serviceWorker")
        page.goto(f"{running.url}/sample")
        assert page.evaluate("document.readyState") == "complete"
        assert kept(page) == []


def test_the_colour_of_the_window_follows_the_light(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, service_worker=True, color_scheme="dark") as page:
        page.goto(running.url)
        page.get_by_role("button", name="Lights on").click()
        expect(page.locator("meta[name=theme-color]").first).to_have_attribute("content", "rgb(244, 241, 246)")
        page.reload()
        assert page.locator("meta[name=theme-color]").evaluate_all(
            "(all) => all.map((meta) => [meta.content, meta.media])"
        ) == [["#f4f1f6", ""]]

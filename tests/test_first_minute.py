"""The first minute: of a newcomer, with the wrong file, and of somebody who comes back; on a desk and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import browser as browsers
from tests.browser import Running
from tests.sessions.export_files import DIARY, FILM, RATING, table, zipped

SESSION = re.compile(r"/session/[0-9a-f-]{36}$")
SIZES = [(1440, 900), (390, 844)]


def export(folder: Path, *, films: int, made: str) -> Path:
    """A ZIP on disk, under the name that Letterboxd gives it."""
    rows = [f"2024-01-01,Tale {n},{1980 + n},https://boxd.it/{n + 1}0" for n in range(films)]
    entries = [f"2024-01-01,Tale {n},{1980 + n},https://boxd.it/{n + 1}H,4,,,2024-01-0{n + 1}" for n in range(films)]
    path = folder / f"letterboxd-someone-{made}-utc.zip"
    content = zipped(
        watched=table(FILM, *rows), diary=table(DIARY, *entries), ratings=table(RATING, *(f"{row},4" for row in rows))
    ).content
    path.write_bytes(content)
    return path


class Hand:
    """Holds files over the page and lets them go, as a hand with a mouse does."""

    def __init__(self, page: Page, *files: Path) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)
        self._dragged = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}

    def move(self, step: str, *, x: int = 150, y: int = 200) -> None:
        self._session.send("Input.dispatchDragEvent", {"type": step, "x": x, "y": y, "data": self._dragged})

    def leave(self, *, x: int = 150, y: int = 200) -> None:
        """The protocol has no event for it."""
        leave = (
            "([x, y]) => document.elementFromPoint(x, y).dispatchEvent(new DragEvent('dragleave', { bubbles: true }))"
        )
        self._page.evaluate(leave, [x, y])

    def drop(self) -> None:
        """A hand that waits moves all the same; Chromium takes no drop before the page has said that it wants it."""
        self.move("dragEnter")
        for _ in range(100):
            self.move("dragOver")
            if self._page.locator(".drop-target").is_visible():
                break
            self._page.wait_for_timeout(50)
        self.move("dragOver")
        self.move("drop")


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Show me my films")


def bring(page: Page, running: Running, file: Path) -> str:
    page.goto(running.url)
    Hand(page, file).drop()
    button(page).click()
    page.wait_for_url(SESSION)
    return page.url


@pytest.mark.parametrize(("width", "height"), [*SIZES, (1280, 720)])
def test_a_drop_on_the_hero_leads_to_the_button_and_the_button_to_the_page(
    running: Running, chromium: Browser, tmp_path: Path, width: int, height: int
) -> None:
    sent: list[str] = []
    with browsers.page(chromium, width=width, height=height) as page:
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.goto(running.url)
        expect(button(page)).to_be_disabled()
        hand = Hand(page, export(tmp_path, films=4, made="2026-05-03-18-29"))
        hand.move("dragEnter")
        hand.move("dragOver")
        expect(page.locator(".drop-target")).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("Drop it anywhere")).to_be_visible()
        hand.leave()
        expect(page.locator(".drop-target")).to_be_hidden()

        hand.drop()
        expect(page.locator(".drop-target")).to_be_hidden()
        expect(page.locator("[data-figure=films] dd")).to_have_text("4")
        expect(button(page)).to_be_in_viewport(ratio=1)
        expect(page.locator("[data-figure=films]")).to_be_in_viewport(ratio=1)
        expect(button(page)).to_be_focused()
        assert sent == []

        page.keyboard.press("Enter")
        page.wait_for_url(SESSION)
        expect(page.locator("h1")).to_contain_text("4")
        assert sent == [f"{running.url}/api/upload"]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_wrong_file_is_named_in_view_and_the_right_one_takes_its_place(
    running: Running, chromium: Browser, tmp_path: Path, width: int, height: int
) -> None:
    picture = tmp_path / "photo.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0")
    with browsers.page(chromium, width=width, height=height) as page:
        page.goto(running.url)
        Hand(page, picture).drop()
        told = page.locator(".upload-preview-problems li")
        expect(told).to_have_text([re.compile("^“photo.jpg” is a picture, not a Letterboxd export.")])
        expect(told).to_be_in_viewport(ratio=1)
        expect(button(page)).to_be_disabled()
        expect(page.get_by_text("More files?")).to_be_hidden()
        expect(page.get_by_text("Pick another file")).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("Not sent:")).to_be_hidden()
        expect(page.get_by_label("Your Letterboxd export")).to_be_focused()

        page.set_input_files("input[type=file]", export(tmp_path, films=3, made="2026-05-03-18-29"))
        expect(page.locator("[data-figure=films] dd")).to_have_text("3")
        expect(page.locator(".upload-preview-files li")).to_have_count(1)
        expect(button(page)).to_be_in_viewport(ratio=1)

        page.set_input_files("input[type=file]", picture)  # beside the right one it is told, and stays
        expect(told).to_have_count(1)
        expect(page.get_by_text("Not sent:")).to_be_hidden()
        expect(button(page)).to_be_enabled()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_network_that_fails_is_said_in_view_and_tried_again(
    running: Running, chromium: Browser, tmp_path: Path, width: int, height: int
) -> None:
    with browsers.page(chromium, width=width, height=height, goes_offline=True) as page:
        page.goto(running.url)
        Hand(page, export(tmp_path, films=2, made="2026-05-03-18-29")).drop()
        expect(button(page)).to_be_in_viewport(ratio=1)
        page.route("**/api/upload", lambda route: route.abort())
        button(page).click()
        expect(page.locator("#upload-error")).to_have_text(
            "The server could not be reached. Your files are still here: try again."
        )
        expect(page.locator("#upload-error")).to_be_in_viewport(ratio=1)
        page.unroute("**/api/upload")
        button(page).click()
        page.wait_for_url(SESSION)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_who_comes_back_finds_their_own_first_and_the_newer_from_the_older(
    running: Running, chromium: Browser, tmp_path: Path, width: int, height: int
) -> None:
    with browsers.page(chromium, width=width, height=height) as page:
        newer = bring(page, running, export(tmp_path, films=6, made="2026-06-04-07-05"))
        older = bring(page, running, export(tmp_path, films=5, made="2026-05-03-18-29"))
        page.goto(running.url)
        own = page.locator(".session-list a")
        expect(own).to_have_text(
            [
                re.compile(r"6 films, 6 viewings\s+export of Jun 4, 2026, 07:05 UTC\s+\+1 film, \+1 viewing since"),
                re.compile(r"5 films, 5 viewings\s+export of May 3, 2026, 18:29 UTC"),
            ]
        )
        for link in own.all():
            expect(link).to_be_in_viewport(ratio=1)

        own.last.click()
        page.wait_for_url(older)
        expect(page.locator("#newer-export")).to_be_in_viewport(ratio=1)
        page.get_by_role("link", name="Go to the newer export").click()
        page.wait_for_url(newer)
        expect(page.locator("#newer-export")).to_have_count(0)


def test_what_was_saved_or_deleted_is_confirmed_once(running: Running, chromium: Browser, tmp_path: Path) -> None:
    with browsers.page(chromium, refusals=1) as page:
        session = bring(page, running, export(tmp_path, films=2, made="2026-05-03-18-29"))
        page.goto(f"{session}/settings")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#notice")).to_have_text("Saved. This applies to every page from now on.")
        expect(page.locator("#notice")).to_be_in_viewport(ratio=1)
        page.reload()
        expect(page.locator("#notice")).to_have_count(0)

        page.get_by_label("Yes, all of it").check()
        page.get_by_role("button", name="Delete for good").click()
        page.wait_for_url(f"{running.url}/")
        expect(page.locator("#notice")).to_contain_text("Deleted: the films")
        assert page.locator(".session-list").count() == 0
        page.go_back()
        expect(page.locator("h1")).to_have_text("These films are gone.")


def test_a_page_kept_by_the_browser_looks_whether_its_session_is_still_there(
    running: Running, chromium: Browser, tmp_path: Path
) -> None:
    with browsers.page(chromium, refusals=2) as page:
        session = bring(page, running, export(tmp_path, films=2, made="2026-05-03-18-29"))
        page.evaluate("window.untouched = true")
        restored = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
        with page.expect_response(re.compile("/status$")):
            page.evaluate(restored)
        assert page.evaluate("window.untouched")
        page.request.post(f"{session}/delete", headers={"Origin": running.url})
        page.evaluate(restored)
        expect(page.locator("h1")).to_have_text("These films are gone.")

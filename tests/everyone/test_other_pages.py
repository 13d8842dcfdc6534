"""Pages of anybody's session, whatever is in the export, and those that belong to no session."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import addresses
from tests.browser import Running
from tests.everyone.test_sample_pages import paths
from tests.everyone.visits import Session, look_at, owner, send, visitor
from tests.fake_tmdb import FakeTmdb
from tests.libraries import many

AUDIT = (Path(__file__).parent.parent / "audit.js").read_text()
PICKED = ("wished", "tiny", "without_diary", "lost", "tiny without a key")
"""Whose pages are looked at under filters, too."""


def of_nobody() -> list[str]:
    files = {"/metrics", "/healthz"}
    pages = [path for path in addresses.everywhere() if path not in files and not path.startswith("/sample")]
    return [*pages, "/nowhere"]


def test_no_page_of_anybody_has_an_empty_frame_or_a_broken_card(
    sessions: dict[str, Session], chromium: Browser
) -> None:
    wrong = []
    for name, session in sessions.items():
        with owner(chromium, session, refusals=2) as page:  # of a year that some have nothing of
            page.goto(f"{session.running.url}/healthz")
            queries = ("", "?rating=5&country=JP&viewed=2021") if name in PICKED else ("",)
            asked = [[path + query, not query] for path in addresses.of_session(session.id) for query in queries]
            wrong += [f"{name} {each.removeprefix(f'/session/{session.id}')}" for each in page.evaluate(AUDIT, asked)]
    assert wrong == [], "\n".join(wrong)
    for session in sessions.values():
        assert "failed\nTraceback" not in session.running.log.read_text()
        assert [line for line in session.running.log.read_text().splitlines() if "the card" in line] == []


@pytest.mark.slow
def test_every_page_is_for_everyone(named: Session, chromium: Browser) -> None:
    pages = addresses.of_session(named.id)
    of_sample = {path.replace("/sample", f"/session/{named.id}").replace("2024", "2021") for path in paths()}
    known = [path for path in pages if path in of_sample]
    with visitor(chromium, named) as page:
        wrong = look_at(page, named, [*pages, *of_nobody()], known=known)
    assert wrong == [], "\n".join(wrong)


def test_what_fills_in_steals_neither_scroll_nor_focus(running: Running, tmdb: FakeTmdb, chromium: Browser) -> None:
    tmdb.latency = 1.5
    session = send(running, many(400, "Slow Reel").content)
    with owner(chromium, session) as page:
        page.goto(f"{running.url}/session/{session.id}")
        said = page.evaluate_handle("window.said = []")
        page.evaluate("new MutationObserver(() => said.push(1)).observe(announcer, { childList: true })")
        link = page.locator("#card-calendar a[aria-label]").first
        link.scroll_into_view_if_needed()
        link.focus()
        where = "[scrollY, document.activeElement.ariaLabel, document.activeElement.getBoundingClientRect().y]"
        before = page.evaluate(where)
        assert before[0] > 300
        page.evaluate("window.untouched = true")
        for _ in range(3):
            drawn = page.locator("#session").get_attribute("data-version")
            expect(page.locator("#session")).not_to_have_attribute("data-version", str(drawn))
        tmdb.latency = 0
        running.wait_for(f"/api/session/{session.id}/status", status="completed")
        after = page.evaluate(where)
        assert page.evaluate("untouched")
        assert after[1] == before[1]
        assert after[2] == pytest.approx(before[2], abs=2)
        assert said.json_value() == []

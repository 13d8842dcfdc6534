"""Pages of anybody's session, whatever is in the export, and those that belong to no session."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import addresses
from tests.everyone.test_sample_pages import paths
from tests.everyone.visits import Session, look_at, owner, visitor

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
            for path in addresses.of_session(session.id):
                for query in ("", "?rating=5&country=JP&viewed=2021") if name in PICKED else ("",):
                    found = page.evaluate(AUDIT, [path + query, not query])
                    wrong += [f"{name} {path.removeprefix(f'/session/{session.id}')}{query}: {each}" for each in found]
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

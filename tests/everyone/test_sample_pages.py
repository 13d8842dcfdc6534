"""The sample has every page that anybody has, with more on it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests import addresses
from tests.everyone.visits import LIGHTS, Session, look_at, violations, visitor


def paths() -> list[str]:
    others = ["/sample?genre=Drama&rating=4", "/sample/films?look=posters", "/sample/year/2024", "/sample/person/-1"]
    return [path for path in addresses.everywhere() if path.startswith("/sample")] + others


def test_every_page_of_the_sample_fits_every_window_and_shows_its_focus(named: Session, chromium: Browser) -> None:
    with visitor(chromium, named) as page:
        wrong = look_at(page, named, paths())
    assert wrong == [], "\n".join(wrong)


@pytest.mark.slow
def test_axe_finds_nothing_wrong_with_the_sample(named: Session, chromium: Browser) -> None:
    with visitor(chromium, named) as page:
        wrong = violations(page, named, paths(), LIGHTS)
    assert wrong == [], "\n".join(wrong)

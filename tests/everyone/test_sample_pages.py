"""The sample has every page that anybody has, with more on it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from kinograph.sample import filmography
from tests import addresses
from tests.everyone.visits import Session, look_at, visitor

ALIKE = ("/sample?genre=Drama&rating=4", "/sample/year/2024")
"""The overview and the year without a number, of other films."""


PANEL = "/sample/genres/filter?genre.any=Drama&genre.any=War&country.not=US&director.not=-1"
"""Of all filters, with some picked."""


def paths() -> list[str]:
    others = [
        "/sample/films?look=posters",
        f"/sample/person/{filmography.person_id()}",
        "/sample/lists/venice-golden-lion",
        PANEL,
        *ALIKE,
    ]
    return [path for path in addresses.everywhere() if path.startswith("/sample")] + others


@pytest.mark.slow
def test_every_page_of_the_sample_is_for_everyone(named: Session, chromium: Browser) -> None:
    with visitor(chromium, named) as page:
        wrong = look_at(page, named, paths(), usual=True, known=ALIKE)
    assert wrong == [], "\n".join(wrong)

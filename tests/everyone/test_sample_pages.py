"""The sample has every page that anybody has, with more on it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from kinograph.sample import filmography
from tests import addresses
from tests.browser import Running
from tests.everyone.visits import look_at, send, visitor
from tests.libraries import LIBRARIES

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
def test_every_page_of_the_sample_is_for_everyone(keyless: Running, chromium: Browser) -> None:
    session = send(keyless, LIBRARIES["tiny"]().content)
    with visitor(chromium, session) as page:
        wrong = look_at(page, session, paths(), usual=True, known=ALIKE)
    assert wrong == [], "\n".join(wrong)

"""The form that picks a period, and the address it leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from urllib.parse import urlencode

import pytest
from httpx import AsyncClient
from playwright.sync_api import Browser, expect

from kinograph.stats.page_context import PageContext
from kinograph.stats.period_picker import make_picker
from tests import browser as browsers
from tests.browser import Running
from tests.everyone.visits import learn
from tests.sample_app import made, visitor
from tests.stats.test_against import DIARY, FILMS

__all__ = ["made", "visitor"]

EMPTY = {"viewed.year": "2024", "viewed.from": "", "viewed.to": "", "against.from": "", "against.to": ""}


@pytest.mark.parametrize(
    ("path", "said", "href"),
    [
        ("/sample", {"viewed": "", "against": ""}, "/sample"),
        (
            "/sample/genres",
            {"viewed": "last-30-days", "against": "before"},
            "/sample/genres?viewed=last-30-days&against=before",
        ),
        ("/sample", {"viewed": "year", "viewed.year": "2023", "genre": "Drama"}, "/sample?genre=Drama&viewed=2023"),
        ("/sample/year", {"viewed": "year", "against": "year-earlier"}, "/sample/year/2024?against=year-earlier"),
        (
            "/sample/films",
            {"q": "quay", "viewed": "days", "viewed.from": "2024-02-29", "viewed.to": "2024-01-02"},
            "/sample/films?q=quay&viewed=2024-01-02..2024-02-29",
        ),
        (
            "/sample",
            {"viewed": "days", "viewed.from": "2024-02-01", "viewed.to": "2024-02-29", "against": "days"}
            | {"against.from": "2023-01-01", "against.to": "2023-12-31"},
            "/sample?viewed=2024-02&against=2023",
        ),
        ("/sample", {"viewed": "days", "viewed.from": "soon", "against": "days"}, "/sample"),
        pytest.param(
            "/sample",
            {"viewed": "", "viewed.was": "2024 2023-01-02 2024-12-30", "viewed.from": "2024-02-01"}
            | {"viewed.to": "2024-12-30", "against": "", "against.was": " 2022-01-01 2022-12-31"}
            | {"against.from": "2023-02-01", "against.to": "2023-02-28"},
            "/sample?viewed=2024-02-01..2024-12-30&against=2023-02",
            id="days that were filled in win over what is ticked",
        ),
        pytest.param(
            "/sample",
            {"viewed": "", "viewed.was": "2024 2023-01-02 2024-12-30", "viewed.from": "2023-01-02"}
            | {"viewed.to": "2024-12-30", "viewed.year": "2023"},
            "/sample?viewed=2023",
            id="and so does a year",
        ),
        pytest.param(
            "/sample",
            {"viewed": "this-year", "viewed.was": "2024 2023-01-02 2024-12-30", "viewed.from": "2023-01-02"}
            | {"viewed.to": "2024-12-30"},
            "/sample?viewed=this-year",
            id="what nobody filled in does not",
        ),
    ],
)
async def test_what_the_form_asks_is_written_as_links_write_it(
    visitor: AsyncClient, path: str, said: dict[str, str], href: str
) -> None:
    answer = await visitor.get(f"{path}?{urlencode(EMPTY | said)}")
    assert (answer.status_code, answer.headers["location"]) == (303, href)
    assert (await visitor.get(href)).status_code == 200


def test_the_form_says_what_is_picked_and_keeps_the_rest(make_view: Callable[..., PageContext]) -> None:
    view = make_view(
        FILMS, DIARY, query={"viewed": "2023-08", "against": "before", "genre": "Comedy", "count": "hours"}
    )
    picker = make_picker(view, [("sort", "title"), ("genre", "Comedy"), ("tag.all", "x"), ("junk", "x")])
    assert picker is not None
    assert picker.kept == (("genre", "Comedy"), ("count", "hours"), ("sort", "title"))
    assert picker.summary == "August 2023 against July 2023"
    assert [tile.value for tile in (*picker.shown, *picker.against) if tile.checked] == ["days", "before"]
    assert (picker.days, picker.other) == (("2023-08-01", "2023-08-31"), ("2023-07-01", "2023-07-31"))
    assert [(tile.title, tile.note) for tile in picker.shown[:4]] == [
        ("All time", "2023–2024"),
        ("This year so far", "from Jan 1, 2024"),
        ("Last 30 days", "from Feb 5, 2024"),
        ("Last 12 months", "from Mar 6, 2023"),
    ]
    assert picker.swap_href == "/session/1?genre=Comedy&count=hours&sort=title&viewed=2023-07&against=2023-08"
    assert [tile.note for tile in picker.against] == ["", "July 2023", "August 2022", "shares of all", ""]


def test_without_a_diary_there_is_no_period_to_pick(make_view: Callable[..., PageContext]) -> None:
    assert make_picker(make_view(FILMS), []) is None


async def test_a_period_says_that_nothing_that_waits_has_days(visitor: AsyncClient) -> None:
    said = "What waits has no viewing days, so no period applies here."
    assert said in (await visitor.get("/sample/watchlist?viewed=2024&against=2023")).text
    assert said not in (await visitor.get("/sample/watchlist?genre=Drama")).text


@pytest.mark.parametrize("script", [True, False])
def test_a_period_is_picked_by_keyboard_and_goes_by_its_chip_and_by_back(
    chromium: Browser, keyless: Running, script: bool
) -> None:
    with browsers.page(chromium, java_script_enabled=script) as page:
        page.goto(f"{keyless.url}/sample/genres?liked=yes")
        page.locator("#period summary").focus()
        page.keyboard.press("Enter")
        page.get_by_role("radio", name="A year", exact=True).focus()
        page.keyboard.press("Space")
        page.get_by_role("combobox", name="A year").select_option("2024")
        page.get_by_role("radio", name="A year earlier").check()
        page.get_by_role("button", name="Compare").press("Enter")
        page.wait_for_url(f"{keyless.url}/sample/genres?liked=yes&viewed=2024&against=year-earlier")
        expect(page.locator("#chips .chip")).to_have_text(["liked", "watched 2024", "against 2023"])
        expect(page.locator("#against")).to_contain_text("2024 compared with 2023.")
        expect(page.locator("#card-genres")).to_contain_text("2023, on the same scale")
        page.locator("#chips .chip").last.click()
        page.wait_for_url(f"{keyless.url}/sample/genres?liked=yes&viewed=2024")
        expect(page.locator("#against")).to_have_count(0)
        page.go_back()
        expect(page.locator("#against")).to_contain_text("2024 compared with 2023.")


def test_a_date_or_a_year_that_is_filled_in_is_what_is_chosen(chromium: Browser, keyless: Running) -> None:
    with browsers.page(chromium) as page:
        page.goto(f"{keyless.url}/sample/genres")
        page.locator("#period summary").click()
        shown, against = page.get_by_role("group", name="Show"), page.get_by_role("group", name="Against")
        shown.get_by_label("To", exact=True).fill("2024-03-31")
        expect(shown.get_by_role("radio", name="From … to …")).to_be_checked()
        shown.get_by_role("combobox", name="A year").select_option("2023")
        expect(shown.get_by_role("radio", name="A year", exact=True)).to_be_checked()
        expect(against.get_by_role("radio", name="Nothing")).to_be_checked()
        against.get_by_label("From", exact=True).fill("2022-01-01")
        expect(against.get_by_role("radio", name="From … to …")).to_be_checked()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_an_open_picker_and_a_compared_page_are_sound(
    chromium: Browser, keyless: Running, width: int, scheme: Literal["dark", "light"]
) -> None:
    with browsers.page(chromium, width=width, color_scheme=scheme) as page:
        learn(page)
        page.goto(f"{keyless.url}/sample/year/2024?against=year-earlier")
        page.locator("#period summary").click()
        page.evaluate("thin()")
        assert page.evaluate("async () => violations()") == []
        assert page.evaluate("document.documentElement.scrollWidth") == width

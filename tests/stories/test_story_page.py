"""The page of a story: with keys, with taps, without a script; and the ways that lead to it."""

from __future__ import annotations

import re
import struct
from datetime import date

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from playwright.sync_api import Browser, Page, expect

from kinograph.stories.story import SLIDES
from tests import browser as browsers
from tests.browser import Running
from tests.libraries import LIBRARIES
from tests.sessions.export_files import DIARY, table, zipped

STORY = "/sample/year/2024/story"
NAMES = [module.__name__.rpartition(".")[2] for module in SLIDES]
OF_YEAR = [name for name in NAMES if name != "years"]


def slides(html: str) -> list[str]:
    return re.findall(r'<li id="slide-(\w+)"', html)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.usefixtures("sampled")
async def test_the_slides_of_a_year_and_of_all_time(client: AsyncClient) -> None:
    year, always = await client.get(STORY), await client.get("/sample/story")
    assert (slides(year.text), slides(always.text)) == (OF_YEAR, [name for name in NAMES if name != "year_before"])
    assert "<h1" in year.text and "2024 as a story" in text(year.text)
    for slide in re.findall(r'<li id="slide-.*?<div', year.text, re.DOTALL):
        assert len(text(slide).split()) > 4  # real words for whoever hears it
    unchanged = await client.get(STORY, headers={"If-None-Match": year.headers["ETag"]})
    assert unchanged.status_code == 304


@pytest.mark.usefixtures("sampled")
async def test_filters_hold_and_a_year_without_a_diary_has_no_story(client: AsyncClient) -> None:
    page = await client.get(f"{STORY}?genre=Drama")
    assert "in the genre Drama" in text(page.text)
    assert 'href="/sample/year/2023/story?genre=Drama"' in page.text
    assert "A story tells a year, or all time. Pick which: All" in text(page.text)
    assert (await client.get("/sample/year/1990/story")).status_code == 404
    assert (await client.get("/sample/year/now/story")).status_code == 404


@pytest.mark.usefixtures("sampled")
async def test_the_overview_and_the_page_of_a_year_lead_to_their_stories(client: AsyncClient) -> None:
    for path, story in (
        ("/sample", "/sample/story"),
        ("/sample/year", "/sample/story"),
        ("/sample/year/2024", "/sample/year/2024/story"),
        ("/sample/year/2024?liked=yes", "/sample/year/2024/story?liked=yes"),
        ("/sample?liked=yes", "/sample/story?liked=yes"),
    ):
        assert f'href="{story}"' in (await client.get(path)).text.replace("&amp;", "&"), path
    assert "/story" not in (await client.get("/sample/genres")).text


@pytest.mark.usefixtures("sampled")
async def test_every_slide_is_a_picture_of_its_own(client: AsyncClient) -> None:
    page = (await client.get(f"{STORY}?genre=Drama")).text.replace("&amp;", "&")
    named = re.findall(r'href="([^"]*picture\.png[^"]*)"(?: rel="nofollow")? download="([^"]*)"', page)
    assert named[0] == (f"{STORY}/picture.png?genre=Drama&slide=volume&shape=story", "kinograph-2024-volume.png")
    assert [re.findall(r"slide=(\w+)", href) for href, _ in named] == [[name] for name in OF_YEAR]
    for shape, size in (("story", (1080, 1920)), ("wide", (1200, 630)), ("square", (1080, 1080))):
        picture = await client.get(f"{STORY}/picture.png?slide=end&shape={shape}")
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        assert struct.unpack(">II", picture.content[16:24]) == size
    assert (await client.get(f"{STORY}/picture?slide=end&shape=square")).status_code == 200
    assert (await client.get(f"{STORY}/picture.png?slide=years")).status_code == 404


async def test_fewer_than_ten_films_are_told_how_many_are_missing(client: AsyncClient) -> None:
    sent = await client.post("/api/upload", files={"files": ("export.zip", LIBRARIES["tiny"]().content)})
    page = await client.get(f"/session/{sent.json()['session_id']}/story")
    assert slides(page.text) == ["too_few"]
    assert re.search(r"\d films\. \d more films and there is a story\.", text(page.text))


@pytest.mark.parametrize(
    ("today", "href"),
    [
        (date(2025, 12, 1), "/year/2025/story"),
        (date(2026, 1, 31), "/year/2025/story"),
        (date(2026, 2, 1), None),
        (date(2025, 11, 30), None),
        (date(2026, 12, 24), None),
    ],
)
async def test_at_the_turn_of_the_year_the_home_page_leads_to_the_story_of_ones_year(
    web: FastAPI, client: AsyncClient, today: date, href: str | None
) -> None:
    web.state.today = lambda: today
    assert ('href="/sample/story"' in (await client.get("/")).text) == (today.month in (12, 1))
    diary = table(DIARY, "2025-06-01,Ran,1985,https://boxd.it/a1,4,,,2025-06-01")
    sent = await client.post("/api/upload", files={"files": ("export.zip", zipped(diary=diary).content)})
    client.cookies.set("owner", sent.json()["owner_token"])
    home = (await client.get("/")).text
    assert "/sample/story" not in home
    assert re.findall(r'href="(/session/[^"]*story)"', home) == (
        [f"/session/{sent.json()['session_id']}{href}"] if href else []
    )


def seen(page: Page) -> int:
    """The number of the slide in the middle of the window."""
    return int(
        page.evaluate(
            """() => [...document.querySelectorAll(".story-slides > li")].findIndex((slide) => {
                const { left, right } = slide.getBoundingClientRect();
                return left <= innerWidth / 2 && right >= innerWidth / 2;
            })"""
        )
    )


def test_keys_taps_and_the_line_above_lead_through_it(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, width=390, height=844) as page:
        page.goto(running.url + STORY)
        current = page.locator(".story-progress a[aria-current]")
        for key, n in (
            ("ArrowRight", 1),
            ("ArrowRight", 2),
            ("ArrowLeft", 1),
            ("End", 13),
            ("ArrowRight", 13),
            ("Home", 0),
        ):
            page.keyboard.press(key)
            expect(current).to_have_attribute("href", f"#slide-{OF_YEAR[n]}")
            assert seen(page) == n  # at once: nothing moves
        frame = page.locator(".story-frame").first
        frame.click(position={"x": 300, "y": 300})
        expect(current).to_have_attribute("href", "#slide-nights")
        page.locator(".story-frame").nth(1).click(position={"x": 20, "y": 300})
        expect(current).to_have_attribute("href", "#slide-volume")
        page.locator(".story-progress a").nth(5).click()
        expect(current).to_have_attribute("href", "#slide-director")
        assert seen(page) == 5
        page.evaluate(  # as a page that was drawn anew says it
            """() => {
                document.querySelector(".story-progress a[aria-current]").removeAttribute("aria-current");
                document.dispatchEvent(new Event("morphed"));
            }"""
        )
        expect(current).to_have_attribute("href", "#slide-director")
        boxes = page.evaluate(
            "[...document.querySelectorAll('.story-progress a')].map((link) => link.getBoundingClientRect().height)"
        )
        assert min(boxes) >= 44
        slide = page.locator("#slide-director").bounding_box()
        assert slide and slide["height"] <= 844


def test_without_a_script_it_is_whole(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, java_script_enabled=False) as page:
        page.goto(f"{running.url}{STORY}#slide-world")
        expect(page.locator(".story-slides > li")).to_have_count(14)
        box = page.locator("#slide-world").bounding_box()
        assert box and abs(box["x"] + box["width"] / 2 - (1440 + 168) / 2) < 5  # beside the rail of pages
        beside = page.locator("#slide-records").bounding_box()
        assert beside and beside["x"] < 1440  # its neighbor is in sight

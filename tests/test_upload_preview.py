"""The preview of an upload counts as the server does."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from playwright.sync_api import Browser, Page

from kinograph.errors import AppError
from kinograph.sessions.export import Export, Upload, read
from tests import browser as browsers
from tests.browser import Running
from tests.sessions.export_files import DIARY, FILM, RATING, REVIEW, table, zipped
from tests.sessions.export_model import Library, Style, encoded_twice, write
from tests.sessions.export_strategies import CLEAR_FORMS, NEAR, RESAVED, libraries, styles
from tests.test_upload_page import (
    FIGURES,
    LISTED,
    SESSION,
    WATCHED,
    WHOLE,
    figures,
    in_folder,
    packed,
    pick,
    press,
    sent,
)

EXPORTS = {
    "whole": [zipped(**WHOLE)],
    "in a folder, with litter": [in_folder("letterboxd-someone/", zipped(**WHOLE, __MACOSX___watched=b"x"))],
    "loose files": [Upload("watched.csv", WATCHED), Upload("my-diary (1).csv", WHOLE["diary"])],
    "no watched films": [
        zipped(
            ratings=table(RATING, "2024-01-01,Alpha,2001,,5", "2024-01-01,Beta,2002,,4.0", "2024-01-02,Beta,2002,,3,"),
            reviews=table(REVIEW, "2024-01-01,Alpha,2001,,4,,Text,,2020-02-29", "2024-01-01,Zeta,,,,,Text,,"),
        )
    ],
    "old links": [
        zipped(
            watched=table(FILM, "2019-01-01,Alpha,2001,https://letterboxd.com/film/alpha/"),
            diary=table(DIARY, "2019-01-01,Alpha,2001,https://letterboxd.com/someone/film/alpha/1/,4,,,2018-05-06"),
            lists__old=b"\r\n" + LISTED.partition(b"\r\n")[2],
        )
    ],
    "namesakes and repeated rows": [
        zipped(
            watched=table(
                FILM,
                "2024-01-01,The Haunted Castle,1897,https://boxd.it/3y76",
                "2024-01-01,The Haunted Castle,1897,https://boxd.it/6Pki",
                "2024-01-01,The Haunted Castle,1897,https://boxd.it/6Pki",
                "2024-01-01,13 Assassins,2010.0,https://boxd.it/jqc",
                "2024-01-01,xXx: Return of Xander Cage,2017,https://boxd.it/JqC",
                "2024-01-01, ,2017,https://boxd.it/JqM",
            ),
            diary=table(
                DIARY,
                "2024-01-01,13 Assassins,2010,https://boxd.it/6oDmPH,4,,,2024-01-01",
                "2024-01-01,13 Assassins,2010,https://boxd.it/6oDmPH,4,,,2024-01-01",
                "2024-01-01,13 Assassins,2010,https://boxd.it/6oDmPR,4,,,2024-01-01",
            ),
        )
    ],
    "dropped films": [
        zipped(
            watched=WATCHED,
            orphaned__diary=table(DIARY, "2020-01-01,Chernobyl,2019,,5,,,2020-01-01"),
            orphaned__reviews=table("Name,Year,Letterboxd URI,TMDB URI", "Ikiru,1952,https://boxd.it/2aHM,"),
        )
    ],
    "semicolons": [Upload("diary.csv", WHOLE["diary"].replace(b'"a, b"', b"a").replace(b",", b";"))],
    "old links, without “Rewatch”": [
        Upload(
            "watched.csv",
            table(FILM, *(f"2014-12-02,Truman,2015,http://letterboxd.com/film/truman-2015{n}/" for n in ("", "-1"))),
        ),
        Upload(
            "diary.csv",
            table(
                DIARY.replace("Rewatch,", ""),
                "2016-01-03,Truman,2015,http://letterboxd.com/someone/film/truman-2015-1/,3,,2016-01-02",
            ),
        ),
    ],
    "years of two digits": [Upload("diary.csv", WHOLE["diary"].replace(b",2023-12-31", b",12/31/23"))],
    "text encoded twice": [
        Upload("watched.csv", table(FILM, "2024-01-01,Amélie,2001,https://boxd.it/1T4e")),
        Upload("diary.csv", encoded_twice(table(DIARY, "2024-05-02,Amélie,2001,,4,,,2024-05-02"))),
    ],
    "folders in folders, and a table beside": [
        Upload("e.zip", packed({"notes.csv": b"a,b\r\n", "a/b/watched.csv": WATCHED, "a/b/diary.csv": WHOLE["diary"]}))
    ],
    "titles of odd spaces": [
        Upload("watched.csv", table(FILM, *(f"2024-01-01,{sign},2001," for sign in "\x1f\ufeff\u200b\u3000\x85"))),
    ],
    "lines above": [Upload("diary.csv", b"My diary\r\nsep=,\r\n" + WHOLE["diary"])],
    "a byte order mark": [Upload("watched.csv", b"\xef\xbb\xbf" + WATCHED)],
    "UTF-16": [Upload("watched.csv", WATCHED.decode().encode("utf-16"))],
    "a watchlist alone": [Upload("watchlist.csv", WHOLE["watchlist"])],
    "likes alone": [Upload("likes.csv", WHOLE["likes__films"])],
    "a diary alone": [Upload("diary.csv", WHOLE["diary"])],
    "no ratings": [zipped(**{name: content for name, content in WHOLE.items() if name != "ratings"})],
    "a list alone": [Upload("mine.csv", LISTED)],
    "names that look alike": [
        Upload("watched.csv", table(FILM, "2024-01-01,Ame\u0301lie –\u00a0 2,2001,https://boxd.it/1T4e")),
        Upload("diary.csv", table(DIARY, "2024-05-02,Amélie - 2,2001,https://boxd.it/6oDmPH,4,,,2024-05-02")),
    ],
    "two ZIPs": [
        Upload("letterboxd-me-2024-01-01-10-10-utc.zip", zipped(watched=WATCHED, likes__films=WATCHED).content),
        Upload("letterboxd-me-2025-01-01-10-10-utc.zip", zipped(watched=WATCHED, diary=WHOLE["diary"]).content),
    ],
    "two exports in one ZIP": [
        Upload("e.zip", packed({"a/watched.csv": WATCHED, "b/watched.csv": WATCHED, "b/diary.csv": WHOLE["diary"]}))
    ],
    "the same kind twice": [zipped(watched=WATCHED), Upload("watched.csv", table(FILM, "2024-01-01,Omega,1999,"))],
}


@pytest.fixture(scope="module")
def home(running: Running, chromium: Browser) -> Iterator[Page]:
    """For many exports one after the other."""
    with browsers.page(chromium, refusals=len(EXPORTS)) as page:
        yield page


@pytest.mark.parametrize("uploads", EXPORTS.values(), ids=EXPORTS)
def test_the_preview_says_what_the_server_will_find(running: Running, home: Page, uploads: list[Upload]) -> None:
    home.goto(running.url)
    pick(home, *uploads)
    seen, days = figures(home), home.locator(".upload-preview-days").text_content()
    found = totals(read([Upload(name, content) for name, content in sent(home).items()]))
    assert seen == {name: str(found[name]) for name in FIGURES}
    assert bool(days) == bool(found["first"])


def test_the_figures_of_the_preview_are_those_of_the_session(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, zipped(**WHOLE))
        seen = figures(page)
        press(page)
        page.wait_for_url(SESSION)
        found = running.get(f"/api/session/{page.url.rpartition('/')[2]}/summary")
    assert seen == {name: str(found[name]) for name in FIGURES}


@pytest.fixture(scope="module")
def worker(running: Running, chromium: Browser) -> Iterator[Callable[[list[Upload]], dict[str, Any]]]:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        yield looker(page)


def looker(page: Page) -> Callable[[list[Upload]], dict[str, Any]]:
    """Has a worker as the home page starts them look into files, the same one each time; gives back its figures."""

    def look(uploads: list[Upload]) -> dict[str, Any]:
        files = [[upload.name, b64encode(upload.content).decode()] for upload in uploads]
        found: dict[str, Any] = page.evaluate(
            """async (files) => {
                const decoded = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
                const { preview } = document.querySelector("form.upload").dataset;
                window.looker ??= new Worker(preview, { type: "module" });
                looker.postMessage(files.map(([name, text]) => new File([decoded(text)], name)));
                return new Promise((resolve) => {
                    looker.onmessage = ({ data }) => data.report && resolve(data.report.figures);
                });
            }""",
            files,
        )
        return found

    return look


def totals(found: Export) -> dict[str, object]:
    days = [str(viewing.watched_on) for viewing in found.viewings]
    return {
        "films": len(found.watched),
        "viewings": len(found.viewings),
        "ratings": len(found.ratings),
        "reviews": len(found.reviews),
        "likes": len(found.likes),
        "watchlist": len(found.watchlist),
        "lists": len(found.lists),
        "first": min(days, default=""),
        "last": max(days, default=""),
    }


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(library=libraries(namesakes=True) | libraries(namesakes=False), style=styles() | styles(encoded_twice=True))
def test_however_an_export_is_written_the_worker_finds_what_the_server_does(
    worker: Callable[[list[Upload]], dict[str, Any]], library: Library, style: Style
) -> None:
    uploads = write(library, style)
    try:
        found = read(uploads)
    except AppError:  # there is no film in it
        reject()
    assert worker(uploads) == totals(found)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(library=libraries(namesakes=False, days=NEAR), style=RESAVED)
def test_days_that_a_spreadsheet_wrote_are_counted_by_the_worker_as_by_the_server_or_left_open(
    worker: Callable[[list[Upload]], dict[str, Any]], library: Library, style: Style
) -> None:
    uploads = write(library, style)
    try:
        right = totals(read(uploads))
    except AppError:
        reject()
    seen = worker(uploads)
    if style.form in CLEAR_FORMS:
        assert seen == right
    elif seen["viewings"] is None:
        right |= {"first": "", "last": ""}
    assert {name: right[name] if figure is None else figure for name, figure in seen.items()} == right

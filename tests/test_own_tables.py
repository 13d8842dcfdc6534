"""Kinograph's own tables, taken from a session and dropped again: they make the session they come from, and the preview
counts as the server does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect

from kinograph.errors import AppError
from kinograph.sessions.export import Export, Upload, Viewing, read
from kinograph.sessions.letterboxd_files import ENTRY, UNMARKED
from kinograph.stats.csv_tables import UNSEEN
from kinograph.stats.film_columns import COLUMNS
from tests import browser as browsers
from tests.browser import Running
from tests.sessions.export_files import table
from tests.sessions.export_model import Library, Style, write
from tests.sessions.export_strategies import libraries
from tests.sessions.test_own_tables import LIBRARY, TOTALS
from tests.test_upload_page import FIGURES, SESSION, figures, pick, press
from tests.test_upload_page import packed as pack
from tests.test_upload_preview import looker, totals

TABLES = ("films", "diary")


@pytest.fixture(scope="module")
def worker(running: Running, chromium: Browser) -> Iterator[Callable[[list[Upload]], dict[str, Any]]]:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        yield looker(page)


def taken(running: Running, uploads: list[Upload]) -> tuple[str, list[Upload]]:
    """The session that a new visitor's upload makes, and its tables."""
    with httpx.Client(base_url=running.url) as client:
        answer = client.post("/api/upload", files=[("files", (each.name, each.content)) for each in uploads])
        assert answer.status_code == 201, answer.text
        session = answer.json()["session_id"]
        address = f"/session/{session}/%s.csv?columns={','.join(COLUMNS)}"
        return session, [Upload(f"kinograph-{name}.csv", client.get(address % name).content) for name in TABLES]


def seen(text: str) -> str:
    return re.sub(UNSEEN, "", text)


def told(found: Export) -> dict[str, Any]:
    """What both tables together hold: each film by its title, year and link."""
    keys = [(seen(film.title), film.year, film.uri.replace("http://", "https://")) for film in found.films]

    def said(viewing: Viewing) -> tuple[object, ...]:
        tags = tuple(filter(None, (seen(tag).strip() for tag in viewing.tags)))
        return keys[viewing.film], viewing.watched_on, viewing.rating, viewing.rewatch, tags

    return {
        "watched": {keys[film] for film in found.watched},
        "ratings": {keys[film]: stars for film, stars in found.ratings.items() if film in found.watched},
        "likes": {keys[film] for film in found.likes if film in found.watched},
        "viewings": Counter(map(said, found.viewings)),
    }


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    library=libraries(namesakes=True) | libraries(namesakes=False),
    style=st.builds(Style, links=st.sampled_from(["short", "full", "none"]), start=st.just("http://")),
)
def test_a_session_comes_back_from_its_own_tables_in_the_preview_as_on_the_server(
    running: Running, worker: Callable[[list[Upload]], dict[str, Any]], library: Library, style: Style
) -> None:
    names = [(seen(film.title), film.year) for film in library.films]
    assume(all(title.strip() for title, _ in names))
    assume(style.links != "none" or len(set(names)) == len(names))
    uploads = write(library, style)
    try:
        original = read(uploads)
    except AppError:  # there is no film in it
        return
    assume(original.watched)
    _, tables = taken(running, uploads)
    again = read(tables)
    assert told(again) == told(original)
    assert not again.problems
    for sent in (tables, tables[:1]):
        assert worker(sent) == totals(read(sent))


@pytest.mark.parametrize("n_tables", [1, 2])
def test_the_preview_names_the_table_and_counts_what_the_server_finds(
    running: Running, chromium: Browser, n_tables: int
) -> None:
    session, tables = taken(running, [LIBRARY])
    before = running.get(f"/api/session/{session}/summary")
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, *tables[:n_tables])
        expect(page.locator(".upload-preview-problems li")).to_have_count(0)
        page.get_by_text("File by file").click()
        row = page.locator(".upload-preview-skipped li", has_text="kinograph-films.csv")
        expect(row).to_contain_text("Kinograph's table of films")
        counted = figures(page)
        press(page)
        page.wait_for_url(SESSION)
        after = running.get(f"/api/session/{page.url.rpartition('/')[2]}/summary")
        page.goto(f"{page.url}/reading")
        expect(page.locator("main")).to_contain_text("is Kinograph's own table of films: it holds")
    assert counted == {name: str(after[name]) for name in FIGURES}
    alike = TOTALS if n_tables == 2 else ("films", "ratings", "rating_mean", "likes", "undated_films")
    assert {name: after[name] for name in alike} == {name: before[name] for name in alike}


@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(library=libraries(namesakes=True), style=st.builds(Style, links=st.sampled_from(["short", "full"])))
def test_the_preview_counts_the_files_for_letterboxd_as_the_server_does(
    running: Running, worker: Callable[[list[Upload]], dict[str, Any]], library: Library, style: Style
) -> None:
    with httpx.Client(base_url=running.url) as client:
        files = [("files", (each.name, each.content)) for each in write(library, style)]
        session = client.post("/api/upload", files=files).json()["session_id"]
        content = client.get(f"/session/{session}/letterboxd.zip").content
    try:
        found = read([Upload("kinograph-letterboxd.zip", content)])
    except AppError:  # there are likes alone
        return
    assert worker([Upload("kinograph-letterboxd.zip", content)]) == totals(found)


def test_files_for_letterboxd_stay_here_where_a_diary_is_sent(
    running: Running, chromium: Browser, worker: Callable[[list[Upload]], dict[str, Any]]
) -> None:
    returned = Upload("mine.csv", table(",".join(ENTRY), ",,,Ran,1985,,4,2024-01-01,true,,Good", ",,,Ran,1985,,5,,,,"))
    assert worker([returned]) == totals(read([returned]))
    assert worker([LIBRARY, returned]) == totals(read([LIBRARY, returned]))
    unmarked = Upload("not-watched.csv", table(",".join(UNMARKED), ",,,Ran,1985,,No"))
    assert worker([returned, unmarked]) == totals(read([returned, unmarked]))
    assert read([returned, unmarked]).watched == {}
    assert worker([LIBRARY, unmarked]) == totals(read([LIBRARY, unmarked]))
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, LIBRARY, returned)
        expect(page.locator(".upload-preview-problems")).to_contain_text("“mine.csv” was not read")


def test_everything_in_one_file_is_counted_and_makes_the_same_session(running: Running, chromium: Browser) -> None:
    with httpx.Client(base_url=running.url) as client:
        files = [("files", (LIBRARY.name, LIBRARY.content))]
        session = client.post("/api/upload", files=files).json()["session_id"]
        own = Upload("kinograph-everything.json", client.get(f"/session/{session}/everything.json").content)
    with browsers.page(chromium) as page:
        page.goto(running.url)
        assert looker(page)([own]) == totals(read([own]))
        pick(page, own, Upload("watched.csv", table("Date,Name,Year,Letterboxd URI", "2024-01-01,Kes,1969,")))
        expect(page.locator(".upload-preview-problems")).to_contain_text("“watched.csv” and the files beside it")
        page.get_by_role("button", name="Remove watched.csv").click()
        expect(page.locator(".upload-preview-problems li")).to_have_count(0)
        press(page)
        page.wait_for_url(SESSION)
        after = running.get(f"/api/session/{page.url.rpartition('/')[2]}/summary")
    assert after == running.get(f"/api/session/{session}/summary")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"kinograph":"everything","version":9}', "was written by a newer Kinograph"),
        (b'{"kinograph":"everything","version":1,"films":[', "is damaged"),
        (b'{"kinograph":"something"}', "is a JSON file"),
    ],
)
def test_what_the_server_would_refuse_is_said_before(
    running: Running, chromium: Browser, content: bytes, said: str
) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, Upload("mine.json", content))
        sentence = page.locator(".upload-preview-problems li")
        expect(sentence).to_contain_text(said)
        with pytest.raises(AppError) as refused:
            read([Upload("mine.json", content)])
        expect(sentence).to_have_text(str(refused.value))


def test_a_zip_of_all_exports_is_to_be_unpacked(running: Running, chromium: Browser) -> None:
    packed = Upload(
        "kinograph-everything-2026-11-27.zip", pack({f"kinograph-everything-{n}.json": b"{}" for n in "12"})
    )
    with pytest.raises(AppError) as refused:
        read([packed])
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, packed)
        expect(page.locator(".upload-preview-problems li")).to_have_text(str(refused.value))

"""What the home page says of files before they are sent, what it sends of them, and what it says when that fails."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from kinograph.sessions.export import Upload
from tests import browser as browsers
from tests.browser import Running
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped

noise = Random(1)
SESSION = re.compile(r"/session/[0-9a-f-]{36}$")
FIGURES = ("films", "viewings", "ratings", "reviews", "likes", "watchlist", "lists")
PROFILE = b"Date Joined,Username,Email Address\r\n2020-01-01,someone,someone@example.org\r\n"

WATCHED = table(FILM, "2024-01-01,Alpha,2001,https://boxd.it/10", "2024-01-02,Beta,,https://boxd.it/1a")
LISTED = b"Letterboxd list export v7\r\n" + table(
    LIST, '2022-11-16,Mine,,https://boxd.it/j8KbM,"a\r\nb"', "", PLACES, "1,Alpha,2001,https://boxd.it/10,"
)
WHOLE = {
    "profile": PROFILE,
    "watched": WATCHED,
    "ratings": table(RATING, "2024-01-01,Alpha,2001,https://boxd.it/10,3.5"),
    "diary": table(
        DIARY,
        "2024-01-01,Alpha,2001,https://boxd.it/6oDmPH,4,,,2023-12-31",
        '2024-01-01,Beta,,https://boxd.it/6oDmPR,,Yes,"a, b",2019-03-02',
    ),
    "reviews": table(REVIEW, '2024-01-01,Alpha,2001,https://boxd.it/6oDmPH,4,,"So ""good"",\r\nreally",,2023-12-31'),
    "watchlist": table(FILM, "2024-01-01,Gamma,2031,https://boxd.it/1k"),
    "comments": table("Date,Content,Comment", "2024-01-01,https://boxd.it/abc,Nice"),
    "likes__films": table(FILM, "2024-01-01,Delta,1990,https://boxd.it/1u"),
    "likes__reviews": table("Date,Content", "2024-01-01,https://boxd.it/abc"),
    "deleted__diary": table(DIARY, "2024-01-01,Alpha,2001,https://boxd.it/6oDmPb,4,,,2010-01-01"),
    "lists__mine": LISTED,
}


def pick(page: Page, *uploads: Upload) -> None:
    files: Sequence[FilePayload] = [
        {"name": upload.name, "mimeType": "application/octet-stream", "buffer": upload.content} for upload in uploads
    ]
    page.set_input_files("input[type=file]", files)
    page.locator(".upload-preview[aria-busy=false]").wait_for(state="attached")


def figures(page: Page) -> dict[str, str]:
    return {name: page.locator(f"[data-figure={name}] dd").inner_text() for name in FIGURES}


def press(page: Page) -> None:
    page.get_by_role("button", name="Show me my films").click()


def in_folder(folder: str, upload: Upload) -> Upload:
    return Upload("export.zip", packed({folder + name: content for name, content in unpacked(upload.content).items()}))


def packed(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sent(page: Page) -> dict[str, bytes]:
    """Presses the button; the files in the body that the browser would have sent, by name."""
    bodies: list[bytes] = []

    def catch(route: Route) -> None:
        head = f"Content-Type: {route.request.headers['content-type']}\r\n\r\n".encode()
        bodies.append(head + (route.request.post_data_buffer or b""))
        route.fulfill(status=400, json={"error": "caught"})

    page.route("**/api/upload", catch)
    press(page)
    page.locator("#upload-error", has_text=re.compile("^caught$")).wait_for()
    page.unroute("**/api/upload", catch)
    parts: Any = message_from_bytes(bodies[0]).get_payload()
    return {part.get_filename(): part.get_payload(decode=True) for part in parts}


def test_what_only_the_server_can_judge_is_left_open(running: Running, chromium: Browser) -> None:
    saved_again = WHOLE["diary"].replace(b"2023-12-31", b"12/11/2023").replace(b"2019-03-02", b"3/2/2019")
    with browsers.page(chromium, refusals=1) as page:
        page.goto(running.url)
        pick(page, zipped(**{**WHOLE, "diary": saved_again}))
        assert figures(page) | {"films": "2", "viewings": "–"} == figures(page)
        expect(page.locator(".upload-preview-problems")).to_contain_text("diary.csv")
        assert "diary.csv" in unpacked(sent(page)["letterboxd-export-2026-05-03-18-29-utc.zip"])


def test_private_files_and_the_name_of_the_member_never_leave_the_browser(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, refusals=1) as page:
        page.goto(running.url)
        pick(page, zipped(**WHOLE, notes=b"my,own\r\n1,2\r\n"), Upload("profile.csv", PROFILE))
        expect(page.locator(".upload-preview-skipped p")).to_contain_text(
            "Not sent: your profile, your comments, reviews you liked, what you deleted"
        )
        page.get_by_text("File by file").click()
        expect(page.locator(".upload-preview-skipped li", has_text="profile.csv").first).to_contain_text("stays here")
        ((name, content),) = sent(page).items()
    assert name == "letterboxd-export-2026-05-03-18-29-utc.zip"
    kept = ("watched", "ratings", "diary", "reviews", "watchlist", "likes__films", "lists__mine")
    assert unpacked(content) == {name.replace("__", "/") + ".csv": WHOLE[name] for name in kept}


def test_files_add_up_and_can_be_taken_out(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, Upload("watched.csv", WATCHED))
        assert figures(page)["viewings"] == "0"
        pick(page, Upload("diary.csv", WHOLE["diary"]))
        expect(page.locator("[data-figure=viewings] dd")).to_have_text("2")
        page.get_by_role("button", name="Remove watched.csv").click()
        expect(page.get_by_role("button", name="Remove diary.csv")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".upload-preview")).to_be_hidden()
        expect(page.get_by_role("button", name="Show me my films")).to_be_disabled()


def test_a_screen_reader_hears_what_is_inside(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, zipped(**WHOLE))
        expect(page.locator("[data-part=summary]")).to_contain_text("Films: 2, Viewings: 2, Ratings: 1")
        expect(page.locator("[data-part=summary]")).to_contain_text("Not sent: your profile")


def test_a_dropped_file_is_looked_into_and_not_sent(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        page.evaluate(
            """text => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([text], "watched.csv"));
                dispatchEvent(new DragEvent("drop", { dataTransfer }));
            }""",
            WATCHED.decode(),
        )
        expect(page.locator("[data-figure=films] dd")).to_have_text("2")
        expect(page.get_by_role("button", name="Show me my films")).to_be_focused()
        assert page.url.rstrip("/") == running.url


def test_a_folder_that_a_browser_unpacked_is_an_export_too(running: Running, chromium: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "letterboxd-someone-2026-05-03-18-29-utc"
    for name, content in unpacked(zipped(**WHOLE).content).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "holiday.jpg").write_bytes(b"x")
    with browsers.page(chromium, refusals=1) as page:
        page.goto(running.url)
        mouse = page.context.new_cdp_session(page)
        dragged = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        for step in ("dragEnter", "dragOver", "drop"):
            mouse.send("Input.dispatchDragEvent", {"type": step, "x": 50, "y": 400, "data": dragged})
        expect(page.locator("[data-figure=viewings] dd")).to_have_text("2")
        expect(page.locator(".upload-preview-files li")).to_have_count(1)
        expect(page.locator(".upload-preview-skipped p")).to_contain_text("your profile")
        ((name, content),) = sent(page).items()
        assert name == "letterboxd-export-2026-05-03-18-29-utc.zip"
        assert "profile.csv" not in unpacked(content)
        assert set(unpacked(content)) >= {"watched.csv", "diary.csv", "likes/films.csv", "lists/mine.csv"}
        page.get_by_role("button", name="Remove").click()
        expect(page.locator(".upload-preview")).to_be_hidden()


def test_a_browser_that_cannot_look_inside_sends_the_files_as_they_are(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium, refusals=2) as page:
        page.route("**/static/preview.*.js", lambda route: route.fulfill(status=404))
        page.goto(running.url)
        upload = zipped(**WHOLE)
        pick(page, upload)
        expect(page.locator(".upload-preview-problems")).to_contain_text("cannot look inside")
        assert sent(page) == {upload.name: upload.content}


def test_a_worker_that_breaks_down_tells_the_page(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        broke = page.evaluate(
            """() => new Promise((resolve) => {
                const worker = new Worker(document.querySelector("form.upload").dataset.preview, { type: "module" });
                worker.onerror = (event) => resolve(event.preventDefault() ?? true);
                worker.postMessage(1);
            })"""
        )
        assert broke


@pytest.fixture
def slow(running: Running, chromium: Browser) -> Iterator[Page]:
    """The home page on a line of 40 kB a second, with 200 kB picked."""
    rows = (f"{n},Film {n},2001,,{noise.randbytes(60).hex()}" for n in range(2500))
    lists = {f"lists/{n}.csv": table(PLACES, *islice(rows, 500)) for n in range(5)}
    with browsers.page(chromium) as page:
        page.goto(running.url)
        page.context.new_cdp_session(page).send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000},
        )
        pick(page, Upload("export.zip", packed({"watched.csv": WATCHED, **lists})))
        yield page


def test_a_slow_upload_says_how_far_it_is_and_is_cancelled(running: Running, slow: Page) -> None:
    press(slow)
    expect(slow.locator("[data-part=state]")).to_contain_text(re.compile(r"Sending: \d+ kB of 0.2 MB"))
    slow.get_by_role("button", name="Cancel").click()
    expect(slow.locator("#upload-error")).to_have_text("Canceled. Nothing was stored.")
    expect(slow.get_by_role("button", name="Show me my films")).to_be_enabled()
    assert figures(slow)["lists"] == "5"
    slow.reload()
    expect(slow.locator("#upload-error")).to_be_hidden()
    assert slow.locator(".session-list").count() == 0


def test_a_reload_in_the_midst_of_sending_is_said(slow: Page) -> None:
    press(slow)
    expect(slow.locator("[data-part=state]")).to_contain_text("Sending")
    slow.reload()
    expect(slow.locator("#upload-error")).to_have_text("Sending “export.zip” was interrupted. Choose it again.")
    slow.reload()
    expect(slow.locator("#upload-error")).to_be_hidden()


def test_the_page_of_the_session_is_where_a_sent_upload_goes_on(running: Running, chromium: Browser) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, zipped(**WHOLE))
        press(page)
        page.wait_for_url(SESSION)
        page.reload()
        expect(page.locator("#card-ratings")).to_be_visible()
        session = page.url
        page.go_back()
        expect(page.locator("input[type=file]")).to_be_enabled()
        page.reload()
        expect(page.locator(".session-list a")).to_have_count(1)
        expect(page.locator("#upload-error")).to_be_hidden()
        pick(page, zipped(**WHOLE))  # the same bytes are sent, so the server knows them again
        press(page)
        page.wait_for_url(session)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 429, "headers": {"Retry-After": "120"}}, "Too much was sent .* Try again in 2 minutes."),
        ({"status": 503, "headers": {"Retry-After": "30"}}, "not ready just now.* Try again in 30 seconds."),
        ({"status": 429, "headers": {"Retry-After": "30"}, "json": {"error": "Wait."}}, "^Wait.$"),
        ({"status": 503, "body": "<html>"}, "not ready just now"),
        ({"status": 500, "body": ""}, "could not read this"),
    ],
)
def test_a_failure_says_what_to_do(running: Running, chromium: Browser, answer: dict[str, Any], told: str) -> None:
    with browsers.page(chromium, refusals=1) as page:
        page.route("**/api/upload", lambda route: route.fulfill(**answer))
        page.goto(running.url)
        pick(page, Upload("watched.csv", WATCHED))
        press(page)
        expect(page.locator("#upload-error")).to_contain_text(re.compile(told))
        expect(page.locator("#upload-error")).to_be_focused()
        assert figures(page)["films"] == "2"


def test_more_than_the_server_takes_is_not_sent(running: Running, chromium: Browser) -> None:
    rows = (f"{n},{noise.randbytes(60).hex()},2001,,{noise.randbytes(200).hex()}" for n in range(5000))
    with browsers.page(chromium) as page:
        page.route("**/api/upload", lambda route: pytest.fail("it was sent"))
        page.goto(running.url)
        pick(page, Upload("mine.csv", table(PLACES, *rows)))
        press(page)
        expect(page.locator("#upload-error")).to_contain_text("larger than the limit of 1 MB")

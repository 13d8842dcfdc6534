"""What the home page says of files before they are sent, what it sends of them, and what it says when that fails."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from kinograph.errors import AppError
from kinograph.i18n import speak
from kinograph.sessions.export import Export, Upload, read
from tests import browser as browsers
from tests.browser import Running
from tests.sessions.elsewhere import ELSEWHERE
from tests.sessions.export_files import DIARY, FILM, LIST, PLACES, RATING, REVIEW, table, zipped
from tests.sessions.export_model import Library, Style, encoded_twice, write
from tests.sessions.test_export_roundtrip import CLEAR_FORMS, NEAR, RESAVED, libraries, styles

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


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with browsers.kinograph(tmp_path_factory.mktemp("upload"), KINOGRAPH_MAX_UPLOAD_MB="1") as running:
        yield running


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


def locked() -> bytes:
    content = bytearray(zipped(**WHOLE).content)
    for at in (found.start() for found in re.finditer(b"PK\x01\x02", content)):
        content[at + 8] |= 1
    return bytes(content)


UNUSABLE = {
    "cut off": (zipped(**WHOLE).content[:600], "damaged"),
    "locked": (locked(), "password"),
    "packed in another way": (
        packed(unpacked(zipped(**WHOLE).content), method=zipfile.ZIP_LZMA),
        "is not supported",
    ),
    "no export": (packed({"holiday.jpg": b"x"}), "any file of a Letterboxd export; it holds holiday.jpg"),
    "a bomb": (packed({"diary.csv": b"0" * (9 << 20)}), "far larger"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", "is a picture, not a Letterboxd export"),
    "nothing": (b"", "empty"),
    "only orphaned entries": (
        packed({"profile.csv": PROFILE, "orphaned/diary.csv": WHOLE["diary"]}),
        "holds nothing Kinograph reads, only profile.csv, orphaned/diary.csv",
    ),
    "only a profile": (packed({"profile.csv": PROFILE}), "holds nothing Kinograph reads, only profile.csv"),
}


@pytest.mark.parametrize(("content", "told"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_used_says_why_and_stays(running: Running, chromium: Browser, content: bytes, told: str) -> None:
    with browsers.page(chromium) as page:
        page.goto(running.url)
        pick(page, Upload("mine.zip", content))
        expect(page.locator(".upload-preview-problems")).to_contain_text(told)
        expect(page.locator(".upload-preview-skipped p")).to_have_text("")
        expect(page.get_by_text("Pick another file")).to_be_visible()
        expect(page.get_by_role("button", name="Show me my films")).to_be_disabled()
        pick(page, Upload("watched.csv", WATCHED))  # takes the place of what was of no use
        expect(page.locator(".upload-preview-files li")).to_have_text([re.compile("^watched.csv")])
        expect(page.get_by_role("button", name="Show me my films")).to_be_enabled()


REFUSED: dict[str, list[Upload]] = {
    **{name: [Upload("mine.zip", content)] for name, (content, _) in UNUSABLE.items()},
    **{name: [upload] for name, (upload, _) in ELSEWHERE.items()},
    "a PDF": [Upload("bill.pdf", b"%PDF-1.7")],
    "an old workbook": [Upload("films.xls", b"\xd0\xcf\x11\xe0" + bytes(600))],
    "a workbook": [Upload("films.xlsx", packed({"xl/workbook.xml": b"<x/>", "xl/styles.xml": b"<x/>"}))],
    "an archive": [Upload("films.rar", b"Rar!\x1a\x07")],
    "a web page": [Upload("films.html", b" <!DOCTYPE html><p>Name")],
    "some JSON": [Upload("films.json", b'{"films": []}')],
    "some XML": [Upload("films.xml", b'<?xml version="1.0"?><films/>')],
    "a film": [Upload("holiday.mp4", b"\0\0\0\x18ftypmp42")],
    "a missing column": [Upload("ratings.csv", WATCHED)],
    "another table": [Upload("contacts.csv", table("First  name,Phone", "Ada,1"))],
    "a letter": [Upload("letter.txt", b"Dear diary,\nI saw a film.\n")],
    "many files in a ZIP": [Upload("mine.zip", packed({f"{n}.txt": b"x" for n in range(9)}))],
    "an unclear name": [Upload("films (1).csv", WATCHED.replace(b"Alpha", b"A"))],
    "a profile": [Upload("profile.csv", PROFILE)],
    "comments": [Upload("comments.csv", WHOLE["comments"])],
    "no table at all": [Upload("ratings.csv", bytes(40))],
    "a picture and a letter": [Upload("a.png", b"\x89PNG\r\n"), Upload("b.txt", b"Dear diary")],
    "a profile and a picture": [Upload("profile.csv", PROFILE), Upload("a.png", b"\x89PNG\r\n")],
    "a long name": [Upload("a" * 90 + "\u202e.png", b"\x89PNG\r\n")],
}


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_preview_refuses_in_the_words_of_the_server(running: Running, chromium: Browser, lang: str) -> None:
    with browsers.page(chromium, locale=lang) as page:
        page.goto(running.url)
        for name, uploads in REFUSED.items():
            with pytest.raises(AppError) as refused:
                read(uploads)
            speak(lang)
            expected = str(refused.value)
            speak("en")
            pick(page, *uploads)
            assert page.locator(".upload-preview-problems li").first.inner_text() == expected, name
            expect(page.locator("form.upload")).to_have_attribute("data-state", "refused")


def test_one_damaged_file_does_not_spoil_the_others(running: Running, chromium: Browser) -> None:
    content = packed({"watched.csv": WATCHED, "diary.csv": WHOLE["diary"]}, method=zipfile.ZIP_STORED)
    with browsers.page(chromium, refusals=1) as page:
        page.goto(running.url)
        pick(page, Upload("export.zip", content.replace(b"2019-03-02", b"2019-03-03")))
        expect(page.locator(".upload-preview-problems")).to_contain_text(
            "“diary.csv” is damaged and could not be read."
        )
        assert unpacked(sent(page)["letterboxd-export.zip"]) == {"watched.csv": WATCHED}


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

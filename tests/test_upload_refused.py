"""What the preview of an upload cannot use, said in the words of the server."""

from __future__ import annotations

import re
import zipfile

import pytest
from playwright.sync_api import Browser, expect

from kinograph.errors import AppError
from kinograph.i18n import speak
from kinograph.sessions.export import Upload, read
from tests import browser as browsers
from tests.browser import Running
from tests.sessions.elsewhere import ELSEWHERE
from tests.sessions.export_files import table, zipped
from tests.test_upload_page import PROFILE, WATCHED, WHOLE, packed, pick, sent, unpacked


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

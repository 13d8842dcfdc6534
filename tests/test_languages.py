"""In which language a request is answered, and what carries it there."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from datetime import date

import orjson
import pytest
from httpx import AsyncClient

from kinograph import i18n
from kinograph.i18n import gettext_lazy, ngettext_lazy
from kinograph.layout.locale_middleware import choose_language
from kinograph.sessions.export import Upload
from tests.sessions.export_files import FILM, RATING, table, zipped
from tests.sessions.test_api import upload

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH-1996, en;q=0.9", "de"),
        ("fr, de;q=0.5, en;q=0.4", "de"),
        ("en-GB, de;q=0.9", "en"),
        ("de;q=0.2, en;q=0.8", "en"),
        ("fr-FR, ja", "en"),
        ("*", "en"),
        ("de;q=0", "en"),
        ("de;q=nan, de;q=many, de;q=1e9", "en"),
        ("DE ; q=1", "de"),
    ],
)
def test_the_language_a_browser_likes_best_is_spoken(header: str, language: str) -> None:
    assert choose_language(header) == language


def test_numbers_and_days_are_written_as_readers_write_them() -> None:
    def said(language: str) -> tuple[str, ...]:
        i18n.speak(language)
        return (i18n.number(9322), i18n.decimal(1234.5, 1), i18n.date(date(2024, 3, 5), "long"))

    assert copy_context().run(said, "en") == ("9,322", "1,234.5", "March 5, 2024")
    assert copy_context().run(said, "de") == ("9.322", "1.234,5", "5. März 2024")


async def test_a_chosen_language_wins_over_the_browsers(client: AsyncClient) -> None:
    asked = await client.get("/", headers=GERMAN)
    assert '<html lang="de"' in asked.text
    assert asked.headers["Content-Language"] == "de"
    assert {"Cookie", "Accept-Language"} <= set(asked.headers["Vary"].split(", "))

    chosen = await client.post("/language", data={"lang": "en", "back": "/sample?rating=4"})
    assert (chosen.status_code, chosen.headers["Location"]) == (303, "/sample?rating=4")
    assert '<html lang="en"' in (await client.get("/", headers=GERMAN)).text


async def test_a_language_leads_back_to_no_other_site(client: AsyncClient) -> None:
    for back in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/"):
        assert (await client.post("/language", data={"lang": "de", "back": back})).headers["Location"] == "/"


async def test_a_language_that_is_not_spoken_is_not_remembered(client: AsyncClient) -> None:
    refused = await client.post("/language", data={"lang": "tlh"})

    assert refused.status_code == 422
    assert "Set-Cookie" not in refused.headers
    client.cookies["lang"] = "../../etc"
    assert '<html lang="en"' in (await client.get("/")).text


async def test_errors_are_said_in_the_readers_language(client: AsyncClient) -> None:
    page = await client.get("/nowhere", headers=GERMAN)
    answer = await client.get("/api/session/3fa85f64-5717-4562-b3fc-2c963f66afa6", headers=GERMAN)
    refused = await client.post("/theme", headers={**GERMAN, "Origin": "https://elsewhere.example"})

    assert "Diese Seite gibt es nicht." in page.text
    assert answer.json() == {
        "error": "Diese Auswertung gibt es nicht. Vielleicht wurde sie gelöscht, oder sie ist abgelaufen."
        " Lade den Export auf der ersten Seite hoch, um sie wiederzusehen."
    }
    assert "Das kam von der Seite einer anderen Website" in refused.text


async def test_what_a_reader_process_refuses_is_said_in_the_senders_language(client: AsyncClient) -> None:
    sent = await client.post("/api/upload", files=[("files", ("katze.png", b"\x89PNG"))], headers=GERMAN)

    assert sent.json()["error"].startswith("„katze.png“ ist ein Bild, kein Letterboxd-Export.")


async def test_what_was_wrong_with_an_upload_is_said_in_its_readers_language(client: AsyncClient) -> None:
    export = zipped(
        watched=table(FILM, "2024-01-01,Ran,1985,"), ratings=table(RATING, *["2024-01-01,Ran,1985,,4"] * 1_200)
    )
    sent = (await upload(client, export, Upload("cat.png", b"\x89PNG"))).json()
    address = f"/api/session/{sent['session_id']}/report"
    english, german = (await client.get(address)).json(), (await client.get(address, headers=GERMAN)).json()
    page = (await client.get(f"/session/{sent['session_id']}", headers=GERMAN)).text

    assert sent["warnings"] == english["warnings"]
    assert english["warnings"][0].startswith("“cat.png” is a picture, not a Letterboxd export.")
    assert german["warnings"][0].startswith("„cat.png“ ist ein Bild, kein Letterboxd-Export.")
    assert "1.199 Zeilen wurden übersprungen" in german["warnings"][-1] and german["warnings"][-1] in page
    assert "weitere Zeilen wie diese." in german["skipped"][-1]["sentence"]


async def test_a_page_kept_in_one_language_is_not_shown_in_another(client: AsyncClient) -> None:
    sent = (await upload(client, zipped(watched=table(FILM, "2024-01-01,Ran,1985,")))).json()
    address = f"/session/{sent['session_id']}"
    english, german = await client.get(address), await client.get(address, headers=GERMAN)

    assert "A century of release years" in english.text
    assert "Ein Jahrhundert Filmjahrgänge" in german.text
    tag = {"If-None-Match": english.headers["ETag"]}
    assert (await client.get(address, headers=tag)).status_code == 304
    assert (await client.get(address, headers={**GERMAN, **tag})).status_code == 200


async def test_static_files_differ_by_no_language(client: AsyncClient) -> None:
    answer = await client.get("/static/main.css")

    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Content-Language" not in answer.headers


async def test_readers_do_not_hear_each_others_language(client: AsyncClient) -> None:
    headers = [GERMAN if n % 2 else {} for n in range(20)]
    answers = await asyncio.gather(*(client.get("/nowhere", headers=each) for each in headers))

    assert [answer.headers["Content-Language"] for answer in answers] == ["en", "de"] * 10


def test_a_kept_sentence_comes_back_with_all_its_places() -> None:
    kept = gettext_lazy(
        "“%(file)s” is %(what)s, not %(many)s.",
        file="5 %.csv",
        what=gettext_lazy("a picture"),
        many=ngettext_lazy("%(n)s film of %(year)s", "%(n)s films of %(year)s", 1_000, year=1999),
    )
    restored = i18n.Sentence.restored(orjson.loads(orjson.dumps(kept.stored())))

    assert restored == kept
    assert str(restored) == "“5 %.csv” is a picture, not 1,000 films of 1999."

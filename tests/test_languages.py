"""In which language a request is answered, and what carries it there."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from datetime import date

import orjson
import pytest
from httpx import AsyncClient

from kinograph import i18n
from kinograph.i18n import later, nlater
from kinograph.language import wanted

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
    assert wanted(header) == language


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


async def test_static_files_differ_by_no_language(client: AsyncClient) -> None:
    answer = await client.get("/static/main.css")

    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Content-Language" not in answer.headers


async def test_readers_do_not_hear_each_others_language(client: AsyncClient) -> None:
    headers = [GERMAN if n % 2 else {} for n in range(20)]
    answers = await asyncio.gather(*(client.get("/nowhere", headers=each) for each in headers))

    assert [answer.headers["Content-Language"] for answer in answers] == ["en", "de"] * 10


def test_a_kept_sentence_comes_back_with_all_its_places() -> None:
    kept = later(
        "“%(file)s” is %(what)s, not %(many)s.",
        file="5 %.csv",
        what=later("a picture"),
        many=nlater("%(n)s film of %(year)s", "%(n)s films of %(year)s", 1_000, year=1999),
    )
    restored = i18n.Sentence.restored(orjson.loads(orjson.dumps(kept.stored())))

    assert restored == kept
    assert str(restored) == "“5 %.csv” is a picture, not 1,000 films of 1999."

"""A report holds what the pages hold, in letters that can be read, on paper of the right size; its limits hold."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject, NameObject, StreamObject

from kinograph.pictures.cache import PictureCache
from kinograph.pictures.legible import drawing_with
from kinograph.reports import contents
from kinograph.reports.contents import Plan, write_report
from kinograph.reports.making import WAITING, Making, NotMade, Reports, TooManyReports, Written
from kinograph.reports.names import direct_lines
from kinograph.reports.paper import A4, LETTER, choose_paper
from kinograph.reports.tables import Column, Part, Row, describe_table
from kinograph.stats.address import Filters
from kinograph.stats.frames import Frame
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import PAGES
from tests.pictures.test_pictures import NAMES
from tests.sample_app import frame, made, visitor
from tests.stats.conftest import make_frame

__all__ = ["frame", "made", "make_frame", "visitor"]

CHAPTERS = ["Overview", "All time", "Patterns", "Genres", "People", "World", "Ratings"]
END = ["Watchlist", "Best rated films", "Diary", "About this report"]
INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


async def set_report(view: PageContext, plan: Plan) -> PdfReader:
    """As the web sets it, but with no letter of the system's."""
    with drawing_with(lambda letter: False):
        text, is_whole = write_report(view, plan)
    assert is_whole
    return PdfReader(BytesIO(await asyncio.to_thread(Reports()._set, Written(text))))


def look_at(frame: Frame, *, path: str = "/sample") -> PageContext:
    return PageContext(frame, Filters(), path, images=False, owner=True)


def chapters(pdf: PdfReader) -> list[str]:
    return [str(each.title) for each in pdf.outline if not isinstance(each, list)]


def is_embedded(page: PageObject) -> Iterator[bool]:
    for each in page["/Resources"].get("/Font", {}).values():  # type: ignore[attr-defined]
        font = each.get_object()
        described = font.get("/DescendantFonts", [font])[0].get_object()["/FontDescriptor"]
        yield bool({"/FontFile", "/FontFile2", "/FontFile3"} & described.keys())


def boxes(page: PageObject) -> int:
    """How many letters no font had: they are the first glyph of the last one asked."""
    content = page.get_contents()
    assert content is not None
    shown: list[Any] = []
    for operands, operator in ContentStream(content, page.pdf).operations:
        if operator in (b"Tj", b"TJ"):
            shown += operands[0] if operator == b"TJ" else operands
    glyphs = b"".join(bytes(each.original_bytes) for each in shown if hasattr(each, "original_bytes"))
    return sum(glyphs[n : n + 2] == b"\0\0" for n in range(0, len(glyphs), 2))


def has_image(part: DictionaryObject, drawn: StreamObject | None) -> bool:
    """On a page, in what is drawn on it, or within its instructions; to read each of these takes seconds."""
    if drawn is not None and re.search(rb"(?:^|\s)BI\s+/", drawn.get_data()):
        return True
    for each in part.get("/Resources", {}).get("/XObject", {}).values():
        found = each.get_object()
        if found["/Subtype"] == "/Image" or has_image(found, found):
            return True
    return False


def test_an_image_of_a_report_would_be_found() -> None:
    image, inline = StreamObject(), StreamObject()
    image.update({NameObject("/Subtype"): NameObject("/Image")})
    inline.set_data(b"q\nBI\n/W 1 /H 1 ID x EI\nQ")
    inline.update({NameObject("/Subtype"): NameObject("/Form")})
    for within in (image, inline):
        page = DictionaryObject(
            {
                NameObject("/Resources"): DictionaryObject(
                    {NameObject("/XObject"): DictionaryObject({NameObject("/x0"): within})}
                )
            }
        )
        assert has_image(page, None)
    assert has_image(DictionaryObject(), inline) and not has_image(DictionaryObject(), None)


async def test_a_report_holds_what_the_pages_hold(visitor: AsyncClient, frame: Frame) -> None:
    answer = await visitor.get("/sample/report.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert re.fullmatch(
        r'inline; filename="kinograph-report-\d{4}-\d\d-\d\d\.pdf"', answer.headers["content-disposition"]
    )
    pdf = PdfReader(BytesIO(answer.content))
    assert pdf.metadata and pdf.metadata.title == "Kinograph: All your films"
    assert str(pdf.root_object["/Lang"]) == "en" and pdf.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert chapters(pdf) == [*CHAPTERS, *END]
    assert not any(has_image(page, page.get_contents()) for page in pdf.pages)
    assert all(all(is_embedded(page)) for page in pdf.pages)
    assert [float(edge) for edge in pdf.pages[0].mediabox[2:]] == pytest.approx([A4.width, A4.height], abs=0.1)
    pages = [page.extract_text() for page in pdf.pages]
    text = "\n".join(pages)
    assert not INVISIBLE.search(text)  # they would come along with what is copied
    squeezed = " ".join(text.split())
    for title in frame.films.join(frame.viewings, on="n", how="semi")["title"].head(40):
        assert title in squeezed
    assert "hours still to come." in squeezed and "Oldest wishes" in squeezed and "How long they wait" in squeezed
    assert "not endorsed or certified by TMDB" in squeezed and "have no stars" in squeezed
    diary = [page for page in pages if "REWATCH" in page]
    assert len(diary) > 3  # each with the names of the columns
    days = re.findall(r"^(?:[A-Z]{3} )?\d{1,2} (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ", "\n".join(diary), re.MULTILINE)
    assert len(days) == len(frame.viewings.filter(~pl.col("at_once")))

    tag = answer.headers["etag"]
    again = await visitor.get("/sample/report.pdf", headers={"If-None-Match": tag})
    assert again.status_code == 304
    other = await visitor.head("/sample/report.pdf?paper=letter", headers={"If-None-Match": tag})
    assert other.status_code == 200


async def test_a_year_in_german_on_letter_has_the_same_bytes_again(made: FastAPI, visitor: AsyncClient) -> None:
    address, german = "/sample/year/2024/report.pdf?paper=letter&country=JP", {"Accept-Language": "de"}
    answer = await visitor.get(address, headers=german)
    assert re.search(r"kinograph-2024-report-\d{4}-\d\d-\d\d\.pdf", answer.headers["content-disposition"])
    pdf = PdfReader(BytesIO(answer.content))
    assert pdf.metadata and pdf.metadata.title == "Kinograph: Dein 2024"
    assert str(pdf.root_object["/Lang"]) == "de"
    assert "Watchlist" not in chapters(pdf)  # of no year
    assert chapters(pdf)[0] == "2024" and chapters(pdf)[-1] == "Über diesen Report"
    assert [float(edge) for edge in pdf.pages[0].mediabox[2:]] == pytest.approx([LETTER.width, LETTER.height])
    assert "aus Japan" in " ".join(pdf.pages[0].extract_text().split())
    made.state.reports._kept = PictureCache()
    assert (await visitor.get(address, headers=german)).content == answer.content


async def test_names_of_every_script_are_set_and_none_is_a_box(
    make_frame: Callable[..., Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a table of many rows tagged."""
    monkeypatch.setattr(contents, "TAGGED_ROWS", 1)
    names = (*NAMES, "שלום, 7½!", "a\u202eb\nc", "W" * 90)
    frame = make_frame(
        [(name, 1990, {"rating": 4.5, "directors": [n]}) for n, name in enumerate(names)],
        [(name, f"2024-01-{n + 1:02}", 4.5) for n, name in enumerate(names)],
        dict(enumerate(names)),
    )
    pdf = await set_report(look_at(frame), Plan(A4))
    assert not pdf.root_object.get("/MarkInfo", {}).get("/Marked")
    assert sum(map(boxes, pdf.pages)) == 0 and all(all(is_embedded(page)) for page in pdf.pages)
    text = "\n".join(page.extract_text() for page in pdf.pages)
    for name in ("QiantoQianXunnoShenYinshi", "GiSaengChung", "Зеркало", "Ο Θίασος", "Mùi đu đủ xanh", "ab c"):
        assert name in text
    assert not INVISIBLE.search(text)


def test_each_card_is_told_once_and_below_a_share_only_those_of_its_pages(make_frame: Callable[..., Frame]) -> None:
    view = look_at(make_frame())
    assert [page.name for page, _ in Plan(A4, frozenset(("", "world"))).chapters(view)] == ["", "world"]
    cards = [card for _, kept in Plan(A4).chapters(view) for card in kept]
    assert len(cards) == len(set(cards))
    missing = {card.__name__ for page in PAGES for card in page.cards} - {card.__name__ for card in cards}
    assert missing == {"kinograph.stats.cards.best_films"}  # they have a chapter of their own


async def test_no_film_makes_a_report_that_says_so(make_frame: Callable[..., Frame]) -> None:
    pdf = await set_report(look_at(make_frame()), Plan(A4))
    assert chapters(pdf) == ["About this report"]
    assert "There are no films in this report." in pdf.pages[2].extract_text()


async def test_who_waits_is_told_and_led_to_it(made: FastAPI, visitor: AsyncClient) -> None:
    ahead = await visitor.head("/sample/report")
    assert (ahead.status_code, ahead.headers["refresh"]) == (202, "1")
    assert not made.state.reports._under_way  # looking ahead begins nothing
    release = asyncio.Event()
    painted = made.state.drawing.run

    async def hold(*given: Any) -> Any:
        await release.wait()
        return await painted(*given)

    made.state.drawing.run = hold
    waiting = await visitor.get("/sample/report?paper=letter&genre=Drama")
    assert (waiting.status_code, waiting.headers["refresh"]) == (202, "1")
    assert "Drawing the charts." in waiting.text and 'role="progressbar"' in waiting.text
    behind = await visitor.get("/sample/report?paper=letter&genre=Comedy")
    assert "Waiting for 1 other report." in behind.text
    for making in list(made.state.reports._under_way.values())[1:]:
        making.task.cancel()
    (first, *_) = made.state.reports._under_way.values()
    release.set()
    await first.task
    led = await visitor.get("/sample/report?genre=Drama&paper=letter")
    assert (led.status_code, led.headers["location"]) == (303, "/sample/report.pdf?genre=Drama&paper=letter")
    assert (await visitor.get(led.headers["location"])).content.startswith(b"%PDF")


HANGS = "import time; time.sleep(600)"
GREEDY = "from kinograph.reports import writer; writer.MEMORY = 64 << 20; writer.main()"


@pytest.mark.parametrize("program", [HANGS, GREEDY])
async def test_what_takes_too_long_or_too_much_memory_is_ended(program: str) -> None:
    reports = Reports(deadline=0.3 if program == HANGS else 20, writer=(sys.executable, "-c", program))

    async def write(making: Making) -> Written:
        return Written(b"{}")

    with pytest.raises(NotMade):
        await reports.make("a", write).task
    assert reports._process is None and not reports._under_way and reports.find("a") is None


async def test_too_many_that_wait_are_told_when_to_come_again(made: FastAPI, visitor: AsyncClient) -> None:
    reports: Reports = made.state.reports
    never = asyncio.Event()

    async def write(making: Making) -> Written:
        await never.wait()
        return Written(b"")

    for n in range(WAITING + 1):
        reports.make(f"{n}", write)
    assert reports.make("3", write) is reports._under_way["3"]  # who asks for the same waits for the same
    with pytest.raises(TooManyReports):
        reports.make("another", write)
    for path in ("/sample/report.pdf", "/sample/report"):
        answer = await visitor.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    reports.close()


def test_paper_is_as_asked_else_as_the_country_has_it() -> None:
    assert choose_paper({"paper": "letter"}, "de") is LETTER
    assert choose_paper({"paper": "a4"}, "en-US,en;q=0.9") is A4
    for languages in ("en-US,en;q=0.9", "es-MX", "fr-ca"):
        assert choose_paper({"paper": "papyrus"}, languages) is LETTER
    for languages in ("en-GB,en-US;q=0.9", "en", "de-DE", "", "*", "zh-Hant-TW"):
        assert choose_paper({}, languages) is A4


def test_a_table_fills_its_pages_and_no_row_is_parted_or_lost() -> None:
    columns = [Column("Film", 60, weight=600), Column("Year", 40)]
    rows = [Row((f"{n} " + "long " * (n % 25), "2000"), opens=n % 7 == 0, group=f"{n} again") for n in range(90)]
    parts = [Part("2001", "", rows[:40]), Part("2002", "", rows[40:])]
    table = describe_table(columns, parts, room=460, first=200, tagged=True)
    pages = table["pages"]
    assert [page["heading"] for page in pages if page["heading"]] == ["2001", "2002"]
    assert [row[0][0].split()[0] for page in pages for row in page["rows"]] == [str(n) for n in range(90)]
    assert {page["rows"][0][0][0].endswith("again") for page in pages if not page["heading"]} == {True}
    for page in pages:
        lines = sum(row[0][0].count("\n") + 1 for row in page["rows"])
        assert lines <= (200 if page["heading"] == "2001" else 460) / 11.5 - 2
        assert all(rule < lines for rule in page["rules"])
    untagged = describe_table(columns, [Part("2001", "", rows[:40])], room=460, first=200, tagged=False)["pages"]
    assert [page["columns"][0] for page in untagged] == [
        ["\n".join(row[0][0] for row in page["rows"])] for page in pages if page["heading"] != "2002"
    ][: len(untagged)]


def test_lines_keep_their_direction() -> None:
    assert direct_lines(["Ran", "Yi Yi"]) == ["Ran\nYi Yi"]
    assert direct_lines(["Ran", "שלום 7½", "Yi"]) == ["Ran", "\n", {"rtl": ["שלום ", "7½", ""]}, "\nYi"]

"""Words are broken and fitted once; a picture says the same in a page and as a PNG."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from kinograph.pictures import colors
from kinograph.pictures.canvas import Circle, Group, Item, Picture, Rect, Span, Text, line
from kinograph.pictures.canvas import Path as Outline
from kinograph.pictures.inline import draw_inline
from kinograph.pictures.layers import write_picture
from kinograph.pictures.legible import drawing_with, make_legible, spell
from kinograph.pictures.letters import break_lines, cut, fit_size, is_drawn, measure, set_paragraph
from kinograph.pictures.painters import NotDrawn, Painters
from kinograph.pictures.posters import place_poster
from tests.pictures.png import decode, size

CSS = Path(__file__).parents[2] / "frontend" / "css"
NINE_SCRIPTS = (
    "In the Mood for Love 7½ ★♥",
    "Žižek Łódź",
    "Mùi đu đủ xanh, Tiếng Việt",
    "Ο Θίασος, Ἰφιγένεια",
    "Зеркало Ёлка",
    "ואלס עם באשיר",
    "طعم گیلاس",
    "千と千尋の神隠し",
    "기생충",
    "ลุงบุญมีระลึกชาติ",
)


@pytest.fixture
def painters() -> Iterator[Painters]:
    painters = Painters()
    yield painters
    painters.close()


def test_colors_are_those_of_the_style() -> None:
    style = (CSS / "_variables.css").read_text()
    pairs = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style)
    style_colors = {name: (dark, light) for name, light, dark in pairs}
    assert {name: style_colors[name] for name in colors.COLORS} == colors.COLORS
    tones = re.findall(r"\.tone-\d \{ ((?:--p\d: #[0-9a-f]{6}; ){4})\}", (CSS / "posters.css").read_text())
    assert tuple(tuple(re.findall("#[0-9a-f]{6}", tone)) for tone in tones) == colors.TONES


def test_a_line_is_no_wider_than_it_was_to_be() -> None:
    title = "The Assassination of Jesse James by the Coward Robert Ford"
    lines = break_lines(title, 90, 840, face="display", weight=800)
    assert " ".join(part.text for spans in lines for part in spans) == title
    assert all(measure(spans[0].text, 90, face="display", weight=800) <= 840 for spans in lines)
    short = break_lines(title, 90, 840, face="display", weight=800, most=2)
    assert [spans[0].text for spans in short] == ["The Assassination of", "Jesse James by the…"]
    assert measure("Llanfairpwllgwyngyll", fit_size("Llanfairpwllgwyngyll", 244, 936), face="display", weight=800) == (
        pytest.approx(936)
    )
    assert cut(title, 40, 400) == "The Assassination…"
    assert cut("Llanfairpwllgwyngyllgogerychwyrndrobwll", 40, 300).endswith("…")


def test_colors_and_weights_follow_the_words_over_lines() -> None:
    spans = (Span("141 films, end to end: "), Span("eleven days and nights.", "ink", 600), Span(" A row."))
    lines = set_paragraph(72, 1400, spans, 40, width=520, color="ink-2")
    assert [(line.y, line.spans) for line in lines] == [
        (1400, (Span("141 films, end to end: "), Span("eleven", "ink", 600))),
        (1452.8, (Span("days and nights.", "ink", 600), Span(" A row."))),
    ]


def every_kind() -> tuple[Item, ...]:
    return (
        Rect(0, 0, 200, 200, "#ff0000"),
        Circle(300, 100, 50, "you"),
        Outline("M400 0h100v100h-100z", "them"),
        line(20, 300, "Amélie <b>&</b>", 60, face="display", weight=800),
        Group((Rect(0, 0, 100, 100, "#00ff00"),), x=100, y=100, scale=2, angle=90, pivot=(100, 100)),
        Group((Rect(0, 0, 300, 300, "heart"),), x=600, y=600, clip=(50, 50, 0)),
        place_poster("Playtime", 1967, x=700, y=20, width=160),
    )


def test_a_page_shows_it_in_its_own_colors_and_fonts() -> None:
    shown = str(draw_inline(Picture(1080, 1080, every_kind(), "Amélie & <others>"), "one"))
    assert 'aria-label="Amélie &amp; &lt;others&gt;"' in shown and 'fill="var(--you)"' in shown
    assert "Amélie &lt;b&gt;&amp;&lt;/b&gt;" in shown and 'font-family="var(--font-display)"' in shown
    assert " style=" not in shown
    ids = re.findall(r' id="([^"]+)"', shown)
    assert ids == [f"one-{n}" for n in range(len(ids))] and len(ids) == 2
    with pytest.raises(KeyError):
        draw_inline(Picture(10, 10, (Rect(0, 0, 1, 1, "red"),), ""), "two")


async def test_a_png_has_every_shape_at_its_place(painters: Painters) -> None:
    pixels = decode(await painters.paint(lambda: Picture(1080, 1080, every_kind(), ""), "light"))
    assert (pixels.width, pixels.height) == (1080, 1080)
    seen = {place: pixels.at(*place) for place in ((50, 50), (50, 150), (300, 100), (450, 50), (625, 625), (675, 625))}
    assert seen == {
        (50, 50): (255, 0, 0),
        (50, 150): (0, 255, 0),  # turned by a right angle about its own corner, to the left
        (300, 100): rgb("you"),
        (450, 50): rgb("them"),
        (625, 625): rgb("heart"),
        (675, 625): rgb("bg"),  # outside of the window it is seen through
    }
    assert rgb("ink") in {pixels.at(x, y) for x in range(20, 320) for y in range(250, 310)}


def rgb(color: str) -> tuple[int, int, int]:
    text = colors.resolve(color, "light")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


async def test_a_long_word_makes_no_second_page_and_nothing_is_read_as_markup(painters: Painters) -> None:
    evil = '#read("/etc/passwd") $x$ *b* @preview \\ "} ]' + "W" * 3000
    picture = Picture(1080, 1080, (line(72, 500, evil, 80), line(72, 700, "#[", 80)), "")
    assert size(await painters.paint(lambda: picture, "dark")) == (1080, 1080)


async def test_what_cannot_be_drawn_is_refused_and_the_next_is_drawn(painters: Painters) -> None:
    with pytest.raises(NotDrawn):
        await painters.paint(lambda: Picture(10, 20, (), "", ground="#none"), "dark")
    assert size(await painters.paint(lambda: Picture(10, 20, (), ""), "dark")) == (10, 20)


def test_every_name_has_its_letters_or_latin_ones() -> None:
    with drawing_with(lambda letter: False):
        assert [spell(name) for name in NINE_SCRIPTS] == [
            *("In the Mood for Love 7½ ★♥", "Žižek Łódź", "Mùi đu đủ xanh, Tiếng Việt"),
            *("Ο Θίασος, Ifigeneia", "Зеркало Ёлка", "ואלס עם באשיר", "طعم گیلاس"),
            *("QiantoQianXunnoShenYinshi", "GiSaengChung", "lungbuymiraluekchati"),
        ]
        (spelled,) = make_legible(Picture(1080, 1080, (line(72, 500, NINE_SCRIPTS[7], 80),), "")).items
        assert isinstance(spelled, Text) and all(map(is_drawn, spelled.plain))
        assert measure(spelled.plain, spelled.size) <= 8 * 80
    with drawing_with(lambda letter: "\u3040" <= letter <= "\u9fff"):
        assert spell("千と千尋 기생충 (2001)") == "千と千尋 GiSaengChung (2001)"
    assert spell("千と千尋") == "千と千尋"  # a page's fonts are the browser's


async def test_a_letter_only_the_system_may_have_is_asked_for_once(painters: Painters) -> None:
    png = await painters.paint(lambda: Picture(1080, 200, (line(72, 150, spell("千 ☃"), 80),), ""), "dark")
    assert size(png) == (1080, 200)
    assert painters._letters == sorted(painters._letters or [])


async def test_no_letter_of_ours_is_drawn_as_an_empty_box(painters: Painters) -> None:
    """Each beside what is drawn for a letter that no font has."""
    letters = "\U000f0000Žếđ½★♥ΘἈЗЁאطگ"
    words = tuple(
        line(20 + 60 * n, 60 + 80 * row, letter, 50, face=face)
        for row, face in enumerate(("display", "text"))
        for n, letter in enumerate(letters)
    )
    picture = Picture(60 * len(letters) + 40, 180, words, "")
    pixels = decode(await asyncio.to_thread(painters._free[0].paint, write_picture(picture, "dark").encode()))
    for row in range(2):
        drawn = [b"".join(pixels.part(20 + 60 * n, 10 + 80 * row, 50, 75)) for n in range(len(letters))]
        assert len({*drawn}) == len(letters)


def test_a_line_that_runs_right_to_left_stands_where_it_was_put() -> None:
    picture = Picture(1080, 1080, (line(72, 500, "ואלס עם באשיר 2008", 80),), "")
    assert 'direction="rtl"' in draw_inline(picture, "a") and 'text-anchor="end"' in draw_inline(picture, "a")
    (told,) = orjson.loads(write_picture(picture, "dark"))["layers"][0]["lines"]
    assert (told["x"], told["anchor"], told["rtl"]) == (72, "start", True)

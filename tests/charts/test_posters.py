from __future__ import annotations

from xml.etree import ElementTree

import pytest

from kinograph.charts.posters import MARGIN, WIDTH, Poster, draw_poster


def lines(title: str, year: int | None = 1999) -> list[str]:
    drawing = ElementTree.fromstring(str(draw_poster(title, year, tone=1)))
    return [span.text or "" for span in drawing.iter("tspan")]


def test_a_film_is_drawn_alike_at_every_visit() -> None:
    assert Poster("Salt", 2011).drawing == Poster("Salt", 2011).drawing
    assert Poster("Salt", 2011).drawing != Poster("Salt", 1949).drawing


def test_a_title_is_escaped() -> None:
    drawing = ElementTree.fromstring(str(draw_poster('<b>"Fish & Chips"', None, tone=0)))
    assert drawing.get("aria-label") == '<b>"Fish & Chips"'


def test_a_title_with_a_sign_that_no_svg_may_hold_is_drawn_without_it() -> None:
    assert lines("Sa\x07lt\ufffe") == ["Salt"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("M", ["M"]),
        ("A Short History of Rain", ["A Short", "History of", "Rain"]),
        ("千と千尋の神隠し", ["千と千尋の", "神隠し"]),
        ("Donaudampfschifffahrtsgesellschaft", ["Donaudampfschifffahr", "tsgesellschaft"]),
    ],
)
def test_a_title_breaks_where_its_script_allows(title: str, expected: list[str]) -> None:
    assert lines(title) == expected


def test_a_title_too_long_for_any_poster_ends_in_an_ellipsis() -> None:
    set_in = lines("And then " * 30)
    assert len(set_in) == 4
    assert set_in[-1].endswith("…")


def test_arabic_and_hebrew_start_at_the_right_edge() -> None:
    drawing = ElementTree.fromstring(str(draw_poster("ביקור התזמורת", 2007, tone=0)))
    assert [span.get("x") for span in drawing.iter("tspan")] == [str(WIDTH - MARGIN)] * 2
    assert 'direction="rtl"' in draw_poster("ביקור התזמורת", 2007, tone=0)


def test_a_drawing_stays_light() -> None:
    assert max(len(draw_poster("And Quiet Flows the Don", year, tone=0)) for year in range(1900, 2000)) < 1_300


def test_a_thumb_is_the_same_picture_without_what_is_too_small_to_read() -> None:
    for year in range(1900, 2000):
        small, large = (str(draw_poster("Salt", year, tone=3, lettered=each)) for each in (False, True))
        assert ElementTree.fromstring(small).find(".//text") is None
        assert large.startswith(small.removesuffix("</svg>"))

from xml.etree import ElementTree

import pytest

from kinograph.charts.marks import Mark
from kinograph.charts.strip import EDGE, HEIGHT, MARGIN, Years, draw_strip


def _strip(whole: dict[int, int], *, films: dict[int, int] | None = None, gate: tuple[int, int] | None = None) -> str:
    return draw_strip(
        whole if films is None else films,
        whole,
        gate=gate,
        year_mark=lambda year: Mark(f"?released={year}", str(year)),
        decade_mark=lambda decade: Mark(f"?released={decade}-{decade + 9}", f"{decade}s"),
        label="A century of release years",
        era_href="?genre=War&released=FROM-TO",
    )


def test_years_before_1920_share_a_compressed_scale() -> None:
    years = Years(1902, 2025)
    assert (years.first, years.edge(years.first), round(years.edge(2026), 9)) == (1900, MARGIN, 100 - MARGIN)
    assert years.width(1919) == pytest.approx(0.3 * years.width(1920))


def test_a_short_history_is_not_stretched_over_the_strip() -> None:
    assert Years(2019, 2024).first == 1990
    early = Years(1920, 1920)
    assert early.width(1920) <= (100 - 2 * MARGIN) / 30


def test_the_gate_stands_over_the_picked_era_and_dims_the_rest() -> None:
    drawn = ElementTree.fromstring(_strip({1954: 3, 1955: 1, 1979: 2, 1980: 9, 2025: 9}, gate=(1955, 1979)))
    years = Years(1954, 2025)
    gate = next(rect for rect in drawn.iter("rect") if rect.get("class") == "gate")
    assert float(str(gate.get("x"))[:-1]) == pytest.approx(years.edge(1955), abs=0.01)
    assert float(str(gate.get("width"))[:-1]) == pytest.approx(years.edge(1980) - years.edge(1955), abs=0.01)
    dimmed = {link.get("href"): link.get("class") for link in drawn.iter("a") if "-" not in str(link.get("href"))}
    assert dimmed == {
        "?released=1954": "dim",
        "?released=1955": None,
        "?released=1979": None,
        "?released=1980": "dim",
        "?released=2025": "dim",
    }


def test_a_gate_beyond_the_strip_is_not_drawn() -> None:
    assert 'class="gate"' not in _strip({1999: 3, 2025: 1}, gate=(1890, 1899))


def test_decades_under_the_strip_are_links_too() -> None:
    drawn = ElementTree.fromstring(_strip({1902: 1, 1994: 3, 2025: 1}))
    decades = [link for link in drawn.iter("a") if "-" in str(link.get("href"))]
    assert [(link.get("aria-label"), link[-1].text) for link in decades][:3] == [
        ("1900s", "1900"),
        ("1920s", "1920"),
        ("1930s", "1930"),
    ]


def test_a_script_learns_how_to_write_an_era() -> None:
    assert ElementTree.fromstring(_strip({2025: 1})).get("data-strip") == "?genre=War&released=FROM-TO"


def test_averages_stand_on_the_middle_or_hang_from_it_to_one_scale() -> None:
    drawn = ElementTree.fromstring(
        draw_strip(
            {1994: 4.0, 1995: 3.0, 1996: 0, 1997: 3.5},
            {1994: 4.0, 1995: 3.25, 1996: 3.0, 1997: 3.5},
            middle=3.5,
            gate=None,
            year_mark=lambda year: Mark(f"?released={year}", str(year)),
            decade_mark=lambda decade: None,
            label="A century of release years",
            era_href="?released=FROM-TO",
        )
    )
    centre = EDGE + HEIGHT // 2

    def placed(css: str) -> list[tuple[int, int]]:
        rects = [rect for rect in drawn.iter("rect") if rect.get("class") == css]
        return [(int(str(rect.get("y"))) - centre, int(str(rect.get("height")))) for rect in rects]

    assert placed("bar") == [(-64, 64), (0, 64), (-1, 1)]
    assert placed("ghost") == [(-64, 64), (0, 32), (0, 64), (-1, 1)]
    # A year without an average leads nowhere.
    assert [link.get("href") for link in drawn.iter("a")] == ["?released=1994", "?released=1995", "?released=1997"]

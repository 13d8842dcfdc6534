from xml.etree import ElementTree

from kinograph.charts.bars import draw_bar, draw_swing


def _shape(drawn: str) -> tuple[str | None, str | None]:
    rect = ElementTree.fromstring(drawn)[0]
    return rect.get("x"), rect.get("width")


def test_a_bar_is_as_wide_as_its_share() -> None:
    assert _shape(draw_bar(0.125)) == (None, "12.5%")


def test_a_swing_leaves_the_middle_in_the_direction_of_its_value() -> None:
    assert _shape(draw_swing(4.0, middle=3.5, reach=1)) == ("50%", "25%")
    assert _shape(draw_swing(3.25, middle=3.5, reach=1)) == ("37.5%", "12.5%")
    assert _shape(draw_swing(0.5, middle=3.5, reach=1)) == ("0%", "50%")

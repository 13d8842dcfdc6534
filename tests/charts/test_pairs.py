import re

from kinograph.charts.marks import Mark
from kinograph.charts.pairs import Pair, draw_pairs


def test_both_means_stand_on_one_scale_of_halves() -> None:
    drawing = draw_pairs(
        [Pair(0, 50, 4.0, 3.25, Mark("?a", "a")), Pair(50, 50, 3.5, None, Mark("?b", "b"))], [], label="", height=100
    )
    assert re.findall(r'class="tick end" x="-8" y="(.*?)">(.*?)<', drawing) == [
        ("112", "3.0"),
        ("62", "3.5"),
        ("12", "4.0"),
    ]
    assert re.findall(r'<circle class="you" cx="(.*?)%" cy="(.*?)"', drawing) == [("25", "8"), ("75", "58")]
    assert re.findall(r'<svg x="(.*?)%" y="(.*?)"', drawing) == [("25", "83")]


def test_means_that_are_all_alike_can_be_drawn() -> None:
    assert 'cy="108"' in draw_pairs([Pair(0, 100, 3.5, 3.5, Mark("", ""))], [], label="", height=100)

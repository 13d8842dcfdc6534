import re
from xml.etree import ElementTree

from kinograph.charts.columns import (
    Column,
    Item,
    Tick,
    divide_width,
    draw_column_chart,
    draw_placed_columns,
    round_values,
)
from kinograph.charts.marks import Mark


def test_columns_are_links_of_their_height_before_the_ghost_of_the_whole() -> None:
    shown = [
        Column(0, 50, 4, 40, Mark("?rating=4", "4 stars: 4 films", picked=True), text="4"),
        Column(50, 50, 1, 10, Mark("?rating=5", "5 stars: 1 film"), dim=True),
    ]
    assert draw_placed_columns(shown, [Tick(25, "4")], label="How you rate", height=100, top=20) == (
        '<svg class="columns" width="100%" height="144" role="group" aria-label="How you rate">'
        '<a href="?rating=4" data-filter="" aria-label="4 stars: 4 films" aria-current="true">'
        '<rect x="0%" width="50%" height="120"/>'
        '<rect class="ghost" x="5%" width="40%" y="20" height="100" rx="2"/>'
        '<rect class="bar" x="5%" width="40%" y="20" height="100" rx="2"/><text x="25%" y="12">4</text></a>'
        '<a class="dim" href="?rating=5" data-filter="" aria-label="5 stars: 1 film">'
        '<rect x="50%" width="50%" height="120"/>'
        '<rect class="ghost" x="55%" width="40%" y="95" height="25" rx="2"/>'
        '<rect class="bar" x="55%" width="40%" y="95" height="25" rx="2"/></a>'
        '<text class="tick" x="25%" y="138">4</text></svg>'
    )


def test_a_column_without_films_leads_nowhere() -> None:
    drawn = draw_placed_columns(
        [Column(0, 100, 0, 3, Mark("?released=1999", "1999: 0 films"))], [], label="Years", height=10
    )
    assert "<a" not in drawn
    assert 'class="ghost"' in drawn


def test_one_film_among_thousands_can_be_seen() -> None:
    shown = [
        Column(x, width, value, value, Mark("?", ""))
        for (x, width), value in zip(divide_width(2), (5000, 1), strict=True)
    ]
    heights = [
        rect.get("height")
        for rect in ElementTree.fromstring(draw_placed_columns(shown, [], label="", height=100)).iter("rect")
        if rect.get("class") == "bar"
    ]
    assert heights == ["100", "2"]


def test_titles_are_escaped() -> None:
    mark = Mark('?genre=%22&a="', '"><script>alert(1)</script>')
    drawn = draw_placed_columns([Column(0, 100, 1, 1, mark, text="<b>")], [Tick(0, "<i>", mark)], label='"<', height=10)
    assert "<script" not in drawn
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert [link.get("href") for link in ElementTree.fromstring(drawn).iter("a")] == ['?genre=%22&a="'] * 2


def test_an_axis_has_few_round_values() -> None:
    assert {most: round_values(most) for most in (0, 1, 3, 7, 10, 23, 90, 1048)} == {
        0: [],
        1: [1],
        3: [1, 2, 3],
        7: [2, 4, 6],
        10: [5, 10],
        23: [10, 20],
        90: [50],
        1048: [500, 1000],
    }


def test_a_few_columns_stand_together_in_the_middle() -> None:
    assert divide_width(20)[-1] == (95, 5)
    assert divide_width(1) == [(40, 20)]
    assert divide_width(2) == [(30, 20), (50, 20)]


def test_a_column_before_its_ghost_is_its_share_of_what_is_picked() -> None:
    """Seven of ten films in a month tower over twenty of a hundred as shares alone, which the axis says."""
    drawing = draw_placed_columns(
        [Column(0, 50, 7, 20, Mark("?a", "a")), Column(50, 50, 3, 80, Mark("?b", "b"))],
        [],
        label="Films",
        height=80,
        ruled=True,
    )
    assert re.findall(r'class="(ghost|bar)" .*?height="(\d+)"', drawing) == [
        ("ghost", "20"),
        ("bar", "70"),
        ("ghost", "80"),
        ("bar", "30"),
    ]
    assert re.findall(r'<text class="ruler"[^>]*>(.*?)<', drawing) == ["50%"]


def test_a_number_does_not_stand_on_the_edge_of_a_ghost() -> None:
    drawing = draw_placed_columns(
        [Column(0, 50, 60, 70, Mark("?a", "a"), text="60"), Column(50, 50, 10, 100, Mark("?b", "b"), text="10")],
        [],
        label="Viewings",
        height=100,
        top=24,
        one_scale=True,
    )
    # Above the ghost of the first, and well within that of the second.
    assert re.findall(r'y="(\d+)">(?:60|10)<', drawing) == ["46", "106"]


def test_a_crowded_chart_writes_every_second_tick() -> None:
    items = [Item(year % 7, Mark(f"?released={year}", f"{year}"), tick=f"{year}") for year in range(2000, 2015)]
    drawn = draw_column_chart(items, label="Years", height=100)
    assert drawn.count("<a ") == 13  # two years have no film
    assert re.findall(r'<text class="tick"[^>]*>(\d+)<', drawn) == [f"{year}" for year in range(2000, 2015, 2)]

from xml.etree import ElementTree

from kinograph.charts.marks import Mark
from kinograph.charts.world import draw_world, level, load_world


def test_the_map_is_small_and_lacks_what_the_list_beside_it_carries() -> None:
    drawn = load_world()
    assert {"US", "JP", "FR", "XK", "TW", "RU", "NZ"} <= drawn.paths.keys()
    assert not {"AQ", "HK", "SG", "MT"} & drawn.paths.keys()
    assert sum(map(len, drawn.paths.values())) < 35_000


def test_countries_with_films_are_links_and_the_rest_is_one_shape() -> None:
    films = {"JP": 100, "FR": 1, "HK": 7}
    drawn = ElementTree.fromstring(
        draw_world(films, mark=lambda code: Mark(f"?country={code}", code), picked="JP", label="Where they were made")
    )
    assert [(link.get("aria-label"), link.get("class"), link[0].get("class")) for link in drawn.iter("a")] == [
        ("FR", "dim", "r1"),
        ("JP", None, "r5"),
    ]
    assert [path.get("class") for path in drawn.findall("path")] == ["r0"]


def test_colours_follow_the_logarithm() -> None:
    assert [level(count, 10_000) for count in (1, 10, 100, 1000, 10_000)] == [1, 2, 3, 4, 5]
    assert level(1, 1) == 5


def test_a_page_can_name_the_countries_and_leave_their_outlines_to_a_file() -> None:
    drawn = draw_world(
        {"JP": 1}, mark=lambda code: Mark("?country=JP", "Japan"), picked=None, label="", outlines="/static/w.svg"
    )
    assert [use.get("href") for use in ElementTree.fromstring(drawn).iter("use")] == [
        "/static/w.svg#world",
        "/static/w.svg#JP",
    ]
    assert len(drawn) < 500

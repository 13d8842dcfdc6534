from kinograph.charts.columns import Tick
from kinograph.charts.dots import Corner, Dot, draw_dots
from kinograph.charts.marks import Mark


def test_the_area_of_a_dot_is_its_amount_and_its_shape_says_whose_it_is() -> None:
    drawing = draw_dots(
        [Dot(25, 0, 4, "you", Mark("?a", "four")), Dot(75, 1, 1, "them", Mark("?b", "one", True), dim=True)],
        rows=["", "1★"],
        ticks=[Tick(50, "6")],
        agreement=(0, 0, 100, 1),
        corner=Corner("kinder", "harsher"),
        across="score",
        up="stars",
        label="Against",
    )
    assert drawing == (
        '<div class="heat"><svg class="columns dots" width="100%" height="102" role="group" aria-label="Against">'
        '<line class="agreement" x1="0%" y1="42" x2="100%" y2="14"/>'
        '<text class="tick end" x="-8" y="18">1★</text>'
        '<text class="tick end" x="100%" y="96">score</text><text class="tick start" x="0" y="-8">stars</text>'
        '<text class="corner you end" x="100%" y="-8">kinder</text>'
        '<text class="corner them end" x="100%" y="50">harsher</text>'
        '<a href="?a" data-filter="" aria-label="four"><circle class="you" cx="25%" cy="42" r="11"/></a>'
        '<a class="dim" href="?b" data-filter="" aria-label="one" aria-current="true">'
        '<svg x="75%" y="14" overflow="visible"><path class="them" d="M-6.89 0 0-6.89 6.89 0 0 6.89z"/></svg></a>'
        '<text class="tick" x="50%" y="74">6</text></svg></div>'
    )

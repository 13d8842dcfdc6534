from kinograph.charts.heat import Cell, Head, draw_heat, level
from kinograph.charts.marks import Mark


def test_draws_a_link_where_there_is_something_and_the_ground_where_there_is_nothing() -> None:
    drawing = draw_heat(
        [Head("Jan", Mark("?month=1", "January: 3 viewings"))],
        [Head("Mon"), Head("<Tue>")],
        {(0, 1): Cell(3, Mark("?weekday=2&month=1", "Tuesday, January: 3 viewings"), dim=True)},
        label="Habits",
    )
    assert drawing == (
        '<div class="heat"><svg class="columns" width="100%" height="47" role="group" aria-label="Habits">'
        '<a href="?month=1" data-filter="" aria-label="January: 3 viewings">'
        '<text class="tick end" x="-8" y="16">Jan</text></a>'
        '<rect class="r0" x=".75%" y="0" width="13.5%" height="24" rx="3"/>'
        '<a class="dim" href="?weekday=2&amp;month=1" data-filter="" aria-label="Tuesday, January: 3 viewings">'
        '<rect class="r5" x="15.75%" y="0" width="13.5%" height="24" rx="3"/></a>'
        '<text class="tick" x="7.5%" y="41">Mon</text>'
        '<text class="tick" x="22.5%" y="41">&lt;Tue&gt;</text></svg></div>'
    )


def test_the_most_is_the_hottest_and_one_of_many_the_coolest() -> None:
    assert [level(value, 100) for value in (1, 20, 21, 50, 81, 100)] == [1, 1, 2, 3, 5, 5]
    assert level(1, 1) == 5

import pytest

from kinograph.charts import heat, world


@pytest.mark.parametrize("chart", [heat, world], ids=["heat", "world"])
@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 7, 20, 508, 100_000])
def test_a_legend_names_every_value_by_the_color_it_is_drawn_in(chart: object, most: int) -> None:
    steps = chart.steps(most)  # type: ignore[attr-defined]
    ends = [end for _, *pair in steps for end in pair]
    assert ends == sorted(ends)
    assert (ends[:1], ends[-1:]) == (([1], [most]) if most else ([], []))
    for step, first, last in steps:
        assert {chart.level(value, most) for value in (first, (first + last) // 2, last)} == {step}  # type: ignore[attr-defined]
    assert sum(last - first + 1 for _, first, last in steps) == most

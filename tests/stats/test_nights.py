from datetime import date, timedelta
from random import Random

import numpy as np
import polars as pl
import pytest

from kinograph.stats.arrays import Days, count_each, count_half_stars, find_first, is_known, known, mean
from kinograph.stats.columns import Columns, Rows
from kinograph.stats.nights import Nights, find_nights, find_years, move_days, move_months


def days(*written: str) -> Days:
    return np.array(written, "datetime64[D]")


def told(nights: Nights) -> list[tuple[str, int]]:
    return list(zip(map(str, nights.days), nights.viewings.tolist(), strict=True))


def some_days(seed: int) -> pl.Series:
    dice = Random(seed)
    return pl.Series("day", [date(1967, 12, 20) + timedelta(days=dice.randrange(1500)) for _ in range(400)])


def test_nights_have_their_viewings_oldest_first() -> None:
    nights = find_nights(days("2024-03-12", "2024-02-29", "2024-03-12"))

    assert told(nights) == [("2024-02-29", 1), ("2024-03-12", 2)]
    assert nights.total == 3
    assert nights.ends == (date(2024, 2, 29), date(2024, 3, 12))
    assert nights.weekdays.tolist() == [4, 2]
    assert nights.months.tolist() == [2, 3]
    assert nights.within(date(2024, 3, 1), date(2024, 3, 12)) == [(date(2024, 3, 12), 2)]


def test_no_nights_are_counted_as_none() -> None:
    nights = find_nights(days())

    assert (len(nights), nights.total, nights.ends) == (0, 0, None)
    assert nights.by_month == nights.by_year == {}
    assert nights.count([date(2024, 1, 1), date(2025, 1, 1)], date(2025, 12, 31)) == [0, 0]


def test_viewings_are_counted_to_before_the_next_start_and_to_the_end() -> None:
    nights = find_nights(days("2023-12-31", "2024-01-01", "2024-01-31", "2024-02-01", "2024-03-01"))

    assert nights.count([date(2024, 1, 1), date(2024, 2, 1)], date(2024, 2, 29)) == [2, 1]


@pytest.mark.parametrize("seed", range(3))
def test_nights_are_told_apart_as_polars_does(seed: int) -> None:
    series = some_days(seed)
    nights = find_nights(series.to_numpy())

    def count(by: pl.Expr) -> dict[int, int]:
        return dict(series.to_frame().group_by(by.alias("by")).len().sort("by").iter_rows())

    assert nights.by_year == count(pl.col("day").dt.year())
    assert nights.by_month == count(pl.col("day").dt.month())
    assert find_years(series.to_numpy()).tolist() == series.dt.year().to_list()
    assert nights.weekdays.tolist() == series.unique().sort().dt.weekday().to_list()
    assert nights.months.tolist() == series.unique().sort().dt.month().to_list()


@pytest.mark.parametrize("months", [-25, -12, -1, 1, 12, 48])
def test_nights_move_by_months_as_polars_does(months: int) -> None:
    series = some_days(months)
    moved = series.dt.offset_by(f"{months}mo")

    assert told(move_months(find_nights(series.to_numpy()), months)) == told(find_nights(moved.to_numpy()))


def test_nights_move_by_days() -> None:
    assert told(move_days(find_nights(days("2024-02-28", "2024-02-28")), 2)) == [("2024-03-01", 2)]


def test_columns_are_arrays_with_nan_for_null() -> None:
    arrays = Rows(
        Columns(pl.DataFrame({"rating": [4.0, None, 3.0, 4.0], "year": [1985, 1985, 1986, 1990]}), lambda n: None)
    )

    assert is_known(arrays["rating"]).tolist() == [True, False, True, True]
    assert is_known(arrays["year"]).all()
    assert known(arrays["rating"]).tolist() == [4, 3, 4]
    assert mean(arrays["rating"]) == pytest.approx(11 / 3)
    assert mean(arrays["rating"][:0]) is None
    assert count_each(arrays["rating"]) == {3.0: 1, 4.0: 2}
    assert count_each(arrays["year"]) == {1985: 2, 1986: 1, 1990: 1}
    assert arrays["rating"] is arrays["rating"]


@pytest.mark.parametrize("most", [0, 1, 6, 300])
def test_the_first_of_many_are_those_of_all_in_order(most: int) -> None:
    dice = np.random.default_rng(most)
    stars, n = dice.integers(1, 11, 200) / 2, dice.permutation(200)
    stars[dice.permutation(200)[:120]] = np.nan
    ordered = pl.DataFrame({"stars": stars, "n": n}).fill_nan(None).with_row_index("place")

    expected = ordered.sort("stars", "n", descending=[True, False], nulls_last=True)["place"].head(most)

    assert find_first(most, -stars, n).tolist() == expected.to_list()


def test_half_stars_that_nobody_gave_are_none() -> None:
    counts = count_half_stars(np.array([0.5, np.nan, 5.0, 5.0]))

    assert list(counts) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]
    assert {stars: count for stars, count in counts.items() if count} == {0.5: 1, 5.0: 2}

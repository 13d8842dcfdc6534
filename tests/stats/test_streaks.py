from collections.abc import Callable
from datetime import date

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.streaks import Run, StreakDay, Streaks, compute
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
DIARY = (
    ("Ran", "2023-12-30"),
    ("Ran", "2023-12-31"),
    ("Ran", "2024-01-01"),
    ("Ran", "2024-01-08"),
    ("Ran", "2024-03-01"),
    ("Ran", "2024-03-02"),
    ("Ikiru", "2024-01-08"),
)


def test_the_longest_runs_cross_months_and_years(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == Streaks(
        days=Run(3, date(2023, 12, 30), date(2024, 1, 1), FilterLink("?viewed=2023-12-30..2024-01-01", False)),
        weeks=Run(3, date(2023, 12, 25), date(2024, 1, 14), FilterLink("?viewed=2023-12-25..2024-01-14", False)),
        pause=Run(52, date(2024, 1, 9), date(2024, 2, 29), None),
        nights=6,
        doubles=1,
        fullest=StreakDay(date(2024, 1, 8), 2, FilterLink("?viewed=2024-01-08", False)),
    )


def test_a_single_night_is_a_run_without_a_pause(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY[:1]))
    assert card is not None
    assert (card.days.length, card.weeks.length, card.pause) == (1, 1, None)
    assert card.days.link == FilterLink("?viewed=2023-12-30", False)


def test_a_number_leads_to_just_its_viewings(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY, query={"viewed": "2023-12-30..2024-01-01"})
    assert len(view.picked.viewings) == 3
    assert view.filters.chips(view.all, view.path)[0].label == "watched Dec 30, 2023–Jan 1, 2024"


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None

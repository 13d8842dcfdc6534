from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.days_between import DaysBetween, Gap, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
DIARY = (
    ("Ran", "2024-01-01"),
    ("Ikiru", "2024-01-01"),
    ("Ran", "2024-01-02"),
    ("Ikiru", "2024-01-04"),
    ("Ran", "2024-01-10"),
    *[("Ikiru", "2024-01-20")] * 20,  # filled in at one go
    ("Ran", "2024-02-08"),
    ("Ikiru", "2024-03-20"),
)


def _gap(days: str, viewings: int, whole: int) -> Gap:
    return Gap(days, viewings, whole, FilterLink(f"?pause={days}", picked=False))


def test_every_viewing_counts_by_the_days_since_the_one_before(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == DaysBetween(
        (
            _gap("0", 1, 1),
            _gap("1", 1, 1),
            _gap("2", 1, 1),
            _gap("3-6", 1, 1),
            _gap("7-13", 0, 0),
            _gap("14-29", 1, 1),
            _gap("30-", 1, 1),
        ),
        total=6,
        median=2,
        same_day=1,
    )


def test_days_are_counted_over_the_whole_diary_whatever_is_picked(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"liked": "yes", "pause": "1"}))
    assert card is not None
    assert [gap.viewings for gap in card.gaps] == [0, 1, 0, 1, 0, 1, 0]
    assert (card.total, card.median) == (1, 1)
    assert card.gaps[1].link == FilterLink("?liked=yes", picked=True)
    assert "Half the time, the next film came within 1 day. 0% came on the same day." in render(card, "")


def test_a_mark_leads_to_as_many_viewings_as_it_says(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY))
    assert card is not None
    for gap in card.gaps:
        assert len(make_view(FILMS, DIARY, query={"pause": gap.days}).picked.viewings) == gap.viewings


def test_a_first_viewing_alone_has_none_before_it(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY[:1])) is None
    card = compute(make_view(FILMS, DIARY, query={"viewed": "2024-01-20"}))
    assert card is not None
    assert "No earlier viewing to compare with." in render(card, "")

import re
from collections.abc import Callable

from kinograph.stats.address import FilterLink
from kinograph.stats.cards.logging_habits import Delay, LoggingHabits, compute, render
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
DIARY = (
    ("Ran", "2024-01-01", 4.0, "2023-12-31"),
    ("Ikiru", "2024-01-02", None, "2024-01-03"),
    ("Ran", "2024-01-03", None, "2024-01-10"),
    ("Ran", "2024-01-04", None, "2024-02-04"),
    ("Ran", "2024-01-05", None, "2024-02-06"),
    ("Ikiru", "2024-01-06", None, "2024-01-03"),
    ("Ikiru", "2024-01-07"),
    *[("Ikiru", "2024-01-20", 3.0, "2024-01-20")] * 20,
)


def _delay(days: str, viewings: int) -> Delay:
    return Delay(days, viewings, FilterLink(f"?logged={days}", picked=False))


def test_a_day_of_difference_is_none_and_what_was_filled_in_at_one_go_tells_nothing(
    make_view: Callable[..., PageContext],
) -> None:
    assert compute(make_view(FILMS, DIARY)) == LoggingHabits(
        (_delay("0", 2), _delay("2-7", 1), _delay("8-31", 1), _delay("32-", 1)),
        soon=2,
        known=6,
        beforehand=1,
        rated=21,
        tagged=0,
        total=27,
        days_at_once=1,
        at_once=20,
    )


def test_a_mark_leads_to_as_many_viewings_as_it_says(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY))
    assert card is not None
    for delay in card.delays:
        assert len(make_view(FILMS, DIARY, query={"logged": delay.days}).picked.viewings) == delay.viewings


def test_a_picked_delay_keeps_the_others_and_other_filters_count(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"liked": "yes", "logged": "32-"}))
    assert card is not None
    assert [delay.viewings for delay in card.delays] == [1, 1, 1, 1]
    assert (card.soon, card.known, card.rated, card.total) == (0, 1, 0, 1)


def test_what_never_happened_leads_nowhere(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY[:1]))
    assert card is not None
    assert re.findall(r'href="(\?.*?)"', render(card, "")) == ["?logged=0"]


def test_a_diary_that_does_not_say_when_it_was_logged_still_tells_of_stars(
    make_view: Callable[..., PageContext],
) -> None:
    card = compute(make_view(FILMS, [("Ran", "2024-01-01", 4.0)]))
    assert card is not None
    drawn = render(card, "")
    assert "These viewings have no logging date." in drawn
    assert "100%" in drawn


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None

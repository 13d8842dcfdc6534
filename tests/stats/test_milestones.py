from collections.abc import Callable
from datetime import date, timedelta

import pytest

from kinograph.charts.posters import Poster
from kinograph.stats.address import FilterLink
from kinograph.stats.cards.milestones import Milestone, Milestones, compute
from kinograph.stats.page_context import PageContext
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (("Ran", 1985, {"liked": True}), ("Ikiru", 1952, {}))
DIARY = tuple(("Ikiru" if n else "Ran", (date(2024, 1, 1) + timedelta(days=n)).isoformat()) for n in range(60))


def _milestone(number: int, day: date, poster: Poster) -> Milestone:
    return Milestone(number, day, poster, FilterLink(f"?viewed={day}", False))


def test_the_first_every_fiftieth_and_the_latest(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS, DIARY)) == Milestones(
        (
            _milestone(1, date(2024, 1, 1), Poster("Ran", 1985)),
            _milestone(50, date(2024, 2, 19), Poster("Ikiru", 1952)),
            _milestone(60, date(2024, 2, 29), Poster("Ikiru", 1952)),
        ),
        step=50,
        total=60,
    )


@pytest.mark.parametrize(("viewings", "step"), [(499, 50), (501, 100), (10_500, 2500), (60_000, 7500)])
def test_a_longer_diary_takes_longer_steps(make_view: Callable[..., PageContext], viewings: int, step: int) -> None:
    # Nineteen a day at most, or they were logged in one go.
    diary = [("Ran", (date(2010, 1, 1) + timedelta(days=n // 12)).isoformat()) for n in range(viewings)]
    card = compute(make_view(FILMS, diary))
    assert card is not None
    assert (card.step, card.total) == (step, viewings)
    assert len(card.milestones) <= 12


def test_a_single_viewing_is_the_first_and_the_latest(make_view: Callable[..., PageContext]) -> None:
    card = compute(make_view(FILMS, DIARY, query={"liked": "yes"}))
    assert card is not None
    assert [milestone.number for milestone in card.milestones] == [1]


def test_without_a_diary_the_card_is_left_out(make_view: Callable[..., PageContext]) -> None:
    assert compute(make_view(FILMS)) is None

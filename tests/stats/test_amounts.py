"""What hours, viewings and rewatches are, and that a day filled in at one go is no day to any card."""

from collections.abc import Callable
from datetime import date

import numpy as np
from httpx import AsyncClient

from kinograph.stats import amounts
from kinograph.stats.address import Filters
from kinograph.stats.cards import (
    calendar,
    days_between,
    films_per_week,
    logging_habits,
    milestones,
    most_watched,
    rewatches,
    streaks,
    year_totals,
)
from kinograph.stats.cards import viewings as over_time
from kinograph.stats.headline import compute_headline
from kinograph.stats.page_context import PageContext
from kinograph.stats.pages import link_years
from tests.sessions.export_files import DIARY as DIARY_HEAD
from tests.sessions.export_files import FILM, table, zipped
from tests.stats.conftest import Film

FILMS: tuple[Film, ...] = (
    ("Twice", 1985, {"runtime_minutes": 60, "genres": ["War"], "liked": True}),
    ("Once", 1952, {"runtime_minutes": 100, "genres": ["War"]}),
    ("Undated", 1959, {"runtime_minutes": 7, "genres": ["War"]}),
    ("Unwatched", 1960, {"runtime_minutes": 1000, "genres": ["War"], "watched": False, "rating": 5.0, "liked": True}),
    ("Untold", 1961, {"genres": ["War"]}),
)
DIARY = (("Twice", "2024-01-01"), ("Twice", "2024-02-01"), ("Once", "2024-02-03+"), ("Untold", "2023-01-01"))
BULK: tuple[Film, ...] = tuple((f"Film {n}", 1950 + n, {"runtime_minutes": 90, "rating": 4.0}) for n in range(21))
BULK_DIARY = (
    *((f"Film {n}", "2000-01-01") for n in range(20)),
    ("Film 20", "2001-01-01"),
    ("Film 0", "2001-01-08+"),
)


def test_hours_are_those_of_every_viewing_and_once_of_a_film_without_one(make_view: Callable[..., PageContext]) -> None:
    assert amounts.sum_minutes(make_view(FILMS, DIARY).all) == 2 * 60 + 100 + 7
    assert amounts.sum_minutes(make_view(FILMS, DIARY, query={"viewed": "2024-02"}).picked) == 60 + 100


def test_a_diary_entry_of_a_film_not_marked_as_watched_is_a_viewing_and_no_film(
    make_view: Callable[..., PageContext],
) -> None:
    view = make_view(FILMS, (*DIARY, ("Unwatched", "2024-05-05")))
    assert amounts.sum_minutes(view.all) == 2 * 60 + 100 + 7 + 1000
    counted = amounts.count(view.all, "viewings")
    titles = view.all.films["title"].to_list()
    assert {titles[place]: counted.amount[place] for place in counted.places} == {
        "Twice": 2,
        "Once": 1,
        "Undated": 0,
        "Unwatched": 1,
        "Untold": 1,
    }
    assert np.isnan(counted.rating[counted.places]).all()
    assert len(amounts.count(view.all, "films")) == 4


def test_an_undated_film_has_no_viewing_and_is_counted_beside_them(make_view: Callable[..., PageContext]) -> None:
    view = make_view(FILMS, DIARY)
    assert amounts.count_undated(view.all) == 1
    card = year_totals.compute(view)
    assert card is not None
    assert card.totals.viewings == 4


def test_the_cards_of_what_is_seen_more_than_once_tell_the_same_films_in_the_same_order(
    make_view: Callable[..., PageContext],
) -> None:
    view = make_view(FILMS, DIARY)
    most, again = most_watched.compute(view), rewatches.compute(view)
    assert most is not None
    assert again is not None
    assert (
        [film.poster.title for film in most.films] == [film.poster.title for film in again.films] == ["Twice", "Once"]
    )
    assert most.total == again.returned == 2


def test_likes_of_watched_films_are_called_so(make_view: Callable[..., PageContext]) -> None:
    credits = [(credit.number, credit.label) for credit in compute_headline(make_view(FILMS, DIARY)).credits]
    assert ("1", "watched film liked") in credits


def test_a_day_filled_in_at_one_go_is_a_day_to_no_card(make_view: Callable[..., PageContext]) -> None:
    view = make_view(BULK, BULK_DIARY)
    week, plain = films_per_week.compute(view), year_totals.compute(view)
    assert week is not None
    assert plain is not None
    assert week.a_week == plain.a_week == 1.75
    assert (plain.totals.nights, plain.totals.viewings, plain.at_once) == (2, 22, 20)
    run, numbers, between = streaks.compute(view), milestones.compute(view), days_between.compute(view)
    assert run is not None and run.nights == 2
    assert numbers is not None and (numbers.total, numbers.milestones[0].day) == (2, date(2001, 1, 1))
    assert between is not None and (between.total, between.median) == (1, 7)
    nights, drawn = calendar.compute(view), over_time.compute(view)
    assert nights is not None and [year for year, _ in nights.years] == [2001]
    assert drawn is not None and ([period.name for period in drawn.years], drawn.total) == (["2001"], 2)
    assert ("Jan 2001", "in the diary") in [(credit.number, credit.label) for credit in compute_headline(view).credits]
    log = logging_habits.compute(view)
    assert log is not None and log.at_once == 20
    assert "1.8 films a week on average." in films_per_week.render(week, "")
    assert "1.8 viewings a week. 20 viewings logged in bulk have no night." in " ".join(
        year_totals.render(plain, "").split()
    )


def test_a_day_filled_in_at_one_go_is_in_no_year_and_the_year_says_so(make_view: Callable[..., PageContext]) -> None:
    view = make_view(BULK, BULK_DIARY)
    assert [way.title for way in link_years(view)] == ["All time", "2001"]
    for query in ({"viewed": "2000"}, {"viewed": "2000-01-01"}, {"weekday": "6"}, {"viewed": "1999-12-31..2000-01-02"}):
        assert len(make_view(BULK, BULK_DIARY, query=query).picked.viewings) == 0
    assert len(make_view(BULK, BULK_DIARY, query={"month": "1"}).picked.viewings) == 2
    of_2001 = PageContext(
        view.all, Filters(fixed=(("viewed", "2001"),)), "/session/1/year/2001", images=True, page="year"
    )
    card = year_totals.compute(of_2001)
    assert card is not None
    assert (card.totals.viewings, card.before, card.at_once) == (2, None, 0)
    busy = make_view(BULK, (*BULK_DIARY, ("Film 3", "2000-05-01"))).all
    of_2000 = PageContext(busy, Filters(fixed=(("viewed", "2000"),)), "/session/1/year/2000", images=True, page="year")
    card = year_totals.compute(of_2000)
    assert card is not None
    assert (card.totals.viewings, card.totals.films, card.at_once) == (1, 1, 20)
    assert "20 viewings logged in bulk count in no year." in year_totals.render(card, "")


async def test_the_pages_of_an_export_with_a_day_filled_in_at_one_go(client: AsyncClient) -> None:
    films = [f"Harbour Story {n},{1950 + n},https://boxd.it/{n + 4096:x}0" for n in range(21)]
    entries = [f"2024-01-05,{film},4,,,2000-01-01" for film in films[:20]]
    entries += [f"2024-01-05,{films[20]},4,,,2001-01-01", f"2024-01-05,{films[0]},4,Yes,,2001-01-08"]
    watched = table(FILM, *(f"2024-01-05,{film}" for film in films))
    export = zipped(watched=watched, diary=table(DIARY_HEAD, *entries))
    sent = (await client.post("/api/upload", files=[("files", (export.name, export.content))])).json()
    page = f"/session/{sent['session_id']}"
    assert "1.8 films a week on average." in (await client.get(f"{page}/patterns")).text
    all_time = (await client.get(f"{page}/year")).text
    assert "1.8 viewings a week." in all_time
    assert "<b>2</b> <span>nights with a film" in all_time
    assert "Jan 2001" in all_time
    assert f"{page}/year/2000" not in all_time
    gone = await client.get(f"{page}/year/2000")
    assert gone.status_code == 404 and "In 2000 this diary has entries only on days with" in gone.text
    assert "A film on 2 days." in (await client.get(page)).text

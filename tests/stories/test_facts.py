"""What each slide is made of, whole; and when it is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from kinograph.charts.posters import Poster
from kinograph.stats.cards import countries, directors, months, streaks, year_totals
from kinograph.stats.page_context import PageContext
from kinograph.stories import story
from kinograph.stories.person import Person
from kinograph.stories.slides import (
    best_film,
    director,
    end,
    face,
    farthest,
    first_and_last,
    genre,
    month,
    nights,
    oldest_and_longest,
    records,
    too_few,
    volume,
    world,
    year_before,
    years,
)
from kinograph.stories.slides.records import Record
from kinograph.stories.stretch import Stretch
from tests.stories.conftest import DIARY, FILMS

Views = Callable[..., PageContext]
YEAR, ALL = Stretch(2024), Stretch(None)
CLEO, VAGABOND, RAN = Poster("Cléo from 5 to 7", 1962), Poster("Vagabond", 1985), Poster("Ran", 1985)
NEW_YEAR = ((date(2024, 1, 3), 1), (date(2024, 1, 4), 1))
MONTHS = (2, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1)
MARCH = tuple((date(2024, 3, n), 2 if n == 9 else 1) for n in range(1, 10))
FACTS: dict[str, Any] = {
    "volume": volume.Volume(YEAR, 12, 554, 0, ((90, 5.0), (106, 4.0), *((10, 2.0),) * 9, (106, 4.0), (162, 4.5))),
    "nights": nights.Nights(YEAR, 12, 9, date(2024, 3, 9), 2, (*NEW_YEAR, *MARCH, (date(2024, 12, 31), 1))),
    "first_and_last": first_and_last.FirstAndLast(
        YEAR,
        first_and_last.Ticket(1, date(2024, 1, 3), CLEO, 5.0),
        first_and_last.Ticket(13, date(2024, 12, 31), RAN, 4.5),
        last_before=2023,
    ),
    "month": month.FavoriteMonth(YEAR, 3, 10, 13, MONTHS),
    "genre": genre.Genre(YEAR, 12, (("Drama", 3), ("War", 1)), "films", ("Drama", 4.5)),
    "director": Person(YEAR, "Agnès Varda", 2, 2, "films", 2, None, None, (CLEO, VAGABOND), (("Corinne Marchand", 2),)),
    "face": Person(YEAR, "Corinne Marchand", 2, 2, "films", 1, None, None, (CLEO, RAN), ()),
    "best_film": best_film.BestFilm(YEAR, CLEO, 5.0, liked=True, equals=1, rated=12),
    "oldest_and_longest": oldest_and_longest.OldestAndLongest(YEAR, (CLEO, 1962), (RAN, 162)),
    "world": world.World(YEAR, (("FR", 2), ("JP", 1)), "films", ("FR",)),
    "records": records.Records(
        YEAR,
        (
            Record("fullest", 2, date(2024, 3, 9), date(2024, 3, 9)),
            Record("weeks", 2, date(2024, 2, 26), date(2024, 3, 10)),
            Record("pause", 296, date(2024, 3, 10), date(2024, 12, 30)),
            Record("again", 2, title="Vagabond"),
        ),
    ),
    "year_before": year_before.YearBefore(YEAR, (("films", 12, 2), ("hours", 9, 3), ("nights", 12, 2)), None),
    "end": end.End(YEAR, 12, 12, "Agnès Varda", -0.92, tuple(enumerate(MONTHS, 1))),
}


def test_a_year_has_a_slide_for_each_of_its_facts(of: Views) -> None:
    assert {slide.name: slide.facts for slide in story.tell(of())} == FACTS


def test_all_time_has_its_years_instead_of_a_year_before(of: Views) -> None:
    told = {slide.name: slide.facts for slide in story.tell(of(None))}
    assert list(told) == [name if name != "year_before" else "years" for name in FACTS]
    assert told["years"] == years.Years(ALL, ((2023, 2), (2024, 13)))
    assert told["years"].fullest == (2024, 13)
    assert told["end"].strip == ((2023, 2), (2024, 13))
    assert (told["director"].new, told["world"].new) == (None, ())


def test_fewer_than_ten_dated_films_are_told_what_is_missing(of: Views) -> None:
    assert [(slide.name, slide.facts) for slide in story.tell(of(2023))] == [
        ("too_few", too_few.TooFew(Stretch(2023), 2))
    ]
    assert too_few.TooFew(YEAR, 7).missing == 3
    alone = of(2024, diary=DIARY[2:12])
    assert too_few.compute(alone) is None  # ten films, one of them twice


def test_all_time_counts_films_without_a_day(of: Views) -> None:
    told = [slide.name for slide in story.tell(of(None, diary=()))]
    assert told == ["volume", "genre", "director", "face", "best_film", "oldest_and_longest", "world", "end"]


def test_numbers_are_those_of_the_cards(of: Views) -> None:
    view = of()
    told = {slide.name: slide.facts for slide in story.tell(view)}
    figures, runs, busiest = year_totals.compute(view), streaks.compute(view), months.compute(view)
    assert figures and runs and busiest and figures.before
    assert (told["volume"].films, told["end"].nights) == (figures.totals.films, figures.totals.nights)
    assert (told["nights"].nights, told["nights"].longest) == (runs.nights, runs.days.length)
    assert (told["month"].month, told["month"].viewings) == busiest.busiest
    assert dict(map(lambda pair: pair[:2], told["year_before"].pairs))["hours"] == figures.totals.hours
    top, places = directors.compute(view), countries.compute(view)
    assert top and (told["director"].name, told["director"].amount) == (top.top[0].name, top.top[0].amount)
    assert places and len(told["world"].countries) == len(places.all)


def test_the_newest_day_of_the_diary_says_that_a_year_runs(of: Views) -> None:
    view = of(diary=DIARY[:-1])
    assert [slide.facts.stretch for slide in story.tell(view)] == [Stretch(2024, date(2024, 3, 9))] * len(
        story.tell(view)
    )
    assert Stretch(2024, date(2024, 3, 9)).when == "2024 so far"


def test_what_is_picked_is_told_of_alone(of: Views) -> None:
    few = too_few.compute(of(query={"genre": "Drama"}))
    assert few == too_few.TooFew(Stretch(2024, which="in the genre Drama"), 3)
    assert {slide.name: slide.facts for slide in story.tell(of(query={"runtime": "-30"}))} == {
        "too_few": too_few.TooFew(Stretch(2024, which="up to 30 minutes long"), 9)
    }


def test_units_are_those_of_the_rankings(of: Views) -> None:
    view = of(query={"count": "hours"})
    assert (found := genre.compute(view)) and (found.top[0], found.unit) == (("Drama", 464), "hours")
    assert (whose := director.compute(view)) and (whose.name, whose.amount) == ("Agnès Varda", 302)


def test_slides_of_films_need_more_than_chance(of: Views) -> None:
    one = [(title, year, {**given, "directors": [n], "cast": [n]}) for n, (title, year, given) in enumerate(FILMS)]
    assert director.compute(of(films=one)) is None
    assert face.compute(of(films=one)) is None
    plain = [(title, year, {"runtime_minutes": 90}) for title, year, _ in FILMS]
    told = [slide.name for slide in story.tell(of(films=plain))]
    assert told == [
        "volume",
        "nights",
        "first_and_last",
        "month",
        "oldest_and_longest",
        "records",
        "year_before",
        "end",
    ]


def test_hours_of_unknown_runtimes_are_none(of: Views) -> None:
    bare = [(title, year, {"state": "unmatched"}) for title, year, _ in FILMS]
    assert volume.compute(of(films=bare)) == volume.Volume(YEAR, 12, 0, 12, ())


def scored(own: float, theirs: float, n: int = 20) -> list[Any]:
    return [(f"Film {i}", 2000, {"rating": own, "vote_average": theirs, "vote_count": 20}) for i in range(n)]


def test_the_farthest_film_is_one_of_twenty_that_both_rated(of: Views) -> None:
    far = ("Showgirls", 1995, {"rating": 5.0, "vote_average": 5.8, "vote_count": 400})
    diary = [(f"Film {i}", f"2024-01-{i + 1:02}") for i in range(19)] + [("Showgirls", "2024-12-31")]
    told = farthest.compute(of(films=[*scored(4.0, 8.0, 19), far], diary=diary))
    assert told and (told.poster, told.yours, told.theirs, told.compared) == (Poster("Showgirls", 1995), 5.0, 2.9, 20)
    assert told.kinder == 0.1  # 4.05 and 3.95
    assert farthest.compute(of(films=[*scored(4.0, 8.0, 18), far], diary=[*diary[:18], diary[-1]])) is None


def test_who_is_never_half_a_star_away_agrees(of: Views) -> None:
    diary = [(f"Film {i}", f"2024-01-{i + 1:02}") for i in range(20)]
    told = farthest.compute(of(films=scored(4.0, 7.0), diary=diary))
    assert told == farthest.Farthest(Stretch(2024, date(2024, 1, 20)), None, 4.0, 3.5, 20, 0.5)


def test_one_viewing_is_one_ticket_and_one_month_no_favorite(of: Views) -> None:
    view = of(diary=DIARY[2:3])
    assert first_and_last.compute(view) == first_and_last.FirstAndLast(
        Stretch(2024, date(2024, 1, 3)), first_and_last.Ticket(1, date(2024, 1, 3), CLEO, 5.0), None
    )
    assert month.compute(view) is None
    assert records.compute(view) is None

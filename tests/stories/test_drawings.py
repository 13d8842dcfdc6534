"""Slides as pictures: what they say is on them, within the part of a story that no app covers, whatever the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from kinograph import i18n
from kinograph.charts.posters import Poster
from kinograph.pictures.canvas import SHAPES, Circle, Group, Item, Path, Picture, Rect, Text, walk
from kinograph.pictures.letters import is_right_to_left, measure_line
from kinograph.pictures.shapes import Place
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
    nights,
    oldest_and_longest,
    records,
    too_few,
    volume,
    world,
    year_before,
    years,
)
from kinograph.stories.slides.farthest import APART, place_figures
from kinograph.stories.slides.first_and_last import FirstAndLast, Ticket
from kinograph.stories.slides.records import Record
from kinograph.stories.story import SlideModule
from kinograph.stories.stretch import Stretch
from tests.libraries import LONG, TITLES

Views = Callable[..., PageContext]
Box = tuple[float, float, float, float]
ALL, RUNNING = Stretch(None), Stretch(2026, date(2026, 3, 1), which=f"with {LONG}")
NAMES = (*TITLES[:4], "Jeanne Dielman, 23, quai du Commerce, 1080 Bruxelles", "O")


def posters(n: int) -> tuple[Poster, ...]:
    return tuple(Poster(NAMES[i % len(NAMES)], 1950 + i) for i in range(n))


def ticket(number: int, title: str) -> Ticket:
    return Ticket(number, date(2026, 2, 28), Poster(title, 2007), 3.5)


def person(name: str, n: int, stretch: Stretch = ALL) -> Person:
    faces = tuple((each, 12345) for each in NAMES[:4])
    return Person(stretch, name, n, 123456, "hours", None, 4.33, 3.9, posters(min(n, 9)), faces)


HARD: list[tuple[Any, Any]] = [
    (volume, volume.Volume(ALL, 23456, 99999 * 60, 41, ((100, 4.0),) * 59999)),
    (volume, volume.Volume(RUNNING, 23456, 0, 23456, ())),
    (volume, volume.Volume(RUNNING, 12, 90, 3, ((90, None),))),
    (nights, nights.Nights(ALL, 12345, 1, date(1990, 5, 1), 1, ((date(1990, 5, 1), 1), (date(2026, 5, 1), 1)))),
    (nights, nights.Nights(RUNNING, 45, 45, date(2026, 2, 1), 9, ((date(2026, 2, 1), 9),))),
    *((first_and_last, FirstAndLast(RUNNING, ticket(1, name), ticket(12345, name), 2019)) for name in NAMES),
    (first_and_last, FirstAndLast(ALL, ticket(1, NAMES[0]), None)),
    (genre, genre.Genre(ALL, 9, (("Action & Adventure", 99999 * 60), ("Sci-Fi & Fantasy", 60)), "hours", None)),
    *((director, person(name, n)) for name, n in zip(NAMES, (2, 3, 4, 5, 9, 7), strict=True)),
    (director, person(NAMES[0], 9, RUNNING)),
    *((face, person(name, n)) for name, n in zip(NAMES, (2, 3, 4, 5, 9, 7), strict=True)),
    *((best_film, best_film.BestFilm(RUNNING, film, 4.5, True, 12345, 20000)) for film in posters(6)),
    *((farthest, farthest.Farthest(RUNNING, film, 3.5, 3.0, 12345, -0.12)) for film in posters(6)),
    (farthest, farthest.Farthest(ALL, None, 3.51, 3.49, 20, 0.02)),
    (oldest_and_longest, oldest_and_longest.OldestAndLongest(ALL, (posters(1)[0], 1895), (posters(2)[1], 14400))),
    (oldest_and_longest, oldest_and_longest.OldestAndLongest(ALL, None, (posters(2)[1], 99))),
    (world, world.World(RUNNING, (("US", 12345 * 60), ("HK", 60), ("BA", 30)), "hours", ("US", "HK", "BA"))),
    (world, world.World(ALL, tuple((code, 1) for code in ("US", "FR", "JP", "DE", "IT")), "films", ())),
    (
        records,
        records.Records(
            RUNNING,
            tuple(
                Record(kind, 12345, date(2026, 2, 1), date(2026, 2, 28), NAMES[0])
                for kind in ("fullest", "weeks", "pause", "again")
            ),
        ),
    ),
    (year_before, year_before.YearBefore(RUNNING, (("films", 1, 12345), ("hours", 99999, 1)), date(2025, 3, 1))),
    (years, years.Years(ALL, tuple((year, 12345) for year in range(1990, 2027)))),
    *((end, end.End(RUNNING, 12345, 9876, name, 0.0, ())) for name in NAMES),
    (end, end.End(ALL, 12345, 9876, None, -1.5, tuple((year, 99) for year in range(1990, 2027)))),
    (too_few, too_few.TooFew(RUNNING, 0)),
    (too_few, too_few.TooFew(ALL, 9)),
]


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.load(request.param) if request.param != i18n.SOURCE else None
    i18n.speak(request.param)
    yield request.param
    i18n.speak(i18n.SOURCE)


def boxes(items: tuple[Item, ...], place: Place) -> Iterator[tuple[Item, Box, float]]:
    """What is drawn with its left, top, right and bottom and the size of its letters; what is clipped as its window."""
    for item in items:
        if isinstance(item, Group):
            inner = place.within(item)
            if item.clip:
                yield item, turned(inner, 0, 0, item.clip[0], item.clip[1]), 99
            else:
                yield from boxes(item.items, inner)
        elif isinstance(item, Text):
            width = measure_line(item)
            left = item.x - {"start": 0, "middle": width / 2, "end": width}[item.anchor]
            scale = abs(complex(place.a, place.b))
            box = turned(place, left, item.y - 0.8 * item.size, left + width, item.y + 0.05 * item.size)
            yield item, box, item.size * scale
        elif isinstance(item, Rect):
            yield item, turned(place, item.x, item.y, item.x + item.width, item.y + item.height), 99
        elif isinstance(item, Circle):
            r = item.radius
            yield item, turned(place, item.x - r, item.y - r, item.x + r, item.y + r), 99


def turned(place: Place, left: float, top: float, right: float, bottom: float) -> Box:
    xs, ys = zip(*(place.put(x, y) for x in (left, right) for y in (top, bottom)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


SEEN = {"story": (60, 250, 1020, 1670), "wide": (24, 24, 1176, 606), "square": (48, 40, 1032, 1040)}


def outside(picture: Picture, shape: str) -> list[str]:
    """What lies where an app puts its buttons, or what stands too near the edge of a card; and letters too small."""
    left, top, right, bottom = {
        "story": (60, 250, 1020, 1670),
        "wide": (24, 24, 1176, 606),
        "square": (48, 40, 1032, 1040),
    }[shape]
    wrong = []
    for item, box, size in boxes(picture.items, Place()):
        on_film = shape == "story" and isinstance(item, Rect) and (item.fill in ("film", "bg") or item.opacity < 1)
        if not on_film and (box[0] < left - 1 or box[1] < top - 1 or box[2] > right + 1 or box[3] > bottom + 1):
            wrong.append(f"{[round(side) for side in box]} {item}"[:200])
        if shape == "story" and size < 26 - 0.01:
            wrong.append(f"{size:.1f} px: {item}"[:200])
    return wrong


def all_words(picture: Picture) -> str:
    return " ".join(item.plain for item in walk(picture.items) if isinstance(item, Text))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_slides_of_a_year_keep_within_what_is_seen(of: Views, shape: str, language: str) -> None:
    wrong = []
    for year in (2024, None, 2023):
        for slide in story.tell(of(year)):
            picture = slide.module.draw(slide.facts, shape)
            assert (picture.width, picture.height) == SHAPES[shape]
            wrong += [f"{slide.name}: {each}" for each in outside(picture, shape)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("shape", SHAPES)
def test_hard_facts_keep_within_it_too(shape: str, language: str) -> None:
    wrong = []
    for module, facts in HARD:
        name = module.__name__.rpartition(".")[2]
        wrong += [f"{name}: {each}" for each in outside(module.draw(facts, shape), shape)]
    assert wrong == [], "\n".join(wrong)


def test_what_a_slide_says_is_on_it(of: Views) -> None:
    for slide in story.tell(of()):
        said = slide.module.say(slide.facts)
        written = all_words(slide.module.draw(slide.facts, "story")).upper()
        if slide.name != "nights":  # whose board stands in its place
            assert said.credit.upper() in written
        for word in f"{said.lead} {said.rest}".upper().split() if slide.name != "nights" else ():
            assert word.strip(",") in written, slide.name


def test_lines_as_long_as_each_other_break_no_word() -> None:
    picture = director.draw(person("Christopher Nolan", 3), "story")
    assert {"Christopher", "Nolan"} <= {item.plain for item in walk(picture.items) if isinstance(item, Text)}


def test_what_is_heard_is_punctuated_as_sentences() -> None:
    fullest = years.say(years.Years(ALL, ((2020, 3), (2021, 96))))
    assert fullest.text == "2021: 96 viewings. 97% of all viewings."
    few = too_few.TooFew(ALL, 1)
    assert too_few.say(few).text == "1 film. 9 more films and there is a story."
    words = all_words(too_few.draw(few, "square")).split()
    assert " ".join(words).endswith("1 film. 9 more films and there is a story.")


def test_five_digits_stay_figures() -> None:
    told = volume.Volume(ALL, 6912, 12431 * 60, 0, ((120, 4.0),) * 6215)
    picture = volume.draw(told, "story")
    figure = next(item for item in walk(picture.items) if isinstance(item, Text) and item.plain == "12,431")
    assert measure_line(figure) <= 937
    assert "6,912 films, end to end: 517 days and nights." in picture.title


@pytest.mark.parametrize(
    ("minutes", "row"),
    [(90, "day"), (14 * 1440, "day"), (14 * 1440 + 1, "week"), (141 * 1440, "30 days"), (20000 * 60, "year")],
)
def test_a_row_is_as_long_as_there_are_hours(minutes: int, row: str) -> None:
    said = volume.say(volume.Volume(ALL, 1, minutes, 0, ((minutes, 4.0),)))
    assert f"A row is {'' if row[0].isdigit() else 'a '}{row};" in said.text


def test_without_stars_no_color_stands_for_any() -> None:
    told = volume.Volume(ALL, 2, 200, 0, ((100, None), (100, None)))
    assert volume.say(told).text == "3 hours in the dark. 2 films, end to end. A row is a day."


def test_more_films_than_anybody_could_tell_apart_are_drawn_together() -> None:
    def drawn(n: int) -> int:
        return len(str(volume.draw(volume.Volume(ALL, n, 100 * n, 0, ((100, 4.0), (100, None)) * (n // 2)), "story")))

    assert drawn(40_000) < 2 * drawn(4000)


@pytest.mark.parametrize(("yours", "theirs"), [(3.5, 3.0), (5.0, 4.9), (0.5, 0.6), (2.0, 4.5), (4.5, 2.0)])
def test_figures_near_each_other_are_pushed_apart(yours: float, theirs: float) -> None:
    one, other = place_figures(yours, theirs)
    assert abs(one - other) >= APART - 0.01
    assert (one < other) == (yours > theirs)


def test_a_leader_leads_from_a_figure_that_was_pushed_to_its_mark() -> None:
    def leaders(yours: float, theirs: float) -> int:
        drawn = farthest.draw(farthest.Farthest(ALL, Poster("Ran", 1985), yours, theirs, 20, 0.0), "story")
        return sum(isinstance(item, Path) and item.stroke_width == 3 for item in walk(drawn.items))

    assert (leaders(3.5, 3.0), leaders(4.0, 2.0)) == (2, 0)


def test_a_title_from_right_to_left_has_room_between_its_lines() -> None:
    title = "رسالة إلى حارس السينما"
    drawn = first_and_last.draw(FirstAndLast(ALL, ticket(1, title), None), "story")
    lines = [item for item in walk(drawn.items) if isinstance(item, Text) and is_right_to_left(item.plain)]
    lines = [item for item in lines if item.size > 60]
    assert len(lines) > 1
    assert {round((below.y - above.y) / above.size, 2) for above, below in pairwise(lines)} == {1.5}


def test_days_to_come_have_no_ring() -> None:
    def rings(stretch: Stretch) -> int:
        told = nights.Nights(stretch, 1, 1, date(2026, 1, 1), 1, ((date(2026, 1, 1), 1),))
        return sum(
            isinstance(item, Circle) and item.stroke == "ghost" for item in walk(nights.draw(told, "story").items)
        )

    whole, running = Stretch(2026), Stretch(2026, date(2026, 1, 1) + timedelta(days=30))
    assert (rings(whole), rings(running)) == (364, 30)


def test_what_is_picked_stands_on_every_slide(of: Views) -> None:
    films = tuple((f"Film {n}", 2000, {"rating": 4.0, "genres": ["Drama"]}) for n in range(12))
    diary = [(f"Film {n}", f"2024-01-{n + 1:02}") for n in range(12)]
    for slide in story.tell(of(2024, films, diary, query={"genre": "Drama"})):
        assert "in the genre Drama" in all_words(slide.module.draw(slide.facts, "story")), slide.name


def test_idioms_stand_where_languages_have_them(language: str) -> None:
    told = nights.Nights(Stretch(2024), 97, 9, date(2024, 10, 9), 4, ((date(2024, 10, 9), 4),))
    words = all_words(nights.draw(told, "story"))
    assert ("HELD OVER IN OCTOBER" in words) == (language == "en")
    assert ("DAS WAR IM OKTOBER" in words) == (language == "de")


def test_every_slide_has_what_a_slide_needs() -> None:
    modules: tuple[SlideModule, ...] = (*story.SLIDES, too_few)
    assert all(module.__doc__ and module.TITLE for module in modules)
    assert {type(facts) for _, facts in HARD} >= {volume.Volume, Person, end.End}
    assert replace(ALL, year=2024).when == "2024"

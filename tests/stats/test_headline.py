from collections.abc import Callable

import pytest

from kinograph.films.roles import ROLES
from kinograph.i18n import speak
from kinograph.stats.address import FilterLink
from kinograph.stats.filters import FILTERS
from kinograph.stats.headline import Credit, compute_headline
from kinograph.stats.page_context import PageContext

RAN = (
    "Ran",
    1985,
    {"runtime_minutes": 160, "countries": ["JP", "FR"], "rating": 4.0, "directors": [1], "genres": ["War"]},
)
IKIRU = ("Ikiru", 1952, {"runtime_minutes": 143, "countries": ["JP"], "rating": 4.5, "directors": [1]})
PLAYTIME = ("Playtime", 1967, {"runtime_minutes": 117, "countries": ["FR"], "directors": [2]})
WISHED = ("Stalker", 1979, {"runtime_minutes": 162, "watched": False})
PEOPLE = {1: "Akira Kurosawa", 2: "Jacques Tati"}


def test_the_hours_open_the_page(make_view: Callable[..., PageContext]) -> None:
    said = compute_headline(make_view([RAN, IKIRU, PLAYTIME, WISHED], people=PEOPLE))
    assert (said.lead, said.rest) == ("7", "hours in the dark.")
    assert said.credits == (
        Credit("3", "films", "/session/1/films"),
        Credit("2", "directors", "/session/1/people"),
        Credit("2", "countries", "/session/1/world"),
        Credit("4.25", "stars on average", "/session/1/ratings"),
    )


def test_every_credit_leads_to_what_it_counts_with_what_is_picked(make_view: Callable[..., PageContext]) -> None:
    films = [("Ran", 1985, {"liked": True, "original_language": "ja", "genres": ["War"]}), IKIRU]
    diary = [("Ikiru", "2023-12-31"), ("Ran", "2024-02-11"), ("Ran", "2024-03-02+")]
    said = compute_headline(make_view(films, diary, query={"genre": "War"}))
    assert said.credits == (
        Credit("1", "film", "/session/1/films?genre=War"),
        Credit("1", "language", "/session/1/world?genre=War#card-all_languages"),
        Credit("1", "watched film liked", FilterLink("?genre=War&liked=yes", picked=False)),
        Credit("Feb 2024–Mar 2024", "in the diary", "/session/1/patterns?genre=War"),
    )


def test_likes_are_no_credit_where_all_films_are_liked_by_choice(make_view: Callable[..., PageContext]) -> None:
    said = compute_headline(
        make_view([("Ran", 1985, {"liked": True})], [("Ran", "2024-02-11")], query={"liked": "yes"})
    )
    assert [(credit.number, credit.label) for credit in said.credits] == [("1", "film"), ("Feb 2024", "in the diary")]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"director": "1"}, "2 films, 5 hours, directed by Akira Kurosawa."),
        ({"country": "JP"}, "2 films, 5 hours, from Japan."),
        ({"released": "1950-1959"}, "1 film, 2 hours, from the 1950s."),
        ({"released": "1952-1967"}, "2 films, 4 hours, from 1952 to 1967."),
        ({"released": "1960-"}, "2 films, 5 hours, from 1960 or later."),
        ({"released": "-1960", "country": "JP"}, "1 film, 2 hours, from 1960 or earlier and from Japan."),
        (
            {"country": "JP", "rating": "4-5", "runtime": "140-", "liked": "no"},
            "2 films, 5 hours, from Japan, rated 4–5★, at least 140 minutes long and without a like.",
        ),
        ({"rating": "4-5"}, "2 films, 5 hours, rated 4–5★."),
        ({"runtime": "-117"}, "1 film, 117 minutes, up to 117 minutes long."),
        ({"country": "BR", "rating": "4-"}, "Nothing on the reel: no films from Brazil and rated 4★ or more."),
    ],
)
def test_the_sentence_follows_what_is_picked(
    make_view: Callable[..., PageContext], query: dict[str, str], sentence: str
) -> None:
    assert compute_headline(make_view([RAN, IKIRU, PLAYTIME, WISHED], people=PEOPLE, query=query)).sentence == sentence


@pytest.mark.parametrize(
    ("name", "value", "english", "german"),
    [
        ("score", "7-7.9", "rated 7.0–7.9 at TMDB", "bei TMDB mit 7,0–7,9 bewertet"),
        ("released", "1955-1979", "from 1955 to 1979", "von 1955 bis 1979"),
        ("released", "1994", "from 1994", "von 1994"),
        ("runtime", "240-", "at least 240 minutes long", "mindestens 240 Minuten lang"),
        (
            "viewed",
            "2024-01-02..2024-02-04",
            "watched from Jan 2, 2024 to Feb 4, 2024",
            "vom 02.01.2024 bis zum 04.02.2024 gesehen",
        ),
        ("pause", "3-6", "watched 3–6 days after the previous film", "3–6 Tage nach dem Film davor gesehen"),
    ],
)
def test_a_phrase_reads_well_alone_and_beside_others(
    make_view: Callable[..., PageContext], name: str, value: str, english: str, german: str
) -> None:
    view = make_view([RAN], query={name: value, "liked": "no"})
    try:
        assert compute_headline(view).sentence.endswith(f"{english} and without a like.")
        speak("de")
        assert compute_headline(view).sentence.endswith(f"{german} und ohne Herz.")
    finally:
        speak("en")


def test_a_german_page_without_films_says_nought(make_view: Callable[..., PageContext]) -> None:
    speak("de")
    try:
        said = compute_headline(make_view([RAN], query={"viewed": "2024"})).sentence
    finally:
        speak("en")
    assert said == "Nichts auf der Rolle: 0 Filme, 2024 gesehen."


def test_before_any_film_is_looked_up_the_films_are_counted(make_view: Callable[..., PageContext]) -> None:
    said = compute_headline(make_view([("Ran", 1985, {"state": "pending"})] * 1483))
    assert (said.lead, said.rest, said.credits) == ("1,483", "films.", (Credit("1,483", "films", "/session/1/films"),))


def test_the_headline_without_a_film_says_that_there_is_none(make_view: Callable[..., PageContext]) -> None:
    said = compute_headline(make_view([]))
    assert (said.lead, said.rest, said.credits) == ("", "No films yet.", ())


PLAIN = [
    ("rating", "-2.5"), ("score", "6-"), ("released", "1985"), ("genre", "War"), ("keyword", "king"), ("studio", "7"),
    ("country", "JP"), ("language", "yue"), ("runtime", "90-119"), ("liked", "no"), ("viewed", "2024-02"),
    ("weekday", "6"), ("month", "2"), ("rewatched", "yes"), ("tag", "cinema"), ("list", "odd"), ("pause", "0"),
    ("wished", "2024-02"), ("logged", "2-7"), *((role, "1") for role in (*ROLES, "person")), ("collection", "12"),
    ("votes", "100-"), ("title", "ran"), ("unseen", "30-"), ("rated", "no"), ("reviewed", "yes"), ("watchlist", "no"),
]  # fmt: skip
# Of any, of all and of none take what the plain ones take.
EVERY_FILTER = [*PLAIN, *((name, dict(PLAIN)[name.partition(".")[0]]) for name in FILTERS if "." in name)]


def test_every_filter_has_its_phrase() -> None:
    assert {name for name, _ in EVERY_FILTER} == {name for name, entry in FILTERS.items() if entry.label}


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_sentence_names_every_filter(make_view: Callable[..., PageContext], language: str) -> None:
    speak(language)
    try:
        whiches = {}
        for name, value in EVERY_FILTER:
            view = make_view([RAN], people=PEOPLE)
            whiches[name] = FILTERS[name].which(value, view.all)  # type: ignore[misc]
        of_every_page = [(name, value) for name, value in EVERY_FILTER if not FILTERS[name].pages]
        for start in range(0, len(of_every_page), 12):
            picked = of_every_page[start : start + 12]
            sentence = compute_headline(make_view([RAN], people=PEOPLE, query=picked)).sentence
            assert all(whiches[name] in sentence for name, _ in picked), sentence
    finally:
        speak("en")

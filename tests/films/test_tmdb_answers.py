from datetime import date
from typing import Any

import pytest

from kinograph.errors import SourceError
from kinograph.films import facts, tmdb_answers
from kinograph.films.collection_answers import read_parts
from kinograph.films.facts import CastMember, CollectionFacts, CompanyFacts, PartFacts, PersonFacts
from tests.invented_catalogue import CATALOGUE
from tests.invented_films import InventedFilm, Json, film, number, person, series

MOVIE_PARTS = ("credits", "keywords", "release_dates", "external_ids", "alternative_titles")


def named(title: str) -> InventedFilm:
    return next(entry for entry in CATALOGUE if entry.title == title)


def known(name: str) -> PersonFacts:
    told = person(name)
    return PersonFacts(told["id"], name, told["gender"], told["profile_path"])


def test_a_film_keeps_every_fact() -> None:
    answer = named("The Long Quay").answer(MOVIE_PARTS)
    details = tmdb_answers.read_movie(answer)
    assert details.facts == facts.Facts(
        kind="movie",
        tmdb_id=answer["id"],
        imdb_id=answer["imdb_id"],
        title="The Long Quay",
        original_title="Den långa kajen",
        original_language="sv",
        release_date=date(1994, 5, 4),
        runtime_minutes=118,
        genres=("Drama", "Romance"),
        countries=("SE", "FR"),
        languages=("sv",),
        keywords=("harbour", "winter"),
        vote_average=7.6,
        vote_count=1840,
        popularity=9.5,
        budget=3_200_000,
        revenue=11_500_000,
        poster_path=answer["poster_path"],
        crew={
            "directors": (known("Maren Oskarsdal"),),
            "writers": (known("Maren Oskarsdal"), known("Teo Brandl")),
            "composers": (known("Ilka Strom"),),
            "photography": (known("Paavo Linne"),),
            "editors": (known("Rosa Quint"),),
            "producers": (known("Hal Everdene"),),
        },
        cast=(
            CastMember(known("Nadia Ferrow"), "Elsa"),
            CastMember(known("Tom Alderley"), "The Pilot"),
            CastMember(known("Ines Okoro"), "Harbour Master"),
        ),
        companies=(
            CompanyFacts(number("Saltholm Film"), "Saltholm Film", "SE"),
            CompanyFacts(number("Atelier du Port"), "Atelier du Port", "FR"),
        ),
    )
    assert details.release_years == {1994}


def test_a_series_lasts_as_long_as_all_its_episodes() -> None:
    read = tmdb_answers.read_series(
        named("Dead Reckoners").answer(["aggregate_credits", "keywords", "external_ids"])
    ).facts
    assert (read.kind, read.title, read.release_date) == ("tv", "Dead Reckoners", date(2019, 3, 2))
    assert read.runtime_minutes == 5 * 66
    assert [director.name for director in read.crew["directors"]] == ["Sol Ibarra", "Greta Moll"]
    assert [writer.name for writer in read.crew["writers"]] == ["Femi Arkwright", "Jun Calder"]
    assert [(member.person.name, member.character) for member in read.cast] == [
        ("Nadia Ferrow", "Captain Voss"),
        ("Bela Horn", "Ash"),
    ]
    assert read.keywords == ("lighthouse",)
    assert read.imdb_id is not None
    assert read.companies[0].name == "Ninepin Television"


def test_a_series_without_episode_lengths_is_measured_by_its_last_episode() -> None:
    assert (
        tmdb_answers.read_series(
            series("Weir", 2022, episodes=8, episode_minutes=None).answer([])
        ).facts.runtime_minutes
        == 360
    )


@pytest.mark.parametrize(
    ("told", "minutes"),
    [
        ({"episode_run_time": [40, 50, 0]}, 8 * 45),
        ({"episode_run_time": [25, 30], "number_of_episodes": 3}, 83),  # 82.5
        (
            {
                "number_of_episodes": None,
                "seasons": [{"season_number": 0, "episode_count": 9}, {"season_number": 1, "episode_count": 6}],
            },
            6 * 50,
        ),
        ({"number_of_episodes": None}, None),
        ({"episode_run_time": [], "last_episode_to_air": None}, None),
    ],
)
def test_a_series_is_estimated_by_its_average_episode(told: dict[str, Any], minutes: int | None) -> None:
    answer = series("Weir", 2022, episodes=8).answer([]) | told
    assert tmdb_answers.read_series(answer).facts.runtime_minutes == minutes


def test_creators_stand_for_directors_whom_nobody_entered() -> None:
    read = tmdb_answers.read_series(series("Weir", 2022, created_by=["Ida Penn"]).answer(["aggregate_credits"])).facts
    assert [director.name for director in read.crew["directors"]] == ["Ida Penn"]


def test_what_tmdb_writes_for_unknown_is_none() -> None:
    silent = film("Reel", None, language="xx", minutes=0, votes=0, score=0.0, companies=())
    read = tmdb_answers.read_movie(silent.answer([])).facts
    assert (read.original_language, read.release_date, read.runtime_minutes) == (None, None, None)
    assert (read.vote_average, read.budget, read.revenue, read.languages) == (None, None, None, ())


def test_cantonese_gets_its_iso_code() -> None:
    assert tmdb_answers.read_movie(film("Pier 9", 1999, language="cn").answer([])).facts.original_language == "yue"


def test_someone_with_two_parts_is_billed_once_and_in_order() -> None:
    answer = film("Twins", 1990, cast=[("Ada Brisk", "Lil"), ("Jun Ives", "Bob"), ("Ada Brisk", "Lou")]).answer(
        ["credits"]
    )
    answer["credits"]["cast"].reverse()
    cast = tmdb_answers.read_movie(answer).facts.cast
    assert [(member.person.name, member.character) for member in cast] == [
        ("Ada Brisk", "Lil / Lou"),
        ("Jun Ives", "Bob"),
    ]


def test_someone_is_named_once_in_a_role() -> None:
    answer = film("Echo", 1990, writers=["Ada Brisk", "Ada Brisk"], directors=["Jun Ives", "Jun Ives"]).answer(
        ["credits"]
    )
    read = tmdb_answers.read_movie(answer).facts
    assert [len(read.crew["writers"]), len(read.crew["directors"])] == [1, 1]


def test_executive_producers_are_not_producers() -> None:
    answer = film("Ledger", 1990, producers=["Ada Brisk"]).answer(["credits"])
    answer["credits"]["crew"].append(person("Jun Ives") | {"job": "Executive Producer"})
    assert [producer.name for producer in tmdb_answers.read_movie(answer).facts.crew["producers"]] == ["Ada Brisk"]


BROKEN = [None, 7, "text", [], {}, [None, 3, "x"], {"cast": 1, "crew": "none", "keywords": 5}, True]


@pytest.mark.parametrize("value", BROKEN, ids=str)
def test_a_detail_of_the_wrong_type_is_unknown_and_harms_nothing_else(value: object) -> None:
    answer = named("The Long Quay").answer(MOVIE_PARTS)
    for key in answer.keys() - {"id", "title"}:
        assert tmdb_answers.read_movie(answer | {key: value}).facts.title == "The Long Quay", key


@pytest.mark.parametrize("value", BROKEN, ids=str)
def test_so_is_one_of_a_series(value: object) -> None:
    answer = named("Dead Reckoners").answer(["aggregate_credits", "keywords", "external_ids"])
    for key in answer.keys() - {"id", "name"}:
        assert tmdb_answers.read_series(answer | {key: value}).facts.title == "Dead Reckoners", key


def test_a_film_needs_nothing_but_an_id_and_a_title() -> None:
    read = tmdb_answers.read_movie({"id": 5, "title": "Bare"}).facts
    assert (read.original_title, read.cast, read.vote_count) == ("Bare", (), 0)


@pytest.mark.parametrize(
    "answer", [{}, {"id": 5}, {"title": "Bare"}, {"id": "5", "title": "Bare"}, {"id": 5, "title": ""}]
)
def test_an_answer_that_names_no_film_is_an_error_of_the_source(answer: Json) -> None:
    with pytest.raises(SourceError):
        tmdb_answers.read_movie(answer)
    with pytest.raises(SourceError):
        tmdb_answers.read_search(answer, "movie")


def test_a_search_leaves_out_results_that_name_nothing() -> None:
    results = [None, {"id": 3}, {"id": 4, "title": "Weir", "release_date": "", "vote_count": None}]
    page = tmdb_answers.read_search({"page": 1, "results": results, "total_results": 41}, "movie", listed_year=1999)
    (candidate,) = page.candidates
    assert (candidate.tmdb_id, candidate.year, candidate.vote_count, candidate.listed_year) == (4, None, 0, 1999)
    assert page.more


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"id": 10, "name": "The Quay Collection", "poster_path": None}, CollectionFacts(10, "The Quay Collection")),
        (None, None),
        ({"id": 0, "name": "Nothing"}, None),
        ({"id": 10, "name": None}, None),
        ([], None),
    ],
    ids=str,
)
def test_a_film_is_in_a_collection_or_in_none(told: Any, read: CollectionFacts | None) -> None:
    answer = named("The Long Quay").answer(MOVIE_PARTS) | {"belongs_to_collection": told}
    found = tmdb_answers.read_movie(answer).facts
    assert (found.collection, found.collection_id) == (read, read.id if read else 0)


def test_the_films_of_a_collection_are_read_in_order_of_release() -> None:
    third = {"id": 3, "title": "Three", "release_date": "", "vote_average": 0.0, "vote_count": 0, "poster_path": None}
    second = {"id": 2, "title": "Two", "release_date": "1999-01-02", "vote_average": 7.1, "vote_count": 9}
    first = {"id": 1, "title": "One", "release_date": "1990-05-06", "poster_path": "/one.jpg", "media_type": "movie"}
    junk = [{"id": 4}, {"title": "Nameless"}, None, {"id": 5, "title": "A Series", "media_type": "tv"}, first]
    assert read_parts({"id": 10, "name": "Numbers", "parts": [third, second, first, *junk]}) == (
        PartFacts(1, "One", date(1990, 5, 6), "/one.jpg"),
        PartFacts(2, "Two", date(1999, 1, 2), vote_average=7.1),
        PartFacts(3, "Three"),
    )
    assert read_parts({"id": 10, "name": "Gone", "parts": []}) == ()


@pytest.mark.parametrize("answer", [{"id": 10}, {"parts": None}, {"parts": {}}], ids=str)
def test_an_answer_without_films_is_asked_for_again(answer: Json) -> None:
    with pytest.raises(SourceError) as caught:
        read_parts(answer)
    assert not caught.value.permanent

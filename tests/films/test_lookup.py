from collections.abc import AsyncIterator

import pytest

from kinograph.films import matching
from kinograph.films.candidates import FilmRef
from kinograph.films.lookup import Found, Unmatched, look_up
from kinograph.films.tmdb import Client, Unavailable
from tests.fake_tmdb import FakeTmdb
from tests.invented_catalogue import NOBODY_HAS
from tests.invented_films import film, series


@pytest.fixture
async def tmdb() -> AsyncIterator[FakeTmdb]:
    async with FakeTmdb() as fake:
        yield fake


@pytest.fixture
async def client(tmdb: FakeTmdb) -> AsyncIterator[Client]:
    async with Client(tmdb.url, token=tmdb.token, per_second=1000) as asking:
        yield asking


async def found(client: Client, title: str, year: int | None) -> Found:
    answer = await look_up(client, FilmRef(title, year))
    assert isinstance(answer, Found), answer
    return answer


async def unmatched(client: Client, title: str, year: int | None) -> Unmatched:
    answer = await look_up(client, FilmRef(title, year))
    assert isinstance(answer, Unmatched), answer
    return answer


async def test_a_plain_film_takes_two_requests(tmdb: FakeTmdb, client: Client) -> None:
    answer = await found(client, "Salt and Ember", 2017)
    assert answer.facts.crew["directors"][0].name == "Yuki Tamaoka"
    assert answer.confidence >= matching.SURE
    assert [asked.path for asked in tmdb.requests] == ["search/movie", f"movie/{answer.facts.tmdb_id}"]
    assert tmdb.requests[1].query["append_to_response"] == "credits,keywords,release_dates,external_ids"


@pytest.mark.parametrize(
    ("title", "year", "director"),
    [
        ("The Long Quay", 1994, "Maren Oskarsdal"),
        ("Cafe Lumen", 2003, "Chloé Vautrin"),
        ("Tide - Part\u00a0Two", 2015, "Ama Boateng"),
        ("Paper Lanterns", 2020, "Ama Boateng"),
        ("Kestrel", 2012, "Ruth Adeyemi"),
        ("Kestrel", 1969, "Piers Nolan"),
        ("雪の窓", 1999, "Yuki Tamaoka"),
    ],
)
async def test_two_requests_find_films_of_awkward_names(client: Client, title: str, year: int, director: str) -> None:
    assert (await found(client, title, year)).facts.crew["directors"][0].name == director
    assert client.requests == 2


async def test_a_film_that_tmdb_dates_a_year_later_is_found(client: Client) -> None:
    answer = await found(client, "Low Country", 2008)
    assert answer.facts.crew["directors"][0].name == "Jori Veen"
    assert client.requests == 4


async def test_a_famous_film_of_the_next_year_is_found_behind_a_short(client: Client) -> None:
    assert (await found(client, "Hollow Year", 2018)).facts.crew["directors"][0].name == "Sena Akoto"


async def test_a_short_that_nobody_shares_a_long_title_with_takes_two_requests(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(film("The Seventh Lamplighter Returns", 2018, votes=0, popularity=0.05, minutes=12))
    assert (await found(client, "The Seventh Lamplighter Returns", 2018)).facts.runtime_minutes == 12
    assert client.requests == 2


async def test_a_mini_series_is_found_under_tv(client: Client) -> None:
    answer = await found(client, "Dead Reckoners", 2019)
    assert (answer.facts.kind, answer.facts.runtime_minutes) == ("tv", 330)
    assert client.requests == 3


async def test_a_film_of_long_ago_does_not_stand_in_for_a_series(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(film("Glasshouse", 2011, votes=9000))
    assert (await found(client, "Glasshouse", 2022)).facts.kind == "tv"


async def test_a_series_dated_otherwise_is_found_without_its_year(client: Client) -> None:
    assert (await found(client, "Glasshouse", 2021)).facts.kind == "tv"


async def test_an_episode_stays_unmatched(client: Client) -> None:
    assert (await unmatched(client, "Dead Reckoners: The Lantern", 2019)).reason == "nothing_found"


async def test_a_film_known_by_an_alternative_title_is_found(client: Client) -> None:
    answer = await found(client, "Orchard of Glass", 1988)
    assert answer.facts.title == "The Glass Orchard"
    assert answer.confidence < matching.SURE


async def test_a_number_written_otherwise_is_found(client: Client) -> None:
    assert (await found(client, "Tide: Part 2", 2015)).facts.title == "Tide – Part Two"


@pytest.mark.parametrize(
    ("claimed", "title"),
    [
        ("Flint and Steel", "Flint & Steel"),
        ("Flint versus Steel", "Flint vs. Steel"),
        ("Flint + Steel", "Flint and Steel"),
    ],
)
async def test_titles_joined_otherwise_are_found(tmdb: FakeTmdb, client: Client, claimed: str, title: str) -> None:
    tmdb.add(film(title, 1991, votes=300))
    assert (await found(client, claimed, 1991)).facts.title == title


async def test_a_well_known_film_with_another_title_is_not_taken(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(film("Making The Unfilmed Lighthouse", 2010, votes=4000))
    answer = await unmatched(client, NOBODY_HAS, 2010)
    assert answer.reason == "nothing_found"
    assert answer.runners_up[0].title == "Making The Unfilmed Lighthouse"


async def test_what_nobody_has_stays_unmatched(client: Client) -> None:
    assert await unmatched(client, NOBODY_HAS, 2010) == Unmatched((), "nothing_found")


async def test_a_title_without_words_stays_unmatched(client: Client) -> None:
    assert await unmatched(client, "...", 2010) == Unmatched((), "nothing_found")


async def test_the_feature_among_namesakes_is_told_by_its_runtime(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(film("Ferry", 1995, votes=6, minutes=8), film("Ferry", 1995, votes=5, minutes=91))
    assert (await found(client, "Ferry", 1995)).facts.runtime_minutes == 91


async def test_equal_namesakes_are_left_to_a_person(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(film("Ferry", 1995, votes=6, minutes=88), film("Ferry", 1995, votes=5, minutes=91))
    answer = await unmatched(client, "Ferry", 1995)
    assert answer.reason == "ambiguous"
    assert len(answer.runners_up) == 2


async def test_a_common_title_is_sought_beyond_the_first_page(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(*(film(f"Ferry of {n} Rivers", 1995, votes=900) for n in range(30)))
    tmdb.add(film("Ferry", 1995, directors=["Ada Brisk"]))
    assert (await found(client, "Ferry", 1995)).facts.crew["directors"][0].name == "Ada Brisk"


async def test_a_common_title_of_the_next_year_is_asked_for_by_that_year(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(*(film(f"Ferry of {n} Rivers", 1960 + n, votes=900) for n in range(30)))
    tmdb.add(film("Ferry", 1996, directors=["Ada Brisk"]))
    assert (await found(client, "Ferry", 1995)).facts.crew["directors"][0].name == "Ada Brisk"


async def test_a_claim_without_a_year_is_searched_without(tmdb: FakeTmdb, client: Client) -> None:
    assert (await found(client, "Low Country", None)).facts.title == "Low Country"
    assert (await unmatched(client, "Glass", None)).reason == "nothing_found"


async def test_an_unreleased_film_is_found_by_a_claim_without_a_year(client: Client) -> None:
    assert (await found(client, "Untitled Kestrel Project", None)).facts.release_date is None


async def test_a_deleted_entry_is_unmatched(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.delete(tmdb.entry("Salt and Ember"))
    assert (await unmatched(client, "Salt and Ember", 2017)).reason == "deleted"


async def test_a_deleted_duplicate_is_replaced_by_the_entry_that_stayed(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.add(double := film("Salt and Ember", 2017, votes=9000, minutes=1))
    tmdb.delete(double)
    assert (await found(client, "Salt and Ember", 2017)).facts.crew["directors"][0].name == "Yuki Tamaoka"


async def test_between_a_series_of_the_year_and_a_film_of_the_next_a_person_decides(
    tmdb: FakeTmdb, client: Client
) -> None:
    tmdb.add(series("Weir", 2014, votes=12, popularity=0.3), film("Weir", 2015, votes=120))
    assert isinstance(await look_up(client, FilmRef("Weir", 2014)), Unmatched)


async def test_runners_up_are_what_else_bears_the_title(client: Client) -> None:
    answer = await found(client, "The Long Quay", 1994)
    assert [other.title for other in answer.runners_up] == ["The Long Quay"]


async def test_an_outage_is_no_answer(tmdb: FakeTmdb, client: Client) -> None:
    tmdb.outage = True
    with pytest.raises(Unavailable):
        await look_up(client, FilmRef("Kestrel", 2012))


async def test_invented_films_answer_to_any_title_the_same_each_time() -> None:
    answers = []
    for _ in range(2):
        async with FakeTmdb(invent=True) as tmdb, Client(tmdb.url, token=tmdb.token, per_second=1000) as client:
            answers.append([await look_up(client, FilmRef("Any Title You Like", year)) for year in (1950, 1988)])
            assert isinstance(await look_up(client, FilmRef(NOBODY_HAS, 1950)), Unmatched)
            assert (await found(client, "Kestrel", 2012)).facts.crew["directors"][0].name == "Ruth Adeyemi"
    assert answers[0] == answers[1]
    dates = [answer.facts.release_date for answer in answers[0] if isinstance(answer, Found)]
    assert [day.year for day in dates if day] == [1950, 1988]
